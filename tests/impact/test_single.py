"""Many single failures at once are the same as each by itself, and as the naive fixpoint."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from impact import (
    ALONE,
    Effect,
    Graph,
    GroupSpec,
    SingleFailures,
    Threshold,
    UnknownNodeError,
    count_by_lane,
    lane_flags,
)
from tests.impact.naive import DOWN, Estate, naive_states
from tests.impact.strategies import compiled, estates


@settings(max_examples=300, deadline=None)
@given(estates())
def test_what_falls_with_each_node_is_what_the_naive_fixpoint_has_down(estate: Estate) -> None:
    nodes = list(range(estate.size))
    states = [naive_states(replace(estate, seeds={node: "down"})) for node in nodes]
    expected = [[other for other in nodes if found[other] == DOWN] for found in states]
    assert fallen(compiled(estate), nodes) == expected


@settings(max_examples=100, deadline=None)
@given(estates(), st.data())
def test_more_lanes_than_a_word_holds_stand_side_by_side(estate: Estate, data: st.DataObject) -> None:
    nodes = data.draw(st.lists(st.integers(0, estate.size - 1), min_size=65, max_size=130))
    each = dict(zip(range(estate.size), fallen(compiled(estate), range(estate.size)), strict=True))
    assert fallen(compiled(estate), nodes) == [each[node] for node in nodes]


def test_nothing_asked_is_nothing_answered() -> None:
    assert SingleFailures(compiled(Estate(2))).rows([]).shape == (2, 0)
    assert SingleFailures(Graph.compile(0, [], [], [], [])).rows([]).shape == (0, 0)


def test_a_node_outside_the_graph_is_refused() -> None:
    with pytest.raises(UnknownNodeError):
        SingleFailures(compiled(Estate(2))).rows([0, 2])


@pytest.mark.parametrize("needed", [1, 2, 3, 64, 99, 100])
def test_a_group_falls_with_the_member_it_cannot_spare(needed: int) -> None:
    """A hundred members, each on two of a hundred plugs: plug ``i`` takes member ``i`` and the ``i`` before it."""
    edges = [(1 + member, 101 + plug) for plug in range(100) for member in range(plug + 1)]
    edges += [(0, 1 + member) for member in range(100)]
    spec = GroupSpec(0, "all", Threshold.count(needed))
    groups = [ALONE] * (len(edges) - 100) + [0] * 100
    dependents, providers = ([edge[end] for edge in edges] for end in (0, 1))
    graph = Graph.compile(201, dependents, providers, [Effect.HARD] * len(edges), groups, [spec])
    fatal = [plug for plug, down in enumerate(fallen(graph, range(101, 201))) if 0 in down]
    assert fatal == list(range(100 - needed, 100))


LINKS = np.arange(2_999)


def test_a_chain_is_walked_once_however_deep() -> None:
    assert how_much_falls(LINKS, LINKS + 1) == [*range(1, 3_001)]


def test_neighbours_that_need_each_other_all_fall_with_each() -> None:
    assert how_much_falls(np.append(LINKS, LINKS + 1), np.append(LINKS + 1, LINKS)) == [3_000] * 3_000


def how_much_falls(dependents: NDArray[np.intp], providers: NDArray[np.intp]) -> list[int]:
    hard, alone = (np.full(len(dependents), value) for value in (Effect.HARD, ALONE))
    graph = Graph.compile(3_000, dependents, providers, hard, alone)
    counts: list[int] = count_by_lane(SingleFailures(graph).rows(range(3_000)), 3_000).tolist()
    return counts


def fallen(graph: Graph, nodes: Sequence[int]) -> list[list[int]]:
    rows = SingleFailures(graph).rows(nodes)
    return [np.flatnonzero(lane).tolist() for lane in lane_flags(rows, len(nodes)).T]
