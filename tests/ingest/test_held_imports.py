"""What a guard holds is not written: it becomes a plan, and its run waits for it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cmdb.errors import PlanStale
from cmdb.ingest.engine import Ingest, Part
from cmdb.ingest.plans import Plans
from cmdb.model.plans import PlanQuery, PlanState
from cmdb.model.sources import Lease, RunState
from cmdb.store.port import Store
from tests.ingest.graphs import names, plain
from tests.ingest.rows import CLOUD, ORDER, RACKS, ci, load
from tests.ingest.test_plans import PERSON, Strict, applied, held, known


def test_a_held_import_writes_nothing_and_becomes_a_plan(any_store: Store) -> None:
    load(any_store, ci("h1"))
    head, graph = any_store.head(), plain(any_store)
    report = held(any_store, ci("h1", model="x"), ci("h2"))
    assert (report.state, report.held_because) == (RunState.HELD, ("2 changes are too many.",))
    assert not report.complete
    assert (any_store.head(), plain(any_store)) == (head, graph)
    plan = known(any_store, report.plan_id)
    assert (plan.state, plan.held_because, plan.run_id) == (PlanState.HELD, report.held_because, report.run_id)
    run = any_store.run(report.run_id)
    assert run is not None
    assert (run.state, run.scopes) == (RunState.HELD, (RACKS,))
    assert run.message == f"held as plan {plan.id}: 2 changes are too many."
    assert list(any_store.hold([Lease(RACKS, "other", "here/1", datetime.now(UTC))], datetime.now(UTC))) == []
    any_store.free("other")
    done = applied(any_store, plan)
    assert (done.run_id, done.state) == (report.run_id, RunState.SUCCEEDED)
    run = any_store.run(report.run_id)
    assert run is not None
    assert (run.state, run.counts["changes"], run.message) == (RunState.SUCCEEDED, 2, "")
    assert names(any_store) == ["h1", "h2"]


def test_an_import_into_an_empty_store_is_not_held_but_what_a_new_source_says_is(store: Store) -> None:
    assert held(store, ci("h1")).state is RunState.SUCCEEDED
    assert held(store, ci("h1", scope=CLOUD)).state is RunState.HELD
    assert held(store, ci("h1", model="x")).state is RunState.HELD


def test_a_dry_run_says_why_the_import_would_be_held(store: Store) -> None:
    load(store, ci("h1"))
    report = Ingest(store, Strict()).plan([lambda: [ci("h2")]], ORDER)
    assert (report.state, report.held_because) == (RunState.HELD, ("1 changes are too many.",))
    assert store.plans(PlanQuery()).total == 0


def test_a_discarded_plan_ends_the_run_that_was_held(store: Store) -> None:
    load(store, ci("h1"))
    report = held(store, ci("h2"))
    Plans(store).discard(report.plan_id, "a person")
    run = store.run(report.run_id)
    assert run is not None
    assert (run.state, run.message) == (RunState.ABORTED, f"held as plan {report.plan_id}, which a person discarded")


def test_a_request_that_is_sent_again_is_held_as_the_same_plan(store: Store) -> None:
    load(store, ci("h1"))
    order = replace(ORDER, request_id="request-1")
    first, second = held(store, ci("h2"), order=order), held(store, ci("h2"), order=order)
    assert (first.plan_id, first.run_id) == (second.plan_id, "request-1")
    assert store.plans(PlanQuery()).total == 1
    applied(store, known(store, first.plan_id))
    head = store.head()
    assert held(store, ci("h2"), order=order).replayed
    assert store.head() == head


def test_a_part_that_is_held_and_applied_lets_the_run_go_on(store: Store) -> None:
    load(store, ci("h0"))
    order = replace(ORDER, request_id="run-1")
    first = held(store, ci("h1"), order=order, part=Part(1))
    assert first.state is RunState.HELD
    applied(store, known(store, first.plan_id))
    run = store.run("run-1")
    assert run is not None
    assert (run.state, run.batches, run.counts["created"]) == (RunState.RUNNING, 1, 1)
    last = Ingest(store).run([lambda: [ci("h2")]], order, part=Part(2, last=True))
    run = store.run("run-1")
    assert run is not None
    assert (last.state, run.state, run.counts["created"]) == (RunState.SUCCEEDED, RunState.SUCCEEDED, 2)
    assert names(store) == ["h0", "h1", "h2"]


def test_a_part_that_was_held_can_be_sent_again_corrected(store: Store) -> None:
    load(store, ci("h0"))
    order = replace(ORDER, request_id="run-1")
    plan_id = held(store, ci("h1"), order=order, part=Part(1, last=True)).plan_id
    assert Ingest(store).run([lambda: [ci("h2")]], order, part=Part(1, last=True)).state is RunState.SUCCEEDED
    plan = known(store, plan_id)
    assert plan.state is PlanState.STALE
    with pytest.raises(PlanStale, match="went on without"):
        applied(store, plan, replace(PERSON, confirm=plan.digest))
    assert names(store) == ["h0", "h2"]
