"""The least fixpoint of failure states, level by level.

A group's state is at least ``L`` exactly when enough members contribute at least ``L``, which
depends only on providers that are at least ``L`` themselves. So the set of DOWN nodes is the
least fixpoint of its own rule; with it known, the set of nodes at least DEGRADED is, and then
the set at least AT_RISK. Each set grows in rounds from what the set before it passes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from impact.adjacency import IntArray, frozen
from impact.causes import trace
from impact.graph import ALONE, Graph
from impact.result import Impact
from impact.states import Effect, FailureState


def evaluate(graph: Graph, seeds: Mapping[int, FailureState]) -> Impact:
    """Return the impact of ``seeds``: the least states that satisfy every group.

    ``state(v) = max(seed(v), groups of v)``. For a group of ``n`` members with ``u`` of them
    contributing less than DOWN: ``u < needed`` gives DOWN, else ``u < degraded`` DEGRADED, else
    ``u < n`` AT_RISK, else UP; and at least the ``needed``-th best contribution (none when
    ``needed`` is 0). A seed that is UP says nothing.

    The fixpoint is unique, whatever the order of edges, groups and seeds; a cycle without a
    failed seed stays up. Raises UnknownNodeError for a seed outside the graph.
    O(r log r) with r = raised nodes + their outgoing edges; the rest of the graph is not read.
    States: Tarski, "A lattice-theoretical fixpoint theorem", 1955; counting: Dowling and
    Gallier, "Linear-time algorithms for testing the satisfiability of propositional Horn
    formulae", 1984.

    >>> from impact.graph import GroupSpec
    >>> from impact.threshold import Threshold
    >>> group = GroupSpec(owner=0, name="db", min_up=Threshold.count(2))
    >>> graph = Graph.compile(4, [0, 0, 0], [1, 2, 3], [Effect.HARD] * 3, [0, 0, 0], [group])
    >>> evaluate(graph, {1: FailureState.DOWN}).state(0).label
    'at_risk'
    >>> evaluate(graph, {1: FailureState.DOWN, 2: FailureState.DOWN}).state(0).label
    'down'
    """
    failing = _failing(graph, seeds)
    sweep = _Sweep(graph)
    sweep.settle(FailureState.DOWN, _seeded(failing, FailureState.DOWN))
    lost = sweep.groups_touched()
    thin = lost[sweep.failed[lost] > graph.table.n[lost] - graph.table.degraded[lost]]
    for level, groups in ((FailureState.DEGRADED, thin), (FailureState.AT_RISK, lost)):
        softened = sweep.count(sweep.softened)
        owners = graph.table.owner[groups]
        sweep.settle(level, np.concatenate((_seeded(failing, level), softened, owners)))
    return _impact(graph, failing, sweep)


def _failing(graph: Graph, seeds: Mapping[int, FailureState]) -> dict[int, FailureState]:
    for node in seeds:
        graph.require_node(node)
    return {node: seeds[node] for node in sorted(seeds) if seeds[node] > FailureState.UP}


def _seeded(failing: Mapping[int, FailureState], level: FailureState) -> IntArray:
    return np.array([node for node, state in failing.items() if state == level], dtype=np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class _Wave:
    """The nodes raised in one round of one level."""

    nodes: IntArray
    round: int


class _Sweep:
    """The working state of one evaluation: a level for each node, a count for each group."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.state = np.zeros(graph.size, dtype=np.int8)
        self.failed = np.zeros(graph.group_count, dtype=np.int32)
        self.waves: list[_Wave] = []
        self.touched: list[IntArray] = []
        self.softened = np.zeros(0, dtype=np.int32)

    def settle(self, level: FailureState, start: IntArray) -> None:
        """Raise ``start`` to ``level``, then round by round what follows through hard edges.

        Leaves in ``softened`` the soft edges of the nodes raised here: they contribute one
        level less, so they count when the next level starts.
        """
        soft = [self.softened[:0]]
        fresh = self._raise(level, start)
        rounds = 0
        while fresh.size:
            self.waves.append(_Wave(fresh, rounds))
            edges = self.graph.outgoing.of(fresh)
            effects = self.graph.effects[edges]
            soft.append(edges[effects == Effect.SOFT])
            fresh = self._raise(level, self.count(edges[effects == Effect.HARD]))
            rounds += 1
        self.softened = np.concatenate(soft)

    def count(self, edges: IntArray) -> IntArray:
        """Count ``edges`` as failed members; return the owners of what has failed by them."""
        groups = self.graph.group_of[edges]
        alone = self.graph.dependents[edges[groups == ALONE]]
        named = groups[groups != ALONE]
        np.add.at(self.failed, named, 1)
        self.touched.append(named)
        table = self.graph.table
        fired = named[self.failed[named] > table.n[named] - table.needed[named]]
        return np.concatenate((alone, table.owner[fired]))

    def groups_touched(self) -> IntArray:
        """Return each group that has counted a failed member so far, once."""
        return np.unique(np.concatenate([self.softened[:0], *self.touched]))

    def _raise(self, level: FailureState, nodes: IntArray) -> IntArray:
        fresh = np.unique(nodes[self.state[nodes] < level])
        self.state[fresh] = level
        return fresh


def _impact(graph: Graph, failing: Mapping[int, FailureState], sweep: _Sweep) -> Impact:
    raised = np.concatenate([np.zeros(0, dtype=np.int32), *(wave.nodes for wave in sweep.waves)])
    lengths = [len(wave.nodes) for wave in sweep.waves]
    rounds = np.repeat(np.array([wave.round for wave in sweep.waves], dtype=np.int32), lengths)
    order = np.argsort(raised)
    nodes = raised[order]
    states = sweep.state[nodes]
    causes = trace(graph, nodes, states, failing)
    return Impact(
        size=graph.size,
        seeds=MappingProxyType(dict(failing)),
        nodes=frozen(nodes),
        states=frozen(states),
        rounds=frozen(rounds[order]),
        distances=frozen(causes.distances),
        causes=frozen(causes.edges),
        origins=frozen(causes.origins),
    )
