"""Why a node is in its state, and why a dependent of a failing node holds: data, no prose.

A reason can be checked alone: it lists the failed members and the arithmetic of every group
*concerned*, that is, with a member that passes something on and whose provider is raised.
"""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from impact.adjacency import IntArray
from impact.graph import ALONE, Graph, GroupSpec
from impact.result import Impact
from impact.states import Effect, FailureState, contribution
from impact.threshold import Threshold

_LONE = Threshold.count(1)


@dataclass(frozen=True, slots=True)
class FailedMember:
    """A member whose provider is raised; *(state, round)* is the provider's rank."""

    edge: int
    provider: int
    effect: Effect
    state: FailureState
    contribution: FailureState
    round: int


@dataclass(frozen=True, slots=True)
class GroupReason:
    """The arithmetic of one group; ``name`` is None for a relationship that stands alone.

    ``min_up`` and ``degraded_below`` are the thresholds as stated, ``needed`` and ``degraded``
    in members and never above ``n`` (``degraded`` is 0 when nothing is stated). ``up`` members
    contribute less than DOWN; ``contributions`` counts the members by contribution.
    """

    name: str | None
    n: int
    min_up: Threshold
    needed: int
    degraded_below: Threshold | None
    degraded: int
    up: int
    contributions: dict[FailureState, int]
    failed: tuple[FailedMember, ...]
    state: FailureState
    overcommitted: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """A node's state, its seed state if it is one, and every group concerned.

    ``round`` completes the node's rank; None when the node is not raised.
    """

    node: int
    state: FailureState
    seed: FailureState | None
    round: int | None
    groups: tuple[GroupReason, ...]

    @property
    def fired(self) -> tuple[GroupReason, ...]:
        """The groups that give the node its state; empty when only its seed does."""
        if self.state is FailureState.UP:
            return ()
        return tuple(group for group in self.groups if group.state is self.state)

    def as_dict(self) -> dict[str, object]:
        """Return the reason in plain JSON types, states and effects as lower-case words."""
        return {
            "node": self.node,
            "state": self.state.label,
            "seed": None if self.seed is None else self.seed.label,
            "round": self.round,
            "groups": [_group_dict(group) for group in self.groups],
        }


class Arithmetic(NamedTuple):
    """The numbers of one group; ``spare`` more members may fail before it is DOWN."""

    left: int
    n: int
    needed: int
    spare: int


def arithmetic(group: GroupReason) -> Arithmetic:
    """Return the numbers behind a group's state. O(1).

    ``spare`` is negative when members are missing. With ``needed`` 0 it equals ``left``.
    """
    return Arithmetic(group.up, group.n, group.needed, group.up - group.needed)


def reason(graph: Graph, impact: Impact, node: int) -> Reason:
    """Return why ``node`` is in the state that ``impact`` gives it.

    Precondition: ``impact`` was evaluated on ``graph``. A node that nothing concerns has no
    groups. Members and groups are ordered by name and node numbers. Raises UnknownNodeError for
    an index outside the graph. O(relationships of the node × log raised).

    >>> from impact.closure import evaluate
    >>> graph = Graph.compile(2, [0], [1], [Effect.HARD], [ALONE])
    >>> why = reason(graph, evaluate(graph, {1: FailureState.DOWN}), 0)
    >>> [tuple(arithmetic(group)) for group in why.fired]
    [(0, 1, 1, -1)]
    """
    state = impact.state(node)
    edges = graph.incoming.at(node)
    named = graph.group_of[edges]
    states = impact.states_of(graph.providers[edges])
    concerned = (states > FailureState.UP) & (graph.effects[edges] != Effect.NONE)
    groups = [
        _group_reason(graph, impact, graph.members(group))
        for group in np.unique(named[concerned & (named != ALONE)]).tolist()
    ]
    places = np.flatnonzero(concerned & (named == ALONE)).tolist()
    groups += [_group_reason(graph, impact, edges[place : place + 1]) for place in places]
    groups.sort(key=_place)
    return Reason(node, state, impact.seeds.get(node), impact.round(node), tuple(groups))


