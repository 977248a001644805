"""A store in a file, and a plain connection beside it to look at or spoil what it holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cmdb.store.sqlite import SQLiteStore
from tests.builders import gadgets


def opened(path: Path, patience: float = 10.0) -> SQLiteStore:
    """A store of gadgets."""
    return SQLiteStore.open(path, gadgets(), patience=patience)


def made(path: Path) -> Path:
    """The path of a new, empty store that nobody has open."""
    opened(path).close()
    return path


@contextmanager
def beside(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of another program; what it writes is committed at once."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection
