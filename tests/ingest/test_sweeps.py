"""The sweep: what a source no longer reports is retired, when that can be believed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from cmdb.ingest.edits import Editor, ItemPatch, Request
from cmdb.ingest.engine import Order, Sweep
from cmdb.ingest.reports import ImportReport
from cmdb.model.items import Lifecycle
from cmdb.model.observations import Observation, Problem, Severity, Where
from cmdb.model.references import ByName
from cmdb.model.sources import RunState
from cmdb.store.port import Store
from tests.ingest.graphs import item, plain
from tests.ingest.rows import CLOUD, RACKS, ci, edge, load, plan

SWEEP = Order("tester", scopes=(RACKS,), sweep=Sweep())
HOSTS = [ci(f"h{number}", serial=f"S{number}") for number in range(40)]


def confirmed(digest: str) -> Order:
    return replace(SWEEP, sweep=Sweep(digest))


def living(store: Store) -> set[str]:
    return {name for _, name, *_, lifecycle, _ in plain(store).items if lifecycle == "live"}


def swept(report: ImportReport) -> tuple[int, int, str]:
    assert report.sweep is not None
    return report.sweep.items, report.sweep.relationships, report.sweep.refusal


def test_what_is_no_longer_reported_is_retired_with_its_relationships(any_store: Store) -> None:
    links = [edge("h0", "LINKED_TO", "h1"), edge("h2", "LINKED_TO", "h3")]
    load(any_store, *HOSTS, *links)
    report = load(any_store, *HOSTS[1:], links[1], order=SWEEP)
    assert swept(report) == (1, 1, "")
    assert (report.counts.retired, report.counts.unrelated, report.counts.changes) == (1, 1, 2)
    assert (report.state, report.complete) == (RunState.SUCCEEDED, True)
    assert item(any_store, "h0").lifecycle is Lifecycle.RETIRED
    assert item(any_store, "h0").attributes == {"serial": "S0"}
    assert [entry[0] for entry in plain(any_store).edges] == ["LINKED_TO"]
    again = load(any_store, *HOSTS[1:], links[1], order=SWEEP)
    assert (swept(again), again.counts.changes) == ((0, 0, ""), 0)


def test_without_being_asked_for_nothing_is_swept(store: Store) -> None:
    load(store, *HOSTS)
    assert load(store, HOSTS[0]).sweep is None
    assert len(living(store)) == len(HOSTS)


def test_what_comes_back_is_the_same_ci(any_store: Store) -> None:
    load(any_store, *HOSTS)
    before = item(any_store, "h0")
    load(any_store, *HOSTS[1:], order=SWEEP)
    report = load(any_store, *HOSTS)
    assert (report.counts.restored, report.counts.created, report.counts.changes) == (1, 0, 1)
    after = item(any_store, "h0")
    assert (after.id, after.lifecycle) == (before.id, Lifecycle.LIVE)
    assert [version.lifecycle.value for version in any_store.history(before.id)] == ["live", "retired", "live"]


def test_only_the_claims_of_this_source_are_swept(store: Store) -> None:
    load(store, *HOSTS, edge("h0", "LINKED_TO", "h1"))
    load(store, ci("x", scope=CLOUD, name="h0", serial="S0", model="X9"))
    report = load(store, *HOSTS[1:], order=SWEEP)
    assert swept(report) == (1, 1, "")
    assert report.counts.retired == 0
    assert item(store, "h0").lifecycle is Lifecycle.LIVE
    assert plain(store).edges == []


def test_a_ci_that_was_only_edited_by_hand_goes_one_that_a_person_made_stays(store: Store) -> None:
    load(store, *HOSTS)
    Editor(store).update(ByName("Host", "h0"), ItemPatch(attributes={"model": "by hand"}), Request("anna"))
    load(store, *HOSTS[1:], order=SWEEP)
    assert item(store, "h0").lifecycle is Lifecycle.RETIRED
    load(store, *HOSTS)
    assert item(store, "h0").attributes["model"] == "by hand"


def test_another_scope_is_left_alone(store: Store) -> None:
    load(store, *HOSTS, ci("c", scope=CLOUD))
    load(store, *HOSTS[1:], order=SWEEP)
    assert "c" in living(store)


INCOMPLETE = Problem(Severity.INCOMPLETE, "PAGES_MISSING", "Page 2 is missing.", Where("f", 1))
BROKEN = Problem(Severity.ERROR, "WRONG_TYPE", "The row cannot be read.", Where("f", 1))
REFUSALS: dict[str, tuple[Sequence[Observation], str]] = {
    "after an incomplete read": ([*HOSTS[1:], INCOMPLETE], "not read to its end"),
    "after a row that the reader refused": ([*HOSTS[1:], BROKEN], "1 rows failed"),
    "after a row that the engine refused": ([*HOSTS[1:], ci("bad", cpu_count="many")], "1 rows failed"),
    "after an empty read": ([], "nothing at all was read"),
    "of more than a quarter": (HOSTS[11:], "11 of the 40 CIs"),
}


@pytest.mark.parametrize(("rows", "reason"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_sweep_is_refused_and_all_else_is_done(store: Store, rows: Sequence[Observation], reason: str) -> None:
    load(store, *HOSTS)
    report = load(store, *rows, ci("new", scope=CLOUD), order=SWEEP)
    assert reason in swept(report)[2]
    assert (report.state, report.complete) == (RunState.SUCCEEDED_WITH_ERRORS, False)
    assert living(store) == {row.name for row in HOSTS} | {"new"}
    (run,) = store.runs(1)
    assert (run.state, reason in run.message) == (RunState.SUCCEEDED_WITH_ERRORS, True)


def test_ten_cis_and_a_quarter_may_go(store: Store) -> None:
    load(store, *HOSTS)
    assert swept(load(store, *HOSTS[10:], order=SWEEP)) == (10, 0, "")
    many = [ci(f"m{number}", scope=CLOUD) for number in range(100)]
    load(store, *many)
    order = replace(SWEEP, scopes=(CLOUD,))
    assert "26 of the 100" in swept(load(store, *many[26:], order=order))[2]
    assert swept(load(store, *many[25:], order=order)) == (25, 0, "")


@pytest.mark.parametrize("case", ["after an empty read", "of more than a quarter"])
def test_the_digest_of_exactly_this_sweep_confirms_it(any_store: Store, case: str) -> None:
    load(any_store, *HOSTS)
    rows, _ = REFUSALS[case]
    refused = load(any_store, *rows, order=SWEEP)
    assert refused.sweep is not None
    assert swept(load(any_store, *rows, order=confirmed("0" * 16)))[2] != ""
    report = load(any_store, *rows, order=confirmed(refused.sweep.digest))
    assert swept(report) == (refused.sweep.items, 0, "")
    assert living(any_store) == {row.name for row in rows if not isinstance(row, Problem) and hasattr(row, "name")}


def test_a_digest_of_another_sweep_confirms_nothing(store: Store) -> None:
    load(store, *HOSTS)
    refused = load(store, *HOSTS[11:], order=SWEEP)
    assert refused.sweep is not None
    assert swept(load(store, *HOSTS[12:], order=confirmed(refused.sweep.digest)))[2] != ""


def test_an_incomplete_read_cannot_be_confirmed(store: Store) -> None:
    load(store, *HOSTS)
    refused = load(store, *HOSTS[1:], INCOMPLETE, order=SWEEP)
    assert refused.sweep is not None
    assert "not read to its end" in swept(load(store, *HOSTS[1:], INCOMPLETE, order=confirmed(refused.sweep.digest)))[2]


def test_a_plan_tells_what_a_sweep_would_do_and_its_digest(store: Store) -> None:
    load(store, *HOSTS, edge("h0", "LINKED_TO", "h1"))
    head = store.head()
    planned = plan(store, *HOSTS[1:], order=SWEEP)
    assert swept(planned) == (1, 1, "")
    assert sorted(change.action for change in planned.changes) == ["retire", "unrelate"]
    assert store.head() == head
    much = plan(store, *HOSTS[11:], order=SWEEP)
    assert much.sweep is not None
    assert swept(load(store, *HOSTS[11:], order=confirmed(much.sweep.digest))) == (11, 1, "")


def test_a_new_scope_has_nothing_to_sweep(store: Store) -> None:
    assert swept(load(store, *HOSTS, order=SWEEP)) == (0, 0, "")
    assert swept(load(store, order=replace(SWEEP, scopes=(CLOUD,)))) == (0, 0, "")
