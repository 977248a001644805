"""The part of the graph on which a comparison is exact: with each item all that it stands on."""

from collections import defaultdict
from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

import impact
from cmdb.practices.dependencies import DependencyGraph, GraphBuilder, compile_graph
from cmdb.practices.effects.laid_over import LaidOver
from cmdb.practices.effects.sides import Sides, service_classes
from cmdb.store.port import GraphRead


class Region:
    """A growing set of items that holds, with each of them, everything it stands on by hard dependencies.

    Whether one of them goes DOWN follows from the region alone: a soft dependency passes no DOWN on, and nothing else
    enters.  So what is computed on the region is what would be computed on the whole graph.
    """

    def __init__(self, graph: LaidOver, most: int) -> None:
        """Begin with nothing; once ``most`` items were read, no further level is."""
        self._graph = graph
        self._most = most
        self._closed: set[str] = set()
        self._open: set[str] = set()
        self._before = GraphBuilder(graph.rules)
        self._after = GraphBuilder(graph.rules)
        self._sides: Sides | None = None

    @property
    def unread(self) -> int:
        """How many items the limit left unread, at the edge of what was read."""
        return len(self._open)

    def close(self, ids: Iterable[str]) -> None:
        """Take in items and all that they stand on, as far as the limit allows: O(1) reads a level."""
        fresh = set(ids) - self._closed
        while fresh and self._graph.size <= self._most:
            self._sides = None
            found = self._graph.below(fresh)
            for id_ in fresh:
                self._take_in(id_)
            self._closed |= fresh
            self._open -= fresh
            fresh = {pair.provider for pairs in found.values() for pair in pairs if pair.is_hard} - self._closed
        self._open |= fresh

    def beneath(self, ids: Collection[str]) -> set[str]:
        """Items of the region with all that they stand on by hard dependencies."""
        found: set[str] = set()
        fresh = set(ids) & self._closed
        while fresh:
            found |= fresh
            below = self._graph.below(fresh)
            providers = {pair.provider for pairs in below.values() for pair in pairs if pair.is_hard}
            fresh = {id_ for id_ in providers if id_ in self._closed and id_ not in found}
        return found

    def outside(self, ids: Collection[str]) -> dict[str, set[str]]:
        """For each item with any: the hard dependents that the region does not hold."""
        found = {
            id_: {pair.dependent for pair in pairs if pair.is_hard} - self._closed
            for id_, pairs in self._graph.above(ids).items()
        }
        return {id_: dependents for id_, dependents in found.items() if dependents}

    def above(self, ids: Collection[str], levels: int) -> set[str]:
        """Items with their hard dependents, and theirs, so many levels high."""
        found = set(ids)
        fresh = found
        for _ in range(levels - 1):
            above = self._graph.above(fresh)
            fresh = {pair.dependent for pairs in above.values() for pair in pairs if pair.is_hard} - found
            found |= fresh
        return found

    def sides(self) -> Sides:
        """The region compiled, as it is and as it would be."""
        if self._sides is None:
            items = self._after.items
            classes = service_classes(self._graph.catalogue)
            doubtful = self._doubtful()
            self._sides = Sides(
                impact.SingleFailures(self._before.compile()),
                impact.SingleFailures(self._after.compile()),
                [item.id for item in items],
                self._after.numbers,
                is_service=_flags([item.cls in classes for item in items]),
                is_known=_flags([item.id in self._closed and item.id not in doubtful for item in items]),
            )
        return self._sides

    def compiled(self, ids: Collection[str]) -> tuple[DependencyGraph, DependencyGraph]:
        """The part under some items alone, in canonical numbers, as it is and as it would be."""
        part = self.beneath(ids)
        pairs = [pair for found in self._graph.below(part).values() for pair in found]
        pairs.sort(key=lambda pair: (pair.type, pair.dependent, pair.provider))
        items = [self._graph.item(id_) for id_ in part.union(pair.provider for pair in pairs)]
        old = [pair.before for pair in items if pair.before], [pair.before for pair in pairs if pair.before]
        new = [pair.after for pair in items], [pair.after for pair in pairs if pair.after]
        before, after = (GraphRead(self._graph.seq, iter([nodes]), iter([edges])) for nodes, edges in (old, new))
        return compile_graph(before, self._graph.catalogue), compile_graph(after, self._graph.catalogue)

    def _take_in(self, id_: str) -> None:
        self._number(id_)
        for pair in self._graph.below([id_])[id_]:
            self._number(pair.provider)
            if pair.before is not None:
                self._before.add(pair.before)
            if pair.after is not None:
                self._after.add(pair.after)

    def _number(self, id_: str) -> None:
        if id_ not in self._after.numbers:
            item = self._graph.item(id_)
            self._before.add_item(item.before or item.after)
            self._after.add_item(item.after)

    def _doubtful(self) -> set[str]:
        """What stands on something that the limit left unread."""
        dependents: dict[str, set[str]] = defaultdict(set)
        for id_, pairs in self._graph.below(self._closed).items() if self._open else ():
            for pair in pairs:
                if pair.is_hard:
                    dependents[pair.provider].add(id_)
        doubtful: set[str] = set()
        fresh = self._open
        while fresh:
            doubtful |= fresh
            fresh = set().union(*(dependents[id_] for id_ in fresh)) - doubtful
        return doubtful


def _flags(values: list[bool]) -> NDArray[np.bool_]:
    return np.array(values, dtype=np.bool_)
