"""The part of the graph on which a comparison is exact: with each item all that it stands on."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from cmdb.model.items import Item, Relationship
from cmdb.practices.dependencies import DependencyGraph, compile_graph
from cmdb.practices.effects.laid_over import LaidOver
from cmdb.practices.effects.sides import Sides
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
        self._sides: Sides | None = None

    @property
    def unread(self) -> int:
        """How many items the limit left unread, at the edge of what was read."""
        return len(self._open)

    def close(self, ids: Iterable[str]) -> None:
        """Take in items and all that they stand on, as far as the limit allows: O(1) reads a level."""
        fresh = set(ids) - self._closed
        if fresh:
            self._sides = None
        while fresh:
            if self._graph.size > self._most:
                self._open |= fresh
                return
            found = self._graph.below(fresh)
            self._closed |= fresh
            self._open -= fresh
            fresh = {pair.provider for pairs in found.values() for pair in pairs if pair.is_hard} - self._closed

    def beneath(self, ids: Collection[str]) -> set[str]:
        """Items of the region with all that they stand on by hard dependencies."""
        found: set[str] = set()
        fresh = set(ids) & self._closed
        while fresh:
            found |= fresh
            below = self._graph.below(fresh)
            fresh = {pair.provider for pairs in below.values() for pair in pairs if pair.is_hard} & self._closed - found
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

    def sound(self) -> set[str]:
        """The items all of whose foundations were read: all of them, unless the limit cut some off."""
        below = self._graph.below(self._closed)
        dependents: dict[str, set[str]] = defaultdict(set)
        for id_, pairs in below.items() if self.unread else ():
            for pair in pairs:
                if pair.is_hard:
                    dependents[pair.provider].add(id_)
        doubtful: set[str] = set()
        fresh = self._open
        while fresh:
            doubtful |= fresh
            fresh = set().union(*(dependents[id_] for id_ in fresh)) - doubtful
        return self._closed - doubtful

    def sides(self) -> Sides:
        """The region compiled, as it is and as it would be."""
        if self._sides is None:
            sound = self.sound()
            pairs = [pair for found in self._graph.below(sound).values() for pair in found]
            ids = sound.union(pair.provider for pair in pairs)
            items = [self._graph.item(id_) for id_ in ids]
            self._sides = Sides.of(
                self._compiled(
                    [pair.before for pair in items if pair.before is not None],
                    [pair.before for pair in pairs if pair.before is not None],
                ),
                self._compiled(
                    [pair.after for pair in items], [pair.after for pair in pairs if pair.after is not None]
                ),
                self._graph.catalogue,
            )
        return self._sides

    def _compiled(self, items: list[Item], edges: list[Relationship]) -> DependencyGraph:
        edges.sort(key=lambda edge: (edge.type, edge.from_id, edge.to_id))
        return compile_graph(GraphRead(self._graph.seq, iter([items]), iter([edges])), self._graph.catalogue)
