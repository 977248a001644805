"""Random estates: groups, cycles, soft and none edges, several seeds, percentages."""

from collections.abc import Sequence

from hypothesis import strategies as st

from impact import ALONE, Effect, FailureState, Graph, GroupSpec, Impact, Threshold, evaluate
from tests.impact.naive import Edge, Estate, Group

_COUNTS = st.integers(0, 5).map(str)
_PERCENTAGES = st.sampled_from(["0%", "1%", "33.3%", "34%", "50%", "66.67%", "75%", "100%"])
_THRESHOLDS = st.one_of(_COUNTS, _PERCENTAGES)
_MEMBER_EFFECTS = st.sampled_from(["hard", "hard", "hard", "soft", "soft"])
_EFFECTS = st.one_of(_MEMBER_EFFECTS, _MEMBER_EFFECTS, st.just("none"))
_STATES = st.sampled_from(["down", "down", "degraded", "at_risk", "up"])


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """An estate of at most 9 nodes, with up to two named groups a node and any cycles."""
    size = draw(st.integers(1, 9))
    nodes = st.integers(0, size - 1)
    keys = draw(st.lists(st.tuples(nodes, st.sampled_from("ab")), max_size=6, unique=True))
    groups = [Group(owner, name, draw(_THRESHOLDS), draw(st.none() | _THRESHOLDS)) for owner, name in keys]
    alone = st.builds(Edge, nodes, nodes, _EFFECTS)
    edges = draw(st.lists(alone, max_size=14))
    for owner, name in keys:
        member = st.builds(Edge, st.just(owner), nodes, _MEMBER_EFFECTS, st.just(name))
        edges += draw(st.lists(member, max_size=5))
    seeds = draw(st.dictionaries(nodes, _STATES, max_size=4))
    return Estate(size, draw(st.permutations(edges)), groups, seeds)


def compiled(estate: Estate) -> Graph:
    """The estate's graph; edges and groups keep the order of the estate."""
    place = {(group.owner, group.name): i for i, group in enumerate(estate.groups)}
    return Graph.compile(
        estate.size,
        [edge.dependent for edge in estate.edges],
        [edge.provider for edge in estate.edges],
        [Effect.parse(edge.effect) for edge in estate.edges],
        [ALONE if edge.group is None else place[edge.dependent, edge.group] for edge in estate.edges],
        [_spec(group) for group in estate.groups],
    )


def evaluated(estate: Estate) -> Impact:
    """The impact of the estate's seeds."""
    return evaluate(compiled(estate), seed_states(estate))


def seed_states(estate: Estate) -> dict[int, FailureState]:
    """The estate's seeds in the engine's words."""
    return {node: FailureState.parse(label) for node, label in estate.seeds.items()}


def all_states(estate: Estate, impact: Impact) -> list[str]:
    """The label of every node's state, in the order of the nodes."""
    return [impact.state(node).label for node in range(estate.size)]


def one_group(*effects: str, min_up: str, degraded_below: str | None = None) -> tuple[Sequence[Edge], Sequence[Group]]:
    """Node 0 owns the group "db"; its members are nodes 1, 2, 3 ..."""
    edges = [Edge(0, provider, effect, "db") for provider, effect in enumerate(effects, start=1)]
    return edges, [Group(0, "db", min_up, degraded_below)]


def _spec(group: Group) -> GroupSpec:
    below = None if group.degraded_below is None else Threshold.parse(group.degraded_below)
    return GroupSpec(group.owner, group.name, Threshold.parse(group.min_up), below)
