"""Runs: sent in parts, visible while they go on, one at a time in a scope."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from cmdb.errors import PartOutOfOrder, RunOver, ScopeBusy
from cmdb.ingest import leases
from cmdb.ingest.engine import Ingest, Order, Part, Sweep
from cmdb.ingest.reports import Counts
from cmdb.model.observations import Observation
from cmdb.model.sources import Lease, Run, RunState
from cmdb.store.port import Store
from tests.builders import an_import
from tests.ingest.graphs import plain
from tests.ingest.rows import CLOUD, ORDER, RACKS, ci, edge, load

HOSTS = [ci(f"h{number}", serial=f"S{number}") for number in range(12)]
LINKS = [edge(f"h{number}", "LINKED_TO", f"h{(number + 1) % 12}") for number in range(12)]
PARTED = Order("tester", request_id="run-7", scopes=(RACKS,))


def send(store: Store, number: int, *rows: Observation, last: bool = False, order: Order = PARTED) -> Counts:
    return Ingest(store).run([lambda: rows], order, part=Part(number, last)).counts


def run_of(store: Store, run_id: str = "run-7") -> Run:
    run = store.run(run_id)
    assert run is not None
    return run


# --- in parts


def test_an_input_sent_in_parts_is_one_run(any_store: Store) -> None:
    send(any_store, 1, *LINKS)
    assert (run_of(any_store).state, run_of(any_store).batches) == (RunState.RUNNING, 1)
    send(any_store, 2, *HOSTS)
    send(any_store, 3, last=True)
    run = run_of(any_store)
    assert (run.state, run.batches, run.scopes) == (RunState.SUCCEEDED, 3, (RACKS,))
    assert (run.counts["created"], run.counts["related"], run.counts["read"]) == (12, 12, 24)
    assert len(plain(any_store).edges) == 12


def test_a_part_that_is_sent_twice_counts_once(any_store: Store) -> None:
    send(any_store, 1, *HOSTS)
    head = any_store.head()
    assert send(any_store, 1, *HOSTS) == Counts()
    send(any_store, 2, *LINKS, last=True)
    assert send(any_store, 2, *LINKS, last=True) == Counts()
    assert run_of(any_store).counts["created"] == 12
    assert any_store.head() == head + 1


def test_parts_come_in_order_and_none_after_the_last(store: Store) -> None:
    with pytest.raises(PartOutOfOrder, match="after part 0"):
        send(store, 2, *HOSTS)
    send(store, 1, *HOSTS, last=True)
    with pytest.raises(RunOver):
        send(store, 2, *LINKS)


def test_a_part_that_broke_off_is_sent_again(store: Store) -> None:
    def broken() -> Iterator[Observation]:
        yield from HOSTS
        raise ValueError("the line went dead")

    send(store, 1, *HOSTS[:3])
    with pytest.raises(ValueError, match="dead"):
        Ingest(store).run([broken], PARTED, part=Part(2))
    assert (run_of(store).state, run_of(store).batches) == (RunState.FAILED, 1)
    send(store, 2, *HOSTS, last=True)
    assert run_of(store).state is RunState.SUCCEEDED
    assert len(plain(store).items) == 12


def test_the_sweep_at_the_last_part_knows_what_all_parts_held(any_store: Store) -> None:
    load(any_store, *HOSTS, *LINKS)
    swept = replace(PARTED, sweep=Sweep())
    send(any_store, 1, *HOSTS[:6], order=swept)
    send(any_store, 2, *HOSTS[6:11], *LINKS, order=swept)
    report = Ingest(any_store).run([lambda: ()], swept, part=Part(3, last=True))
    assert report.sweep is not None
    assert (report.sweep.items, report.sweep.relationships, report.sweep.refusal) == (1, 0, "")


def test_a_row_that_failed_in_an_earlier_part_forbids_the_sweep(store: Store) -> None:
    load(store, *HOSTS)
    swept = replace(PARTED, sweep=Sweep())
    send(store, 1, *HOSTS[:11], ci("bad", cpu_count="many"), order=swept)
    report = Ingest(store).run([lambda: ()], swept, part=Part(2, last=True))
    assert report.sweep is not None
    assert "1 rows failed" in report.sweep.refusal
    assert run_of(store).state is RunState.SUCCEEDED_WITH_ERRORS


# --- one at a time


def test_a_scope_that_is_being_imported_is_waited_for(any_store: Store) -> None:
    begun, go_on = Event(), Event()

    def slow() -> Iterator[Observation]:
        yield from HOSTS

    def halted(_done: int, _rows: int) -> None:
        begun.set()
        assert go_on.wait(30)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(Ingest(any_store).run, [slow], Order("one", request_id="first"), halted)
        assert begun.wait(30)
        with pytest.raises(ScopeBusy, match="first"):
            load(any_store, ci("x"), order=replace(ORDER, patience=0.2))
        load(any_store, ci("elsewhere", scope=CLOUD))
        second = pool.submit(load, any_store, *HOSTS, order=replace(ORDER, request_id="second"))
        while "waits for run first" not in (told.message if (told := any_store.run("second")) else ""):
            assert not second.done()
        go_on.set()
        assert first.result(60).counts.created == 12
        assert second.result(60).counts == Counts(read=12, unchanged=12)
    assert run_of(any_store, "second").message == ""
    assert any_store.hold([a_lease("third", "nobody")], datetime.now(UTC)) == []


def test_a_run_whose_process_died_is_not_waited_for(any_store: Store) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    any_store.put_run(an_import("dead"))
    any_store.hold([a_lease("dead", f"{socket.gethostname()}/{int(gone.stdout)}")], datetime.now(UTC))
    assert load(any_store, *HOSTS, order=replace(ORDER, patience=0)).counts.created == 12
    run = run_of(any_store, "dead")
    assert (run.state, "died" in run.message) == (RunState.ABORTED, True)


@pytest.mark.parametrize(
    "holder",
    [f"{socket.gethostname()}/{os.getpid()}", "elsewhere/1", "nonsense"],
    ids=["this process", "a process elsewhere", "nobody known"],
)
def test_a_run_that_may_be_alive_is_respected_until_its_lease_ends(store: Store, holder: str) -> None:
    now = datetime.now(UTC)
    store.hold([a_lease("other", holder)], now)
    with pytest.raises(ScopeBusy):
        load(store, *HOSTS, order=replace(ORDER, patience=0))
    store.hold([replace(a_lease("other", holder), until=now - timedelta(seconds=1))], now)
    assert load(store, *HOSTS, order=replace(ORDER, patience=0)).counts.created == 12


def test_a_lease_is_renewed_while_the_run_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "LENGTH", timedelta(seconds=2))
    taken: list[datetime] = []
    holding = leases.Leases(store, "run", (RACKS,), 0)
    holding.take(lambda _lease: None)
    holding.renew()
    monkeypatch.setattr(leases, "LENGTH", timedelta(0))
    holding.renew()
    taken.extend(lease.until for lease in store.hold([a_lease("other", "x")], datetime.now(UTC) - timedelta(days=1)))
    assert taken[0] <= datetime.now(UTC)


def a_lease(run_id: str, holder: str) -> Lease:
    return Lease(RACKS, run_id, holder, datetime.now(UTC) + timedelta(minutes=5))


# --- visible


def test_a_run_is_visible_while_it_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 4)
    monkeypatch.setattr("cmdb.ingest.session.EVERY_SECONDS", 0)
    seen: list[tuple[RunState, int]] = []

    def look(_done: int, _rows: int) -> None:
        run = run_of(store)
        seen.append((run.state, run.counts.get("created", 0)))

    Ingest(store).run([lambda: HOSTS], replace(PARTED, scopes=()), look)
    assert seen == [(RunState.RUNNING, 0), (RunState.RUNNING, 4), (RunState.RUNNING, 8)]
    assert run_of(store).counts["created"] == 12
