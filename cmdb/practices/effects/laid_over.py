"""The graph of the store with a plan laid over it: every item and dependency as it is and as it would be."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from cmdb.ingest.touched import TouchedGraph
from cmdb.model.catalogue import Catalogue, Failure
from cmdb.model.items import Effect, Item, Relationship
from cmdb.model.queries import Direction
from cmdb.practices.dependencies import DependencyRules
from cmdb.store.port import Store

CHUNK: Final = 5_000
"""Ids that are asked for at once."""


@dataclass(frozen=True, slots=True)
class ItemPair:
    """An item before and after; ``before`` is ``None`` for what the plan creates."""

    before: Item | None
    after: Item


@dataclass(frozen=True, slots=True)
class DependencyPair:
    """A relationship before and after; ``None`` where it is not there or carries no failure.

    ``is_hard``: whether it passes DOWN on, before or after.
    """

    type: str
    dependent: str
    provider: str
    before: Relationship | None
    after: Relationship | None
    is_hard: bool


class LaidOver:
    """Reads as of the plan's ``base_seq``; what was read is kept, and not read again."""

    def __init__(self, store: Store, planned: TouchedGraph) -> None:
        """Read ``store`` live while its head is that of the plan, else its history."""
        self._store = store
        self._at = None if store.head() == planned.base_seq else planned.base_seq
        self._items = {after.id: ItemPair(before, after) for before, after in planned.delta.items if after is not None}
        self._keys = {edge.key for versions in planned.delta.relationships for edge in versions if edge is not None}
        self.rules = DependencyRules(store.catalogue)
        self._planned_below: dict[str, list[DependencyPair]] = defaultdict(list)
        self._planned_above: dict[str, list[DependencyPair]] = defaultdict(list)
        for before, after in planned.delta.relationships:
            pair = self._pair(before, after)
            if pair is not None:
                self._planned_below[pair.dependent].append(pair)
                self._planned_above[pair.provider].append(pair)
        self._below: dict[str, list[DependencyPair]] = {}
        self._above: dict[str, list[DependencyPair]] = {}
        self.catalogue: Catalogue = store.catalogue
        self.seq = planned.base_seq

    @property
    def size(self) -> int:
        """How many items are planned or were read."""
        return len(self._items)

    @property
    def has_moved(self) -> bool:
        """Whether the graph that was read live is by now another than that of the plan."""
        return self._at is None and self._store.head() != self.seq

    def item(self, id_: str) -> ItemPair:
        """An item at either end of a dependency that was read."""
        return self._items[id_]

    def below(self, ids: Collection[str]) -> Mapping[str, Sequence[DependencyPair]]:
        """What each dependent depends on: at most three reads for 5,000 ids."""
        fresh = [id_ for id_ in ids if id_ not in self._below]
        self._below |= {id_: list(self._planned_below.get(id_, ())) for id_ in fresh}
        for pair in self._read(fresh, Direction.OUT, Direction.IN):
            self._below[pair.dependent].append(pair)
        self._read_items({*fresh, *(pair.provider for id_ in fresh for pair in self._below[id_])})
        return {id_: self._below[id_] for id_ in ids}

    def above(self, ids: Collection[str]) -> Mapping[str, Sequence[DependencyPair]]:
        """What depends on each provider: at most two reads for 5,000 ids."""
        fresh = [id_ for id_ in ids if id_ not in self._above]
        self._above |= {id_: list(self._planned_above.get(id_, ())) for id_ in fresh}
        for pair in self._read(fresh, Direction.IN, Direction.OUT):
            self._above[pair.provider].append(pair)
        return {id_: self._above[id_] for id_ in ids}

    def _read(self, ids: Sequence[str], against: Direction, along: Direction) -> Iterator[DependencyPair]:
        """Dependencies that the plan leaves alone, at one of their ends."""
        stored = [id_ for id_ in ids if id_ not in self._items or self._items[id_].before is not None]
        for chunk in _chunks(stored):
            for direction, failure in ((against, Failure.AGAINST), (along, Failure.ALONG)):
                types = _types(self.catalogue, failure)
                edges = self._store.relationships_of(chunk, direction, types, self._at) if types else ()
                pairs = (self._pair(edge, edge) for edge in edges if edge.key not in self._keys)
                yield from (pair for pair in pairs if pair is not None)

    def _read_items(self, ids: Iterable[str]) -> None:
        for chunk in _chunks(id_ for id_ in ids if id_ not in self._items):
            found = self._store.items(chunk, self._at)
            self._items |= {id_: ItemPair(item, item) for id_, item in found.items()}

    def _pair(self, before: Relationship | None, after: Relationship | None) -> DependencyPair | None:
        """A relationship as far as it carries failure; both versions have the same ends."""
        old = self.rules.dependency(before) if before is not None else None
        new = old if after is before else self.rules.dependency(after) if after is not None else None
        carried = old or new
        if carried is None:
            return None
        is_hard = any(found is not None and found.effect is Effect.HARD for found in (old, new))
        kept = before if old else None, after if new else None
        type_ = next(edge.type for edge in kept if edge is not None)
        return DependencyPair(type_, carried.dependent, carried.provider, *kept, is_hard)


def _types(catalogue: Catalogue, failure: Failure) -> list[str]:
    return [name for name, spec in catalogue.relationship_types.items() if spec.failure is failure]


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(ids)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
