"""Deciding plans: once, by one person at a time, on what was seen; also when a process dies, or a run is undone."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from cmdb.errors import PlanDecided, PlanStale, RevertRefused, ScopeBusy, StoreUnavailable
from cmdb.ingest.engine import Ingest, Order, Sweep
from cmdb.ingest.guard import Unguarded
from cmdb.ingest.leases import Leases
from cmdb.ingest.plans import Decision, Plans
from cmdb.ingest.reports import ImportReport
from cmdb.ingest.reverting import revert
from cmdb.model.plans import Plan, PlanState
from cmdb.model.sources import RunState, Scope
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.builders import gadgets
from tests.ingest.estate_in_two_days import TODAY, today, yesterday
from tests.ingest.graphs import names, plain
from tests.ingest.rows import CLOUD, ORDER, ci, load
from tests.ingest.strategies import Rows, doubtful_inputs
from tests.ingest.test_plans import PERSON, applied, held, known, made, quiet
from tests.ingest.watched import FailingStore
from tests.store.conftest import KINDS
from tests.store.places import Place
from tests.store.writing_process import described

ROOT = Path(__file__).parents[2]
UNDO = Order("anna")


def test_a_run_that_is_held_cannot_be_reverted_until_its_plan_is_decided(store: Store) -> None:
    load(store, ci("h1"))
    report = held(store, ci("h2"))
    with pytest.raises(RevertRefused, match=f"cmdb plan discard {report.plan_id}"):
        revert(store, report.run_id, UNDO)
    assert known(store, report.plan_id).state is PlanState.HELD
    applied(store, known(store, report.plan_id))
    revert(store, report.run_id, UNDO)
    assert names(store) == ["h1"]


def test_a_held_run_whose_plan_was_discarded_wrote_nothing_to_revert(store: Store) -> None:
    load(store, ci("h1"))
    report = held(store, ci("h2"))
    Plans(store).discard(report.plan_id, "a person")
    assert revert(store, report.run_id, UNDO).commit is None


def broken_off(store: FailingStore) -> Plan:
    """A plan of which one of three commits was written."""
    plan = made(store, *(ci(f"h{number}") for number in range(5)))
    store.left = 1
    with pytest.raises(StoreUnavailable):
        applied(store, plan)
    store.left = None
    return known(store, plan.id)


def test_a_plan_is_not_gone_on_with_when_its_run_was_reverted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 2)
    store = FailingStore(100)
    plan = broken_off(store)
    assert plan.state is PlanState.APPLYING
    run = store.run(plan.run_id)
    assert run is not None
    store.put_run(replace(run, state=RunState.FAILED))
    revert(store, plan.run_id, UNDO)
    with pytest.raises(PlanDecided, match=f"begun by a person in run {plan.run_id}, which was reverted"):
        applied(store, plan)
    assert Plans(store).discard(plan.id, "a person").state is PlanState.DISCARDED
    assert names(store) == []


def test_a_plan_is_not_applied_again_when_its_run_was_reverted(store: Store) -> None:
    plan = made(store, ci("h1"))
    revert(store, applied(store, plan).run_id, UNDO)
    with pytest.raises(PlanDecided, match=r"applied by a person in run .*, which was reverted\. Make the plan anew"):
        applied(store, plan)
    with pytest.raises(PlanDecided):
        Plans(store).discard(plan.id, "a person")
    assert names(store) == []


@pytest.mark.parametrize("digest", ["", "0", "0" * 64])
def test_a_digest_of_something_else_confirms_nothing_and_the_plan_waits_on(store: Store, digest: str) -> None:
    plan = made(store, ci("h1"))
    with pytest.raises(PlanStale, match="does not stand for what the plan"):
        applied(store, plan, replace(PERSON, confirm=digest))
    assert known(store, plan.id).state is PlanState.OPEN
    assert store.head() == 0
    assert applied(store, plan, replace(PERSON, confirm=plan.digest)).counts.created == 1


def test_a_plan_whose_rows_are_not_those_that_were_seen_is_refused(store: Store) -> None:
    plan = made(store, ci("h1"))
    store.put_plan(replace(plan, digest="0" * 64))
    with pytest.raises(PlanStale, match="something else"):
        applied(store, plan)
    assert store.head() == 0


def test_a_refusal_says_what_has_happened_since(store: Store) -> None:
    plan = made(store, ci("h1"))
    for number in range(5):
        load(store, ci(f"x{number}", scope=CLOUD), order=Order("bert", reason=f"round {number}"))
    with pytest.raises(PlanStale) as refusal:
        applied(store, plan)
    message = str(refusal.value)
    assert "made at seq 0, the graph is at seq 5 (seq 1 by bert in run" in message
    assert "seq 3 by bert" in message
    assert ": round 2; 2 more). It would now do the same" in message


def attempt(place: Place, plan_id: str, start: Barrier) -> ImportReport | PlanDecided:
    """Apply a plan over a connection of its own, when everybody is ready."""
    with place.open() as store:
        start.wait(30)
        try:
            return Plans(store).apply(plan_id, PERSON, quiet)
        except PlanDecided as refusal:
            return refusal


@pytest.mark.parametrize("any_place", KINDS, indirect=True)
def test_of_several_who_apply_a_plan_at_once_one_does(any_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 16)
    expected = MemoryStore(gadgets())
    Ingest(expected).run([yesterday], ORDER)
    with any_place.open() as store, ThreadPoolExecutor(3) as pool:
        plan, _ = Plans(store).make([yesterday], ORDER, quiet)
        start = Barrier(3)
        answers = list(pool.map(partial(attempt, any_place, plan.id), [start] * 3))
        (report,) = [answer for answer in answers if isinstance(answer, ImportReport)]
        others = [str(answer) for answer in answers if not isinstance(answer, ImportReport)]
        assert others == [f"The plan {plan.id} was applied by a person in run {report.run_id}."] * 2
        assert plain(store) == plain(expected)
        assert len({commit.request_id for commit in store.commits(0)}) == store.head() == expected.head()


def test_whoever_does_not_want_to_wait_is_told_that_a_plan_is_being_applied(store: Store) -> None:
    plan = made(store, ci("h1"))
    other = Leases(store, "another", [Scope("plan", plan.id)], 0)
    other.take(lambda _lease: None)
    with pytest.raises(ScopeBusy, match="is being applied by somebody else"):
        applied(store, plan, Decision("a person", patience=0))
    other.free()
    assert applied(store, plan).counts.created == 1


@pytest.mark.parametrize("any_place", KINDS[1:], indirect=True)
def test_a_plan_whose_process_was_killed_is_applied_to_its_end(
    any_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 12)
    expected = MemoryStore(gadgets())
    with any_place.open() as store:
        for each in (expected, store):
            Ingest(each).run([yesterday], ORDER)
        Ingest(expected).run([today], TODAY)
        plan, _ = Plans(store).make([today], TODAY, quiet)
    killed_application(any_place, plan, 32)  # of which the first half only looks
    with any_place.open() as store:
        begun = known(store, plan.id)
        assert begun.state is PlanState.APPLYING
        assert plain(store) != plain(expected)
        report = applied(store, plan)
        assert report.run_id == begun.run_id
        assert known(store, plan.id).state is PlanState.APPLIED
        assert plain(store) == plain(expected)
        run = store.run(report.run_id)
        assert run is not None
        assert run.state is RunState.SUCCEEDED


def killed_application(place: Place, plan: Plan, batches: int) -> None:
    """Let a process apply some batches, and kill it."""
    command = [sys.executable, "-m", "tests.ingest.applying_process", described(place), plan.id]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(batches)]
    process.kill()
    _, errors = process.communicate()
    assert all(told), errors


@settings(max_examples=40)
@given(st.lists(doubtful_inputs(), max_size=3), doubtful_inputs(), st.sampled_from([None, Sweep()]))
def test_applying_a_plan_does_what_the_import_does_whatever_stands_in_it(
    inputs: list[Rows], last: Rows, sweep: Sweep | None
) -> None:
    planned, imported, guarded = MemoryStore(gadgets()), MemoryStore(gadgets()), MemoryStore(gadgets())
    for store in (planned, imported, guarded):
        for rows in inputs:
            load(store, *rows)
    order = replace(ORDER, sweep=sweep)
    confirmed = replace(order, sweep=sweep and Sweep(confirm_of(imported, last, order)))
    expected = Ingest(imported).run([lambda: last], confirmed)
    plan = made(planned, *last, order=order)
    report = applied(planned, plan)
    replayed = Ingest(guarded, Lenient()).run([lambda: last], confirmed)
    assert plain(planned) == plain(imported) == plain(guarded)
    assert plan.digest == report.digest
    assert replayed.counts == expected.counts
    assert report.counts == replace(expected.counts, read=report.counts.read)  # a plan has no rows that were refused


def confirm_of(store: Store, rows: Rows, order: Order) -> str | None:
    """The digest of what a sweep would retire."""
    sweep = Ingest(store).plan([lambda: rows], order).sweep
    return None if sweep is None else sweep.digest


class Lenient(Unguarded):
    """Looks at everything and lets it pass."""

    @property
    @override
    def is_open(self) -> bool:
        return False
