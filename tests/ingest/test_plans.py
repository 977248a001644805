"""Plans: made from an input without doing any of it, applied once and to their end, or discarded."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from typing_extensions import override

from cmdb.errors import NotFound, PlanDecided, PlanStale, StoreUnavailable
from cmdb.ingest.engine import Ingest, Order, Part, Sweep
from cmdb.ingest.guard import Guard, Judgement
from cmdb.ingest.plan_entries import changes_of, effects_of, entries_of
from cmdb.ingest.plans import Decision, Plans
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.ingest.reports import ImportReport
from cmdb.model.items import Lifecycle
from cmdb.model.observations import Observation, Problem, Severity, Where
from cmdb.model.plans import ROWS, Plan, PlanEntries, PlannedSweep, PlanState
from cmdb.model.sources import RunState
from cmdb.store.port import Store
from tests.ingest.graphs import arrows, items, names, plain
from tests.ingest.rows import CLOUD, ORDER, RACKS, ci, edge, load
from tests.ingest.watched import FailingStore

PERSON = Decision("a person")
SWEEP = replace(ORDER, sweep=Sweep(), scopes=(RACKS,))


class Strict(Guard):
    """Holds everything, and says of every import that it takes down the shop."""

    @property
    @override
    def is_open(self) -> bool:
        return False

    @override
    def judge(self, rehearsal: Rehearsal) -> Judgement:
        return Judgement((f"{rehearsal.report.counts.changes} changes are too many.",))

    @override
    def examine(self, rehearsal: Rehearsal) -> Judgement:
        return replace(self.judge(rehearsal), effects={"down": ["shop"]})


def quiet(_done: int, _rows: int) -> None:
    """Nobody watches."""


def made(store: Store, *rows: Observation, order: Order = ORDER) -> Plan:
    """Keep a plan of rows."""
    return Plans(store).make([lambda: rows], order, quiet)[0]


def applied(store: Store, plan: Plan, decision: Decision = PERSON) -> ImportReport:
    return Plans(store).apply(plan.id, decision, quiet)


def held(store: Store, *rows: Observation, order: Order = ORDER, part: Part | None = None) -> ImportReport:
    """Import rows under a guard that holds everything."""
    return Ingest(store, Strict()).run([lambda: rows], order, part=part)


def known(store: Store, plan_id: str) -> Plan:
    plan = store.plan(plan_id)
    assert plan is not None
    return plan


def listed(store: Store, plan: Plan) -> list[tuple[str, str]]:
    return [(change.action, change.subject) for change in changes_of(store, plan.id)]


def test_a_plan_keeps_what_an_import_would_do_and_does_none_of_it(store: Store) -> None:
    load(store, ci("r1", "Rack"))
    plan = made(store, ci("h1", serial="S1"), edge("h1", "LOCATED_IN", "r1"), order=replace(ORDER, reason="new rack"))
    assert store.head() == plan.base_seq == 1
    assert names(store) == ["r1"]
    assert plan == known(store, plan.id)
    assert (plan.state, plan.actor, plan.reason, plan.source, plan.scopes) == (
        PlanState.OPEN, "tester", "new rack", "test", (RACKS,),
    )  # fmt: skip
    assert (plan.counts["created"], plan.counts["related"], plan.changes) == (1, 1, 2)
    assert listed(store, plan) == [("create", "Host:h1"), ("relate", "Host:h1 LOCATED_IN Rack:r1")]
    assert list(store.runs()) == list(store.runs(1))


def test_an_applied_plan_gives_the_graph_of_the_import(any_store: Store) -> None:
    rows: list[Observation] = [ci("h1", serial="S1"), ci("h2", name="two"), ci("r1", "Rack")]
    rows.append(edge("h1", "LOCATED_IN", "r1"))
    plan = made(any_store, *rows)
    report = applied(any_store, plan)
    assert report.state is RunState.SUCCEEDED
    assert (report.plan_id, report.digest, report.counts.created) == (plan.id, plan.digest, 3)
    after = known(any_store, plan.id)
    assert (after.state, after.run_id, after.decided_by) == (PlanState.APPLIED, report.run_id, "a person")
    assert after.decided_at is not None
    assert any_store.run(report.run_id) is not None
    graph = plain(any_store)
    assert load(any_store, *rows).counts.changes == 0
    assert plain(any_store) == graph
    assert {commit.actor for commit in any_store.commits(0)} == {"a person"}


def test_a_second_apply_says_which_run_did_it(store: Store) -> None:
    plan = made(store, ci("h1"))
    run_id = applied(store, plan).run_id
    head = store.head()
    with pytest.raises(PlanDecided, match=run_id):
        applied(store, plan)
    assert store.head() == head


def test_a_plan_is_refused_when_the_graph_has_moved_and_nothing_is_written(store: Store) -> None:
    plan = made(store, ci("h1"))
    load(store, ci("x1", scope=CLOUD))
    head = store.head()
    with pytest.raises(
        PlanStale, match=r"seq 0, the graph is at seq 1 \(seq 1 by tester in run .*\)\. It would now do the same"
    ):
        applied(store, plan)
    assert (store.head(), names(store)) == (head, ["x1"])
    assert known(store, plan.id).state is PlanState.STALE
    assert [run.counts["created"] for run in store.runs()] == [1]


def test_whoever_has_seen_what_it_does_now_applies_it_to_a_graph_that_has_moved(store: Store) -> None:
    plan = made(store, ci("h1"))
    load(store, ci("x1", scope=CLOUD))
    with pytest.raises(PlanStale):
        applied(store, plan, replace(PERSON, confirm=plan.digest[:11]))
    assert applied(store, plan, replace(PERSON, confirm=plan.digest[:12])).state is RunState.SUCCEEDED
    assert names(store) == ["h1", "x1"]


def test_a_plan_that_would_do_something_else_is_refused_even_when_its_digest_is_given(store: Store) -> None:
    plan = made(store, ci("h1", model="new"))
    load(store, ci("h1", model="old"))
    with pytest.raises(PlanStale, match="something else"):
        applied(store, plan, replace(PERSON, confirm=plan.digest))
    with pytest.raises(PlanStale) as caught:
        applied(store, plan)
    assert applied(store, plan, replace(PERSON, confirm=str(caught.value.details["digest"]))).counts.updated == 1


def test_a_discarded_plan_is_never_applied_and_keeps_what_it_would_have_done(store: Store) -> None:
    plan = made(store, ci("h1"))
    assert Plans(store).discard(plan.id, "a person").state is PlanState.DISCARDED
    with pytest.raises(PlanDecided, match="discarded by a person"):
        applied(store, plan)
    with pytest.raises(PlanDecided):
        Plans(store).discard(plan.id, "another")
    assert listed(store, plan) == [("create", "Host:h1")]
    assert not any(store.plan_parts(plan.id, kind) for kind in ROWS)
    assert store.head() == 0


def test_there_is_no_plan_of_an_unknown_id(store: Store) -> None:
    with pytest.raises(NotFound, match="no plan"):
        Plans(store).apply("nobody", PERSON, quiet)
    with pytest.raises(NotFound, match="no plan"):
        Plans(store).discard("nobody", "a person")


def test_a_plan_tells_what_its_sweep_retires_however_much_and_does_it_when_applied(any_store: Store) -> None:
    everything = [ci(f"h{number:02}") for number in range(20)]
    rack = ci("r1", "Rack")
    load(any_store, rack, *everything, *(edge(host.key, "LOCATED_IN", "r1") for host in everything))
    plan = made(any_store, rack, *everything[:5], order=SWEEP)
    assert plan.sweep == PlannedSweep(15, 20)
    assert len(names(any_store)) == 21
    assert ("retire", "Host:h07") in listed(any_store, plan)
    assert ("unrelate", "Host:h01 LOCATED_IN Rack:r1") in listed(any_store, plan)
    assert {change.binding.partition("#")[0] for change in changes_of(any_store, plan.id)} == {str(RACKS)}
    report = applied(any_store, plan)
    assert (report.counts.retired, report.counts.unrelated) == (15, 20)
    assert len(names(any_store)) == 6
    assert arrows(any_store) == []


def test_what_stays_because_the_sweep_of_a_held_import_was_refused_stays_when_its_plan_is_applied(store: Store) -> None:
    load(store, *(ci(f"h{number:02}") for number in range(20)))
    report = held(store, ci("h00", model="x"), order=SWEEP)
    plan = known(store, report.plan_id)
    assert plan.sweep == PlannedSweep(19, 0, f"19 of the 20 CIs of {RACKS} would go, more than a quarter")
    done = applied(store, plan)
    assert (done.state, done.counts.updated, done.counts.retired) == (RunState.SUCCEEDED_WITH_ERRORS, 1, 0)
    assert done.sweep is not None
    assert done.sweep.refusal == plan.sweep.refusal
    assert len(names(store)) == 20


def test_a_plan_of_an_input_that_was_not_read_to_its_end_sweeps_nothing(store: Store) -> None:
    load(store, *(ci(f"h{number}") for number in range(3)))
    broken = Problem(Severity.INCOMPLETE, "CUT_OFF", "The rest is missing.")
    plan = made(store, ci("h1"), broken, order=SWEEP)
    assert plan.sweep == PlannedSweep(2, 0, "the input was not read to its end")
    report = applied(store, plan)
    assert report.sweep is not None
    assert report.sweep.refusal
    assert names(store) == ["h0", "h1", "h2"]


def test_what_was_reported_since_the_plan_was_made_is_not_swept(store: Store) -> None:
    load(store, ci("h1"), ci("h2"))
    plan = made(store, ci("h1"), order=SWEEP)
    load(store, ci("h1"), ci("h2"))  # nothing new: the graph does not move
    assert store.head() == plan.base_seq
    with pytest.raises(PlanStale, match="something else"):
        applied(store, plan)
    assert names(store) == ["h1", "h2"]


def test_what_is_refused_leaves_no_word_of_its_content_in_the_plan(store: Store) -> None:
    canary = "hunter2-canary"
    wrong = ci("h1", password=canary, serial={"was": canary})
    twice = ci("h2", model=canary)
    plan = made(store, wrong, ci("h2"), twice, edge("h2", "NO_SUCH_TYPE", "h3", attributes={"x": canary}))
    assert (plan.counts["created"], plan.counts["failed"]) == (1, 3)
    kept = [entry for kind in PlanEntries for entry in entries_of(store, plan.id, kind)]
    assert canary not in repr(kept)
    assert "h1" in repr(kept)


def test_what_was_refused_fails_again_and_is_not_swept(store: Store) -> None:
    load(store, ci("h1"), ci("h2"), ci("h3"))
    plan = made(store, ci("h1", "Nonsense"), ci("h2"), order=SWEEP)
    assert plan.sweep == PlannedSweep(1, 0)
    report = applied(store, plan)
    assert (report.state, report.counts.failed) == (RunState.SUCCEEDED_WITH_ERRORS, 1)
    assert [(problem.code, problem.key) for problem in report.problems] == [("UNKNOWN_CLASS", "h1")]
    assert names(store) == ["h1", "h2"]


def test_rows_in_a_place_that_is_no_text_are_planned_all_the_same(store: Store) -> None:
    odd = Where("caf\udce9.csv", 3)
    place = replace(edge("h1", "LOCATED_IN", "r1"), where=odd)
    plan = made(store, replace(ci("h1"), where=odd), place, ci("r1", "Rack"))
    assert applied(store, plan).counts.changes == 3


def test_a_plan_of_many_rows_and_changes_is_kept_in_parts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.ingest.plan_entries.ENTRIES", 7)
    rows = [ci(f"h{number:02}") for number in range(40)]
    plan = made(store, *rows)
    assert len(store.plan_parts(plan.id, PlanEntries.CHANGES, limit=100)) == 6
    assert [change.subject for change in changes_of(store, plan.id, 33)] == [f"Host:h{n}" for n in range(33, 40)]
    assert list(changes_of(store, plan.id, 40)) == []
    monkeypatch.setattr("cmdb.ingest.plan_entries.BYTES", 1)
    other = made(store, *rows)
    assert len(store.plan_parts(other.id, PlanEntries.CHANGES, limit=100)) == 40
    assert other.digest == plan.digest
    assert applied(store, plan).counts.created == 40


@pytest.mark.parametrize("commits", range(5))
def test_a_plan_that_broke_off_is_applied_to_its_end_by_the_same_run(
    commits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 2)
    hosts = [ci(f"h{number}", serial=f"S{number}") for number in range(7)]
    rows: list[Observation] = [ci("r1", "Rack"), *hosts, edge("h0", "LOCATED_IN", "r1")]
    whole = FailingStore(100)
    load(whole, *rows)
    store = FailingStore(commits)
    plan = made(store, *rows)
    store.left = commits
    with pytest.raises(StoreUnavailable):
        applied(store, plan)
    store.left = None
    assert known(store, plan.id).state is PlanState.APPLYING
    with pytest.raises(PlanDecided, match="was begun by a person"):
        Plans(store).discard(plan.id, "another")
    report = applied(store, plan)
    assert report.run_id == known(store, plan.id).run_id == plan.id
    assert plain(store) == plain(whole)
    assert store.head() == 5
    run = store.run(report.run_id)
    assert run is not None
    assert (run.state, run.batches, run.counts["read"]) == (RunState.SUCCEEDED, 1, 9)


def test_a_plan_that_broke_off_when_all_was_written_is_applied_all_the_same(store: Store) -> None:
    plan = made(store, ci("h1"))
    run_id = applied(store, plan).run_id
    store.put_plan(replace(known(store, plan.id), state=PlanState.APPLYING, decided_at=None))
    with pytest.raises(PlanDecided, match=f"was applied by a person in run {run_id}"):
        applied(store, plan)
    assert known(store, plan.id).state is PlanState.APPLIED


def test_what_others_wrote_after_a_plan_was_begun_is_not_swept_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 1)
    store = FailingStore(100)
    load(store, ci("h1"), ci("h2"))
    plan = made(store, ci("h1", model="a"), ci("h3"), order=SWEEP)
    store.left = 1
    with pytest.raises(StoreUnavailable):
        applied(store, plan)
    store.left = None
    load(store, ci("h4"))
    applied(store, plan)
    assert names(store) == ["h1", "h3", "h4"]


def test_a_plan_says_what_it_does_to_impact_and_what_an_import_would_be_held_for(store: Store) -> None:
    plan, report = Plans(store, Strict()).make([lambda: [ci("h1")]], ORDER, quiet)
    assert (plan.state, plan.held_because) == (PlanState.OPEN, ("1 changes are too many.",))
    assert (report.plan_id, report.held_because, report.dry_run) == (plan.id, plan.held_because, True)
    assert effects_of(store, plan.id) == {"down": ["shop"]}
    assert effects_of(store, made(store, ci("h1")).id) is None


def retired(store: Store) -> Sequence[str]:
    return [item.name for item in items(store) if item.lifecycle is Lifecycle.RETIRED]


def test_what_a_plan_swept_comes_back_when_its_run_is_followed_by_a_full_import(store: Store) -> None:
    load(store, ci("h1"), ci("h2"))
    applied(store, made(store, ci("h1"), order=SWEEP))
    assert retired(store) == ["h2"]
    load(store, ci("h1"), ci("h2"))
    assert retired(store) == []
