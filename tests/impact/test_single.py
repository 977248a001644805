"""Many single failures at once are the same as each by itself, and as the naive fixpoint."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from impact import ALONE, Effect, FailureState, Graph, UnknownNodeError, evaluate, single_failures
from tests.impact.naive import DOWN, Edge, Estate, naive_states
from tests.impact.strategies import compiled, estates


@settings(max_examples=1_000, deadline=None)
@given(estates())
def test_what_falls_with_each_node_is_what_the_naive_fixpoint_has_down(estate: Estate) -> None:
    nodes = list(range(estate.size))
    states = [naive_states(replace(estate, seeds={node: "down"})) for node in nodes]
    expected = [[other for other in nodes if found[other] == DOWN] for found in states]
    assert [fallen.tolist() for fallen in single_failures(compiled(estate), nodes)] == expected


@pytest.mark.parametrize("cells", [1, 14, 21, 1_000])
def test_lanes_that_do_not_fit_together_give_the_same(cells: int) -> None:
    ring = Estate(7, [Edge(node, (node + 1) % 7, "hard" if node else "soft") for node in range(7)])
    nodes = [3, 0, 3, 6, 1]
    expected = [_evaluated(compiled(ring), node) for node in nodes]
    assert [fallen.tolist() for fallen in single_failures(compiled(ring), nodes, cells)] == expected


def test_nothing_asked_is_nothing_answered() -> None:
    assert list(single_failures(compiled(Estate(2)), [])) == []
    assert list(single_failures(Graph.compile(0, [], [], [], []), [])) == []


def test_a_node_outside_the_graph_is_refused() -> None:
    with pytest.raises(UnknownNodeError):
        list(single_failures(compiled(Estate(2)), [0, 2]))


def test_an_answer_cannot_be_changed() -> None:
    (fallen,) = single_failures(compiled(Estate(2, [Edge(0, 1)])), [1])
    with pytest.raises(ValueError, match="read-only"):
        fallen[0] = 1


def test_a_chain_as_long_as_the_graph_is_walked_by_every_lane() -> None:
    size = 3_000
    nodes = np.arange(size - 1)
    graph = Graph.compile(size, nodes, nodes + 1, np.full(size - 1, Effect.HARD), np.full(size - 1, ALONE))
    sizes = [len(fallen) for fallen in single_failures(graph, [size - 1, 0, 10])]
    assert sizes == [size, 1, 11]


def _evaluated(graph: Graph, node: int) -> list[int]:
    found = evaluate(graph, {node: FailureState.DOWN})
    fallen: list[int] = found.nodes[found.states == FailureState.DOWN].tolist()
    return fallen
