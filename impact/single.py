"""Single failures: what each of many nodes takes DOWN when it alone fails, all of them in one pass.

Only DOWN is asked for, and DOWN follows from DOWN alone (see ``closure``): hard edges, and groups
that lose more members than they can spare. So the many closures run side by side in *lanes*, one
a failing node, level by level.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from impact.adjacency import IntArray, frozen
from impact.graph import ALONE, Graph
from impact.states import Effect

_Places = NDArray[np.int64]
CELLS = 1 << 25
"""Cells (lanes × nodes and groups) that are worked on at once, of at most five bytes each."""


def single_failures(graph: Graph, nodes: Sequence[int], cells: int = CELLS) -> Iterator[IntArray]:
    """Yield, for each of ``nodes``, the nodes that are DOWN when it alone is: itself and what follows.

    The same as the DOWN nodes of ``evaluate(graph, {node: DOWN})``, ascending and read-only, for
    many nodes at a fraction of the cost. Cycles are harmless: a node is raised once. A node may be
    asked for twice. Raises UnknownNodeError for an index outside the graph.
    O(r log r) with r = raised nodes + their outgoing edges, over all of ``nodes``; memory is
    bounded by ``cells``, except that of the answers.

    >>> from impact.graph import GroupSpec
    >>> from impact.threshold import Threshold
    >>> pair = GroupSpec(owner=0, name="uplinks", min_up=Threshold.count(1))
    >>> hard = [Effect.HARD] * 4
    >>> graph = Graph.compile(4, [0, 0, 1, 2], [1, 2, 3, 3], hard, [0, 0, ALONE, ALONE], [pair])
    >>> [fallen.tolist() for fallen in single_failures(graph, [1, 3])]
    [[1], [0, 1, 2, 3]]
    """
    for node in nodes:
        graph.require_node(node)
    lanes = max(1, cells // max(1, graph.size + graph.group_count))
    for first in range(0, len(nodes), lanes):
        yield from _Lanes(graph, np.array(nodes[first : first + lanes], dtype=np.int64)).fallen()


class _Lanes:
    """One closure a failing node; a cell is (lane, node) or (lane, group) as one number."""

    def __init__(self, graph: Graph, nodes: _Places) -> None:
        self.graph = graph
        self.nodes = nodes
        self.down = np.zeros(len(nodes) * graph.size, dtype=np.bool_)  # untouched pages cost nothing
        self.failed = np.zeros(len(nodes) * graph.group_count, dtype=np.int32)

    def fallen(self) -> Iterator[IntArray]:
        """Raise the failing nodes, then round by round what follows; one answer a lane."""
        waves = [self._raise(np.arange(len(self.nodes)) * self.graph.size + self.nodes)]
        while waves[-1].size:
            waves.append(self._raise(self._following(waves[-1])))
        cells = np.sort(np.concatenate(waves))
        lanes, nodes = np.divmod(cells, self.graph.size)
        ends = np.searchsorted(lanes, np.arange(1, len(self.nodes)))
        return (frozen(part.astype(np.int32)) for part in np.split(nodes, ends))

    def _raise(self, cells: _Places) -> _Places:
        fresh = np.unique(cells[~self.down[cells]])
        self.down[fresh] = True
        return fresh

    def _following(self, cells: _Places) -> _Places:
        """The cells of dependents that a wave takes down, through edges alone and through groups."""
        lanes, edges = self._outgoing(cells)
        groups = self.graph.group_of[edges]
        is_alone = groups == ALONE
        alone = lanes[is_alone] * self.graph.size + self.graph.dependents[edges[is_alone]]
        lanes, named = lanes[~is_alone], groups[~is_alone]
        counted = lanes * self.graph.group_count + named
        np.add.at(self.failed, counted, 1)
        table = self.graph.table
        fired = self.failed[counted] > table.n[named] - table.needed[named]
        return np.concatenate((alone, lanes[fired] * self.graph.size + table.owner[named[fired]]))

    def _outgoing(self, cells: _Places) -> tuple[_Places, IntArray]:
        """The hard edges that leave the nodes of a wave, each with its lane."""
        lanes, nodes = np.divmod(cells, self.graph.size)
        rows = self.graph.outgoing
        edges = rows.of(nodes.astype(np.int32))
        lanes = np.repeat(lanes, rows.starts[nodes + 1] - rows.starts[nodes])
        is_hard = self.graph.effects[edges] == Effect.HARD
        return lanes[is_hard], edges[is_hard]
