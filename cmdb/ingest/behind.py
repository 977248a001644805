"""Reading a store while a batch is being written to it: only what the batch may alter is waited for."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cmdb.ingest.planning import Binding
from cmdb.ingest.reader import Reader
from cmdb.model.commits import ChangeSet
from cmdb.model.items import Item, Relationship
from cmdb.model.queries import Direction
from cmdb.model.sources import Bond, SourceRecord


@dataclass(frozen=True, slots=True)
class Touched:
    """What a batch alters: answers about anything else are the same before and after it.

    ``things`` are ids, identifiers, names, bindings and keys of edges; ``ends`` the items whose edges it alters.
    ``is_all`` when it cannot be told: what is only added is known, what it takes the place of is not.
    """

    things: frozenset[Hashable] = frozenset()
    ends: frozenset[str] = frozenset()
    is_all: bool = False

    @classmethod
    def by(cls, changes: ChangeSet, known: Collection[Binding]) -> "Touched":
        """Of a change set; ``known`` are the bindings among those it was planned with that were there before.

        Linear in its size.
        """
        adds_only = not (changes.updates or changes.removals or changes.dropped_records)
        if not adds_only or any((record.scope, record.key) in known for record in changes.records):
            return cls(is_all=True)
        ends = frozenset(end for edge in changes.relationships for end in (edge.from_id, edge.to_id))
        return cls(frozenset(_things(changes)), ends)


def _things(changes: ChangeSet) -> Iterator[Hashable]:
    for create in changes.creates:
        yield create.id
        yield create.identity_key
        yield create.cls, create.name
        yield from create.identifiers
    for edge in changes.relationships:
        yield edge.key
    for record in changes.records:
        yield record.scope, record.key
        yield record.target


class Behind:
    """A :class:`Reader` of a store as it is after a batch that is on its way; ``wait`` returns once it has ended.

    ``known`` gathers the bindings that were asked for and found.
    """

    def __init__(self, store: Reader, touched: Touched, wait: Callable[[], object]) -> None:
        """Nothing is waited for yet."""
        self._store = store
        self._touched = touched
        self._wait = wait
        self.known: set[Binding] = set()

    def items(self, ids: Collection[str]) -> Mapping[str, Item]:
        """Items by id."""
        return self._after(ids).items(ids)

    def named(self, names: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Sequence[Item]]:
        """Items by exact class and name."""
        return self._after(names).named(names)

    def identified(self, identifiers: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Ids by identifier hash."""
        return self._after(identifiers).identified(identifiers)

    def relationships(self, keys: Collection[str]) -> Mapping[str, Relationship]:
        """Edges by key."""
        return self._after(keys).relationships(keys)

    def relationships_of(
        self, ids: Collection[str], direction: Direction, types: Collection[str]
    ) -> Sequence[Relationship]:
        """Edges of some types at items."""
        if self._touched.is_all or not self._touched.ends.isdisjoint(ids):
            self._wait()
        return self._store.relationships_of(ids, direction, types)

    def records(self, bindings: Collection[Binding]) -> Mapping[Binding, SourceRecord]:
        """Source records by binding."""
        found = self._after(bindings).records(bindings)
        self.known.update(found)
        return found

    def bonds(self, bindings: Collection[Binding]) -> Mapping[Binding, Bond]:
        """What source records are bound to, by binding."""
        found = self._after(bindings).bonds(bindings)
        self.known.update(found)
        return found

    def records_of(self, targets: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
        """Source records by target."""
        found = self._after(targets).records_of(targets)
        self.known.update((record.scope, record.key) for records in found.values() for record in records)
        return found

    def _after(self, asked: Iterable[Hashable]) -> Reader:
        if self._touched.is_all or not self._touched.things.isdisjoint(asked):
            self._wait()
        return self._store
