"""The store in one SQLite file: the embedded default, no server."""

from cmdb.store.sqlite.store import SQLiteStore

__all__ = ["SQLiteStore"]
