"""Who depends on whom, and in which redundancy groups, compiled into integer arrays.

A graph has ``size`` nodes, numbered from 0. Edge ``e`` says that ``dependents[e]`` depends on
``providers[e]`` with ``effects[e]``; it is a *member* of the group ``group_of[e]`` of its
dependent, or stands *alone* (``group_of[e] == -1``), which means: in a group of its own with
``min_up = 1``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from impact.adjacency import Adjacency, IntArray, LevelArray, frozen
from impact.errors import GraphError, MemberWithoutEffectError, UnknownNodeError
from impact.states import Effect
from impact.threshold import Threshold

Column = Sequence[int] | NDArray[np.integer]
ALONE = -1
"""The group index of an edge that belongs to no named group."""


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A named redundancy group among the dependencies of the node ``owner``.

    The owner is DOWN with fewer than ``min_up`` members left, and DEGRADED with fewer than
    ``degraded_below`` left when that is set.
    """

    owner: int
    name: str
    min_up: Threshold
    degraded_below: Threshold | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GroupTable:
    """The named groups as arrays, one entry a group.

    ``n`` members; ``needed`` is ``min_up`` in members and ``degraded`` is ``degraded_below`` in
    members (0 when it is not set), neither ever above ``n``; ``first`` is where the group's
    members start in the incoming edges.
    """

    owner: IntArray
    n: IntArray
    needed: IntArray
    degraded: IntArray
    first: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """An immutable dependency graph; build it with ``Graph.compile``.

    ``outgoing`` lists the edges by provider, ``incoming`` by dependent and then by group.
    ``overcommitted`` lists the groups whose ``min_up`` exceeds their members (it counts as the
    number of members), ``memberless`` those without members (they never matter). Both are data
    problems to report. Every edge index is a position in the arrays given to ``compile``.
    """

    size: int
    dependents: IntArray
    providers: IntArray
    effects: LevelArray
    group_of: IntArray
    groups: tuple[GroupSpec, ...]
    table: GroupTable
    outgoing: Adjacency
    incoming: Adjacency
    overcommitted: tuple[int, ...]
    memberless: tuple[int, ...]

    @classmethod
    def compile(
        cls,
        size: int,
        dependents: Column,
        providers: Column,
        effects: Column,
        group_of: Column,
        groups: Sequence[GroupSpec] = (),
    ) -> Self:
        """Compile parallel columns, one entry an edge, into a graph.

        ``effects`` holds ``Effect`` numbers. An edge with ``Effect.NONE`` never matters alone, and
        is refused in a named group: it would count as a member that cannot fail. Cycles,
        self-loops and parallel edges are allowed.

        Raises GraphError when columns differ in length, an index or effect is out of range, an
        edge stands in a group of another node, or a node has two groups of one name; and its
        MemberWithoutEffectError for an edge that passes nothing on in a named group.
        O(edges log edges + nodes + groups).

        >>> pair = GroupSpec(owner=0, name="db", min_up=Threshold.count(1))
        >>> hard = [Effect.HARD, Effect.HARD]
        >>> graph = Graph.compile(3, [0, 0], [1, 2], hard, [0, 0], [pair])
        >>> graph.size, graph.edge_count, graph.group_count, graph.members(0).tolist()
        (3, 2, 1, [0, 1])
        """
        columns = (
            _column("dependents", dependents, (0, size - 1)),
            _column("providers", providers, (0, size - 1)),
            _column("effects", effects, (Effect.NONE, Effect.HARD)),
            _column("group_of", group_of, (ALONE, len(groups) - 1)),
        )
        _check_lengths(columns)
        to, source, effect, group = columns
        _check_groups(size, groups)
        owner = np.array([spec.owner for spec in groups], dtype=np.int32)
        _check_membership(to, group, owner)
        _check_effects(effect, group, groups)
        incoming = Adjacency.sort(to, np.argsort(group, kind="stable"), size)
        n = np.bincount(group[group != ALONE], minlength=len(groups))
        stated = [spec.min_up.members_needed(int(m)) for spec, m in zip(groups, n, strict=True)]
        return cls(
            size=size,
            dependents=frozen(to),
            providers=frozen(source),
            effects=frozen(effect.astype(np.int8)),
            group_of=frozen(group),
            groups=tuple(groups),
            table=_table(groups, owner, n, incoming, group),
            outgoing=Adjacency.sort(source, np.arange(len(source)), size),
            incoming=incoming,
            overcommitted=tuple(g for g, needed in enumerate(stated) if needed > n[g]),
            memberless=tuple(np.flatnonzero(n == 0).tolist()),
        )

    @property
    def edge_count(self) -> int:
        """The number of edges."""
        return len(self.dependents)

    @property
    def group_count(self) -> int:
        """The number of named groups."""
        return len(self.groups)

    def members(self, group: int) -> IntArray:
        """Return the edges that are members of a named group. O(1)."""
        first = self.table.first[group]
        return self.incoming.edges[first : first + self.table.n[group]]

    def require_node(self, node: int) -> None:
        """Raise UnknownNodeError unless ``node`` is an index of this graph. O(1)."""
        if not 0 <= node < self.size:
            raise UnknownNodeError(node, self.size)


