"""Which item each row of a batch is of; what is decided for one row counts for the rows after it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cmdb.errors import CMDBError
from cmdb.identify import Evidence, agree, compatible, evidence
from cmdb.ingest.planning import Binding, Context
from cmdb.model.items import Item
from cmdb.model.observations import CIRecord
from cmdb.model.sources import RecordKind, SourceRecord
from cmdb.reconcile import Effective, ItemClaim, fold_item


@dataclass(frozen=True, slots=True)
class Candidate:
    """One checked row: what it claims, its digest, and the evidence of what it is of."""

    record: CIRecord
    claim: ItemClaim
    digest: str
    evidence: Evidence

    @property
    def binding(self) -> Binding:
        """Scope and key of the row."""
        return self.record.scope, self.record.key

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
        )


@dataclass(slots=True)
class Subject:
    """An item, there or to be made, with all that sources say of it; ``contested`` when it may be another as well."""

    id: str
    item: Item | None
    claims: dict[Binding, SourceRecord] = field(default_factory=dict)
    rows: list[Candidate] = field(default_factory=list)
    cls: str = ""
    evidence: Evidence = field(default_factory=dict)
    contested: bool = False

    @property
    def label(self) -> str:
        """How people are told of it: its name and where sources keep it."""
        name = self.item.label if self.item else f"{self.rows[0].record.cls}:{self.rows[0].record.name}"
        bindings = ", ".join(f"{scope}#{key}" for scope, key in sorted(self.claims))
        return f"{name} ({bindings})" if bindings else name


class Subjects:
    """The items that a batch may be of, found by what identifies them now, not by what did before the batch."""

    def __init__(self, context: Context, news: Sequence[Candidate], known: Mapping[Binding, SourceRecord]) -> None:
        """Read all of them: three reads, whatever the size of the batch."""
        self._context = context
        self._by_hash: defaultdict[str, set[str]] = defaultdict(set)
        hashes = {hash_ for candidate in news for hash_ in candidate.evidence.values()}
        found = context.reader.identified(hashes)
        bound = {record.target for record in known.values() if record.target is not None}
        items = context.reader.items(bound | {id_ for ids in found.values() for id_ in ids})
        claims = context.reader.records_of(items.keys())
        self.taken = {hash_ for hash_, ids in found.items() if ids}
        """Hashes that identify something in the store: no new item can have one of them as its identity."""
        self.all = {
            id_: Subject(id_, item, {(record.scope, record.key): record for record in claims.get(id_, ())})
            for id_, item in items.items()
        }
        for subject in self.all.values():
            if subject.item is not None:
                self._identify(subject, subject.item.cls, self._evidence(subject.item.cls, subject.item))

    def join(self, subject: Subject, candidate: Candidate) -> None:
        """Let a row speak of an item."""
        self.all.setdefault(subject.id, subject)
        subject.rows.append(candidate)
        subject.claims[candidate.binding] = candidate.source_record(subject.id, self._context)
        if len(subject.claims) == 1:  # nobody else speaks: nothing needs to be folded
            self._identify(subject, candidate.record.cls, candidate.evidence)
            return
        try:
            effective = fold_item(subject.claims.values(), self._context.catalogue)
        except CMDBError:  # said of each row when the item is planned
            return
        self._identify(subject, effective.cls, self._evidence(effective.cls, effective))

    def matching(self, candidate: Candidate) -> tuple[list[Subject], list[Subject]]:
        """The items that a row may be of, and those that share only weaker evidence with it, which proves nothing."""
        near = {id_ for hash_ in candidate.evidence.values() for id_ in self._by_hash[hash_]}
        catalogue = self._context.catalogue
        subjects = [
            subject
            for id_ in sorted(near)
            if compatible(catalogue, (subject := self.all[id_]).cls, candidate.record.cls)
        ]
        same = [subject for subject in subjects if agree(candidate.evidence, subject.evidence)]
        return same, [subject for subject in subjects if subject not in same]

    def _identify(self, subject: Subject, cls: str, known: Evidence) -> None:
        for hash_ in subject.evidence.values():
            self._by_hash[hash_].discard(subject.id)
        subject.cls, subject.evidence = cls, known
        for hash_ in known.values():
            self._by_hash[hash_].add(subject.id)

    def _evidence(self, cls: str, said: Item | Effective) -> Evidence:
        spec = self._context.catalogue.classes.get(cls)
        return evidence(spec, said.name, said.attributes) if spec else {}
