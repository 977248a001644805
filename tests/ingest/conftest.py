"""Stores for the tests of imports and edits: two fast ones for all of them, real servers for what matters most."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cmdb.store.port import Store
from tests.neo4j_server import Endpoint, wipe
from tests.store.conftest import KINDS
from tests.store.places import MemoryPlace, Neo4jPlace, Place, SQLitePlace


@pytest.fixture(params=("memory", "sqlite"))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store in this process or in one file."""
    place: Place = MemoryPlace() if request.param == "memory" else SQLitePlace(tmp_path / "cmdb.sqlite")
    with place.open() as opened:
        yield opened


@pytest.fixture(params=KINDS)
def any_store(
    request: pytest.FixtureRequest, tmp_path: Path, neo4j_endpoint: Callable[[str], Endpoint]
) -> Iterator[Store]:
    """An empty store of each kind, real servers too."""
    with empty_place(str(request.param), tmp_path / "cmdb.sqlite", neo4j_endpoint).open() as opened:
        yield opened


@pytest.fixture
def any_place(request: pytest.FixtureRequest, tmp_path: Path, neo4j_endpoint: Callable[[str], Endpoint]) -> Place:
    """Where an empty store lives, of a kind given by the test; any number of handles can be opened."""
    return empty_place(str(request.param), tmp_path / "cmdb.sqlite", neo4j_endpoint)


def empty_place(kind: str, path: Path, neo4j_endpoint: Callable[[str], Endpoint]) -> Place:
    """A new file, a new memory, or a server that is emptied."""
    if kind == "memory":
        return MemoryPlace()
    if kind == "sqlite":
        return SQLitePlace(path)
    endpoint = neo4j_endpoint(kind.removeprefix("neo4j-"))
    with endpoint.driver() as driver:
        wipe(driver)
    return Neo4jPlace(endpoint)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is overtaken tries again at once."""
    monkeypatch.setattr("cmdb.ingest.attempts.LONGEST", 0.0)
