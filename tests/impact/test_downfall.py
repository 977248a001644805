"""One failure followed DOWN only is the DOWN part of the whole impact, with the same ways and reasons."""

import pytest
from hypothesis import given, settings

from impact import ALONE, Downfalls, Effect, FailureState, Graph, HardEdge, Reason, UnknownNodeError, evaluate, reason
from tests.impact.naive import Estate
from tests.impact.strategies import compiled, estates


@settings(max_examples=150, deadline=None)
@given(estates())
def test_what_falls_when_and_whence_is_what_the_impact_says(estate: Estate) -> None:
    graph = compiled(estate)
    downfalls = Downfalls(graph)
    for seed in range(estate.size):
        whole, fall = evaluate(graph, {seed: FailureState.DOWN}), downfalls.follow(seed)
        down = [node for node in whole.raised() if whole.state(node) is FailureState.DOWN]
        assert fall.rounds == {node: whole.round(node) for node in down}
        for node in down:
            assert list(fall.chain(node)) == whole.chain(node)
            if node != seed:
                assert sorted(edges(fall.firing(node))) == early(reason(graph, whole, node))


def edges(groups: list[list[HardEdge]]) -> list[list[int]]:
    return [sorted(member.edge for member in members) for members in groups]


def early(why: Reason) -> list[list[int]]:
    """By group that fires, the members that were DOWN in an earlier round."""
    rounds = why.round or 0
    found = []
    for group in why.groups:
        members = [m for m in group.failed if m.contribution is FailureState.DOWN and m.round < rounds]
        if group.n - len(members) < group.needed:
            found.append(sorted(member.edge for member in members))
    return sorted(found)


def test_a_node_outside_the_graph_is_refused() -> None:
    with pytest.raises(UnknownNodeError):
        Downfalls(compiled(Estate(2))).follow(2)


def test_a_chain_of_twenty_thousand_is_followed_to_its_end() -> None:
    size = 20_000
    links = range(size - 1)
    graph = Graph.compile(size, links, range(1, size), [Effect.HARD] * (size - 1), [ALONE] * (size - 1))
    fall = Downfalls(graph).follow(size - 1)
    assert (len(fall.rounds), fall.rounds[0]) == (size, size - 1)
    assert fall.chain(0) == tuple(reversed(links))
