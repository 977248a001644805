"""What people change by hand: single edits through the same records, fold and checks as imports."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from cmdb.errors import BadInput, DuplicateIdentity, NotFound, RevisionConflict
from cmdb.identify import binding_key, identifiers
from cmdb.ingest.edges import claim_body, said
from cmdb.ingest.items import difference
from cmdb.ingest.references import find_all, find_one
from cmdb.model.commits import ChangeSet, CreateItem, PutRelationship
from cmdb.model.items import Basis, Effect, GroupSetting, Item, Relationship, relationship_key
from cmdb.model.observations import Evidence, RelationshipRecord
from cmdb.model.references import ById, Reference
from cmdb.model.sources import MANUAL, RecordKind, Scope, SourceRecord
from cmdb.model.values import JSONValue, digest
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
        fingerprint = digest(["create", new.cls, new.name, new.attributes, _edges_body(new.relationships)])
        item_id = str(uuid.uuid5(uuid.NAMESPACE_OID, request.request_id))
        if self._store.commit_of(request.request_id) is None:
            changes = self._creation(new, item_id, request, fingerprint)
        else:
            changes = _empty(request, fingerprint)
        self._store.commit(changes)
        return self._item(item_id)

    def _creation(self, new: NewItem, item_id: str, request: Request, fingerprint: str) -> ChangeSet:
        if not new.name.strip():
            raise BadInput("The name is empty.", hint="Give it a name.")
        attributes = self._catalogue.check_item(new.cls, new.attributes)
        hashes = identifiers(self._catalogue.cls(new.cls), new.name, attributes)
        taken = sorted({id_ for ids in self._store.identified(hashes).values() for id_ in ids})
        if taken:
            msg = f"{new.cls}:{new.name} has the identity of {', '.join(taken)}."
            raise DuplicateIdentity(msg, details={"id": taken[0]})
        claim = ItemClaim(new.cls, new.name, attributes, dict(new.groups), {})
        identity = hashes[0] if hashes else binding_key(BY_HAND, item_id)
        create = CreateItem(item_id, new.cls, new.name, attributes, identity, hashes, dict(new.groups))
        edges = self._edges(new.relationships, request, create)
        return replace(
            _empty(request, fingerprint),
            creates=(create,),
            relationships=tuple(edge for edge, _ in edges),
            records=(_item_record(item_id, claim, request), *(record for _, record in edges)),
        )

    def update(self, reference: Reference, patch: ItemPatch, request: Request) -> Item:
        """Patch an item.

        Raises:
            NotFound, AmbiguousName: the reference.  RevisionConflict: it is stale; nothing was written.
            BadInput and its kinds: the catalogue refuses the result.
        """
        body: list[JSONValue] = [patch.name, dict(patch.attributes), patch.retired]
        groups = {name: [g.min_up, g.degraded_below] if g else None for name, g in patch.groups.items()}
        fingerprint = digest(["update", str(reference), body, groups])
        item = find_one(reference, self._store, self._catalogue)
        if self._store.commit_of(request.request_id) is not None:
            self._store.commit(_empty(request, fingerprint))
            return item
        if patch.expected_revision is not None and patch.expected_revision != item.revision:
            raise RevisionConflict(item.id, patch.expected_revision, item.revision)
        self._store.commit(self._patch(item, patch, request, fingerprint))
        return self._item(item.id)

    def _patch(self, item: Item, patch: ItemPatch, request: Request, fingerprint: str) -> ChangeSet:
        self._catalogue.check_patch(item.cls, patch.attributes)
        records = self._store.records_of([item.id]).get(item.id, ())
        own = next((record for record in records if record.scope == BY_HAND), None)
        claim = _patched(ItemClaim.of(own.body) if own else ItemClaim(item.cls, "", {}, {}, {}), patch)
        record = _item_record(item.id, claim, request)
        effective = fold_item([*(other for other in records if other is not own), record], self._catalogue)
        effective.attributes.update(self._catalogue.check_item(effective.cls, effective.attributes))
        hashes = identifiers(self._catalogue.cls(effective.cls), effective.name, effective.attributes)
        update = difference(item, effective, hashes, binding_key(BY_HAND, item.id))
        return replace(_empty(request, fingerprint), updates=(update,) if update is not None else (), records=(record,))

    def relate(self, new: NewRelationship, request: Request) -> Relationship:
        """Make or change an edge by hand.

        Raises:
            NotFound, AmbiguousName: an end.  EndNotAllowed, CardinalityExceeded, WrongType: the catalogue.
        """
        fingerprint = digest(["relate", *_edges_body([new])])
        edges = self._edges([new], request, None)
        changes = replace(
            _empty(request, fingerprint),
            relationships=tuple(edge for edge, _ in edges),
            records=tuple(record for _, record in edges),
        )
        self._store.commit(changes)
        key = edges[0][0].key
        return self._store.relationships([key])[key]

    def unrelate(self, type_: str, from_ref: Reference, to_ref: Reference, request: Request) -> str:
        """Remove an edge and every source's claim to it; returns its key.

        A source that still sees the edge brings it back at its next changed import.

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

    def _edges(
        self, news: Sequence[NewRelationship], request: Request, create: CreateItem | None
    ) -> list[tuple[PutRelationship, SourceRecord]]:
        references = [ref for new in news for ref in (new.from_ref, new.to_ref) if ref != SELF]
        unique = list(dict.fromkeys(references))
        found = dict(zip(unique, find_all(unique, self._store, self._catalogue), strict=True)) if unique else {}
        ends: Callable[[Reference], tuple[str, str]] = lambda ref: (  # noqa: E731 - one expression used twice below
            (create.id, create.cls) if ref == SELF and create else (found[ref].id, found[ref].cls)
        )
        keys = [relationship_key(new.type, ends(new.from_ref)[0], ends(new.to_ref)[0]) for new in news]
        claims = self._store.records_of(keys) if keys else {}
        return [
            self._edge(new, (ends(new.from_ref), ends(new.to_ref)), claims.get(key, ()), request)
            for new, key in zip(news, keys, strict=True)
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
        attributes = self._catalogue.check_relationship(new.type, new.attributes)
        record = _edge_record(new, (from_id, to_id), attributes, request)
        others = [claim for claim in claims if (claim.scope, claim.key) != (record.scope, record.key)]
        edge = fold_edge([*others, record])
        put = PutRelationship(new.type, from_id, to_id, edge.group, edge.effect, edge.basis, dict(edge.attributes))
        return put, record

    def _item(self, item_id: str) -> Item:
        items = self._store.items([item_id])
        if item_id not in items:
            raise NotFound(f"{item_id} names nothing in the CMDB.")
        return items[item_id]


def _empty(request: Request, fingerprint: str) -> ChangeSet:
    return ChangeSet(request.request_id, fingerprint, request.actor, request.reason)


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


def _edge_record(
    new: NewRelationship, ends: tuple[str, str], attributes: Mapping[str, JSONValue], request: Request
) -> SourceRecord:
    row = RelationshipRecord(
        BY_HAND, new.type, ById(ends[0]), ById(ends[1]), Basis.DECLARED, new.group, new.effect, attributes,
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
