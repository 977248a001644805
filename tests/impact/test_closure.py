from typing import NamedTuple

import pytest

from impact import FailureState, Graph, Impact, UnknownNodeError, evaluate
from tests.impact.naive import LABELS, Edge, Estate, Group, naive_states
from tests.impact.strategies import all_states, evaluated, one_group


class Case(NamedTuple):
    """A group of node 0 and the state that its members' seeds lead to."""

    name: str
    effects: str
    min_up: str
    seeds: dict[int, str]
    state: str
    degraded_below: str | None = None


HHH = "hard hard hard"
CASES = [
    Case("2 of 3 with none down is up", HHH, "2", {}, "up"),
    Case("2 of 3 with one down is at risk", HHH, "2", {1: "down"}, "at_risk"),
    Case("2 of 3 with two down is down", HHH, "2", {1: "down", 3: "down"}, "down"),
    Case("half of 3 rounds up to 2: one down holds", HHH, "50%", {2: "down"}, "at_risk"),
    Case("half of 3 rounds up to 2: two down do not", HHH, "50%", {2: "down", 3: "down"}, "down"),
    Case("all of 3 with one down is down", HHH, "100%", {2: "down"}, "down"),
    Case("min_up 0 with all down is at risk only", HHH, "0", {1: "down", 2: "down", 3: "down"}, "at_risk"),
    Case("min_up 0 degrades through degraded_below", HHH, "0", {1: "down", 2: "down"}, "degraded", "2"),
    Case("min_up 0 ignores degraded members", HHH, "0", {1: "degraded", 2: "degraded", 3: "degraded"}, "up"),
    Case("min_up above the members counts as all: none down", "hard hard", "5", {}, "up"),
    Case("min_up above the members counts as all: one down", "hard hard", "5", {1: "down"}, "down"),
    Case("degraded_below 3 with two left is degraded", HHH, "1", {1: "down"}, "degraded", "3"),
    Case("degraded_below 2 with two left is at risk", HHH, "1", {1: "down"}, "at_risk", "2"),
    Case("degraded_below as a percentage", HHH, "1", {1: "down"}, "degraded", "67%"),
    Case("degraded_below above the members counts as all: none down", HHH, "1", {}, "up", "9"),
    Case("degraded_below does not soften a group that is down", HHH, "2", {1: "down", 2: "down"}, "down", "3"),
    Case("carried by degraded members only is degraded", HHH, "2", {1: "degraded", 2: "degraded"}, "degraded"),
    Case("enough good members hide a degraded one", HHH, "2", {1: "degraded"}, "up"),
    Case("one down and one degraded of 2 of 3 is degraded", HHH, "2", {1: "down", 2: "degraded"}, "degraded"),
    Case("every member at risk is at risk", "hard hard", "1", {1: "at_risk", 2: "at_risk"}, "at_risk"),
    Case("a soft member that is down counts as left", "soft hard", "1", {1: "down"}, "up"),
    Case("soft members down carry it degraded", "soft soft", "1", {1: "down", 2: "down"}, "degraded"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_group_gives_its_owner_the_state_of_the_formula(case: Case) -> None:
    edges, groups = one_group(*case.effects.split(), min_up=case.min_up, degraded_below=case.degraded_below)
    estate = Estate(4, edges, groups, case.seeds)
    assert evaluated(estate).state(0).label == case.state
    assert LABELS[naive_states(estate)[0]] == case.state


@pytest.mark.parametrize(
    ("effect", "seed", "state"),
    [
        ("hard", "down", "down"),
        ("hard", "degraded", "degraded"),
        ("hard", "at_risk", "at_risk"),
        ("soft", "down", "degraded"),
        ("soft", "degraded", "at_risk"),
        ("soft", "at_risk", "up"),
        ("none", "down", "up"),
    ],
)
def test_a_relationship_alone_passes_on_what_its_effect_says(effect: str, seed: str, state: str) -> None:
    assert all_states(*_answer(Estate(2, [Edge(0, 1, effect)], seeds={1: seed}))) == [state, seed]


def test_soft_edges_in_a_row_fade_out() -> None:
    chain = [Edge(node, node + 1, "soft") for node in range(3)]
    assert all_states(*_answer(Estate(4, chain, seeds={3: "down"}))) == ["up", "at_risk", "degraded", "down"]


def test_a_cycle_without_a_failed_seed_stays_up() -> None:
    cycle = [Edge(0, 1), Edge(1, 2), Edge(2, 0), Edge(3, 3)]
    impact = evaluated(Estate(5, cycle, seeds={4: "down"}))
    assert impact.raised() == [4]


def test_a_cycle_with_a_failed_seed_falls_as_a_whole() -> None:
    cycle = [Edge(0, 1), Edge(1, 2), Edge(2, 0)]
    assert all_states(*_answer(Estate(3, cycle, seeds={1: "down"}))) == ["down"] * 3


def test_a_cycle_through_soft_edges_fades_and_ends() -> None:
    cycle = [Edge(0, 1, "soft"), Edge(1, 0, "soft")]
    assert all_states(*_answer(Estate(2, cycle, seeds={0: "down"}))) == ["down", "degraded"]


@pytest.mark.parametrize(
    ("seeds", "state"),
    [
        pytest.param({1: "down"}, "at_risk", id="one web"),
        pytest.param({4: "down"}, "at_risk", id="one database"),
        pytest.param({1: "down", 4: "down"}, "at_risk", id="one of each"),
        pytest.param({1: "down", 2: "down"}, "down", id="two web"),
        pytest.param({4: "down", 5: "down"}, "down", id="both databases"),
    ],
)
def test_of_two_groups_on_one_node_each_must_hold(seeds: dict[int, str], state: str) -> None:
    web = [Edge(0, node, "hard", "web") for node in (1, 2, 3)]
    databases = [Edge(0, node, "hard", "db") for node in (4, 5)]
    groups = [Group(0, "web", "2"), Group(0, "db", "1")]
    assert evaluated(Estate(6, [*web, *databases], groups, seeds)).state(0).label == state


def test_several_seeds_together_bring_down_what_each_alone_does_not() -> None:
    edges, groups = one_group("hard", "hard", min_up="1")
    alone = [evaluated(Estate(3, edges, groups, {node: "down"})).state(0).label for node in (1, 2)]
    together = evaluated(Estate(3, edges, groups, {1: "down", 2: "down"})).state(0).label
    assert (alone, together) == (["at_risk", "at_risk"], "down")


def test_a_seed_is_never_milder_than_what_its_providers_do_to_it() -> None:
    seeds = {0: "at_risk", 1: "down"}
    assert all_states(*_answer(Estate(2, [Edge(0, 1, "soft")], seeds=seeds))) == ["degraded", "down"]


def test_a_seed_worse_than_its_providers_keeps_its_state() -> None:
    seeds = {0: "degraded", 1: "at_risk"}
    assert all_states(*_answer(Estate(2, [Edge(0, 1)], seeds=seeds))) == ["degraded", "at_risk"]


def test_a_seed_that_is_up_says_nothing() -> None:
    impact = evaluated(Estate(2, [Edge(0, 1)], seeds={1: "up"}))
    assert impact.raised() == []
    assert dict(impact.seeds) == {}


def test_the_empty_graph_has_an_empty_impact() -> None:
    assert evaluate(Graph.compile(0, [], [], [], []), {}).raised() == []


def test_a_group_without_members_never_matters() -> None:
    assert evaluated(Estate(1, groups=[Group(0, "db", "2", "3")])).raised() == []


@pytest.mark.parametrize("node", [-1, 2, 10**12])
def test_a_seed_outside_the_graph_is_refused(node: int) -> None:
    graph = Graph.compile(2, [], [], [], [])
    with pytest.raises(UnknownNodeError, match=f"Node {node} is not in the graph. Use an index from 0 to 1."):
        evaluate(graph, {node: FailureState.DOWN})


def _answer(estate: Estate) -> tuple[Estate, Impact]:
    return estate, evaluated(estate)
