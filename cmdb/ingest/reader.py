"""What planning reads: the store, or the store with a plan laid over it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from cmdb.model.items import Item, Relationship
from cmdb.model.queries import Direction
from cmdb.model.sources import Bond, Scope, SourceRecord


class Reader(Protocol):
    """The reads of :class:`cmdb.store.port.Store` that planning needs; their contracts are the port's."""

    def items(self, ids: Collection[str]) -> Mapping[str, Item]:
        """Items by id."""

    def named(self, names: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Sequence[Item]]:
        """Items by exact class and name."""

    def identified(self, identifiers: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Ids by identifier hash."""

    def relationships(self, keys: Collection[str]) -> Mapping[str, Relationship]:
        """Edges by key."""

    def relationships_of(
        self, ids: Collection[str], direction: Direction, types: Collection[str]
    ) -> Sequence[Relationship]:
        """Edges of some types at items."""

    def records(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], SourceRecord]:
        """Source records by binding."""

    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
        """What source records are bound to, by binding."""

    def records_of(self, targets: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
        """Source records by target."""
