"""Distances from the seeds, and for each raised node the relationship that brought it down.

A *cause edge* of ``v`` is a member of a group whose state equals ``state(v)`` and which is part
of the reason: it contributes DOWN when the group's state follows from the members left, or at
least ``state(v)`` when it follows from the ``needed``-th best contribution.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from impact.adjacency import Adjacency, IntArray, LevelArray
from impact.graph import ALONE, Graph, GroupTable
from impact.result import NO_EDGE
from impact.states import Effect, FailureState

_UNREACHED = -1


@dataclass(frozen=True, slots=True, eq=False)
class Causes:
    """For each raised node its distance, its cause edge and that edge's provider."""

    distances: IntArray
    edges: IntArray
    origins: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Members:
    """Failed members: the edge, its ends as places among the raised nodes, what it passes on."""

    edges: IntArray
    source: IntArray
    owner: IntArray
    passed: LevelArray

    def where(self, kept: NDArray[np.bool_]) -> "_Members":
        """Keep some of the members, in their order."""
        return _Members(self.edges[kept], self.source[kept], self.owner[kept], self.passed[kept])


def trace(graph: Graph, nodes: IntArray, states: LevelArray, seeds: Mapping[int, FailureState]) -> Causes:
    """Return the shortest way from a seed to each of ``nodes`` along cause edges.

    Preconditions: ``nodes`` ascend and are all the nodes that the least fixpoint from ``seeds``
    raises, ``states`` are their states in it. Then every node is reached: its rank proves one
    cause edge from an earlier rank. A node whose seed explains its state has distance 0 and no
    cause. Among the nearest causes the lowest provider wins, then the lowest edge; parallel
    relationships between the same two nodes are told apart by their index alone. Cycles are
    harmless: the walk is breadth first. O(r log r), r = raised nodes + their outgoing edges.

    >>> graph = Graph.compile(3, [0, 1], [1, 2], [Effect.HARD] * 2, [ALONE] * 2)
    >>> down = np.full(3, FailureState.DOWN, dtype=np.int8)
    >>> trace(graph, np.arange(3, dtype=np.int32), down, {2: FailureState.DOWN}).edges.tolist()
    [0, 1, -1]
    """
    explained = _explained(nodes, states, seeds)
    members = _failed_members(graph, nodes, states)
    members = members.where(~explained[members.owner])
    causing = members.where(_is_cause(graph, members, states[members.owner]))
    rows = Adjacency.sort(causing.source, np.arange(len(causing.source)), len(nodes))
    distances = np.full(len(nodes), _UNREACHED, dtype=np.int32)
    distances[explained] = 0
    edges = np.full(len(nodes), NO_EDGE, dtype=np.int32)
    frontier = np.flatnonzero(explained).astype(np.int32)
    distance = 0
    while frontier.size:
        distance += 1
        steps = rows.of(frontier)
        steps = steps[distances[causing.owner[steps]] == _UNREACHED]
        frontier, nearest = np.unique(causing.owner[steps], return_index=True)
        distances[frontier] = distance
        edges[frontier] = causing.edges[steps[nearest]]
    origins = np.full(len(nodes), NO_EDGE, dtype=np.int32)
    caused = edges != NO_EDGE
    origins[caused] = graph.providers[edges[caused]]
    return Causes(distances, edges, origins)


def _explained(nodes: IntArray, states: LevelArray, seeds: Mapping[int, FailureState]) -> NDArray[np.bool_]:
    explained = np.zeros(len(nodes), dtype=np.bool_)
    places = np.searchsorted(nodes, np.array(list(seeds), dtype=np.int32))
    explained[places] = states[places] == np.array(list(seeds.values()), dtype=np.int8)
    return explained


def _failed_members(graph: Graph, nodes: IntArray, states: LevelArray) -> _Members:
    starts = graph.outgoing.starts
    lengths = starts[nodes + 1] - starts[nodes]
    edges = graph.outgoing.of(nodes)
    source = np.repeat(np.arange(len(nodes), dtype=np.int32), lengths)
    effects = graph.effects[edges]
    passed = np.where(effects == Effect.HARD, states[source], states[source] - 1)
    passed = np.where(effects == Effect.NONE, 0, passed).astype(np.int8)
    kept = passed > FailureState.UP
    edges, source, passed = edges[kept], source[kept], passed[kept]
    places = np.zeros(graph.size, dtype=np.int32)  # pages that are never touched cost nothing
    places[nodes] = np.arange(1, len(nodes) + 1)
    owner = places[graph.dependents[edges]] - 1
    return _Members(edges, source, owner, passed).where(owner >= 0)


def _is_cause(graph: Graph, members: _Members, target: LevelArray) -> NDArray[np.bool_]:
    causing: NDArray[np.bool_] = members.passed == target
    groups = graph.group_of[members.edges]
    named = np.flatnonzero(groups != ALONE)
    passed, wanted = members.passed[named], target[named]
    left, best = _levels(graph.table, groups[named], passed)
    by_members_left = (left == wanted) & (passed == FailureState.DOWN)
    by_best_contribution = (best == wanted) & (passed >= wanted)
    causing[named] = by_members_left | by_best_contribution
    return causing


def _levels(table: GroupTable, groups: IntArray, passed: LevelArray) -> tuple[LevelArray, LevelArray]:
    """Return, for each failed member, both states of its group: by members left, by the best."""
    distinct, group = np.unique(groups, return_inverse=True)
    n, needed, degraded = table.n[distinct], table.needed[distinct], table.degraded[distinct]
    best = np.zeros(len(distinct), dtype=np.int8)
    failed = np.zeros(len(distinct), dtype=np.intp)
    for level in (FailureState.AT_RISK, FailureState.DEGRADED, FailureState.DOWN):
        failed = np.bincount(group[passed >= level], minlength=len(distinct))
        best[failed > n - needed] = level
    left = np.where(failed > 0, FailureState.AT_RISK, FailureState.UP).astype(np.int8)
    left[failed > n - degraded] = FailureState.DEGRADED
    left[failed > n - needed] = FailureState.DOWN
    return left[group], best[group]
