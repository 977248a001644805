"""A store as plainly as it can be said: one whole picture of the graph for every commit.

Written without a look at any adapter, to be compared with them.  Where a change set is wrong in several ways, any of
the errors may be told.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cmdb.errors import (
    CardinalityExceeded,
    CMDBError,
    DuplicateIdentity,
    EndMissing,
    NotFound,
    RevisionConflict,
)
from cmdb.model.commits import ChangeSet, CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import Item, Relationship
from cmdb.model.sources import Scope, SourceRecord

ONE_TARGET = frozenset({"FITS_INTO", "PAIRED_WITH"})
ONE_ORIGIN = frozenset({"LEADS", "PAIRED_WITH"})


@dataclass(frozen=True, slots=True)
class Picture:
    """The graph after a commit; every version as if it held for ever."""

    items: dict[str, Item] = field(default_factory=dict)
    edges: dict[str, Relationship] = field(default_factory=dict)


@dataclass(slots=True)
class Model:
    """All pictures, ``pictures[seq]`` being the one after commit ``seq``, and the source records of today."""

    pictures: list[Picture] = field(default_factory=lambda: [Picture()])
    records: dict[tuple[Scope, str], SourceRecord] = field(default_factory=dict)
    done: list[ChangeSet] = field(default_factory=list)

    @property
    def now(self) -> Picture:
        return self.pictures[-1]

    def refusals(self, changes: ChangeSet) -> set[type[CMDBError]]:
        """Every way in which a change set is wrong."""
        items, after = self.now.items, self._after(changes)
        found: set[type[CMDBError]] = set()
        if any(create.id in items for create in changes.creates) or repeated(
            Counter(item.identity_key for item in after.items.values())
        ):
            found.add(DuplicateIdentity)
        if any(update.id not in items for update in changes.updates):
            found.add(NotFound)
        if self._stale(changes):
            found.add(RevisionConflict)
        if any({edge.from_id, edge.to_id} - after.items.keys() for edge in changes.relationships):
            found.add(EndMissing)
        targets = Counter((edge.type, edge.from_id) for edge in after.edges.values() if edge.type in ONE_TARGET)
        origins = Counter((edge.type, edge.to_id) for edge in after.edges.values() if edge.type in ONE_ORIGIN)
        if repeated(targets) or repeated(origins):
            found.add(CardinalityExceeded)
        return found

    def depends_on_order(self, changes: ChangeSet) -> bool:
        """Whether an identity passes from one item of the change set to another, of which nothing is promised."""
        touched = {update.id for update in changes.updates}
        held = {item.identity_key: item.id for item in self.now.items.values() if item.id in touched}
        claims = {create.identity_key: create.id for create in changes.creates}
        claims.update({update.identity_key: update.id for update in changes.updates if update.identity_key})
        return any(held.get(key, id_) != id_ for key, id_ in claims.items())

    def apply(self, changes: ChangeSet) -> tuple[int, int, int, int]:
        """Add the picture after a change set that is right; the numbers created, updated, related and unrelated."""
        before, after = self.now, self._after(changes)
        self.pictures.append(after)
        self.done.append(changes)
        for binding in changes.dropped_records:
            self.records.pop(binding, None)
        self.records.update({(record.scope, record.key): record for record in changes.records})
        seq = len(self.pictures) - 1
        updated = sum(after.items[update.id].from_seq == seq for update in changes.updates)
        related = sum(after.edges[wanted.key].from_seq == seq for wanted in changes.relationships)
        unrelated = sum(key in before.edges for key in changes.removals)
        return len(changes.creates), updated, related, unrelated

    def _stale(self, changes: ChangeSet) -> bool:
        items = {update.id: update.expected_revision for update in changes.updates if update.id in self.now.items}
        edges = {wanted.key: wanted.expected_revision for wanted in changes.relationships}
        return any(
            revision is not None and revision != self.now.items[id_].revision for id_, revision in items.items()
        ) or any(
            revision is not None and revision != (self.now.edges[key].revision if key in self.now.edges else 0)
            for key, revision in edges.items()
        )

    def _after(self, changes: ChangeSet) -> Picture:
        seq = len(self.pictures)
        items, edges = dict(self.now.items), dict(self.now.edges)
        for create in changes.creates:
            items[create.id] = new_item(create, seq)
        for update in changes.updates:
            if update.id in self.now.items:
                items[update.id] = stamped(self.now.items[update.id], changed(self.now.items[update.id], update), seq)
        for key in changes.removals:
            edges.pop(key, None)
        for wanted in changes.relationships:
            edges[wanted.key] = new_edge(edges.get(wanted.key), wanted, seq)
        return Picture(items, edges)


def repeated(counter: Counter[str] | Counter[tuple[str, str]]) -> bool:
    return any(count > 1 for count in counter.values())


def new_item(create: CreateItem, seq: int) -> Item:
    return Item(
        create.id, create.cls, create.name, create.attributes, create.identity_key, 1, seq, seq, groups=create.groups
    )


def changed(item: Item, update: UpdateItem) -> Item:
    attributes, groups = dict(item.attributes), dict(item.groups)
    for name, value in update.attributes.items():
        attributes.pop(name, None) if value is None else attributes.update({name: value})
    for group, setting in update.groups.items():
        groups.pop(group, None) if setting is None else groups.update({group: setting})
    return replace(
        item,
        attributes=attributes,
        groups=groups,
        name=item.name if update.name is None else update.name,
        lifecycle=item.lifecycle if update.lifecycle is None else update.lifecycle,
        identity_key=item.identity_key if update.identity_key is None else update.identity_key,
    )


def stamped(before: Item, after: Item, seq: int) -> Item:
    same = before == after and said(before.attributes) == said(after.attributes)
    return before if same else replace(after, revision=before.revision + 1, from_seq=seq)


def new_edge(before: Relationship | None, wanted: PutRelationship, seq: int) -> Relationship:
    edge = Relationship(
        wanted.type, wanted.from_id, wanted.to_id, 1, seq, group=wanted.group, attributes=wanted.attributes
    )
    if before is None:
        return edge
    same = before.group == edge.group and said(before.attributes) == said(edge.attributes)
    return before if same else replace(edge, revision=before.revision + 1)


def said(attributes: Mapping[str, object]) -> str:
    """Attributes as text: ``1``, ``1.0`` and ``true`` are three."""
    return json.dumps(attributes, sort_keys=True)
