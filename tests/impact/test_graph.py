from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest

from impact import ALONE, Effect, Graph, GraphError, GroupSpec, ImpactError, Threshold, UnknownNodeError

HARD = Effect.HARD
PAIR = GroupSpec(0, "db", Threshold.count(1))


class Refused(NamedTuple):
    name: str
    columns: tuple[Sequence[object], Sequence[object], Sequence[object], Sequence[object]]
    groups: Sequence[GroupSpec]
    message: str


REFUSED = [
    Refused("a dependent outside", ([3], [0], [HARD], [ALONE]), [], "dependents holds 3 for edge 0"),
    Refused("a provider outside", ([0], [-1], [HARD], [ALONE]), [], "providers holds -1"),
    Refused("an effect outside", ([0], [1], [3], [ALONE]), [], "effects holds 3"),
    Refused("a group outside", ([0], [1], [HARD], [0]), [], "group_of holds 0"),
    Refused("columns of unequal length", ([0, 1], [1], [HARD], [ALONE]), [], r"different lengths: \[1, 2\]"),
    Refused("a column of fractions", ([0.5], [1], [HARD], [ALONE]), [], "dependents is not a flat list"),
    Refused("a column of columns", ([[0, 1]], [1], [HARD], [ALONE]), [], "dependents is not a flat list"),
    Refused("a group of another node", ([1], [2], [HARD], [0]), [PAIR], "which another node owns"),
    Refused("a member without effect", ([0], [1], [Effect.NONE], [0]), [PAIR], "Edge 0 passes nothing on .* 'db'"),
    Refused("two groups of one name", ([], [], [], []), [PAIR, PAIR], "two groups named 'db'"),
    Refused(
        "an owner outside", ([], [], [], []), [GroupSpec(9, "db", Threshold.count(1))], "Node 9 is not in the graph"
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_description_that_is_no_graph_is_refused(case: Refused) -> None:
    dependents, providers, effects, group_of = (np.array(column) for column in case.columns)
    with pytest.raises(ImpactError, match=case.message) as refusal:
        Graph.compile(3, dependents, providers, effects, group_of, case.groups)
    assert isinstance(refusal.value, ValueError)
    assert isinstance(refusal.value, GraphError | UnknownNodeError)


def test_the_empty_graph_compiles() -> None:
    graph = Graph.compile(0, [], [], [], [])
    assert (graph.size, graph.edge_count, graph.group_count) == (0, 0, 0)
    with pytest.raises(UnknownNodeError, match="The graph is empty"):
        graph.require_node(0)


def test_edges_keep_the_positions_they_were_given_with() -> None:
    graph = Graph.compile(4, [2, 0, 0], [3, 2, 1], [HARD] * 3, [ALONE, 0, 0], [PAIR])
    assert graph.outgoing.at(3).tolist() == [0]
    assert graph.incoming.at(0).tolist() == [1, 2]
    assert graph.members(0).tolist() == [1, 2]


def test_a_group_that_asks_for_more_members_than_it_has_is_listed() -> None:
    groups = [GroupSpec(0, "a", Threshold.count(2)), GroupSpec(0, "b", Threshold.percent(100))]
    graph = Graph.compile(3, [0, 0], [1, 2], [HARD] * 2, [0, 1], groups)
    assert graph.overcommitted == (0,)
    assert graph.table.needed.tolist() == [1, 1]


def test_a_group_without_members_is_listed() -> None:
    graph = Graph.compile(1, [], [], [], [], [PAIR])
    assert graph.memberless == (0,)
    assert graph.overcommitted == (0,)
    assert graph.members(0).tolist() == []


def test_a_compiled_graph_cannot_be_changed() -> None:
    graph = Graph.compile(2, [0], [1], [HARD], [ALONE])
    with pytest.raises(ValueError, match="read-only"):
        graph.providers[0] = 0


def test_the_arrays_handed_in_stay_the_callers_own() -> None:
    dependents = np.array([0], dtype=np.int32)
    graph = Graph.compile(2, dependents, [1], [HARD], [ALONE])
    dependents[0] = 1
    assert graph.dependents.tolist() == [0]
