import pytest

from impact import UnknownNodeError
from tests.impact.naive import Edge, Estate
from tests.impact.strategies import compiled, evaluated, one_group


def test_a_chain_leads_from_a_seed_to_the_node() -> None:
    impact = evaluated(Estate(4, [Edge(0, 1), Edge(1, 2), Edge(2, 3)], seeds={3: "down"}))
    assert impact.chain(0) == [2, 1, 0]
    assert [impact.distance(node) for node in range(4)] == [3, 2, 1, 0]


def test_a_chain_is_one_of_the_shortest() -> None:
    impact = evaluated(Estate(3, [Edge(1, 2), Edge(0, 1), Edge(0, 2)], seeds={2: "down"}))
    assert impact.chain(0) == [2]


def test_a_shorter_way_that_does_not_explain_the_state_is_no_cause() -> None:
    impact = evaluated(Estate(3, [Edge(0, 2, "soft"), Edge(0, 1), Edge(1, 2)], seeds={2: "down"}))
    assert impact.chain(0) == [2, 1]


def test_of_several_nearest_causes_the_lowest_provider_then_the_lowest_edge_wins() -> None:
    estate = Estate(3, [Edge(0, 2), Edge(0, 1), Edge(0, 1)], seeds={1: "down", 2: "down"})
    assert evaluated(estate).chain(0) == [1]


def test_a_degraded_member_is_no_cause_of_a_group_that_lost_a_member() -> None:
    edges, groups = one_group("hard", "hard", "hard", min_up="1")
    impact = evaluated(Estate(4, edges, groups, {1: "degraded", 2: "down"}))
    assert impact.chain(0) == [1]


def test_a_seed_that_explains_its_state_has_no_cause_and_distance_0() -> None:
    impact = evaluated(Estate(2, [Edge(0, 1)], seeds={0: "down", 1: "down"}))
    assert (impact.chain(0), impact.distance(0)) == ([], 0)


def test_a_seed_that_is_raised_further_has_a_cause() -> None:
    impact = evaluated(Estate(2, [Edge(0, 1)], seeds={0: "at_risk", 1: "down"}))
    assert (impact.chain(0), impact.distance(0)) == ([0], 1)


def test_a_node_that_is_not_raised_has_neither_distance_nor_round_nor_chain() -> None:
    impact = evaluated(Estate(2, seeds={1: "down"}))
    assert (impact.state(0).label, impact.distance(0), impact.round(0), impact.chain(0)) == ("up", None, None, [])


def test_rounds_count_within_a_level() -> None:
    impact = evaluated(Estate(4, [Edge(1, 0), Edge(2, 1, "soft"), Edge(3, 2)], seeds={0: "down"}))
    assert [impact.round(node) for node in range(4)] == [0, 1, 0, 1]


def test_raised_nodes_are_sorted() -> None:
    assert evaluated(Estate(9, seeds={7: "down", 2: "at_risk", 5: "degraded"})).raised() == [2, 5, 7]


def test_states_of_many_nodes_are_those_of_each() -> None:
    estate = Estate(3, [Edge(0, 2, "soft")], seeds={2: "down"})
    nodes = compiled(estate).dependents[[0, 0]]
    assert evaluated(estate).states_of(nodes).tolist() == [2, 2]
    assert evaluated(Estate(3)).states_of(nodes).tolist() == [0, 0]


@pytest.mark.parametrize("node", [-1, 1])
def test_a_node_outside_the_graph_is_refused(node: int) -> None:
    impact = evaluated(Estate(1))
    for question in (impact.state, impact.distance, impact.round, impact.chain):
        with pytest.raises(UnknownNodeError):
            question(node)


def test_a_result_cannot_be_changed() -> None:
    impact = evaluated(Estate(1, seeds={0: "down"}))
    with pytest.raises(ValueError, match="read-only"):
        impact.states[0] = 0
    with pytest.raises(TypeError):
        impact.seeds[0] = impact.state(0)  # type: ignore[index]
