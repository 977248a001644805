"""What a change set would make of the book, worked out and checked before anything is written."""

from collections import ChainMap, Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import orjson

from cmdb.errors import RevisionConflict
from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import ChangeSet, CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import Item, Relationship
from cmdb.model.values import JSONValue
from cmdb.store import patches
from cmdb.store.memory.book import Book
from cmdb.store.refusals import duplicate_identity, end_missing, too_many, unknown_item

Entry = TypeVar("Entry", bound=JSONValue)


def plain(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """JSON as a store gives it back: a copy that shares nothing with what was sent."""
    copy: dict[str, Entry] = orjson.loads(orjson.dumps(dict(entries)))
    return copy


class Draft:
    """The next versions, under one ``seq``; the book stays as it is until :meth:`write`."""

    def __init__(self, book: Book, changes: ChangeSet, catalogue: Catalogue) -> None:
        """Work everything out, in the order of effect.

        Raises:
            RevisionConflict, DuplicateIdentity, EndMissing, NotFound, CardinalityExceeded: nothing was written.
        """
        self._book = book
        self._seq = book.head + 1
        self._owners: ChainMap[str, str | None] = ChainMap({}, dict(book.owners))
        self.created: dict[str, Item] = {}
        self.updated: dict[str, Item] = {}
        self.removed: set[str] = set()
        self.related: dict[str, Relationship] = {}
        for create in changes.creates:
            self._create(create)
        for update in changes.updates:
            self._update(update)
        self.removed.update(key for key in changes.removals if book.edge(key, book.head))
        for wanted in changes.relationships:
            self._relate(wanted)
        self._check_ends(changes)
        self._check_cardinality(catalogue)

    def write(self) -> None:
        """Let all of it hold."""
        for item in (*self.created.values(), *self.updated.values()):
            self._book.write_item(item)
        for key in self.removed:
            self._book.remove_edge(key, self._seq)
        for edge in self.related.values():
            self._book.write_edge(edge)

    def _create(self, create: CreateItem) -> None:
        if create.id in self._book.items or create.id in self.created:
            raise duplicate_identity(create.id, create.id)
        self._claim(create.identity_key, create.id)
        self.created[create.id] = patches.created(replace(create, attributes=plain(create.attributes)), self._seq)

    def _update(self, update: UpdateItem) -> None:
        current = self._book.item(update.id, self._book.head)
        if current is None:
            raise unknown_item(update.id)
        if update.expected_revision not in {None, current.revision}:
            raise RevisionConflict(update.id, update.expected_revision or 0, current.revision)
        after = patches.patched(current, replace(update, attributes=plain(update.attributes)), self._seq)
        if after is not None:
            self._owners[current.identity_key] = None
            self._claim(after.identity_key, after.id)
            self.updated[after.id] = after

    def _claim(self, identity_key: str, item_id: str) -> None:
        owner = self._owners.get(identity_key)
        if owner is not None:
            raise duplicate_identity(item_id, owner)
        self._owners[identity_key] = item_id

    def _relate(self, wanted: PutRelationship) -> None:
        current = self._book.edge(wanted.key, self._book.head)
        revision = current.revision if current else 0
        if wanted.expected_revision not in {None, revision}:
            raise RevisionConflict(wanted.key, wanted.expected_revision or 0, revision)
        after = patches.put(current, replace(wanted, attributes=plain(wanted.attributes)), self._seq)
        if after is not None:
            self.related[after.key] = after

    def _check_ends(self, changes: ChangeSet) -> None:
        ends = {end for wanted in changes.relationships for end in (wanted.from_id, wanted.to_id)}
        missing = ends - self._book.items.keys() - self.created.keys()
        if missing:
            raise end_missing(missing)

    def _check_cardinality(self, catalogue: Catalogue) -> None:
        for edge in self.related.values():
            spec = catalogue.relationship(edge.type)
            if spec.one_to and self._count(edge.type, edge.from_id)["from"] > 1:
                raise too_many(edge.type, edge.from_id, "from")
            if spec.one_from and self._count(edge.type, edge.to_id)["to"] > 1:
                raise too_many(edge.type, edge.to_id, "to")

    def _count(self, type_: str, item_id: str) -> Counter[str]:
        """How many edges of a type would leave from and lead to an item."""
        count: Counter[str] = Counter()
        for edge in self._edges_at(item_id):
            count["from"] += edge.type == type_ and edge.from_id == item_id
            count["to"] += edge.type == type_ and edge.to_id == item_id
        return count

    def _edges_at(self, item_id: str) -> list[Relationship]:
        keys = self._book.edges_at.get(item_id, set()) - self.removed - self.related.keys()
        old = (self._book.edge(key, self._book.head) for key in keys)
        new = (edge for edge in self.related.values() if item_id in {edge.from_id, edge.to_id})
        return [*(edge for edge in old if edge), *new]
