"""One failure followed DOWN only, and why: costs what falls, however deep or narrow the way is.

The same as the DOWN part of ``evaluate``, in plain lists instead of arrays: an array pays for each
round, a list for each edge.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from impact.graph import ALONE, Graph
from impact.states import Effect


class HardEdge(NamedTuple):
    """A relationship that passes DOWN on; ``group`` is ALONE or the index of a named group."""

    edge: int
    provider: int
    dependent: int
    group: int


class Downfalls:
    """Follows failures on one graph; the relationships of a node are looked up once."""

    def __init__(self, graph: Graph) -> None:
        """Nothing is looked up yet."""
        self._graph = graph
        self._spare: list[int] = (graph.table.n - graph.table.needed).tolist()
        self._above: dict[int, tuple[HardEdge, ...]] = {}
        self._below: dict[int, tuple[HardEdge, ...]] = {}

    def follow(self, node: int) -> "Downfall":
        """What is DOWN when ``node`` alone is. Raises UnknownNodeError. O(what falls, with its outgoing edges).

        >>> graph = Graph.compile(3, [0, 1], [1, 2], [Effect.HARD] * 2, [ALONE] * 2)
        >>> fall = Downfalls(graph).follow(2)
        >>> dict(fall.rounds), fall.chain(0)
        ({2: 0, 1: 1, 0: 2}, (1, 0))
        """
        self._graph.require_node(node)
        rounds = {node: 0}
        lost: dict[int, int] = {}
        queue = [node]
        for fallen in queue:
            for edge in self.above(fallen):
                if self._is_last(edge, lost) and edge.dependent not in rounds:
                    rounds[edge.dependent] = rounds[fallen] + 1
                    queue.append(edge.dependent)
        return Downfall(self, node, rounds, frozenset(group for group in lost if lost[group] > self._spare[group]))

    def _is_last(self, edge: HardEdge, lost: dict[int, int]) -> bool:
        """Count a failed member; whether its dependent is DOWN by it, or was before."""
        if edge.group == ALONE:
            return True
        lost[edge.group] = lost.get(edge.group, 0) + 1
        return lost[edge.group] > self._spare[edge.group]

    def spare(self, group: int) -> int:
        """How many members a group can lose; none for a relationship that stands alone."""
        return 0 if group == ALONE else self._spare[group]

    def above(self, node: int) -> tuple[HardEdge, ...]:
        """The relationships through which a node may take others down, in the order of their index."""
        if node not in self._above:
            self._above[node] = self._hard(self._graph.outgoing.at(node))
        return self._above[node]

    def below(self, node: int) -> tuple[HardEdge, ...]:
        """The relationships through which a node may be taken down, in the order of their index."""
        if node not in self._below:
            self._below[node] = self._hard(np.sort(self._graph.incoming.at(node)))
        return self._below[node]

    def _hard(self, edges: np.ndarray[tuple[int], np.dtype[np.int32]]) -> tuple[HardEdge, ...]:
        graph = self._graph
        edges = edges[graph.effects[edges] == Effect.HARD]
        columns = (edges, graph.providers[edges], graph.dependents[edges], graph.group_of[edges])
        return tuple(map(HardEdge, *(column.tolist() for column in columns)))


@dataclass(slots=True)
class Downfall:
    """What is DOWN when ``node`` alone is: ``rounds`` has the round in which each fell, as ``evaluate`` counts them.

    ``fired``: the named groups that have lost more than they can spare.
    """

    graph: Downfalls
    node: int
    rounds: Mapping[int, int]
    fired: frozenset[int]
    _causes: dict[int, HardEdge] | None = None

    def chain(self, node: int) -> tuple[int, ...]:
        """One shortest chain of causes of a fallen node, the failed one first: the indexes of its relationships.

        A cause is any failed member of a group that fired. Among the nearest, the lowest provider wins, then the
        lowest index; the same as ``Impact.chain``.
        """
        if self._causes is None:
            self._causes = self._traced()
        way: list[int] = []
        while node != self.node:
            cause = self._causes[node]
            way.append(cause.edge)
            node = cause.provider
        return tuple(reversed(way))

    def firing(self, node: int) -> list[list[HardEdge]]:
        """The groups that took a node down, each as its members that had fallen in an earlier round."""
        groups: dict[tuple[int, int], list[HardEdge]] = {}
        for edge in self.graph.below(node):
            if self.rounds.get(edge.provider, self.rounds[node]) < self.rounds[node]:
                key = (edge.group, edge.edge if edge.group == ALONE else ALONE)
                groups.setdefault(key, []).append(edge)
        return [members for (group, _), members in groups.items() if len(members) > self.graph.spare(group)]

    def _traced(self) -> dict[int, HardEdge]:
        causes: dict[int, HardEdge] = {}
        frontier = [self.node]
        while frontier:
            fresh = {edge.dependent: edge for edge in reversed([*self._onward(frontier)])}
            fresh = {node: edge for node, edge in fresh.items() if node not in causes and node != self.node}
            causes |= fresh
            frontier = sorted(fresh)
        return causes

    def _onward(self, frontier: list[int]) -> Iterator[HardEdge]:
        for node in frontier:
            yield from (edge for edge in self.graph.above(node) if edge.group == ALONE or edge.group in self.fired)
