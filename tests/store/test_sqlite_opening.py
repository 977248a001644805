"""What is accepted as a store, and what is refused without being touched."""

import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from cmdb.errors import StoreError, StoreMissing, StoreUnavailable, StoreVersionUnsupported
from cmdb.store.port import SCHEMA_VERSION
from cmdb.store.sqlite import SQLiteStore
from cmdb.store.sqlite.database import connected
from cmdb.store.sqlite.schema import APPLICATION_ID, statements
from tests.builders import create, gadgets, write
from tests.store.sqlite_files import beside, made, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cmdb.sqlite"


def test_a_missing_file_becomes_a_store(path: Path) -> None:
    with opened(path) as store:
        assert store.info().url == f"sqlite:///{path}"
        assert store.head() == 0
    assert path.exists()


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    with opened(path) as store:
        assert write(store, create("a")).seq == 1


def test_a_reader_makes_no_store_of_a_missing_or_empty_file(path: Path) -> None:
    with pytest.raises(StoreMissing):
        SQLiteStore.open_existing(path, gadgets())
    assert not path.exists()
    path.touch()
    with pytest.raises(StoreMissing):
        SQLiteStore.open_existing(path, gadgets())
    made(path)
    with SQLiteStore.open_existing(path, gadgets()) as store:
        assert store.head() == 0


def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    path = tmp_path / "a b%20?c#d&é.db"
    with opened(path) as store:
        write(store, create("a"))
    assert path.exists()


def test_a_file_says_what_it_is(path: Path) -> None:
    with beside(made(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        meta = dict(connection.execute("SELECT name, value FROM meta"))
        assert meta.keys() == {"store_id", "schema_version"}
        assert meta["schema_version"] == str(SCHEMA_VERSION)


def test_every_connection_is_durable_and_keeps_references_whole(path: Path) -> None:
    with closing(connected(made(path), "rw", 1.0)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_the_file_itself_refuses_an_edge_to_nowhere(path: Path) -> None:
    with closing(connected(made(path), "rw", 1.0)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(
            "INSERT INTO relationship (type, from_id, to_id, revision, from_seq, basis, attributes) "
            "VALUES ('LINKED_TO', 'a', 'b', 1, 1, 'declared', '{}')"
        )


@pytest.mark.parametrize("version", [SCHEMA_VERSION + 1, 99, 0, -1])
def test_a_store_of_another_version_is_refused_with_both_numbers(path: Path, version: int) -> None:
    with beside(made(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(StoreVersionUnsupported, match=rf"version {version}\b.*version {SCHEMA_VERSION}\b") as refusal:
        opened(path)
    assert refusal.value.details == {"found": version, "supported": SCHEMA_VERSION}
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    with beside(path) as connection:
        connection.execute("CREATE TABLE item (id)")
    before = path.read_bytes()
    with pytest.raises(StoreVersionUnsupported, match="another program"):
        opened(path)
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "content", [b"name,class\nweb,Server\n" * 100, b"x", b"xy", b"\x00" * 5000], ids=["csv", "x", "xy", "nul"]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="not a SQLite database"):
        opened(path)
    assert path.read_bytes() == content


def test_a_damaged_store_is_refused(path: Path) -> None:
    content = made(path).read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(StoreUnavailable, match="damaged"):
        opened(path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"folder of .*nowhere.* does not exist"):
        opened(tmp_path / "nowhere" / "cmdb.sqlite")


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be read and written"):
        opened(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to the superuser")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        opened(tmp_path / "cmdb.sqlite")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to the superuser")
def test_a_read_only_store_is_refused(path: Path) -> None:
    made(path).chmod(stat.S_IRUSR)
    with pytest.raises(StoreUnavailable, match="cannot be read and written"):
        opened(path)


def test_a_store_that_vanished_is_not_made_anew(path: Path) -> None:
    with opened(path) as store:
        path.unlink()
        with pytest.raises(StoreUnavailable, match="cannot be opened"):
            store.head()
    assert not path.exists()


def test_a_closed_store_says_so(path: Path) -> None:
    store = opened(path)
    write(store, create("a"))
    store.close()
    with pytest.raises(StoreUnavailable, match="is closed"):
        store.items(["a"])


def test_closing_leaves_one_file(path: Path) -> None:
    with opened(path) as store:
        write(store, create("a"))
        store.items(["a"])
    assert sorted(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("turn", range(20))
def test_many_may_open_a_new_store_at_once(path: Path, turn: int) -> None:
    start = Barrier(8, timeout=30)

    def first(number: int) -> int:
        start.wait()
        with opened(path) as store:
            return write(store, create(f"i{turn}-{number}")).seq

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(first, range(8))) == list(range(1, 9))
    with opened(path) as store:
        assert store.info().items == 8


def test_what_sqlite_refuses_is_an_error_of_the_store(path: Path) -> None:
    with opened(path) as store:
        with beside(path) as connection:
            connection.execute("DROP TABLE run")
        with pytest.raises(StoreError, match="no such table"):
            store.runs()
        assert store.head() == 0


def test_a_script_is_split_at_the_end_of_statements_only() -> None:
    script = "-- a; comment\nCREATE TABLE a (b TEXT DEFAULT ';');\nCREATE INDEX c ON a (b);\n"
    assert statements(script) == [
        "-- a; comment\nCREATE TABLE a (b TEXT DEFAULT ';');",
        "CREATE INDEX c ON a (b);",
    ]
