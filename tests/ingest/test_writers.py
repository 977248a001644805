"""Several writers at once, a writer that dies, and the same request sent twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cmdb.errors import Conflict, IdempotencyMismatch, StoreUnavailable
from cmdb.ingest.attempts import ATTEMPTS
from cmdb.ingest.edits import Editor, ItemPatch, Request
from cmdb.ingest.engine import Ingest, Order
from cmdb.ingest.packing import Row
from cmdb.ingest.planning import Planned
from cmdb.ingest.reports import Counts, ImportReport
from cmdb.model.items import Basis
from cmdb.model.observations import CIRecord, Observation
from cmdb.model.references import ByName
from cmdb.model.sources import RunState, Scope
from cmdb.store.port import Store
from tests.builders import patch, write
from tests.ingest.graphs import arrows, edges, item, items, names, plain
from tests.ingest.rows import CLOUD, ORDER, RACKS, WATCH, ci, edge, load, plan
from tests.ingest.test_properties import unsettled
from tests.ingest.watched import CountingStore, FailingStore, OvertakenStore, PeekingStore
from tests.store.places import MemoryPlace, SQLitePlace

ONCE = Order("tester", "test", request_id="request-1")


# --- somebody else was first


def test_an_update_that_somebody_overtook_is_planned_anew() -> None:
    store = OvertakenStore()
    load(store, ci("a", serial="S-1"))
    store.waiting = [
        lambda: Editor(store).update(ByName("Host", "a"), ItemPatch(attributes={"model": "M"}), Request("x"))
    ]
    report = load(store, ci("a", serial="S-1", vendor="V"))
    assert report.counts == Counts(read=1, updated=1)
    assert item(store, "a").attributes == {"serial": "S-1", "vendor": "V", "model": "M"}


def test_a_ci_that_somebody_else_created_meanwhile_is_not_created_twice() -> None:
    store = OvertakenStore()
    store.waiting = [lambda: load(store, ci("b", name="a", scope=CLOUD, serial="S-1"))]
    report = load(store, ci("a", serial="S-1"))
    assert report.counts.created == 0
    assert len(items(store)) == 1


def test_two_imports_of_one_source_at_once_make_each_ci_once() -> None:
    store = OvertakenStore()
    rows: list[Observation] = [ci("a"), ci("b"), edge("a", "LINKED_TO", "b")]
    store.waiting = [lambda: load(store, *rows)]
    report = load(store, *rows)
    assert report.counts == Counts(read=3, unchanged=2, relationships_unchanged=1)
    assert (names(store), arrows(store)) == (["a", "b"], ["a LINKED_TO b"])


def touched(store: Store, times: int) -> list[Callable[[], object]]:
    """Writers who change the only item at the store itself, one after another."""
    (only,) = items(store)
    return [partial(write, store, patch(only.id, asset_tag=str(number))) for number in range(times)]


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("times", [3, ATTEMPTS])
def test_a_writer_who_is_overtaken_while_settling_settles_anew_and_gives_up_at_last(times: int) -> None:
    store = OvertakenStore()
    load(store, said(RACKS, "1"))
    store.waiting = [partial(load, store, said(RACKS, "2")), *touched(store, times)]
    if times < ATTEMPTS:
        assert load(store, said(CLOUD, "1")).counts == Counts(read=1, updated=1, unchanged=1)
        assert item(store, "a").attributes == {"serial": "S-1", "model": "1"}
        assert unsettled(store) == Planned()
    else:
        with pytest.raises(Conflict):
            load(store, said(CLOUD, "1"))


def test_a_row_that_was_written_while_it_was_looked_for_is_no_second_thing() -> None:
    store = PeekingStore()
    rows = [ci("a", serial="S-1"), ci("b", serial="S-2", model="M")]
    store.waiting = [lambda: load(store, *rows)]
    report = load(store, *rows)
    assert (report.counts.created, report.problems) == (0, ())
    assert names(store) == ["a", "b"]


@pytest.mark.usefixtures("no_pauses")
def test_a_batch_that_is_always_overtaken_gives_up_with_a_conflict_and_says_so() -> None:
    store = OvertakenStore()
    load(store, ci("a", serial="S-1"))

    def edit(number: int) -> Callable[[], object]:
        change = ItemPatch(attributes={"model": str(number)})
        return lambda: Editor(store).update(ByName("Host", "a"), change, Request("x"))

    store.waiting = [edit(number) for number in range(ATTEMPTS)]
    with pytest.raises(Conflict):
        load(store, ci("a", serial="S-1", vendor="V"))
    assert store.runs(1)[0].state is RunState.FAILED
    assert "vendor" not in item(store, "a").attributes


def test_a_place_that_somebody_else_took_fails_the_row_alone() -> None:
    store = OvertakenStore()
    load(store, ci("a"), ci("b"), ci("c"))
    store.waiting = [lambda: load(store, edge("a", "FITS_INTO", "b"))]
    report = load(store, edge("a", "FITS_INTO", "c"), edge("b", "LINKED_TO", "c"))
    assert report.counts == Counts(read=2, related=1, failed=1)
    assert arrows(store) == ["a FITS_INTO b", "b LINKED_TO c"]


def said(scope: Scope, model: str) -> CIRecord:
    return ci("a", scope=scope, serial="S-1", model=model)


SILENT: dict[str, tuple[list[Row], Row, Row]] = {
    "a claim that changed nothing": ([said(RACKS, "1")], said(CLOUD, "1"), said(RACKS, "2")),
    "a claim that only then mattered": ([said(RACKS, "1")], said(RACKS, "2"), said(CLOUD, "1")),
    "an edge that both claim": (
        [ci("a"), ci("b")],
        edge("a", "LINKED_TO", "b", basis=Basis.INFERRED),
        edge("racks/hall-1#a", "LINKED_TO", "racks/hall-1#b", scope=CLOUD, basis=Basis.DECLARED),
    ),
    "an edge whose only claim moves": (
        [ci("x", name="web"), ci("a"), edge("a", "LINKED_TO", "Host:web"), ci("y", name="new")],
        edge("racks/hall-1#a", "LINKED_TO", "racks/hall-1#x", scope=CLOUD),
        edge("a", "LINKED_TO", "Host:web"),
    ),
}


@pytest.mark.parametrize(("before", "one", "other"), SILENT.values(), ids=SILENT)
@pytest.mark.parametrize("swapped", [False, True], ids=["in this order", "the other way round"])
def test_no_claim_is_lost_when_another_source_writes_between_plan_and_commit(
    before: list[Row], one: Row, other: Row, *, swapped: bool
) -> None:
    store = OvertakenStore()
    load(store, *before)
    if before[0].key == "x":  # the name passes on before the claim can move
        load(store, ci("x", name="old"), ci("y", name="web"))
    first, second = (other, one) if swapped else (one, other)
    store.waiting = [lambda: load(store, first)]
    load(store, second)
    assert unsettled(store) == Planned()
    claimed = {record.target for record in store.records([(row.scope, row.key) for row in (one, other)]).values()}
    assert claimed <= {entry.id for entry in items(store)} | {entry.key for entry in edges(store)}


@pytest.mark.parametrize("size", [1000, 5])
def test_eight_threads_importing_the_same_and_overlapping_things_lose_and_double_nothing(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", size)
    place = SQLitePlace(tmp_path / "cmdb.sqlite")
    place.open().close()
    scopes = (RACKS, CLOUD, WATCH)

    def rows(thread: int) -> list[Observation]:
        scope = scopes[thread % 3]
        cis = [ci(f"m{n}", scope=scope, serial=f"S-{n}", model=f"{scope.source} {n}") for n in range(thread % 4, 30)]
        return [*cis, *(edge(f"m{n}", "LINKED_TO", f"m{n + 1}", scope=scope) for n in range(thread % 4, 29))]

    def work(thread: int) -> ImportReport:
        with place.open() as store:
            return load(store, *rows(thread))

    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(work, range(8)))
    assert {report.state for report in reports} == {RunState.SUCCEEDED}
    with place.open() as store, MemoryPlace().open() as calm:
        for thread in range(8):
            load(calm, *rows(thread))
        assert plain(store) == plain(calm)
        assert unsettled(store) == Planned()
        assert sum(report.counts.created for report in reports) == 30


# --- a writer that dies


LATE: list[Observation] = [ci("z", scope=CLOUD), edge("z", "LINKED_TO", "racks/hall-1#m6", scope=CLOUD)]
ROWS: list[Observation] = [
    *(ci(f"m{n}", serial=f"S-{n}") for n in range(7)),
    *(edge(f"m{n}", "LINKED_TO", f"m{n + 1}") for n in range(6)),
    edge("m0", "LINKED_TO", "cloud/eu#late"),
]


@pytest.mark.parametrize("commits", range(8))
@pytest.mark.parametrize("order", [ORDER, ONCE], ids=["without a request", "under one request"])
def test_a_writer_that_died_leaves_whole_batches_and_the_next_one_completes_them(
    commits: int, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 3)
    with MemoryPlace().open() as undisturbed:
        load(undisturbed, *LATE, *ROWS)
        store = FailingStore(commits)
        before = plain(store)
        try:
            load(store, *LATE, *ROWS, order=order)
        except StoreUnavailable:
            assert store.head() == commits
            assert before != plain(store) or commits == 0
        store.left = None
        load(store, *LATE, *ROWS, order=order)
        assert plain(store) == plain(undisturbed)


def test_what_dangled_before_is_resolved_by_the_run_that_completes_a_dead_one() -> None:
    store = FailingStore(1)
    with pytest.raises(StoreUnavailable):
        load(store, ci("m", scope=CLOUD), edge("m", "LINKED_TO", "racks/hall-1#z", scope=CLOUD))
    store.left = None
    load(store, edge("m", "LINKED_TO", "racks/hall-1#z", scope=CLOUD))
    store.left = 1
    with pytest.raises(StoreUnavailable):
        load(store, ci("z"))
    assert arrows(store) == []
    store.left = None
    assert load(store, ci("z")).counts == Counts(read=1, unchanged=1, related=1)
    assert arrows(store) == ["m LINKED_TO z"]


def test_a_run_whose_store_went_away_stays_running_until_it_is_known_better() -> None:
    store = FailingStore(1)
    with pytest.raises(StoreUnavailable):
        load(store, ci("a"), ci("b"), edge("a", "LINKED_TO", "b"))
    assert [run.state for run in store.runs()] == [RunState.RUNNING]


def test_an_input_that_breaks_ends_the_run_as_failed_and_a_person_ends_it_as_aborted(store: Store) -> None:
    def broken(error: BaseException) -> Callable[[], list[Observation]]:
        def read() -> list[Observation]:
            raise error

        return read

    for error, state in ((ValueError("broken"), RunState.FAILED), (KeyboardInterrupt(), RunState.ABORTED)):
        with pytest.raises(type(error)):
            Ingest(store).run([broken(error)], ORDER)
        assert store.runs(1)[0].state is state


# --- the same request twice


def test_a_request_that_is_sent_twice_takes_effect_once(any_store: Store) -> None:
    rows: list[Observation] = [ci("a", serial="S-1"), ci("b"), edge("a", "LINKED_TO", "b")]
    first = load(any_store, *rows, order=ONCE)
    second = load(any_store, *rows, order=ONCE)
    assert (first.run_id, second.run_id) == ("request-1", "request-1")
    assert (first.replayed, second.replayed, second.counts) == (False, True, first.counts)
    assert any_store.head() == 2


def test_a_request_that_is_sent_again_does_not_undo_what_came_between(any_store: Store) -> None:
    rows: list[Observation] = [ci("a", serial="S-1", model="1"), ci("b"), edge("a", "LINKED_TO", "b")]
    first = load(any_store, *rows, order=ONCE)
    load(any_store, ci("a", serial="S-1", model="2"), edge("a", "LINKED_TO", "b", group="g"))
    head = any_store.head()
    again = load(any_store, *rows, order=ONCE)
    assert (again.replayed, again.counts) == (True, first.counts)
    assert (any_store.head(), item(any_store, "a").attributes["model"]) == (head, "2")


@pytest.mark.parametrize(
    "row",
    [ci("a", serial="S-2"), replace(ci("a", serial="S-1"), unmapped={"x": 1}), ci("b", serial="S-1")],
    ids=["another value", "another detail", "another key"],
)
def test_a_request_cannot_be_used_for_other_rows(any_store: Store, row: Observation) -> None:
    load(any_store, ci("a", serial="S-1"), order=ONCE)
    with pytest.raises(IdempotencyMismatch):
        load(any_store, row, order=ONCE)
    with pytest.raises(IdempotencyMismatch):
        plan(any_store, row, order=ONCE)
    assert (any_store.head(), item(any_store, "a").attributes) == (1, {"serial": "S-1"})


def test_a_request_that_somebody_sends_with_other_rows_meanwhile_is_refused_at_once() -> None:
    store = OvertakenStore()
    store.waiting = [lambda: load(store, ci("a", serial="S-2"), order=ONCE)]
    with pytest.raises(IdempotencyMismatch):
        load(store, ci("a", serial="S-1"), order=ONCE)
    assert (store.attempts, item(store, "a").attributes) == (2, {"serial": "S-2"})


# --- what it costs


def test_a_batch_reads_the_store_a_constant_number_of_times_whatever_its_size() -> None:
    counts = []
    for size in (2, 50):
        store = CountingStore()
        rows: list[Observation] = [
            *(ci(f"m{n}", serial=f"S-{n}") for n in range(size)),
            *(edge(f"m{n}", "LINKED_TO", f"Host:m{(n + 1) % size}") for n in range(size)),
            *(edge(f"m{n}", "FITS_INTO", f"m{(n + 1) % size}") for n in range(size)),
        ]
        reads = []
        for imported in (rows, rows, [ci(f"m{n}", serial=f"S-{n}", model="X") for n in range(size)]):
            store.reads.clear()
            load(store, *imported)
            reads.append(dict(store.reads))
        counts.append(reads)
    assert counts[0] == counts[1]
    first, again, changed = counts[0]
    assert sum(first.values()) <= 12
    assert sum(again.values()) <= 8
    assert sum(changed.values()) <= 6


def test_imports_of_more_rows_than_a_batch_are_several_commits(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 4)
    progress: list[tuple[int, int]] = []
    report = Ingest(any_store).run([lambda: ROWS], ORDER, lambda done, rows: progress.append((done, rows)))
    assert report.counts == Counts(read=14, created=7, related=6, dangling=1)
    assert any_store.head() == 4
    assert progress == [(4, 14), (7, 14), (11, 14), (14, 14)]
    assert {commit.run_id for commit in any_store.commits(0)} == {report.run_id}
