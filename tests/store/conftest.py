"""Every test of a ``store`` or a ``place`` runs over every kind of store."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

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
FreshPlace: TypeAlias = Callable[[], Place]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which kind of store is under test."""
    return str(request.param)


@pytest.fixture
def fresh_place(kind: str, tmp_path: Path, neo4j_endpoint: Callable[[str], Endpoint]) -> FreshPlace:
    """Give an empty place whenever asked; on a server only the latest is good, for there is one database."""
    if kind == "memory":
        return MemoryPlace
    if kind == "sqlite":
        numbers = iter(range(10_000))
        return lambda: SQLitePlace(tmp_path / f"{next(numbers)}.sqlite")
    return lambda: wiped(neo4j_endpoint(kind.removeprefix("neo4j-")))


@pytest.fixture
def place(fresh_place: FreshPlace) -> Place:
    """An empty place of one kind."""
    return fresh_place()


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """An empty store of one kind."""
    with ExitStack() as opened:
        yield opened.enter_context(place.open())


@pytest.fixture
def unfounded(place: Place) -> Place:
    """An empty place where no store has ever been, without the rules that one leaves behind in a database."""
    if isinstance(place, Neo4jPlace):
        with place.endpoint.driver() as driver, driver.session(database="neo4j") as session:
            for name in session.run("SHOW CONSTRAINTS YIELD name").value():
                session.run(f"DROP CONSTRAINT `{name}`").consume()
            for name in session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").value():
                session.run(f"DROP INDEX `{name}`").consume()
    return place


def wiped(endpoint: Endpoint) -> Place:
    """The database of a server, emptied."""
    with endpoint.driver() as driver:
        wipe(driver)
    return Neo4jPlace(endpoint)