def spared_nodes(graph: Graph, impact: Impact) -> list[int]:
    """Return, ascending, each node with a provider that fails worse than the node itself.

    Only relationships that pass something on count. A node may be raised and spared: a 2-of-3
    group with one member down is AT_RISK, and spared from being DOWN.
    O(m log m), m = outgoing edges of the raised nodes.
    """
    edges = graph.outgoing.of(impact.nodes)
    edges = edges[graph.effects[edges] != Effect.NONE]
    dependents = graph.dependents[edges]
    states = np.zeros(graph.size, dtype=np.int8)
    states[impact.nodes] = impact.states
    worse = states[graph.providers[edges]] > states[dependents]
    nodes: list[int] = np.unique(dependents[worse]).tolist()
    return nodes


def spared(graph: Graph, impact: Impact) -> list[Reason]:
    """Return why each of ``spared_nodes`` holds.

    O(m log m), m = outgoing edges of the raised nodes + relationships of the spared ones.
    """
    return [reason(graph, impact, node) for node in spared_nodes(graph, impact)]


def _group_reason(graph: Graph, impact: Impact, members: IntArray) -> GroupReason:
    edges = members.tolist()
    states = impact.states_of(graph.providers[members]).tolist()
    failed: list[FailedMember] = []
    given: list[FailureState] = []
    for edge, level in zip(edges, states, strict=True):
        effect, state = Effect(int(graph.effects[edge])), FailureState(level)
        given.append(contribution(effect, state))
        provider = int(graph.providers[edge])
        rounds = impact.round(provider)
        if rounds is not None and effect is not Effect.NONE:
            failed.append(FailedMember(edge, provider, effect, state, given[-1], rounds))
    failed.sort(key=lambda member: (member.provider, member.edge))
    index = int(graph.group_of[edges[0]])
    return _counted(graph, index, given, tuple(failed))


def _counted(graph: Graph, index: int, given: list[FailureState], failed: tuple[FailedMember, ...]) -> GroupReason:
    alone = index == ALONE
    spec = GroupSpec(0, "", _LONE) if alone else graph.groups[index]
    needed = 1 if alone else int(graph.table.needed[index])
    degraded = 0 if alone else int(graph.table.degraded[index])
    counts = Counter(given)
    up = len(given) - counts[FailureState.DOWN]
    return GroupReason(
        name=None if alone else spec.name,
        n=len(given),
        min_up=spec.min_up,
        needed=needed,
        degraded_below=spec.degraded_below,
        degraded=degraded,
        up=up,
        contributions={state: counts[state] for state in FailureState},
        failed=failed,
        state=max(_by_members_left(up, needed, degraded, len(given)), _best(given, needed)),
        overcommitted=needed < spec.min_up.members_needed(len(given)),
    )


def _by_members_left(up: int, needed: int, degraded: int, n: int) -> FailureState:
    if up < needed:
        return FailureState.DOWN
    if up < degraded:
        return FailureState.DEGRADED
    return FailureState.AT_RISK if up < n else FailureState.UP


def _best(given: list[FailureState], needed: int) -> FailureState:
    """The ``needed``-th best contribution: what the last indispensable member gives."""
    return sorted(given)[needed - 1] if needed else FailureState.UP


def _place(group: GroupReason) -> tuple[bool, str, int, int]:
    first = group.failed[0]
    return (group.name is not None, group.name or "", first.provider, first.edge)


def _group_dict(group: GroupReason) -> dict[str, object]:
    stated = group.degraded_below
    return {
        "name": group.name,
        "n": group.n,
        "min_up": str(group.min_up),
        "needed": group.needed,
        "degraded_below": None if stated is None else str(stated),
        "degraded": group.degraded,
        "up": group.up,
        "contributions": {state.label: count for state, count in group.contributions.items()},
        "failed": [_member_dict(member) for member in group.failed],
        "state": group.state.label,
        "overcommitted": group.overcommitted,
    }


def _member_dict(member: FailedMember) -> dict[str, object]:
    return {
        "edge": member.edge,
        "provider": member.provider,
        "effect": member.effect.label,
        "state": member.state.label,
        "contribution": member.contribution.label,
        "round": member.round,
    }
