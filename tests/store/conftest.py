"""Every test of a ``store`` or a ``place`` runs over every kind of store."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cmdb.store.port import Store
from tests.neo4j_server import Endpoint, wipe
from tests.store.places import MemoryPlace, Neo4jPlace, Place, SQLitePlace

KINDS = (
    pytest.param("memory", id="memory"),
    pytest.param("sqlite", id="sqlite"),
    pytest.param("neo4j-5.26", id="neo4j-5.26", marks=pytest.mark.neo4j),
    pytest.param("neo4j-2026", id="neo4j-2026", marks=pytest.mark.neo4j),
)


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path, neo4j_endpoint: Callable[[str], Endpoint]) -> Place:
    """An empty place of one kind."""
    kind = str(request.param)
    if kind == "memory":
        return MemoryPlace()
    if kind == "sqlite":
        return SQLitePlace(tmp_path / "cmdb.sqlite")
    endpoint = neo4j_endpoint(kind.removeprefix("neo4j-"))
    with endpoint.driver() as driver:
        wipe(driver)
    return Neo4jPlace(endpoint)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """An empty store of one kind."""
    with ExitStack() as opened:
        yield opened.enter_context(place.open())
