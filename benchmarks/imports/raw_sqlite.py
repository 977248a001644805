"""The script on SQLite: bare tables, a transaction a batch, as durable as the store."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import orjson

from benchmarks.imports.raw import Row, Said

SCHEMA = """
CREATE TABLE IF NOT EXISTS item (id TEXT PRIMARY KEY, cls TEXT, name TEXT, attributes TEXT, groups TEXT);
CREATE TABLE IF NOT EXISTS item_version (
    id TEXT, from_seq INTEGER, cls TEXT, name TEXT, attributes TEXT, groups TEXT, PRIMARY KEY (id, from_seq));
CREATE TABLE IF NOT EXISTS edge (key TEXT PRIMARY KEY, type TEXT, a TEXT, b TEXT);
CREATE INDEX IF NOT EXISTS edge_a ON edge (a);
CREATE INDEX IF NOT EXISTS edge_b ON edge (b);
CREATE TABLE IF NOT EXISTS edge_version (
    key TEXT, from_seq INTEGER, type TEXT, a TEXT, b TEXT, PRIMARY KEY (key, from_seq));
CREATE TABLE IF NOT EXISTS source_record (key TEXT PRIMARY KEY, target TEXT, digest TEXT, body TEXT, run TEXT);
CREATE INDEX IF NOT EXISTS source_record_target ON source_record (target);
"""
_DIGESTS = "SELECT key, digest FROM source_record WHERE key IN (SELECT value FROM json_each(?))"
_RECORD = "INSERT INTO source_record VALUES (?, ?, ?, ?, 'run')"


class RawSQLite:
    """One file."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(SCHEMA)

    def write_items(self, rows: Sequence[Said]) -> None:
        """As the protocol says."""
        items = [(said.key, *_columns(said.row)) for said in rows]
        with self._connection as connection:
            connection.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?)", items)
            connection.executemany("INSERT INTO item_version VALUES (?, 1, ?, ?, ?, ?)", items)
            connection.executemany(_RECORD, ((said.key, said.key, said.digest, said.body) for said in rows))

    def write_relationships(self, rows: Sequence[Said]) -> None:
        """As the protocol says."""
        edges = [(said.key, said.row["type"], said.row["from"], said.row["to"]) for said in rows]
        with self._connection as connection:
            connection.executemany("INSERT INTO edge VALUES (?, ?, ?, ?)", edges)
            connection.executemany("INSERT INTO edge_version VALUES (?, 1, ?, ?, ?)", edges)
            connection.executemany(_RECORD, ((said.key, said.key, said.digest, said.body) for said in rows))

    def unchanged(self, rows: Sequence[Said]) -> int:
        """As the protocol says."""
        keys = orjson.dumps([said.key for said in rows]).decode()
        known: dict[str, str] = dict(self._connection.execute(_DIGESTS, (keys,)))
        return sum(known.get(said.key) == said.digest for said in rows)

    def close(self) -> None:
        """As the protocol says."""
        self._connection.close()


def _columns(row: Row) -> tuple[object, ...]:
    return row["class"], row["name"], _text(row.get("attributes")), _text(row.get("groups"))


def _text(value: object) -> str:
    return orjson.dumps(value).decode()
