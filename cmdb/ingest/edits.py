"""What people change by hand: single edits through the same records, fold and checks as imports."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from cmdb.errors import BadInput, DuplicateIdentity, NotFound, RevisionConflict
from cmdb.identify import binding_key, compatible, identifiers
from cmdb.ingest.edges import claim_body, said
from cmdb.ingest.evidence import descriptions, identifiers_of
from cmdb.ingest.items import difference
from cmdb.ingest.planning import Planned
from cmdb.ingest.references import find_all, find_one
from cmdb.ingest.settling import ATTEMPTS, settle
from cmdb.model.commits import ChangeSet, Commit, CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import Basis, Effect, GroupSetting, Item, Relationship, relationship_key
from cmdb.model.observations import Evidence, RelationshipRecord
from cmdb.model.references import ById, Reference
from cmdb.model.sources import MANUAL, RecordKind, Scope, SourceRecord
from cmdb.model.values import JSONValue, digest, fault_of
from cmdb.reconcile import ItemClaim, fold_edge, fold_item
from cmdb.store.port import Store

BY_HAND = Scope(MANUAL)
"""The scope of all edits; a record in it is keyed by the id of its item or by its edge."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, and why.  The same ``request_id`` with the same input takes effect once."""

    actor: str
    reason: str = ""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class ItemPatch:
    """What to change: absent means unchanged; ``None`` inside ``attributes`` or ``groups`` hands the value back."""

    name: str | None = None
    attributes: Mapping[str, JSONValue] = field(default_factory=dict)
    groups: Mapping[str, GroupSetting | None] = field(default_factory=dict)
    retired: bool | None = None
    expected_revision: int | None = None


