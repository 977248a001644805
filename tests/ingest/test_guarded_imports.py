"""Imports that are rehearsed first: what is written is what was rehearsed, whoever else writes meanwhile."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from typing_extensions import override

from cmdb.errors import TooHeavy
from cmdb.ingest.engine import Ingest, Sweep
from cmdb.ingest.guard import UNGUARDED, Guard, Judgement
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.ingest.reports import ImportReport
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.observations import Observation
from cmdb.model.references import ByIdentifier
from cmdb.model.sources import RunState
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.builders import gadgets
from tests.ingest.graphs import names, plain
from tests.ingest.rows import CLOUD, ORDER, RACKS, ci, edge, load
from tests.ingest.watched import CountingStore

SWEEP = replace(ORDER, sweep=Sweep(), scopes=(RACKS,))
HOSTS = [ci(f"h{number}", serial=f"S{number}") for number in range(6)]
BEFORE: list[Observation] = [ci("r1", "Rack"), *HOSTS, *(edge(host.key, "LOCATED_IN", "r1") for host in HOSTS)]
AFTER: list[Observation] = [
    ci("r1", "Rack"), *(replace(host, attributes={**host.attributes, "model": "X"}) for host in HOSTS[:5]),
    *(edge(host.key, "LOCATED_IN", "r1") for host in HOSTS[:4]), ci("h9"), edge("h9", "LOCATED_IN", "r1"),
]  # fmt: skip


class Watchful(Guard):
    """Lets everything pass after it has done something."""

    def __init__(self, first: Callable[[Rehearsal], object]) -> None:
        self.first = first

    @property
    @override
    def is_open(self) -> bool:
        return False

    @override
    def judge(self, rehearsal: Rehearsal) -> Judgement:
        self.first(rehearsal)
        return Judgement()

    @override
    def examine(self, rehearsal: Rehearsal) -> Judgement:
        return self.judge(rehearsal)


def nothing(_rehearsal: Rehearsal) -> None:
    """Only look."""


def guarded(store: Store, first: Callable[[Rehearsal], object] = nothing, *more: Observation) -> ImportReport:
    return Ingest(store, Watchful(first)).run([lambda: [*AFTER, *more]], SWEEP)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 2)


def undisturbed(*more: Observation) -> tuple[MemoryStore, ImportReport]:
    store = MemoryStore(gadgets())
    load(store, *BEFORE)
    return store, Ingest(store, UNGUARDED).run([lambda: [*AFTER, *more]], SWEEP)


@pytest.mark.parametrize("more", [(), (ci("nothing", "NoSuchClass"), ci("h1"), edge("h1", "LOCATED_IN", "nowhere"))])
def test_a_guarded_import_gives_the_graph_and_the_report_of_one_that_is_not(
    any_store: Store, more: tuple[Observation, ...]
) -> None:
    expected, told = undisturbed(*more)
    load(any_store, *BEFORE)
    report = guarded(any_store, nothing, *more)
    assert plain(any_store) == plain(expected)
    assert replace(report, run_id="", changes=(), sweep=None) == replace(told, run_id="", changes=(), sweep=None)
    assert sorted(map(str, report.changes)) == sorted(map(str, told.changes))
    assert report.state is (RunState.SUCCEEDED_WITH_ERRORS if more else RunState.SUCCEEDED)
    run, other = any_store.run(report.run_id), expected.run(told.run_id)
    assert run is not None
    assert other is not None
    assert run.counts == other.counts


def test_what_was_only_seen_is_stamped(any_store: Store) -> None:
    load(any_store, *BEFORE)
    report = Ingest(any_store, Watchful(nothing)).run([lambda: BEFORE], ORDER)
    assert report.counts.changes == 0
    assert any_store.head() > 0
    assert {record.seen_run for record in any_store.records([(RACKS, host.key) for host in HOSTS]).values()} == {
        report.run_id
    }


def test_what_somebody_else_writes_after_the_rehearsal_is_not_overwritten(any_store: Store) -> None:
    load(any_store, *BEFORE)
    guarded(
        any_store,
        lambda _rehearsal: load(any_store, ci("x1", scope=CLOUD, name="h9", serial="S9"), ci("x2", scope=CLOUD)),
    )
    expected = MemoryStore(gadgets())
    load(expected, *BEFORE)
    load(expected, ci("x1", scope=CLOUD, name="h9", serial="S9"), ci("x2", scope=CLOUD))
    Ingest(expected).run([lambda: AFTER], SWEEP)
    assert plain(any_store) == plain(expected)


def test_a_relationship_that_leads_somewhere_only_now_is_swept_after_a_rehearsal_too(store: Store) -> None:
    load(store, ci("r1", "Rack"), *HOSTS, edge("h0", "LINKED_TO", ByIdentifier("serial", "NEW")))
    report = Ingest(store, Watchful(nothing)).run([lambda: [ci("r1", "Rack"), *HOSTS, ci("h9", serial="NEW")]], SWEEP)
    assert (report.counts.related, report.counts.unrelated) == (1, 1)
    assert plain(store).edges == []


class InterruptedStore(MemoryStore):
    """Lets somebody else write before a certain commit, counted from when it is armed; or has not the memory for it."""

    def __init__(self) -> None:
        super().__init__(gadgets())
        self.left: int | None = None
        self.instead: Callable[[], object] = lambda: None

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                self.instead()
        return super().commit(changes)


@pytest.mark.parametrize("place", range(8))
def test_what_somebody_else_writes_between_two_batches_changes_nothing(place: int) -> None:
    store = InterruptedStore()
    load(store, *BEFORE)
    store.instead = lambda: load(store, ci("x1", scope=CLOUD, serial="S3", model="Z"))

    def arm(_rehearsal: Rehearsal) -> None:
        store.left = place

    guarded(store, arm)
    store.left = None
    if "x1" not in repr(plain(store)):  # fewer commits than that
        store.instead()
    expected, _ = undisturbed()
    load(expected, ci("x1", scope=CLOUD, serial="S3", model="Z"))
    assert plain(store) == plain(expected)


def test_a_batch_that_is_too_heavy_is_halved_after_a_rehearsal_too() -> None:
    store = InterruptedStore()
    load(store, *BEFORE)

    def refuse() -> None:
        raise TooHeavy("Not enough memory.")

    def arm(_rehearsal: Rehearsal) -> None:
        store.left, store.instead = 0, refuse

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("cmdb.ingest.work.LEAST", 1)
        guarded(store, arm)
    expected, _ = undisturbed()
    assert plain(store) == plain(expected)


def test_an_unchanged_import_is_planned_once() -> None:
    store = CountingStore()
    load(store, *BEFORE)
    store.reads.clear()
    load(store, *BEFORE)
    unguarded = dict(store.reads)
    store.reads.clear()
    Ingest(store, Watchful(nothing)).run([lambda: BEFORE], ORDER)
    assert dict(store.reads) == unguarded


def test_a_run_says_that_it_is_planned(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.ingest.session.EVERY_SECONDS", 0)
    load(store, *BEFORE)
    told: list[tuple[str, int]] = []

    def look(rehearsal: Rehearsal) -> None:
        run = store.run(rehearsal.report.run_id)
        assert run is not None
        told.append((run.message, run.counts.get("read", 0)))

    report = guarded(store, look)
    assert told == [("is planned", 0)]
    run = store.run(report.run_id)
    assert run is not None
    assert (run.message, run.counts["read"]) == ("", 12)
    assert "h5" not in names(store)
