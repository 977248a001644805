"""What holds for every graph, on random ones; a failing example is printed by Hypothesis."""

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact import Impact, MemberWithoutEffectError, evaluate, proof, reason, spared
from impact.checker import check
from tests.impact.naive import LABELS, UP, Edge, Estate, Group, naive_distances, naive_states, threshold
from tests.impact.strategies import all_states, compiled, estates, evaluated, seed_states

thorough = settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(thorough, max_examples=200)


@pytest.mark.slow
@thorough
@given(estates())
def test_states_and_distances_equal_the_naive_fixpoint(estate: Estate) -> None:
    states, impact = naive_states(estate), evaluated(estate)
    assert all_states(estate, impact) == [LABELS[states[node]] for node in range(estate.size)]
    assert {node: impact.distance(node) for node in impact.raised()} == naive_distances(estate, states)


@many
@given(estates())
def test_a_chain_starts_at_a_seed_ends_at_the_node_and_is_as_long_as_its_distance(estate: Estate) -> None:
    impact = evaluated(estate)
    for node in impact.raised():
        edges = [estate.edges[index] for index in impact.chain(node)]
        walk = [edge.provider for edge in edges] + [node]
        assert [edge.dependent for edge in edges] == walk[1:]
        assert len(edges) == impact.distance(node)
        assert impact.seeds[walk[0]] == impact.state(walk[0])


@many
@given(estates(), st.randoms(use_true_random=False))
def test_the_order_of_edges_groups_and_seeds_is_irrelevant(estate: Estate, random: Random) -> None:
    seeds = list(estate.seeds.items())
    random.shuffle(seeds)
    edges, groups = random.sample(estate.edges, len(estate.edges)), random.sample(estate.groups, len(estate.groups))
    shuffled = replace(estate, edges=edges, groups=groups, seeds=dict(seeds))
    assert _told(shuffled) == _told(estate)


@many
@given(estates().filter(lambda estate: bool(estate.groups)), st.data())
def test_a_redundant_member_never_enlarges_the_impact(estate: Estate, data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, len(estate.groups) - 1))
    estate = _with_counts(estate, chosen)
    before = evaluated(estate)
    group, fresh = estate.groups[chosen], estate.size
    healthy = [node for node in range(estate.size) if before.state(node) == UP]
    member = Edge(group.owner, data.draw(st.sampled_from([*healthy, fresh])), "hard", group.name)
    after = evaluated(replace(estate, size=estate.size + 1, edges=[*estate.edges, member]))
    assert all(after.state(node) <= before.state(node) for node in range(estate.size))
    assert after.state(fresh) == UP


@many
@given(estates(), st.data())
def test_a_further_seed_never_shrinks_the_impact(estate: Estate, data: st.DataObject) -> None:
    node = data.draw(st.integers(0, estate.size - 1))
    before, after = evaluated(estate), evaluated(replace(estate, seeds={**estate.seeds, node: "down"}))
    assert all(after.state(other) >= before.state(other) for other in range(estate.size))


@many
@given(estates())
def test_an_impact_evaluated_again_from_its_own_states_is_itself(estate: Estate) -> None:
    graph, impact = compiled(estate), evaluated(estate)
    again = evaluate(graph, {node: impact.state(node) for node in impact.raised()})
    assert all_states(estate, again) == all_states(estate, impact)


@many
@given(estates().filter(lambda estate: bool(estate.groups)), st.data())
def test_a_member_that_passes_nothing_on_is_refused_wherever_it_stands(estate: Estate, data: st.DataObject) -> None:
    group = data.draw(st.sampled_from(estate.groups))
    feigned = Edge(group.owner, data.draw(st.integers(0, estate.size - 1)), "none", group.name)
    place = data.draw(st.integers(0, len(estate.edges)))
    with pytest.raises(MemberWithoutEffectError) as refusal:
        compiled(replace(estate, edges=[*estate.edges[:place], feigned, *estate.edges[place:]]))
    assert (refusal.value.edge, refusal.value.group) == (place, group.name)
    alone = replace(feigned, group=None)
    with_it = evaluated(replace(estate, edges=[*estate.edges, alone]))
    assert all_states(estate, with_it) == all_states(estate, evaluated(estate))


@many
@given(estates())
def test_the_checker_accepts_every_answer(estate: Estate) -> None:
    saved = json.dumps(proof(compiled(estate), evaluated(estate)))
    assert check(**json.loads(saved)) == []


def _with_counts(estate: Estate, chosen: int) -> Estate:
    """Give one group thresholds in members, as they count now."""
    group = estate.groups[chosen]
    n = sum((edge.dependent, edge.group) == (group.owner, group.name) for edge in estate.edges)
    below = None if group.degraded_below is None else str(threshold(group.degraded_below, n))
    counted = Group(group.owner, group.name, str(threshold(group.min_up, n)), below)
    groups = [counted if index == chosen else other for index, other in enumerate(estate.groups)]
    return replace(estate, groups=groups)


def _told(estate: Estate) -> object:
    """All that an answer tells, with edges named by their ends and not by their positions."""
    graph = compiled(estate)
    impact = evaluate(graph, seed_states(estate))
    answers = [reason(graph, impact, node) for node in impact.raised()] + spared(graph, impact)
    reasons = [
        (
            why.node,
            why.round,
            sorted(
                (
                    (group.name or "", str(group.min_up), group.n, group.up, group.state, group.overcommitted),
                    sorted((m.provider, m.effect, m.state, m.contribution, m.round) for m in group.failed),
                )
                for group in why.groups
            ),
        )
        for why in answers
    ]
    return all_states(estate, impact), reasons, _walks(estate, impact)


def _walks(estate: Estate, impact: Impact) -> list[list[int]]:
    return [[estate.edges[index].provider for index in impact.chain(node)] for node in impact.raised()]
