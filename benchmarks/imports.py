"""Importing into SQLite beside raw SQL that writes the same rows, versions and source records included."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson

from benchmarks.estate import Estate
from benchmarks.timing import Comparison, compare
from cmdb.app.wiring import open_store
from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, RelationshipRecord

RAW_SCHEMA = """
CREATE TABLE item (id TEXT PRIMARY KEY, cls TEXT, name TEXT, body TEXT);
CREATE TABLE item_version (id TEXT, from_seq INTEGER, body TEXT, PRIMARY KEY (id, from_seq));
CREATE TABLE edge (key TEXT PRIMARY KEY, type TEXT, a TEXT, b TEXT);
CREATE TABLE edge_version (key TEXT, from_seq INTEGER, PRIMARY KEY (key, from_seq));
CREATE TABLE source_record (key TEXT PRIMARY KEY, target TEXT, body TEXT);
"""


def measure(hosts: int, turns: int) -> Iterator[Comparison]:
    """First import, and the same import again, in turn with raw SQL."""
    estate = Estate(hosts)
    rows = sum(1 for _ in estate.observations())
    with tempfile.TemporaryDirectory() as folder:
        places = _Places(Path(folder))
        yield compare(
            "first import into SQLite",
            "raw SQL, same rows with history",
            rows,
            (lambda: _import(estate, places.fresh("ours")), lambda: _raw(estate, places.fresh("raw"))),
            turns,
        )
        kept = places.fresh("kept")
        _import(estate, kept)
        yield compare(
            "unchanged import into SQLite",
            "raw SQL, same rows with history",
            rows,
            (lambda: _import(estate, kept), lambda: _raw(estate, places.fresh("raw"))),
            turns,
        )


class _Places:
    """A new file name for each turn."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def fresh(self, stem: str) -> Path:
        self._count += 1
        return self._folder / f"{stem}-{self._count}.db"


def _import(estate: Estate, path: Path) -> None:
    with open_store(f"sqlite:///{path}", load_catalogue()) as store:
        Ingest(store).run([estate.observations], Order("bench", "bench"))


def _raw(estate: Estate, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(RAW_SCHEMA)
        items = [row for row in estate.observations() if isinstance(row, CIRecord)]
        bodies = [(row.key, row.cls, row.name, orjson.dumps(dict(row.attributes)).decode()) for row in items]
        connection.executemany("INSERT INTO item VALUES (?, ?, ?, ?)", bodies)
        connection.executemany("INSERT INTO item_version VALUES (?, 1, ?)", [(key, body) for key, _, _, body in bodies])
        edges = [row for row in estate.observations() if isinstance(row, RelationshipRecord)]
        keys = [(row.key, row.type, str(row.from_ref), str(row.to_ref)) for row in edges]
        connection.executemany("INSERT INTO edge VALUES (?, ?, ?, ?)", keys)
        connection.executemany("INSERT INTO edge_version VALUES (?, 1)", [(key,) for key, *_ in keys])
        said = [(key, key, body) for key, _, _, body in bodies] + [(key, key, "") for key, *_ in keys]
        connection.executemany("INSERT INTO source_record VALUES (?, ?, ?)", said)
