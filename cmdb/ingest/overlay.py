"""A plan laid over the store: reads see what is planned as if it were written, and nothing is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import Generic, TypeVar

from cmdb.ingest.reader import Reader
from cmdb.ingest.touched import TouchedGraph
from cmdb.model.commits import ChangeSet, Delta
from cmdb.model.items import Item, Relationship
from cmdb.model.queries import Direction
from cmdb.model.sources import Bond, Scope, SourceRecord
from cmdb.store.patches import created, patched, put

Binding = tuple[Scope, str]
Key = TypeVar("Key")
Value = TypeVar("Value")


class _Index(Generic[Key, Value]):
    """Which values stand under a key; constant time an entry."""

    def __init__(self) -> None:
        self._values: dict[Key, set[Value]] = {}

    def add(self, value: Value, keys: Iterable[Key]) -> None:
        for key in keys:
            self._values.setdefault(key, set()).add(value)

    def remove(self, value: Value, keys: Iterable[Key]) -> None:
        for key in keys:
            self._values[key].discard(value)

    def of(self, key: Key) -> Collection[Value]:
        return self._values.get(key, ())


class Overlay:
    """Planned items, edges and records over a :class:`Reader`.  Memory grows with what is planned.

    What a plan changes is read again from here, so that a dry run takes the very path of a real one.
    """

    def __init__(self, below: Reader, base_seq: int) -> None:
        """Start with nothing planned on top of ``below``."""
        self._below = below
        self._seq = base_seq + 1
        self._items: dict[str, Item] = {}
        self._edges: dict[str, Relationship | None] = {}
        self._records: dict[Binding, SourceRecord | None] = {}
        self._named = _Index[tuple[str, str], str]()
        self._identified = _Index[str, str]()
        self._edges_at = _Index[tuple[str, str, Direction], str]()
        self._said_of = _Index[str, Binding]()

    def absorb(self, changes: ChangeSet) -> Mapping[str, Item]:
        """Take over a change set as if it had been committed; the items that it updates, as they were.

        Two reads; linear in the change set.
        """
        current = self.items([update.id for update in changes.updates]) if changes.updates else {}
        for create in changes.creates:
            self._put_item(created(create, self._seq))
        for update in changes.updates:
            self._put_item(patched(current[update.id], update, self._seq) or current[update.id])
        edges = self.relationships([edge.key for edge in changes.relationships]) if changes.relationships else {}
        self._edges |= dict.fromkeys(changes.removals)
        for edge in changes.relationships:
            self._edges[edge.key] = put(edges.get(edge.key), edge, self._seq) or edges[edge.key]
            ends = ((edge.from_id, edge.type, Direction.OUT), (edge.to_id, edge.type, Direction.IN))
            self._edges_at.add(edge.key, ends)
        for binding in changes.dropped_records:
            self._put_record(binding, None)
        for record in changes.records:
            self._put_record((record.scope, record.key), record)
        return current

    def _put_item(self, item: Item) -> None:
        old = self._items.get(item.id)
        if old is not None:
            self._named.remove(old.id, [(old.cls, old.name)])
            self._identified.remove(old.id, (old.identity_key, *old.identifiers))
        self._items[item.id] = item
        self._named.add(item.id, [(item.cls, item.name)])
        self._identified.add(item.id, (item.identity_key, *item.identifiers))

    def _put_record(self, binding: Binding, record: SourceRecord | None) -> None:
        old = self._records.get(binding)
        if old is not None and old.target is not None:
            self._said_of.remove(binding, [old.target])
        self._records[binding] = record
        if record is not None and record.target is not None:
            self._said_of.add(binding, [record.target])

    def touched(self) -> TouchedGraph:
        """Each item and edge that the plan would alter, as it is and as it would be, in order of id and key.

        Two reads of what is planned; none on top of an empty store.
        """
        is_first = self._seq == 1
        items = {} if is_first else self._below.items(list(self._items))
        edges = {} if is_first else self._below.relationships(list(self._edges))
        return TouchedGraph(
            self._seq - 1,
            Delta(
                tuple(
                    (items.get(id_), self._items[id_])
                    for id_ in sorted(self._items)
                    if items.get(id_) != self._items[id_]
                ),
                tuple(
                    (edges.get(key), self._edges[key])
                    for key in sorted(self._edges)
                    if edges.get(key) != self._edges[key]
                ),
            ),
        )

    def items(self, ids: Collection[str]) -> Mapping[str, Item]:
        """Items by id, planned ones first."""
        rest = [id_ for id_ in ids if id_ not in self._items]
        planned = {id_: self._items[id_] for id_ in ids if id_ in self._items}
        return {**(self._below.items(rest) if rest else {}), **planned}

    def named(self, names: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Sequence[Item]]:
        """Items by exact class and name."""
        wanted = set(names)
        found = {
            name: {item.id: item for item in items if item.id not in self._items}
            for name, items in self._below.named(names).items()
        }
        for name in wanted:
            for id_ in self._named.of(name):
                found.setdefault(name, {})[id_] = self._items[id_]
        return {name: [items[id_] for id_ in sorted(items)] for name, items in found.items()}

    def identified(self, identifiers: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Ids by identifier hash."""
        found = {
            hash_: {id_ for id_ in ids if id_ not in self._items}
            for hash_, ids in self._below.identified(identifiers).items()
        }
        for hash_ in set(identifiers):
            if planned := self._identified.of(hash_):
                found.setdefault(hash_, set()).update(planned)
        return {hash_: sorted(ids) for hash_, ids in found.items() if ids}

    def relationships(self, keys: Collection[str]) -> Mapping[str, Relationship]:
        """Edges by key."""
        rest = [key for key in keys if key not in self._edges]
        planned = {key: edge for key in keys if (edge := self._edges.get(key)) is not None}
        return {**(self._below.relationships(rest) if rest else {}), **planned}

    def relationships_of(
        self, ids: Collection[str], direction: Direction, types: Collection[str]
    ) -> Sequence[Relationship]:
        """Edges of some types at items, in order of key; other planned edges at the same items cost nothing."""
        below = self._below.relationships_of(ids, direction, types)
        edges = {edge.key: edge for edge in below if edge.key not in self._edges}
        ways = (Direction.OUT, Direction.IN) if direction is Direction.BOTH else (direction,)
        for end in product(set(ids), set(types), ways):
            planned = ((key, self._edges[key]) for key in self._edges_at.of(end))
            edges |= {key: edge for key, edge in planned if edge is not None}
        return [edges[key] for key in sorted(edges)]

    def records(self, bindings: Collection[Binding]) -> Mapping[Binding, SourceRecord]:
        """Source records by binding."""
        rest = [binding for binding in bindings if binding not in self._records]
        planned = {binding: record for binding in bindings if (record := self._records.get(binding)) is not None}
        return {**(self._below.records(rest) if rest else {}), **planned}

    def bonds(self, bindings: Collection[Binding]) -> Mapping[Binding, Bond]:
        """What source records are bound to, by binding."""
        rest = [binding for binding in bindings if binding not in self._records]
        planned = {binding: record.bond for binding in bindings if (record := self._records.get(binding)) is not None}
        return {**(self._below.bonds(rest) if rest else {}), **planned}

    def records_of(self, targets: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
        """Source records by target."""
        wanted = set(targets)
        found = {
            target: {(r.scope, r.key): r for r in records if (r.scope, r.key) not in self._records}
            for target, records in self._below.records_of(targets).items()
        }
        for target in wanted:
            for binding in self._said_of.of(target):
                record = self._records[binding]
                if record is not None:
                    found.setdefault(target, {})[binding] = record
        return {target: [records[key] for key in sorted(records)] for target, records in found.items() if records}
