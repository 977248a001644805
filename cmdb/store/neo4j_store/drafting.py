"""What a change set makes of the state that was read under lock: worked out and checked before anything is written."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import orjson

from cmdb.errors import RevisionConflict
from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import ChangeSet, CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import Item, Relationship
from cmdb.model.values import JSONValue
from cmdb.store import patches
from cmdb.store.refusals import duplicate_identity, end_missing, too_many, unknown_item

Entry = TypeVar("Entry", bound=JSONValue)


@dataclass(frozen=True, slots=True)
class State:
    """What a change set touches, as it is: items by id, the owner of each identity key, live edges by key.

    ``there`` are the ids of all items that are there, also of those that are only ends of edges.
    """

    items: Mapping[str, Item]
    there: Collection[str]
    owners: Mapping[str, str]
    edges: Mapping[str, Relationship]


@dataclass(slots=True)
class Draft:
    """The next versions, their ``from_seq`` still 0: the clock gives it when everything is locked."""

    created: dict[str, Item] = field(default_factory=dict)
    updated: dict[str, tuple[Item, Item]] = field(default_factory=dict)
    """Before and after, in the order given: identity keys change hands in that order."""
    removed: dict[str, Relationship] = field(default_factory=dict)
    related: dict[str, Relationship] = field(default_factory=dict)
    """New edges."""
    changed: dict[str, tuple[Relationship, Relationship]] = field(default_factory=dict)
    """Before and after of edges that were there."""

    @property
    def touched_items(self) -> list[str]:
        """Ids of all items that get a new version."""
        return sorted([*self.created, *self.updated])

    @property
    def touched_edges(self) -> list[str]:
        """Keys of all edges that get a new version or end."""
        return sorted([*self.removed, *self.related, *self.changed])


def draft(changes: ChangeSet, state: State, catalogue: Catalogue) -> Draft:
    """Work a change set out, in the order of effect; linear in its size.

    Raises:
        RevisionConflict, DuplicateIdentity, EndMissing, NotFound, CardinalityExceeded, UnknownClass,
        UnknownRelationshipType: nothing was written.
    """
    result = Draft()
    owners: dict[str, str | None] = dict(state.owners)
    for create in changes.creates:
        _create(result, create, state, owners)
    for update in changes.updates:
        _update(result, update, state, owners)
    result.removed.update((key, state.edges[key]) for key in changes.removals if key in state.edges)
    for wanted in changes.relationships:
        _relate(result, wanted, state)
    _check_ends(changes, state, result)
    _check_cardinality(result, state, catalogue)
    _check_names(result, catalogue)
    return result


def _create(result: Draft, create: CreateItem, state: State, owners: dict[str, str | None]) -> None:
    if create.id in state.there or create.id in result.created:
        raise duplicate_identity(create.id, create.id)
    _claim(owners, create.identity_key, create.id)
    result.created[create.id] = patches.created(replace(create, attributes=_plain(create.attributes)), 0)


def _update(result: Draft, update: UpdateItem, state: State, owners: dict[str, str | None]) -> None:
    current = state.items.get(update.id)
    if current is None:
        raise unknown_item(update.id)
    if update.expected_revision is not None and update.expected_revision != current.revision:
        raise RevisionConflict(update.id, update.expected_revision, current.revision)
    after = patches.patched(current, replace(update, attributes=_plain(update.attributes)), 0)
    if after is not None:
        owners[current.identity_key] = None
        _claim(owners, after.identity_key, after.id)
        result.updated[after.id] = (current, after)


def _claim(owners: dict[str, str | None], identity_key: str, item_id: str) -> None:
    owner = owners.get(identity_key)
    if owner is not None:
        raise duplicate_identity(item_id, owner)
    owners[identity_key] = item_id


def _relate(result: Draft, wanted: PutRelationship, state: State) -> None:
    current = state.edges.get(wanted.key)
    revision = current.revision if current else 0
    if wanted.expected_revision is not None and wanted.expected_revision != revision:
        raise RevisionConflict(wanted.key, wanted.expected_revision, revision)
    plain = replace(wanted, attributes=_plain(wanted.attributes)) if wanted.attributes else wanted
    after = patches.put(current, plain, 0)
    if after is None:
        return
    if current is None:
        result.related[after.key] = after
    else:
        result.changed[after.key] = (current, after)


def _check_ends(changes: ChangeSet, state: State, result: Draft) -> None:
    ends = {end for wanted in changes.relationships for end in (wanted.from_id, wanted.to_id)}
    missing = ends.difference(state.there, result.created)
    if missing:
        raise end_missing(missing)


def _check_cardinality(result: Draft, state: State, catalogue: Catalogue) -> None:
    edges = {**state.edges, **result.related}
    live = [edge for key, edge in edges.items() if key not in result.removed]
    from_ends, to_ends = (
        Counter((edge.type, edge.from_id) for edge in live),
        Counter((edge.type, edge.to_id) for edge in live),
    )
    for edge in (*result.related.values(), *(after for _, after in result.changed.values())):
        spec = catalogue.relationship(edge.type)
        if spec.one_to and from_ends[edge.type, edge.from_id] > 1:
            raise too_many(edge.type, edge.from_id, "from")
        if spec.one_from and to_ends[edge.type, edge.to_id] > 1:
            raise too_many(edge.type, edge.to_id, "to")


def _check_names(result: Draft, catalogue: Catalogue) -> None:
    """Whatever becomes a label or a relationship type stands in the catalogue, letter for letter."""
    for item in result.created.values():
        catalogue.cls(item.cls)
    for before, after in result.updated.values():
        if after.cls != before.cls:
            catalogue.cls(after.cls)
    for edge in (*result.removed.values(), *result.related.values()):
        catalogue.relationship(edge.type)


def _plain(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """JSON as it will be read back, so that an equal value is seen to be equal."""
    copy: dict[str, Entry] = orjson.loads(orjson.dumps(dict(entries)))
    return copy
