"""Several writers and readers of one file: threads, processes, and those who stop half-way."""

import gc
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest

from cmdb.errors import StoreUnavailable
from cmdb.store.points import utc_now
from cmdb.store.sqlite import SQLiteStore
from tests.builders import create, gadgets, link, said, write
from tests.store.sqlite_files import beside, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cmdb.sqlite"


def written(path: Path, name: str, count: int) -> Sequence[int]:
    """What one process does: open the store and write to it."""
    with opened(path, patience=60.0) as store:
        return [write(store, create(f"{name}-{number}")).seq for number in range(count)]


def test_two_processes_write_at_once_from_the_first_moment(path: Path) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes:
        seqs = list(processes.map(written, [path, path], ["one", "other"], [40, 40]))
    assert sorted([*seqs[0], *seqs[1]]) == list(range(1, 81))
    assert list(seqs[0]) == sorted(seqs[0])
    with opened(path) as store:
        assert (store.head(), store.info().items) == (80, 80)
        assert [commit.seq for commit in store.commits(0)] == list(range(1, 81))


def test_a_writer_gives_up_when_another_program_holds_the_file(path: Path) -> None:
    with opened(path, patience=0.05) as store, beside(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            write(store, create("a"))
        assert store.head() == 0
        other.execute("ROLLBACK")
        assert write(store, create("a")).seq == 1


def test_a_writer_gives_up_when_another_thread_holds_the_store(path: Path) -> None:
    inside, go_on = Event(), Event()

    def slow() -> datetime:
        inside.set()
        assert go_on.wait(30)
        return utc_now()

    store = SQLiteStore.open(path, gadgets(), clock=slow, patience=0.05)
    with store, ThreadPoolExecutor(1) as thread:
        first = thread.submit(write, store, create("slow"))
        assert inside.wait(30)
        with pytest.raises(StoreUnavailable, match="locked"):
            write(store, create("quick"))
        go_on.set()
        assert first.result(30).seq == 1
        assert write(store, create("quick")).seq == 2


def test_readers_do_not_wait_for_a_writer(path: Path) -> None:
    with opened(path, patience=0.0) as store, beside(path) as other:
        write(store, create("a"))
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE item SET name = 'half-written'")
        assert store.items(["a"])["a"].name == "a"
        other.execute("ROLLBACK")


def test_an_interrupted_commit_leaves_nothing_and_frees_the_store(path: Path) -> None:
    interrupts = iter([KeyboardInterrupt()])

    def clock() -> datetime:
        for interrupt in interrupts:
            raise interrupt
        return utc_now()

    with SQLiteStore.open(path, gadgets(), clock=clock) as store:
        with pytest.raises(KeyboardInterrupt):
            write(store, create("a"), create("b"), link("a", "b"), said("k", "a"))
        assert (store.head(), store.info().items, store.search("a").total) == (0, 0, 0)
        assert write(store, create("a")).seq == 1


def test_a_graph_that_nobody_reads_to_its_end_holds_nothing_back(path: Path) -> None:
    with opened(path) as store:
        write(store, *(create(f"i{number}") for number in range(10)))
        dropped, begun = store.graph(), store.graph()
        next(begun.items)
        write(store, create("later"))
        del dropped, begun
        gc.collect()
        with beside(path) as other:
            busy, _, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            assert busy == 0
        assert [len(chunk) for chunk in store.graph().items] == [11]


def test_an_open_graph_survives_the_closing_of_its_store(path: Path) -> None:
    store = opened(path)
    write(store, create("a"))
    graph = store.graph()
    store.close()
    assert [item.id for chunk in graph.items for item in chunk] == ["a"]
    assert list(graph.relationships) == []
    assert sorted(path.parent.iterdir()) == [path]
