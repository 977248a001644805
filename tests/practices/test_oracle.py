"""The assessor, from store to answer, against a naive fixpoint and an independent checker, on random estates."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

import impact
from cmdb.model.items import Effect, GroupSetting
from cmdb.practices.answers import Affected, Assessment, Spared
from cmdb.practices.assessor import Assessor
from cmdb.practices.dependencies import compile_graph
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from impact.checker import check
from tests.builders import gadgets
from tests.impact.naive import LABELS, naive_distances, naive_states
from tests.ingest.rows import load
from tests.practices.estates import Link, Sketch, name, sketches

many = settings(max_examples=220, suppress_health_check=[HealthCheck.too_slow])
some = settings(many, max_examples=80)


@many
@given(sketches())
def test_states_and_distances_are_those_of_a_naive_fixpoint(sketch: Sketch) -> None:
    with MemoryStore(gadgets()) as store:
        load(store, *sketch.rows())
        answer = Assessor(store).assess(sketch.question())
    estate = sketch.estate()
    states = naive_states(estate)
    raised = {name(n): LABELS[state] for n, state in states.items() if state}
    assert {row.name: row.state for row in answer.affected} == raised
    assert {row.name: row.distance for row in answer.affected} == {
        name(n): distance for n, distance in naive_distances(estate, states).items()
    }


@some
@given(sketches())
def test_an_independent_checker_accepts_the_graph_of_every_answer(sketch: Sketch) -> None:
    with MemoryStore(gadgets()) as store:
        load(store, *sketch.rows())
        graph = compile_graph(store.graph(), store.catalogue)
        answer = Assessor(store).assess(sketch.question())
        numbers = {graph.items[n].name: n for n in range(len(graph.items))}
    seeds = {numbers[row.name]: impact.FailureState.parse(row.state) for row in answer.seeds}
    result = impact.evaluate(graph.graph, seeds)
    proof = json.loads(json.dumps(impact.proof(graph.graph, result)))
    assert check(**proof) == []
    assert {row.name for row in answer.affected} == {graph.items[n].name for n in result.raised()}
    assert {row.name for row in answer.spared} == {
        graph.items[n].name for n in impact.spared_nodes(graph.graph, result)
    }


def anonymous(answer: Assessment) -> Assessment:
    """An answer without ids and sequence numbers."""

    def strip(rows: tuple[Affected, ...]) -> tuple[Affected, ...]:
        return tuple(replace(row, id="") for row in rows)

    def strip_spared(rows: tuple[Spared, ...]) -> tuple[Spared, ...]:
        return tuple(replace(row, id="") for row in rows)

    return replace(
        answer,
        seq=0,
        seeds=tuple(replace(row, id="") for row in answer.seeds),
        affected=strip(answer.affected),
        spared=strip_spared(answer.spared),
        services=strip(answer.services),
        offerings=strip(answer.offerings),
        customers=strip(answer.customers),
        agreements=strip(answer.agreements),
        processes=strip(answer.processes),
        teams=tuple(replace(row, id="") for row in answer.teams),
        suppliers=tuple(replace(row, id="") for row in answer.suppliers),
    )


@some
@given(sketches())
def test_two_stores_give_the_same_answer_whatever_ids_they_gave(sketch: Sketch) -> None:
    answers = []
    for rows in (sketch.rows(), sketch.rows()[::-1]):
        with MemoryStore(gadgets()) as store:
            load(store, *rows)
            answers.append(anonymous(Assessor(store).assess(sketch.question())))
    assert answers[0] == answers[1]


def grid() -> Sketch:
    """A fixed estate with everything in it, for stores that are slow to empty."""
    types, names = ("DEPENDS_ON", "PART_OF"), (None, "a", "b")
    effects = (None, Effect.SOFT, Effect.HARD, Effect.NONE)
    links = [
        Link(n, types[step % 2], (n * step + 3) % 40, names[n % 3], effects[(n + step) % 4])
        for n in range(40)
        for step in (1, 2, 5, 7)
    ]
    unique = {(link.type, link.origin, link.target): link for link in links}
    groups = {n: {"a": GroupSetting("2"), "b": GroupSetting("50%", "100%")} for n in range(0, 40, 2)}
    return Sketch(40, list(unique.values()), groups, {1: "down", 8: "degraded", 20: "at_risk", 33: "down"})


def test_every_kind_of_store_gives_the_same_answer(any_store: Store) -> None:
    sketch = grid()
    with MemoryStore(gadgets()) as memory:
        load(memory, *sketch.rows())
        expected = Assessor(memory).assess(sketch.question())
    load(any_store, *sketch.rows())
    answer = Assessor(any_store).assess(sketch.question())
    assert len(answer.affected) > 10
    assert len(answer.spared) > 2
    assert anonymous(answer) == anonymous(expected)


@pytest.mark.parametrize("detail", [0, 3])
def test_a_limit_changes_no_state(store: Store, detail: int) -> None:
    sketch = grid()
    load(store, *sketch.rows())
    full = Assessor(store).assess(sketch.question())
    cut = Assessor(store).assess(replace(sketch.question(), detail=detail))
    assert cut.affected == full.affected[:detail]
    assert (cut.counts, cut.complete) == (full.counts, full.complete)
