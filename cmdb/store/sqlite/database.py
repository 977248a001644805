"""Connections and transactions of one file: any number of readers, one writer at a time."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from cmdb.errors import StoreUnavailable
from cmdb.store.sqlite.failures import failures_named

KEPT_CONNECTIONS = 8
CACHE_KIBIBYTES = 64 * 1024
CHECKPOINT_PAGES = 8_000


class Database:
    """A pool of connections to one file.

    Readers see one unchanging state for the length of their transaction and never wait.  Writers wait for each other,
    within the process on a lock and between processes on the file, at most ``patience`` seconds.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self._path = path
        self._patience = patience
        self._pool_lock = Lock()
        self._write_lock = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One read transaction.

        Raises:
            StoreUnavailable: the file cannot be read, or the store is closed.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed at the end of the block, rolled back by any exception.

        Raises:
            StoreUnavailable: another writer holds the file too long, it cannot be written, or the store is closed.
        """
        if not self._write_lock.acquire(timeout=self._patience):
            raise StoreUnavailable(f"{self._path} was locked by another writer for {self._patience:g} s.")
        try:
            with self._transaction("BEGIN IMMEDIATE") as connection:
                yield connection
        finally:
            self._write_lock.release()

    def close(self) -> None:
        """Close every connection, those in use as soon as they come back."""
        with self._pool_lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with failures_named(self._path):
            connection = self._taken()
            try:
                connection.execute(begin)
                yield connection
                connection.execute("COMMIT")
            finally:
                self._give_back(connection)

    def _taken(self) -> sqlite3.Connection:
        with self._pool_lock:
            if self._closed:
                raise StoreUnavailable(f"The store {self._path} is closed.", hint="Open it again.")
            if self._idle:
                return self._idle.pop()
        return connected(self._path, "rw", self._patience)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.rollback()
        except sqlite3.Error:
            connection.close()
            return
        with self._pool_lock:
            if not self._closed and len(self._idle) < KEPT_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()


def connected(path: Path, mode: str, patience: float) -> sqlite3.Connection:
    """A new connection, set up; ``mode`` is that of SQLite's URIs: ``rw``, or ``rwc`` to create the file."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        uri=True,
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    except BaseException:
        connection.close()
        raise
    return connection
