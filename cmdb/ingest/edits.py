"""What people change by hand: single edits through the same records, fold and checks as imports."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cmdb.errors import BadInput, DuplicateIdentity, NotFound, RevisionConflict
from cmdb.identify import binding_key, compatible, identifiers
from cmdb.ingest.attempts import attempts
from cmdb.ingest.evidence import descriptions, identifiers_of
from cmdb.ingest.handwork import BY_HAND, Request, check_words, edge_record, item_record
from cmdb.ingest.items import difference
from cmdb.ingest.patching import ItemPatch, Release, respoken
from cmdb.ingest.planning import Planned
from cmdb.ingest.references import find_all, survivors
from cmdb.ingest.settling import settle
from cmdb.model.catalogue.precedence import NAME
from cmdb.model.commits import ChangeSet, Commit, CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import Basis, Effect, GroupSetting, Item, Relationship, relationship_key
from cmdb.model.observations import Evidence, RelationshipRecord
from cmdb.model.references import ById, Reference
from cmdb.model.sources import RecordKind, SourceRecord
from cmdb.model.values import JSONValue
from cmdb.reconcile import ItemClaim, fold_edge, fold_item
from cmdb.store.port import Store

__all__ = ["BY_HAND", "SELF", "Editor", "ItemPatch", "NewItem", "NewRelationship", "Release", "Request"]


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
        request.check()
        check_words(("name", new.name))
        attributes = self._catalogue.check_item(new.cls, self._catalogue.check_patch(new.cls, new.attributes))
        self._catalogue.check_groups(new.cls, new.groups)
        news = [self._checked(edge) for edge in new.relationships]
        said = [new.cls, new.name, attributes, _groups_body(new.groups), _edges_body(news)]
        empty = request.empty(["create", *said])
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
            records=(item_record(item_id, claim, request), *(record for _, record in edges)),
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
        request.check()
        if patch.name is not None:
            check_words(("name", patch.name))
        (item,) = find_all([reference], self._store, self._catalogue)
        attributes = self._catalogue.check_patch(item.cls, patch.attributes)
        self._catalogue.check_groups(item.cls, patch.groups)
        body = [patch.name, attributes, patch.retired]
        empty = request.empty(["update", str(reference), body, _groups_body(patch.groups)])
        return self._patched(item, replace(patch, attributes=attributes), (request, empty))

    def release(self, reference: Reference, release: Release, request: Request) -> Item:
        """Hand values back to the sources; what no person said is as it was.

        Raises:
            NotFound, AmbiguousName, RevisionConflict, DuplicateIdentity: as :meth:`update`.
            BadInput: nothing is named; nobody else says a name.  UnknownAttribute: the class does not have one.
        """
        request.check()
        if not (release.attributes or release.groups):
            raise BadInput("Nothing is named that could be handed back.", hint="Name attributes or groups.")
        (item,) = find_all([reference], self._store, self._catalogue)
        names = sorted(set(release.attributes))
        attributes = self._catalogue.check_patch(item.cls, dict.fromkeys(name for name in names if name != NAME))
        empty = request.empty(["release", str(reference), names, sorted(set(release.groups))])
        patch = ItemPatch(
            name="" if NAME in names else None,
            attributes=attributes,
            groups=dict.fromkeys(release.groups),
            expected_revision=release.expected_revision,
        )
        return self._patched(item, patch, (request, empty))

    def _patched(self, item: Item, patch: ItemPatch, asked: tuple[Request, ChangeSet]) -> Item:
        request, empty = asked
        if self._store.commit_of(request.request_id) is not None:
            self._store.commit(empty)
            return item
        self._commit(lambda: self._patch(self._current(item.id), patch, asked), patch.expected_revision)
        return self._current(item.id)

    def _patch(self, item: Item, patch: ItemPatch, asked: tuple[Request, ChangeSet]) -> ChangeSet:
        request, empty = asked
        if patch.expected_revision is not None and patch.expected_revision != item.revision:
            raise RevisionConflict(item.id, patch.expected_revision, item.revision)
        records = self._store.records_of([item.id]).get(item.id, ())
        spoken = respoken(item, records, patch, request)
        effective = fold_item(spoken.records, self._catalogue)
        if not effective.name:
            raise BadInput(f"Nobody else says a name of {item.label}.", hint="Keep the name, or give another one.")
        effective = effective.with_attributes(self._catalogue.check_item(effective.cls, effective.attributes))
        told = descriptions(spoken.records, self._catalogue)
        hashes = identifiers_of(told, self._catalogue.cls(effective.cls))
        self._refuse_taken(item.id, effective.cls, effective.name, set(hashes).difference(item.identifiers))
        update = difference(item, effective, hashes, binding_key(BY_HAND, item.id))
        guard = UpdateItem(item.id, expected_revision=item.revision)  # what others did meanwhile must not be lost
        return replace(
            empty, updates=(update or guard,), records=tuple(spoken.changed), dropped_records=tuple(spoken.dropped)
        )

    def relate(self, new: NewRelationship, request: Request) -> Relationship:
        """Make or change an edge by hand.

        Raises:
            NotFound, AmbiguousName: an end; or the edge was removed since the request took effect.
            EndNotAllowed, CardinalityExceeded, WrongType: the catalogue.
        """
        request.check()
        checked = self._checked(new)
        empty = request.empty(["relate", *_edges_body([checked])])
        if self._store.commit_of(request.request_id) is None:
            self._commit(lambda: self._relation(checked, (request, empty)))
        else:
            self._store.commit(empty)
        ((key, _),) = self._ends([checked], None)
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
        for is_last in attempts():
            head = self._store.head()
            changes = plan()
            try:
                commit = self._store.commit(changes)
            except RevisionConflict:
                if expected_revision is not None or is_last:
                    raise
            else:
                if commit.seq != head + 1 and not commit.replayed:
                    self._settle(changes)
                return

    def _settle(self, written: ChangeSet) -> None:
        items = {update.id for update in written.updates}
        items |= {record.target for record in written.records if record.kind is RecordKind.ITEM and record.target}
        edges = [edge.key for edge in written.relationships]

        def repair(planned: Planned) -> Commit | None:
            changes = replace(
                written,
                request_id=f"{written.request_id}/{uuid.uuid4()}",
                creates=(),
                updates=tuple(planned.updates),
                relationships=tuple(planned.relationships),
                removals=tuple(planned.removals),
                records=tuple(planned.records),
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
        empty = request.empty(["unrelate", key])
        if self._store.commit_of(request.request_id) is None and key not in self._store.relationships([key]):
            raise NotFound(f"There is no {type_} from {origin.label} to {target.label}.")
        records = self._store.records_of([key]).get(key, ())
        dropped = tuple((record.scope, record.key) for record in records)
        self._store.commit(replace(empty, removals=(key,), dropped_records=dropped))
        return key

    def _checked(self, new: NewRelationship) -> NewRelationship:
        """The edge with its attributes in canonical form."""
        check_words(("name of its group", "none" if new.group is None else new.group))
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
        if from_id == to_id:
            raise BadInput(f"{new.type} would lead from an item to itself.", hint="Name two different items.")
        row = RelationshipRecord(
            BY_HAND, new.type, ById(from_id), ById(to_id), Basis.DECLARED, new.group, new.effect, new.attributes,
            (Evidence(request.actor),),
        )  # fmt: skip
        record = edge_record(row, (from_id, to_id), request)
        others = [claim for claim in claims if (claim.scope, claim.key) != (record.scope, record.key)]
        edge = fold_edge([*others, record], self._catalogue.relationship(new.type))
        put = PutRelationship(new.type, from_id, to_id, edge.group, edge.effect, edge.basis, dict(edge.attributes))
        return put, record

    def _item(self, item_id: str) -> Item:
        return self._store.items([item_id])[item_id]

    def _current(self, item_id: str) -> Item:
        """The item, or what it was merged into meanwhile."""
        return survivors([self._item(item_id)], self._store)[item_id]


def _groups_body(groups: Mapping[str, GroupSetting | None]) -> JSONValue:
    return {name: [group.min_up, group.degraded_below] if group else None for name, group in groups.items()}


def _edges_body(news: Sequence[NewRelationship]) -> list[JSONValue]:
    return [
        [new.type, str(new.from_ref), str(new.to_ref), new.group, new.effect and str(new.effect), dict(new.attributes)]
        for new in news
    ]
