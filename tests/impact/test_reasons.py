import json

import pytest

from impact import FailureState, Reason, UnknownNodeError, arithmetic, reason, spared, spared_nodes
from tests.impact.naive import Edge, Estate, Group
from tests.impact.strategies import compiled, evaluated, one_group


def why(estate: Estate, node: int = 0) -> Reason:
    return reason(compiled(estate), evaluated(estate), node)


def test_a_reason_holds_the_failed_members_and_the_arithmetic_of_the_group() -> None:
    edges, groups = one_group("hard", "soft", "hard", "hard", min_up="75%", degraded_below="4")
    answer = why(Estate(5, edges, groups, {1: "down", 2: "down"})).as_dict()
    row = {"effect": "hard", "state": "down", "contribution": "down", "round": 0}
    assert answer == {
        "node": 0,
        "state": "degraded",
        "seed": None,
        "round": 0,
        "groups": [
            {
                "name": "db",
                "n": 4,
                "min_up": "75%",
                "needed": 3,
                "degraded_below": "4",
                "degraded": 4,
                "up": 3,
                "contributions": {"up": 2, "at_risk": 0, "degraded": 1, "down": 1},
                "failed": [
                    {"edge": 0, "provider": 1, **row},
                    {"edge": 1, "provider": 2, **row, "effect": "soft", "contribution": "degraded"},
                ],
                "state": "degraded",
                "overcommitted": False,
            }
        ],
    }
    assert json.loads(json.dumps(answer)) == answer


def test_a_relationship_alone_is_a_group_without_a_name() -> None:
    (group,) = why(Estate(2, [Edge(0, 1)], seeds={1: "down"})).groups
    assert (group.name, group.n, str(group.min_up), group.needed, group.up) == (None, 1, "1", 1, 0)


def test_arithmetic_says_how_many_more_may_fail() -> None:
    edges, groups = one_group("hard", "hard", "hard", min_up="2")
    (held,) = why(Estate(4, edges, groups, {1: "down"})).groups
    (fell,) = why(Estate(4, edges, groups, {1: "down", 2: "down"})).groups
    assert arithmetic(held) == (2, 3, 2, 0)
    assert arithmetic(fell) == (1, 3, 2, -1)


def test_fired_groups_are_those_that_give_the_state() -> None:
    edges = [Edge(0, 1, "soft"), Edge(0, 2), Edge(0, 1, "hard", "b"), Edge(0, 3, "hard", "b")]
    answer = why(Estate(4, edges, [Group(0, "b", "1")], {1: "down", 2: "down"}))
    assert [(group.name, group.state.label) for group in answer.groups] == [
        (None, "degraded"),
        (None, "down"),
        ("b", "at_risk"),
    ]
    assert [group.failed[0].provider for group in answer.fired] == [2]


def test_a_node_that_nothing_concerns_has_no_groups() -> None:
    answer = why(Estate(3, [Edge(0, 1), Edge(0, 2, "none")], seeds={2: "down"}))
    assert (answer.state, answer.groups, answer.fired, answer.round) == (FailureState.UP, (), (), None)


def test_a_seed_is_its_own_reason() -> None:
    answer = why(Estate(1, seeds={0: "degraded"}))
    assert (answer.seed, answer.state, answer.groups) == (FailureState.DEGRADED, FailureState.DEGRADED, ())


def test_a_group_that_asks_for_more_members_than_it_has_says_so_in_every_reason() -> None:
    edges, groups = one_group("hard", "hard", min_up="3")
    (group,) = why(Estate(3, edges, groups, {1: "down"})).groups
    assert (group.overcommitted, str(group.min_up), group.needed) == (True, "3", 2)


def test_a_dependent_that_a_group_saves_is_spared_with_its_arithmetic() -> None:
    edges, groups = one_group("hard", "hard", "hard", min_up="2")
    estate = Estate(4, edges, groups, {1: "down"})
    (saved,) = spared(compiled(estate), evaluated(estate))
    assert (saved.node, saved.state.label, saved.groups[0].name) == (0, "at_risk", "db")
    assert arithmetic(saved.groups[0]) == (2, 3, 2, 0)


@pytest.mark.parametrize(
    ("effect", "seed", "nodes"),
    [("soft", "down", [0]), ("soft", "at_risk", [0]), ("hard", "down", []), ("none", "down", [])],
)
def test_spared_is_a_dependent_in_a_milder_state_than_its_provider(effect: str, seed: str, nodes: list[int]) -> None:
    estate = Estate(2, [Edge(0, 1, effect)], seeds={1: seed})
    assert spared_nodes(compiled(estate), evaluated(estate)) == nodes


def test_a_soft_edge_that_passes_nothing_on_is_told_in_the_reason() -> None:
    (group,) = why(Estate(2, [Edge(0, 1, "soft")], seeds={1: "at_risk"})).groups
    assert (group.state.label, group.failed[0].contribution.label) == ("up", "up")


def test_a_node_outside_the_graph_is_refused() -> None:
    with pytest.raises(UnknownNodeError):
        why(Estate(1), node=1)
