"""What SQLite reports, in the words of the project."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cmdb.errors import StoreError, StoreUnavailable

_PRIMARY_CODE = 0xFF
_SENTENCES = {
    sqlite3.SQLITE_BUSY: ("was locked by another writer for too long", "Try again, or let the other writer finish."),
    sqlite3.SQLITE_LOCKED: ("was locked by another writer for too long", "Try again, or let the other writer finish."),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Check that the folder exists and that its permissions allow it."),
    sqlite3.SQLITE_READONLY: ("cannot be written", "Check the permissions of the file and of its folder."),
    sqlite3.SQLITE_PERM: ("cannot be opened", "Check the permissions of the file and of its folder."),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "Free some space and try again."),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "Check the disk it is on."),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "Restore it from a backup."),
    sqlite3.SQLITE_NOTADB: ("is not a SQLite database", "Name the file of a store, or one that does not exist yet."),
}


@contextmanager
def failures_named(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite inside the block into those of the project.

    Raises:
        StoreUnavailable: the file is locked, missing, read-only, damaged, or no database.
        StoreError: SQLite refused a statement.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY_CODE
        if code in _SENTENCES:
            seen, hint = _SENTENCES[code]
            raise StoreUnavailable(f"{path} {seen}.", hint=hint) from error
        raise StoreError(f"{path} refused a statement: {error}.") from error
