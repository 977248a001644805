"""The naive fixpoint: every formula as it is written down, repeated until nothing changes.

It shares nothing with the engine but the words of the input.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

UP, AT_RISK, DEGRADED, DOWN = range(4)
LABELS = ("up", "at_risk", "degraded", "down")


@dataclass(frozen=True)
class Edge:
    """One relationship; ``group`` is a name, unique among the groups of the dependent."""

    dependent: int
    provider: int
    effect: str = "hard"
    group: str | None = None


@dataclass(frozen=True)
class Group:
    owner: int
    name: str
    min_up: str
    degraded_below: str | None = None


@dataclass(frozen=True)
class Estate:
    """A whole question: nodes 0 to size - 1, relationships, groups and seeds by label."""

    size: int
    edges: Sequence[Edge] = ()
    groups: Sequence[Group] = ()
    seeds: Mapping[int, str] = field(default_factory=dict)


def threshold(text: str, n: int) -> int:
    stated = ceil(Fraction(text.removesuffix("%")) * n / 100) if text.endswith("%") else int(text)
    return min(stated, n)


def passed_on(effect: str, state: int) -> int:
    milder = {DOWN: DEGRADED, DEGRADED: AT_RISK, AT_RISK: UP, UP: UP}
    return {"hard": state, "soft": milder[state], "none": UP}[effect]


def group_state(contributions: Sequence[int], min_up: str, degraded_below: str | None) -> int:
    n = len(contributions)
    needed = threshold(min_up, n)
    u = len([c for c in contributions if c < DOWN])
    if u < needed:
        base = DOWN
    elif degraded_below is not None and u < threshold(degraded_below, n):
        base = DEGRADED
    elif u < n:
        base = AT_RISK
    else:
        base = UP
    if needed == 0:
        return base
    return max(base, sorted(contributions)[needed - 1])


def naive_states(estate: Estate) -> dict[int, int]:
    """Return the state of every node."""
    seeds = {node: LABELS.index(label) for node, label in estate.seeds.items()}
    states = {node: seeds.get(node, UP) for node in range(estate.size)}
    while True:
        following = {node: max(seeds.get(node, UP), _fed(estate, states, node)) for node in states}
        if following == states:
            return states
        states = following


def _fed(estate: Estate, states: Mapping[int, int], node: int) -> int:
    worst = UP
    for edge in estate.edges:
        if edge.dependent == node and edge.group is None:
            worst = max(worst, group_state([passed_on(edge.effect, states[edge.provider])], "1", None))
    for group in estate.groups:
        if group.owner == node:
            members = [e for e in estate.edges if e.dependent == node and e.group == group.name]
            given = [passed_on(e.effect, states[e.provider]) for e in members]
            worst = max(worst, group_state(given, group.min_up, group.degraded_below))
    return worst


def naive_causes(estate: Estate, states: Mapping[int, int]) -> dict[int, set[int]]:
    """Return, for each raised node that no seed explains, the providers that are part of the reason."""
    seeds = {node: LABELS.index(label) for node, label in estate.seeds.items()}
    causes: dict[int, set[int]] = {node: set() for node in states if states[node] > seeds.get(node, UP)}
    groups = [
        (group, [e for e in estate.edges if (e.dependent, e.group) == (group.owner, group.name)])
        for group in estate.groups
    ]
    groups += [(Group(edge.dependent, "", "1"), [edge]) for edge in estate.edges if edge.group is None]
    for group, members in groups:
        if group.owner in causes:
            causes[group.owner] |= _causing(group, members, states)
    return causes


def _causing(group: Group, members: Sequence[Edge], states: Mapping[int, int]) -> set[int]:
    wanted = states[group.owner]
    given = {edge: passed_on(edge.effect, states[edge.provider]) for edge in members}
    column = [given[edge] for edge in members]
    needed = threshold(group.min_up, len(column))
    best = sorted(column)[needed - 1] if needed else UP
    left = group_state([DOWN if c == DOWN else UP for c in column], group.min_up, group.degraded_below)
    causing: set[int] = set()
    if left == wanted:
        causing |= {edge.provider for edge in members if given[edge] == DOWN}
    if best == wanted:
        causing |= {edge.provider for edge in members if given[edge] >= wanted}
    return causing


def naive_distances(estate: Estate, states: Mapping[int, int]) -> dict[int, int]:
    """Return the fewest relationships from a seed along causes, for each raised node."""
    causes = naive_causes(estate, states)
    far = estate.size + 1
    distances = {node: 0 if node not in causes else far for node in states if states[node] > UP}
    for _ in range(estate.size):
        for node, providers in causes.items():
            distances[node] = min([distances[node], *(distances[provider] + 1 for provider in providers)])
    return distances
