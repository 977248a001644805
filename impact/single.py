"""Single failures: what each of many nodes takes DOWN when it alone fails, all of them in one pass.

Only DOWN is asked for, and DOWN follows from DOWN alone (see ``closure``): hard edges, and groups
that lose more members than they can spare. Each failing node is a *lane*, one bit; the row of a
node holds the lanes in which it is DOWN. So a hard edge is an OR of rows, a group a count of bits,
and one walk from providers to dependents answers for all lanes, however deep the graph is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from impact.adjacency import IntArray
from impact.graph import ALONE, Graph
from impact.levels import Levels
from impact.states import Effect

BitRows = NDArray[np.uint64]
"""One row a node, one bit a lane: lane ``i`` is bit ``i % 64`` of word ``i // 64``."""
WORD: Final = 64
_MOST: Final = 255
_EVERY: Final = np.uint64(2**WORD - 1)


class SingleFailures:
    """A graph made ready for single failures: O(nodes + edges log edges)."""

    def __init__(self, graph: Graph) -> None:
        """Order the edges that can pass DOWN on."""
        self._graph = graph
        edges, needed = _carrying(graph)
        levels = Levels.sort(graph.size, graph.providers[edges], graph.dependents[edges])
        self._is_cyclic = levels.is_cyclic
        self._steps = list(_steps(graph, edges, needed, levels))
        self.weight = graph.size + len(edges)
        """Nodes and edges that are worked on: ``weight`` words for 64 lanes."""

    def rows(self, nodes: Sequence[int]) -> BitRows:
        """The row of each node of the graph, with one lane for each of ``nodes`` that fails.

        Lane ``i`` has the DOWN nodes of ``evaluate(graph, {nodes[i]: DOWN})``. Cycles are harmless:
        they are walked to and fro until nothing more falls. A node may be asked for twice. Raises
        UnknownNodeError for an index outside the graph.
        Without cycles O((nodes + edges) lanes / 64), and some microseconds a level.

        >>> from impact.graph import GroupSpec
        >>> from impact.threshold import Threshold
        >>> pair = GroupSpec(owner=0, name="uplinks", min_up=Threshold.count(1))
        >>> hard = [Effect.HARD] * 4
        >>> graph = Graph.compile(4, [0, 0, 1, 2], [1, 2, 3, 3], hard, [0, 0, ALONE, ALONE], [pair])
        >>> SingleFailures(graph).rows([1, 3])[:, 0].tolist()
        [2, 3, 2, 2]
        """
        for node in nodes:
            self._graph.require_node(node)
        rows = np.zeros((self._graph.size, -(-len(nodes) // WORD)), dtype=np.uint64)
        lanes = np.arange(len(nodes))
        bits = np.left_shift(np.uint64(1), (lanes % WORD).astype(np.uint64))
        np.bitwise_or.at(rows, (np.array(nodes, dtype=np.intp), lanes // WORD), bits)
        self._settle(rows)
        return rows

    def _settle(self, rows: BitRows) -> None:
        known = None
        steps = self._steps
        while known is None or (self._is_cyclic and not np.array_equal(known, rows)):
            known = rows.copy() if self._is_cyclic else rows
            for step in steps:
                step.take_down(rows)
            steps = steps[::-1]


def count_by_lane(rows: BitRows, lanes: int) -> NDArray[np.int64]:
    """How many of the rows have each lane's bit. O(rows × lanes) in bytes.

    >>> count_by_lane(np.array([[1], [3], [2]], dtype=np.uint64), 2).tolist()
    [2, 2]
    """
    counts = np.zeros(lanes, dtype=np.int64)
    for first in range(0, len(rows), _MOST):
        counts += np.add.reduce(lane_flags(rows[first : first + _MOST], lanes), axis=0, dtype=np.uint8)
    return counts


def lane_flags(rows: BitRows, lanes: int) -> NDArray[np.uint8]:
    """The bits of the rows, one byte a lane, 0 or 1.

    >>> lane_flags(np.array([[6]], dtype=np.uint64), 4).tolist()
    [[0, 1, 1, 0]]
    """
    octets = np.ascontiguousarray(rows, dtype="<u8").view(np.uint8)
    return np.unpackbits(octets, axis=1, count=lanes, bitorder="little")


def _carrying(graph: Graph) -> tuple[IntArray, IntArray]:
    """The edges that can pass DOWN on, and how many members must fail in the group of each."""
    edges = np.flatnonzero((graph.effects == Effect.HARD) & (graph.dependents != graph.providers))
    groups = graph.group_of[edges]
    needed = np.ones(len(edges), dtype=np.int32)
    named = groups != ALONE
    needed[named] = (graph.table.n - graph.table.needed)[groups[named]] + 1
    members = np.bincount(groups[named], minlength=graph.group_count)
    can_fire = ~named
    can_fire[named] = needed[named] <= members[groups[named]]
    return edges[can_fire].astype(np.int32), needed[can_fire]


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """Edges of one level that take their dependent down alone: the providers of each dependent stand together."""

    owners: IntArray
    providers: IntArray
    starts: NDArray[np.intp]

    def take_down(self, rows: BitRows) -> None:
        """A dependent is DOWN in every lane in which a provider is."""
        fallen = rows[self.providers]
        if len(self.owners) < len(self.providers):
            fallen = np.bitwise_or.reduceat(fallen, self.starts, axis=0)
        rows[self.owners] |= fallen


@dataclass(frozen=True, slots=True, eq=False)
class _Gates:
    """Groups of one level that need two or more failed members, the largest first.

    ``columns[j]`` are the ``j``-th members of the groups that have so many.
    """

    owners: IntArray
    needed: IntArray
    columns: tuple[IntArray, ...]

    def take_down(self, rows: BitRows) -> None:
        """Count failed members in binary, lane by lane, from where ``needed`` of them overflow."""
        bits = int(self.needed.max() - 1).bit_length()
        start = (1 << bits) - self.needed
        digits = [np.where(start >> bit & 1, _EVERY, np.uint64(0))[:, np.newaxis] for bit in range(bits)]
        counter = [np.repeat(digit, rows.shape[1], axis=1) for digit in digits]
        fired = np.zeros((len(self.owners), rows.shape[1]), dtype=np.uint64)
        for members in self.columns:
            carry = rows[members]
            for digit in counter:
                low = digit[: len(members)]
                low ^= carry
                carry &= ~low
            fired[: len(members)] |= carry
        np.bitwise_or.at(rows, self.owners, fired)


def _steps(graph: Graph, edges: IntArray, needed: IntArray, levels: Levels) -> Iterator["_Edges | _Gates"]:
    """What is done, level by level."""
    level_of = levels.of[graph.dependents[edges]]
    order = np.lexsort((graph.group_of[edges], graph.dependents[edges], level_of))
    edges, needed, level_of = edges[order], needed[order], level_of[order]
    is_alone = needed == 1
    alone = dict(_edges(graph, edges[is_alone], level_of[is_alone]))
    gates = dict(_gates(graph, edges[~is_alone], needed[~is_alone], level_of[~is_alone]))
    for level in sorted(alone.keys() | gates.keys()):
        yield from (step for step in (alone.get(level), gates.get(level)) if step is not None)


def _edges(graph: Graph, edges: IntArray, level_of: IntArray) -> Iterator[tuple[int, _Edges]]:
    dependents, providers = graph.dependents[edges], graph.providers[edges]
    starts = np.flatnonzero(np.diff(dependents, prepend=-1))
    owners = dependents[starts]
    for level, owned in _runs(level_of[starts]):
        first, end = starts[owned.start], starts[owned.stop] if owned.stop < len(starts) else len(edges)
        yield level, _Edges(owners[owned], providers[first:end], starts[owned] - first)


def _gates(graph: Graph, edges: IntArray, needed: IntArray, level_of: IntArray) -> Iterator[tuple[int, _Gates]]:
    for level, run in _runs(level_of):
        members, providers = edges[run], graph.providers[edges[run]]
        starts = np.flatnonzero(np.diff(graph.group_of[members], prepend=ALONE))
        sizes = np.diff(starts, append=len(members))
        order = np.argsort(-sizes, kind="stable")
        starts, sizes = starts[order], sizes[order]
        columns = tuple(providers[starts[sizes > place] + place] for place in range(int(sizes[0])))
        yield level, _Gates(graph.dependents[members[starts]], needed[run][starts], columns)


def _runs(values: IntArray) -> Iterator[tuple[int, slice]]:
    """Each run of equal values."""
    starts = np.flatnonzero(np.diff(values, prepend=-1)).tolist()
    for first, end in pairwise([*starts, len(values)]):
        yield int(values[first]), slice(first, end)
