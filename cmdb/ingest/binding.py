"""Which item each row of a batch is of; what is decided for one row counts for the rows after it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cmdb.errors import CMDBError
from cmdb.identify import Evidence, Known, agree, compatible, evidence, known
from cmdb.ingest.evidence import Description, descriptions
from cmdb.ingest.planning import Binding, Context
from cmdb.ingest.references import merged_into, survivors
from cmdb.model.items import Item
from cmdb.model.observations import CIRecord
from cmdb.model.references import id_of_key
from cmdb.model.sources import Bond, RecordKind, SourceRecord
from cmdb.reconcile import Effective, ItemClaim, fold_item


@dataclass(frozen=True, slots=True)
class Candidate:
    """One checked row: what it claims, its digest, and what identifies the CI that it is of."""

    record: CIRecord
    claim: ItemClaim
    digest: str
    description: Description

    @property
    def binding(self) -> Binding:
        """Scope and key of the row."""
        return self.record.scope, self.record.key

    @property
    def label(self) -> str:
        """How people are told of it."""
        return f"{self.record.cls}:{self.record.name}"

    def source_record(self, target: str, context: Context) -> SourceRecord:
        """What is kept of the row once its item is known."""
        return SourceRecord(
            scope=self.record.scope,
            key=self.record.key,
            kind=RecordKind.ITEM,
            target=target,
            digest=self.digest,
            body=self.claim.body(),
            run_id=context.run_id,
            seen_at=context.at,
            seen_run=context.run_id,
        )


@dataclass(slots=True)
class Subject:
    """An item, there or to be made, with all that sources say of it; ``contested`` when it may be another as well.

    ``descriptions`` are what each source says of its identity, ``known`` all of that with what holds in the end.
    """

    id: str
    item: Item | None
    claims: dict[Binding, SourceRecord] = field(default_factory=dict)
    rows: list[Candidate] = field(default_factory=list)
    cls: str = ""
    descriptions: Sequence[Description] = ()
    known: Known = field(default_factory=dict)
    contested: bool = False

    @property
    def name(self) -> str:
        """``Class:name``."""
        return self.item.label if self.item else self.rows[0].label

    @property
    def label(self) -> str:
        """How people are told of it: its name and where sources keep it."""
        bindings = ", ".join(f"{scope}#{key}" for scope, key in sorted(self.claims))
        return f"{self.name} ({bindings})" if bindings else self.name

    @property
    def hashes(self) -> frozenset[str]:
        """Everything that identifies it, whichever source says so."""
        return frozenset(hash_ for description in self.descriptions for hash_ in description.evidence.values())


@dataclass(frozen=True, slots=True)
class Match:
    """The items that a row may be of, and those that share only weaker evidence with it, which proves nothing."""

    same: Sequence[Subject]
    doubtful: Sequence[Subject]

    @property
    def near(self) -> Sequence[Subject]:
        """All of them."""
        return (*self.same, *self.doubtful)


NOBODY: Final = Match((), ())


class Subjects:
    """The items that a batch may be of, found by what identifies them now, not by what did before the batch."""

    def __init__(self, context: Context, news: Sequence[Candidate], known: Mapping[Binding, Bond]) -> None:
        """Read all of them: three reads, whatever the size of the batch, and more where a row names what was merged."""
        self._context = context
        self._by_hash: defaultdict[str, set[str]] = defaultdict(set)
        hashes = {hash_ for candidate in news for hash_ in candidate.description.evidence.values()}
        found = context.reader.identified(hashes)
        bound = {bond.target for bond in known.values() if bond.target is not None}
        named = {id_ for candidate in news if (id_ := id_of_key(candidate.record.key)) is not None}
        read = context.reader.items(bound | named | {id_ for ids in found.values() for id_ in ids})
        merged = survivors([read[id_] for id_ in named & read.keys() if merged_into(read[id_])], context.reader)
        self._became = {id_: item.id for id_, item in merged.items()}
        items = {**read, **{item.id: item for item in merged.values()}}
        claims = context.reader.records_of(items.keys())
        self.taken = {hash_ for hash_, ids in found.items() if ids}
        """Hashes that identify something in the store: no new item can have one of them as its identity."""
        self.all = {
            id_: Subject(id_, item, {(record.scope, record.key): record for record in claims.get(id_, ())})
            for id_, item in items.items()
        }
        for subject in self.all.values():
            if subject.item is not None:
                self._describe(subject, subject.item)

    def join(self, subject: Subject, candidate: Candidate) -> None:
        """Let a row speak of an item."""
        self.all.setdefault(subject.id, subject)
        subject.rows.append(candidate)
        subject.claims[candidate.binding] = candidate.source_record(subject.id, self._context)
        if len(subject.claims) == 1:  # nobody else speaks: nothing needs to be folded
            own = candidate.description
            self._identify(subject, own.cls, [own], {rule: (hash_,) for rule, hash_ in own.evidence.items()})
            return
        try:
            effective = fold_item(subject.claims.values(), self._context.catalogue)
        except CMDBError:  # said of each row when the item is planned
            return
        self._describe(subject, effective)

    def named(self, candidate: Candidate) -> Subject | None:
        """The item that the key of a row names outright, as in an export of this store, or what that one became."""
        id_ = id_of_key(candidate.record.key) or ""
        return self.all.get(self._became.get(id_, id_))

    def matching(self, candidate: Candidate) -> Match:
        """The items that share evidence with a row of a class that both can be."""
        catalogue, row = self._context.catalogue, candidate.description
        ids = {id_ for hash_ in row.evidence.values() for id_ in self._by_hash.get(hash_, ())}
        if not ids:
            return NOBODY
        near = [self.all[id_] for id_ in sorted(ids) if self._is_near(self.all[id_], row)]
        same = [
            subject
            for subject in near
            if compatible(catalogue, subject.cls, row.cls) and agree(row.evidence, subject.known)
        ]
        return Match(same, [subject for subject in near if subject not in same])

    def alike(self, subject: Subject, hashes: Collection[str]) -> list[Subject]:
        """The other items that share some of these hashes with one, by a description of a class that both can be."""
        ids = {id_ for hash_ in hashes for id_ in self._by_hash.get(hash_, ()) if id_ != subject.id}
        wanted = frozenset(hashes)
        shared = [
            Description(told.cls, {rule: hash_ for rule, hash_ in told.evidence.items() if hash_ in wanted})
            for told in subject.descriptions
        ]
        return [self.all[id_] for id_ in sorted(ids) if any(self._is_near(self.all[id_], told) for told in shared)]

    def _is_near(self, subject: Subject, row: Description) -> bool:
        return any(
            not row.hashes.isdisjoint(told.hashes) and compatible(self._context.catalogue, told.cls, row.cls)
            for told in subject.descriptions
        )

    def _describe(self, subject: Subject, said: Item | Effective) -> None:
        """Find a subject by what its sources say; one that nobody speaks of any more, by what it is."""
        held = Description(said.cls, self._evidence(said))
        told = descriptions(subject.claims.values(), self._context.catalogue) or [held]
        evidences = (held.evidence, *(description.evidence for description in told))
        self._identify(subject, said.cls, told, known(evidences))

    def _identify(self, subject: Subject, cls: str, told: Sequence[Description], together: Known) -> None:
        for before in subject.descriptions:
            for hash_ in before.evidence.values():
                self._by_hash[hash_].discard(subject.id)
        subject.cls, subject.descriptions, subject.known = cls, told, together
        for now in told:
            for hash_ in now.evidence.values():
                self._by_hash[hash_].add(subject.id)

    def _evidence(self, said: Item | Effective) -> Evidence:
        spec = self._context.catalogue.classes.get(said.cls)
        return evidence(spec, said.name, said.attributes) if spec else {}