@dataclass(frozen=True, slots=True)
class NewRelationship:
    """An edge to make, by references to its ends."""

    type: str
    from_ref: Reference
    to_ref: Reference
    group: str | None = None
    effect: Effect | None = None
    attributes: Mapping[str, JSONValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewItem:
    """A CI or record to create, with the edges that begin or end at it (their open end is ``ById('')``)."""

    cls: str
    name: str
    attributes: Mapping[str, JSONValue] = field(default_factory=dict)
    groups: Mapping[str, GroupSetting] = field(default_factory=dict)
    relationships: Sequence[NewRelationship] = ()


SELF = ById("")
"""Stands for the item being created in the relationships of a :class:`NewItem`."""


class Editor:
    """Edits by hand, each one atomic commit; what people say stands above what sources say."""

    def __init__(self, store: Store) -> None:
        """Edit this store by its catalogue."""
        self._store = store
        self._catalogue = store.catalogue

    def create(self, new: NewItem, request: Request) -> Item:
        """Create an item with its relationships.

        Raises:
            BadInput and its kinds: the catalogue refuses it.  NotFound, AmbiguousName: an end cannot be found.
            DuplicateIdentity: another item has this identity.
            IdempotencyMismatch: the request was used for other input.
        """
        _check_words(("name", new.name), ("actor", request.actor), ("reason", request.reason or "none"))
        attributes = self._catalogue.check_item(new.cls, self._catalogue.check_patch(new.cls, new.attributes))
        self._catalogue.check_groups(new.cls, new.groups)
        news = [self._checked(edge) for edge in new.relationships]
        said = [new.cls, new.name, attributes, _groups_body(new.groups), _edges_body(news)]
        empty = _empty(request, digest(["create", *said]))
        item_id = str(uuid.uuid5(uuid.NAMESPACE_OID, request.request_id))
        if self._store.commit_of(request.request_id) is None:
            claim = ItemClaim(new.cls, new.name, attributes, dict(new.groups), {})
            self._commit(lambda: self._creation(item_id, claim, news, (request, empty)))
        else:
            self._store.commit(empty)
        return self._item(item_id)

    def _creation(
        self, item_id: str, claim: ItemClaim, news: Sequence[NewRelationship], asked: tuple[Request, ChangeSet]
    ) -> ChangeSet:
        request, empty = asked
        cls = self._catalogue.resolve(claim.cls or "").name
        hashes = identifiers(self._catalogue.cls(cls), claim.name, claim.attributes)
        found = self._refuse_taken(item_id, cls, claim.name, hashes)
        identity = next((hash_ for hash_ in hashes[:1] if hash_ not in found), binding_key(BY_HAND, item_id))
        create = CreateItem(item_id, cls, claim.name, claim.attributes, identity, hashes, claim.groups)
        edges = self._edges(news, request, create)
        return replace(
            empty,
            creates=(create,),
            relationships=tuple(edge for edge, _ in edges),
            records=(_item_record(item_id, claim, request), *(record for _, record in edges)),
        )

    def _refuse_taken(self, item_id: str, cls: str, name: str, hashes: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Refuse an identity that another item of a compatible class has; returns who has it else."""
        found = self._store.identified(hashes) if hashes else {}
        others = self._store.items({id_ for ids in found.values() for id_ in ids} - {item_id})
        taken = sorted(other.id for other in others.values() if compatible(self._catalogue, other.cls, cls))
        if taken:
            msg = f"{cls}:{name} has the identity of {', '.join(f'{others[id_].label} ({id_})' for id_ in taken)}."
            raise DuplicateIdentity(msg, details={"id": taken[0]})
        return found

    def update(self, reference: Reference, patch: ItemPatch, request: Request) -> Item:
        """Patch an item.  Without an expected revision it is tried again when somebody else was first.

        Raises:
            NotFound, AmbiguousName: the reference.  RevisionConflict: it is stale; nothing was written.
            DuplicateIdentity: it would get the identity of another item.
            BadInput and its kinds: the catalogue refuses the result.
        """
        name = "none" if patch.name is None else patch.name
        _check_words(("name", name), ("actor", request.actor), ("reason", request.reason or "none"))
        item = find_one(reference, self._store, self._catalogue)
        attributes = self._catalogue.check_patch(item.cls, patch.attributes)
        self._catalogue.check_groups(item.cls, patch.groups)
        body = [patch.name, attributes, patch.retired]
        empty = _empty(request, digest(["update", str(reference), body, _groups_body(patch.groups)]))
        if self._store.commit_of(request.request_id) is not None:
            self._store.commit(empty)
            return item
        said = replace(patch, attributes=attributes)
        self._commit(lambda: self._patch(self._item(item.id), said, (request, empty)), patch.expected_revision)
        return self._item(item.id)

    def _patch(self, item: Item, patch: ItemPatch, asked: tuple[Request, ChangeSet]) -> ChangeSet:
        request, empty = asked
        if patch.expected_revision is not None and patch.expected_revision != item.revision:
            raise RevisionConflict(item.id, patch.expected_revision, item.revision)
        records = self._store.records_of([item.id]).get(item.id, ())
        own = next((record for record in records if record.scope == BY_HAND), None)
        claim = _patched(ItemClaim.of(own.body) if own else ItemClaim(None, "", {}, {}, {}), patch)
        record = _item_record(item.id, claim, request)
        folded = fold_item([*(other for other in records if other is not own), record], self._catalogue)
        effective = folded.with_attributes(self._catalogue.check_item(folded.cls, folded.attributes))
        told = descriptions([*(other for other in records if other is not own), record], self._catalogue)
        hashes = identifiers_of(told, self._catalogue.cls(effective.cls))
        self._refuse_taken(item.id, effective.cls, effective.name, set(hashes).difference(item.identifiers))
        update = difference(item, effective, hashes, binding_key(BY_HAND, item.id))
        guard = UpdateItem(item.id, expected_revision=item.revision)  # what others did meanwhile must not be lost
        return replace(empty, updates=(update or guard,), records=(record,))

    def relate(self, new: NewRelationship, request: Request) -> Relationship:
        """Make or change an edge by hand.

        Raises:
            NotFound, AmbiguousName: an end; or the edge was removed since the request took effect.
            EndNotAllowed, CardinalityExceeded, WrongType: the catalogue.
        """
        _check_words(("actor", request.actor), ("reason", request.reason or "none"))
        checked = self._checked(new)
        empty = _empty(request, digest(["relate", *_edges_body([checked])]))
        ((key, _),) = self._ends([checked], None)
        if self._store.commit_of(request.request_id) is None:
            self._commit(lambda: self._relation(checked, (request, empty)))
        else:
            self._store.commit(empty)
        edges = self._store.relationships([key])
        if key not in edges:
            raise NotFound(f"The {new.type} that this request made was removed since.")
        return edges[key]

    def _relation(self, new: NewRelationship, asked: tuple[Request, ChangeSet]) -> ChangeSet:
        request, empty = asked
        ((edge, record),) = self._edges([new], request, None)
        return replace(empty, relationships=(edge,), records=(record,))

    def _commit(self, plan: Callable[[], ChangeSet], expected_revision: int | None = None) -> None:
        """Write what is planned; plan it anew when somebody else was first, unless a revision was expected."""
        for attempt in range(ATTEMPTS):
            head = self._store.head()
            changes = plan()
            try:
                commit = self._store.commit(changes)
            except RevisionConflict:
                if expected_revision is not None or attempt == ATTEMPTS - 1:
                    raise
            else:
                if commit.seq != head + 1 and not commit.replayed:
                    self._settle(changes)
                return

    def _settle(self, written: ChangeSet) -> None:
        items = [record.target for record in written.records if record.kind is RecordKind.ITEM and record.target]
        edges = [edge.key for edge in written.relationships]

        def repair(planned: Planned) -> Commit | None:
            changes = replace(
                written,
                request_id=f"{written.request_id}/{uuid.uuid4()}",
                creates=(),
                updates=tuple(planned.updates),
                relationships=tuple(planned.relationships),
                removals=tuple(planned.removals),
                records=(),
            )
            return None if changes.is_empty else self._store.commit(changes)

        settle(self._store, items, edges, repair)

    def unrelate(self, type_: str, from_ref: Reference, to_ref: Reference, request: Request) -> str:
        """Remove an edge and every source's claim to it; returns its key.

        A source that still sees the edge brings it back at its next import.

        Raises:
            NotFound: there is no such edge.
        """
        origin, target = find_all([from_ref, to_ref], self._store, self._catalogue)
        key = relationship_key(type_, origin.id, target.id)
        fingerprint = digest(["unrelate", key])
        if self._store.commit_of(request.request_id) is None and key not in self._store.relationships([key]):
            raise NotFound(f"There is no {type_} from {origin.label} to {target.label}.")
        records = self._store.records_of([key]).get(key, ())
        dropped = tuple((record.scope, record.key) for record in records)
        self._store.commit(replace(_empty(request, fingerprint), removals=(key,), dropped_records=dropped))
        return key

    def _checked(self, new: NewRelationship) -> NewRelationship:
        """The edge with its attributes in canonical form."""
        _check_words(("name of its group", "none" if new.group is None else new.group))
        return replace(new, attributes=self._catalogue.check_relationship(new.type, new.attributes))

    def _ends(
        self, news: Sequence[NewRelationship], create: CreateItem | None
    ) -> list[tuple[str, tuple[tuple[str, str], tuple[str, str]]]]:
        """The key of each edge, and the id and class of its two ends."""
        references = [ref for new in news for ref in (new.from_ref, new.to_ref) if ref != SELF or create is None]
        unique = list(dict.fromkeys(references))
        found = find_all(unique, self._store, self._catalogue) if unique else []
        ends = {ref: (item.id, item.cls) for ref, item in zip(unique, found, strict=True)}
        if create is not None:
            ends[SELF] = (create.id, create.cls)
        pairs = [(new.type, (ends[new.from_ref], ends[new.to_ref])) for new in news]
        return [(relationship_key(type_, pair[0][0], pair[1][0]), pair) for type_, pair in pairs]

    def _edges(
        self, news: Sequence[NewRelationship], request: Request, create: CreateItem | None
    ) -> list[tuple[PutRelationship, SourceRecord]]:
        ends = self._ends(news, create)
        keys = [key for key, _ in ends]
        twice = [new for new, key in zip(news, keys, strict=True) if keys.count(key) > 1]
        if twice:
            msg = f"The same {twice[0].type} is given twice."
            raise BadInput(msg, hint="Give each relationship once.")
        claims = self._store.records_of(keys) if keys else {}
        return [
            self._edge(new, pair, claims.get(key, ()), request) for new, (key, pair) in zip(news, ends, strict=True)
        ]

    def _edge(
        self,
        new: NewRelationship,
        ends: tuple[tuple[str, str], tuple[str, str]],
        claims: Sequence[SourceRecord],
        request: Request,
    ) -> tuple[PutRelationship, SourceRecord]:
        (from_id, from_cls), (to_id, to_cls) = ends
        self._catalogue.check_ends(new.type, from_cls, to_cls)
        record = _edge_record(new, (from_id, to_id), request)
        others = [claim for claim in claims if (claim.scope, claim.key) != (record.scope, record.key)]
        edge = fold_edge([*others, record], self._catalogue.relationship(new.type))
        put = PutRelationship(new.type, from_id, to_id, edge.group, edge.effect, edge.basis, dict(edge.attributes))
        return put, record

    def _item(self, item_id: str) -> Item:
        return self._store.items([item_id])[item_id]


def _empty(request: Request, fingerprint: str) -> ChangeSet:
    return ChangeSet(request.request_id, fingerprint, request.actor, request.reason)


def _check_words(*texts: tuple[str, str]) -> None:
    """Refuse what no store could hold."""
    for what, text in texts:
        if not text.strip():
            raise BadInput(f"The {what} is empty.", hint="Give it one.")
        if (fault := fault_of(text)) is not None:
            raise BadInput(f"The {what} {fault}.", hint="Send plain text.")


def _groups_body(groups: Mapping[str, GroupSetting | None]) -> JSONValue:
    return {name: [group.min_up, group.degraded_below] if group else None for name, group in groups.items()}


def _patched(claim: ItemClaim, patch: ItemPatch) -> ItemClaim:
    return ItemClaim(
        cls=claim.cls,
        name=patch.name if patch.name is not None else claim.name,
        attributes=_merged(claim.attributes, patch.attributes),
        groups=_merged(claim.groups, patch.groups),
        unmapped=claim.unmapped,
        retired=claim.retired if patch.retired is None else patch.retired,
    )


def _merged(old: Mapping[str, T], patch: Mapping[str, T | None]) -> dict[str, T]:
    return {name: value for name, value in {**old, **patch}.items() if value is not None}


def _item_record(item_id: str, claim: ItemClaim, request: Request) -> SourceRecord:
    return _record(item_id, RecordKind.ITEM, item_id, digest(claim.body()), claim.body(), request)


def _edge_record(new: NewRelationship, ends: tuple[str, str], request: Request) -> SourceRecord:
    row = RelationshipRecord(
        BY_HAND, new.type, ById(ends[0]), ById(ends[1]), Basis.DECLARED, new.group, new.effect, new.attributes,
        (Evidence(request.actor),),
    )  # fmt: skip
    body = claim_body(row)
    return _record(row.key, RecordKind.RELATIONSHIP, relationship_key(new.type, *ends), said(body), body, request)


def _record(
    key: str, kind: RecordKind, target: str, digest_: str, body: Mapping[str, JSONValue], request: Request
) -> SourceRecord:
    return SourceRecord(BY_HAND, key, kind, target, digest_, body, request.request_id, datetime.now(UTC))


def _edges_body(news: Sequence[NewRelationship]) -> list[JSONValue]:
    return [
        [new.type, str(new.from_ref), str(new.to_ref), new.group, new.effect and str(new.effect), dict(new.attributes)]
        for new in news
    ]
