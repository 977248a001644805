"""Where a store under test lives: a place can be opened several times, and every handle sees the same store."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Protocol

from cmdb.model.catalogue import Catalogue
from cmdb.store.memory import MemoryStore
from cmdb.store.points import Clock, utc_now
from cmdb.store.port import Store
from tests.builders import gadgets
from tests.neo4j_server import Endpoint


class Place(Protocol):
    """Somewhere that holds one store."""

    def open(self, clock: Clock = utc_now) -> Store:
        """Open another handle."""


@dataclass(slots=True)
class MemoryPlace:
    """One store in this process: every handle is that store."""

    make: Callable[[Clock], Store] = lambda clock: MemoryStore(gadgets(), clock)
    _store: Store | None = field(default=None, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def open(self, clock: Clock = utc_now) -> Store:
        with self._lock:
            self._store = self._store or self.make(clock)
            return self._store


@dataclass(frozen=True, slots=True)
class SQLitePlace:
    """One file."""

    path: Path

    def open(self, clock: Clock = utc_now) -> Store:
        return open_sqlite(self.path, gadgets(), clock)


@dataclass(frozen=True, slots=True)
class Neo4jPlace:
    """The one database of a Community server."""

    endpoint: Endpoint

    def open(self, clock: Clock = utc_now) -> Store:
        return open_neo4j(self.endpoint, gadgets(), clock)


def open_sqlite(path: Path, catalogue: Catalogue, clock: Clock = utc_now) -> Store:
    """Import late: one adapter can be tested while another is not there."""
    from cmdb.store.sqlite import SQLiteStore  # noqa: PLC0415 - see above

    return SQLiteStore.open(path, catalogue, clock=clock)


def open_neo4j(endpoint: Endpoint, catalogue: Catalogue, clock: Clock = utc_now) -> Store:
    """Import late, as above."""
    from cmdb.store.neo4j_store import Neo4jStore  # noqa: PLC0415 - see above

    user, password = endpoint.auth or (None, None)
    return Neo4jStore.open(endpoint.uri, catalogue, user=user, password=password, clock=clock)
