"""Stores for the tests of imports and edits: two fast ones for all of them, real servers for what matters most."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
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
    kind = str(request.param)
    with ExitStack() as opened:
        if kind == "memory":
            place: Place = MemoryPlace()
        elif kind == "sqlite":
            place = SQLitePlace(tmp_path / "cmdb.sqlite")
        else:
            endpoint = neo4j_endpoint(kind.removeprefix("neo4j-"))
            with endpoint.driver() as driver:
                wipe(driver)
            place = Neo4jPlace(endpoint)
        yield opened.enter_context(place.open())