def _column(name: str, values: Column, bounds: tuple[int, int]) -> IntArray:
    given = np.asarray(values)
    if given.size == 0:
        return np.zeros(0, dtype=np.int32)
    if given.ndim != 1 or given.dtype.kind not in "iu":
        seen = f"The column {name} is not a flat list of whole numbers."
        raise GraphError(seen, "Give one whole number an edge.")
    low, high = bounds
    wrong = np.flatnonzero((given < low) | (given > high))
    if wrong.size:
        seen = f"The column {name} holds {given[wrong[0]]} for edge {wrong[0]}."
        raise GraphError(seen, f"Use numbers from {low} to {high}.")
    return given.astype(np.int32)


def _check_lengths(columns: Sequence[IntArray]) -> None:
    lengths = sorted({len(column) for column in columns})
    if len(lengths) > 1:
        seen = f"The columns of the edges have different lengths: {lengths}."
        raise GraphError(seen, "Give each column one entry an edge.")


def _check_groups(size: int, groups: Sequence[GroupSpec]) -> None:
    names: set[tuple[int, str]] = set()
    for spec in groups:
        if not 0 <= spec.owner < size:
            raise UnknownNodeError(spec.owner, size)
        if (spec.owner, spec.name) in names:
            seen = f"Node {spec.owner} has two groups named {spec.name!r}."
            raise GraphError(seen, "Give each group of a node a name of its own.")
        names.add((spec.owner, spec.name))


def _check_membership(dependents: IntArray, group_of: IntArray, owner: IntArray) -> None:
    named = np.flatnonzero(group_of != ALONE)
    strangers = named[owner[group_of[named]] != dependents[named]]
    if strangers.size:
        edge = strangers[0]
        seen = f"Edge {edge} stands in group {group_of[edge]}, which another node owns."
        raise GraphError(seen, "Put an edge only in a group of its own dependent.")


def _check_effects(effects: IntArray, group_of: IntArray, groups: Sequence[GroupSpec]) -> None:
    feigned = np.flatnonzero((group_of != ALONE) & (effects == Effect.NONE))
    if feigned.size:
        edge = int(feigned[0])
        raise MemberWithoutEffectError(edge, groups[group_of[edge]].name)


def _table(
    groups: Sequence[GroupSpec],
    owner: IntArray,
    n: NDArray[np.intp],
    incoming: Adjacency,
    group_of: IntArray,
) -> GroupTable:
    needed = np.zeros(len(groups), dtype=np.int32)
    degraded = np.zeros(len(groups), dtype=np.int32)
    for g, spec in enumerate(groups):
        members = int(n[g])
        needed[g] = min(spec.min_up.members_needed(members), members)
        if spec.degraded_below is not None:
            degraded[g] = min(spec.degraded_below.members_needed(members), members)
    first = np.zeros(len(groups), dtype=np.int32)
    placed = group_of[incoming.edges]
    places = np.flatnonzero(placed != ALONE)[::-1]
    first[placed[places]] = places
    arrays = (owner, n.astype(np.int32), needed, degraded, first)
    return GroupTable(*(frozen(array) for array in arrays))
