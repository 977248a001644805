"""Opening a file as a store: its mark and version are checked before anything is touched, its schema made when new."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

from cmdb.errors import StoreMissing, StoreUnavailable, StoreVersionUnsupported
from cmdb.store.port import SCHEMA_VERSION
from cmdb.store.sqlite.database import connected
from cmdb.store.sqlite.failures import failures_named

APPLICATION_ID = 0x434D4442
"""``CMDB`` in ASCII: the mark in the header of every file that is a store."""

TAKEN_FOR_EMPTY = 1
"""Size in bytes of a file that SQLite would write over although something is in it."""

OLDEST_SQLITE = (3, 38, 0)
_PAUSE = 0.01


def prepare(path: Path, patience: float) -> str:
    """Make a missing or empty file a store, accept one that is a store of this version, and say its ``store_id``.

    Raises:
        StoreVersionUnsupported: a store of another version, or a database that is no store.
        StoreUnavailable: the folder is missing, the file cannot be opened or written, or is no database.
    """
    _check_library()
    _check_file(path)
    with failures_named(path), closing(connected(path, "rwc", patience)) as connection:
        with _transaction(connection, "BEGIN"):
            is_new = _is_new(connection, path)
        if is_new:
            _create(connection, path)
        return _accepted(connection, patience)


def require(path: Path, patience: float) -> str:
    """Accept a file that is a store of this version, and say its ``store_id``; nothing is made.

    Raises:
        StoreMissing: there is no file, or nothing in it.
        StoreVersionUnsupported, StoreUnavailable: as for :func:`prepare`.
    """
    _check_library()
    _check_file(path)
    if not path.exists():
        raise StoreMissing(f"There is no store at {path}.")
    with failures_named(path), closing(connected(path, "rw", patience)) as connection:
        with _transaction(connection, "BEGIN"):
            is_new = _is_new(connection, path)
        if is_new:
            raise StoreMissing(f"{path} is empty: it is no store yet.")
        return _accepted(connection, patience)


def _check_library() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        msg = f"This Python has SQLite {sqlite3.sqlite_version}; 3.38 or newer is needed."
        raise StoreUnavailable(msg, hint="Use a newer Python.")


def _check_file(path: Path) -> None:
    """Accept a path where a store may be or come to be.

    The file is looked at from outside only: to open and close it here would drop the locks that other connections of
    this process hold on it.
    """
    if not path.absolute().parent.is_dir():
        raise StoreUnavailable(f"The folder of {path} does not exist.", hint="Create it first.")
    if not path.exists():
        return
    if not (path.is_file() and os.access(path, os.R_OK | os.W_OK)):
        msg = f"{path} cannot be read and written."
        raise StoreUnavailable(msg, hint="Check that it is a file and that its permissions allow it.")
    if path.stat().st_size == TAKEN_FOR_EMPTY:
        msg = f"{path} is not a SQLite database."
        raise StoreUnavailable(msg, hint="Name the file of a store, or one that does not exist yet.")


def _accepted(connection: sqlite3.Connection, patience: float) -> str:
    _write_ahead(connection, patience)
    row = connection.execute("SELECT value FROM meta WHERE name = 'store_id'").fetchone()
    return str(row[0])


def _is_new(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether there is nothing in the file yet; anything but a store of this version is refused.

    To be asked in a transaction: another process may be making the store between one look and the next.
    """
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if (mark, version, tables) == (0, 0, 0):
        return True
    if mark != APPLICATION_ID:
        msg = f"{path} is a database of another program."
        raise StoreVersionUnsupported(msg, hint="Name the file of a store, or one that does not exist yet.")
    if version != SCHEMA_VERSION:
        raise StoreVersionUnsupported(
            f"{path} is of schema version {version}; this program knows version {SCHEMA_VERSION}.",
            details={"found": version, "supported": SCHEMA_VERSION},
        )
    return False


def _create(connection: sqlite3.Connection, path: Path) -> None:
    """Write the schema in one transaction, unless another process was faster."""
    with _transaction(connection, "BEGIN IMMEDIATE"):
        if not _is_new(connection, path):
            return
        for statement in statements(files("cmdb.store.sqlite").joinpath("schema.sql").read_text("utf-8")):
            connection.execute(statement)
        connection.execute("INSERT INTO meta VALUES ('store_id', ?)", (uuid4().hex,))
        connection.execute("INSERT INTO meta VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.rollback()


def statements(script: str) -> list[str]:
    """The statements of a script, one by one: the standard ``executescript`` would commit an open transaction."""
    found: list[str] = []
    pending = ""
    for part in script.split(";")[:-1]:
        pending += part + ";"
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    return found


def _write_ahead(connection: sqlite3.Connection, patience: float) -> None:
    """Switch to write-ahead logging; SQLite does not wait for others here by itself."""
    deadline = time.monotonic() + patience
    while True:
        try:
            if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                return
            raise StoreUnavailable("The file system offers no shared memory.", hint="Keep the store on a local disk.")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE)
