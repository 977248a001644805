"""A layered estate of 100,000 nodes behaves as a small one; no seconds are asserted."""

import numpy as np
import pytest

from impact import ALONE, Effect, FailureState, Graph, GroupSpec, Threshold, evaluate

_WIDTH = 1_000
_LAYERS = 100


@pytest.fixture(scope="module")
def layered() -> Graph:
    """Layer by layer, each node needs 2 of the 3 nodes under it (with wrap-around)."""
    nodes = np.arange(_WIDTH, _WIDTH * _LAYERS)
    layer, place = np.divmod(nodes, _WIDTH)
    under = [(layer - 1) * _WIDTH + (place + step) % _WIDTH for step in range(3)]
    dependents = np.tile(nodes, 3)
    effects = np.full(len(dependents), Effect.HARD)
    groups = [GroupSpec(int(node), "under", Threshold.count(2)) for node in nodes]
    return Graph.compile(_WIDTH * _LAYERS, dependents, np.concatenate(under), effects, dependents - _WIDTH, groups)


def test_one_failure_at_the_bottom_brings_no_other_down_and_puts_three_nodes_of_each_layer_at_risk(
    layered: Graph,
) -> None:
    impact = evaluate(layered, {500: FailureState.DOWN})
    assert impact.nodes[impact.states == FailureState.DOWN].tolist() == [500]
    assert np.count_nonzero(impact.states == FailureState.AT_RISK) == 3 * (_LAYERS - 1)


def test_two_neighbours_bring_down_two_nodes_of_every_layer(layered: Graph) -> None:
    impact = evaluate(layered, {500: FailureState.DOWN, 501: FailureState.DOWN})
    assert np.count_nonzero(impact.states == FailureState.DOWN) == 2 * _LAYERS
    assert impact.distances.max() == _LAYERS - 1


def test_a_whole_layer_brings_down_everything_above_it(layered: Graph) -> None:
    impact = evaluate(layered, dict.fromkeys(range(_WIDTH), FailureState.DOWN))
    assert impact.raised() == list(range(_WIDTH * _LAYERS))
    assert set(impact.states.tolist()) == {FailureState.DOWN}


def test_a_chain_as_long_as_the_graph_is_walked_to_its_end() -> None:
    size = 5_000
    nodes = np.arange(size - 1)
    graph = Graph.compile(size, nodes, nodes + 1, np.full(size - 1, Effect.HARD), np.full(size - 1, ALONE))
    impact = evaluate(graph, {size - 1: FailureState.DOWN})
    assert impact.distance(0) == size - 1
    assert impact.chain(0) == nodes[::-1].tolist()
