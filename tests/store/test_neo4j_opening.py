"""What a Neo4j store is opened with: addresses, credentials, versions, and servers that are away."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from neo4j import Driver

from cmdb.app.neo4j_local import LocalNeo4j
from cmdb.errors import StoreMissing, StoreUnavailable, StoreURLInvalid, StoreVersionUnsupported
from cmdb.store.neo4j_store import Neo4jStore
from cmdb.store.port import SCHEMA_VERSION
from tests.builders import create, gadgets, write
from tests.neo4j_server import LINES, SMALL, Endpoint, selected_lines, wipe
from tests.store.places import open_neo4j


@pytest.fixture(params=LINES)
def endpoint(request: pytest.FixtureRequest, neo4j_endpoint: Callable[[str], Endpoint]) -> Endpoint:
    return neo4j_endpoint(str(request.param))


@pytest.fixture
def driver(endpoint: Endpoint) -> Iterator[Driver]:
    """A driver on an emptied server, which is emptied again: what a test left there may not be a store."""
    with endpoint.driver() as driver:
        wipe(driver)
        yield driver
        wipe(driver)


@pytest.mark.neo4j
def test_an_empty_database_becomes_a_store_of_this_version(endpoint: Endpoint, driver: Driver) -> None:
    del driver
    with open_neo4j(endpoint, gadgets()) as first, open_neo4j(endpoint, gadgets()) as second:
        assert first.info() == second.info()
        assert (first.info().schema_version, first.info().head) == (SCHEMA_VERSION, 0)


@pytest.mark.neo4j
def test_many_open_an_empty_database_at_once_and_share_one_store(endpoint: Endpoint, driver: Driver) -> None:
    del driver
    ids: list[str] = []

    def work() -> None:
        with open_neo4j(endpoint, gadgets()) as store:
            write(store)
            ids.append(store.info().store_id)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(ids), len(set(ids))) == (6, 1)
    with open_neo4j(endpoint, gadgets()) as store:
        assert store.head() == 6


@pytest.mark.neo4j
@pytest.mark.parametrize("version", [SCHEMA_VERSION + 1, 0, "one"])
def test_a_store_of_another_version_is_refused_and_left_alone(
    endpoint: Endpoint, driver: Driver, version: int | str
) -> None:
    with open_neo4j(endpoint, gadgets()) as store:
        write(store, create("a"))
    driver.execute_query("MATCH (s:Store_Schema) SET s.version = $version", {"version": version})
    with pytest.raises(StoreVersionUnsupported, match=str(version)):
        open_neo4j(endpoint, gadgets())
    found = driver.execute_query("MATCH (s:Store_Schema) RETURN s.version AS version").records
    assert [record["version"] for record in found] == [version]


@pytest.mark.neo4j
def test_a_graph_without_a_version_is_refused(endpoint: Endpoint, driver: Driver) -> None:
    driver.execute_query("CREATE (:Item {id: 'somebody else''s'})".replace("''", r"\'"))
    with pytest.raises(StoreVersionUnsupported, match="without a schema version"):
        open_neo4j(endpoint, gadgets())


@pytest.mark.neo4j
def test_an_empty_database_is_no_store_for_a_reader_and_stays_empty(endpoint: Endpoint, driver: Driver) -> None:
    user, password = endpoint.auth or (None, None)
    with pytest.raises(StoreMissing, match="holds no store yet"):
        Neo4jStore.open_existing(endpoint.uri, gadgets(), user, password)
    assert driver.execute_query("MATCH (n) RETURN count(n) AS nodes").records[0]["nodes"] == 0
    open_neo4j(endpoint, gadgets()).close()
    with Neo4jStore.open_existing(endpoint.uri, gadgets(), user, password) as store:
        assert store.head() == 0


@pytest.mark.neo4j
def test_a_database_that_does_not_exist_is_unavailable(endpoint: Endpoint) -> None:
    user, password = endpoint.auth or (None, None)
    with pytest.raises(StoreUnavailable, match="no such database"):
        Neo4jStore.open(endpoint.uri, gadgets(), user, password, database="elsewhere")


@pytest.mark.neo4j
@pytest.mark.parametrize("line", LINES)
def test_credentials_are_checked(line: str, tmp_path: Path) -> None:
    if line not in selected_lines():
        pytest.skip(f"CMDB_TEST_NEO4J_LINES leaves out Neo4j {line}")
    with LocalNeo4j(line, tmp_path, password="correct-horse", footprint=SMALL) as server:
        with Neo4jStore.open(server.uri, gadgets(), "neo4j", "correct-horse") as store:
            assert write(store, create("a")).seq == 1
        with Neo4jStore.open(server.uri.replace("bolt", "neo4j"), gadgets(), "neo4j", "correct-horse") as store:
            assert store.head() == 1
        for credentials in (("neo4j", "wrong"), ("nobody", "correct-horse"), (None, None)):
            with pytest.raises(StoreUnavailable, match="refuses the user or the password"):
                Neo4jStore.open(server.uri, gadgets(), *credentials)


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_server_that_is_away_is_named_quickly(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    started = time.monotonic()
    with pytest.raises(StoreUnavailable, match=f"{scheme}://127.0.0.1:{port} does not answer"):
        Neo4jStore.open(f"{scheme}://127.0.0.1:{port}", gadgets())
    assert time.monotonic() - started < 10


def test_a_server_that_accepts_and_says_nothing_is_named_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            Neo4jStore.open(f"bolt://127.0.0.1:{silent.getsockname()[1]}", gadgets())
        assert time.monotonic() - started < 20


@pytest.mark.parametrize("url", ["http://localhost", "localhost:7687", "bolt://", "neo4j://host:port", "sqlite:///x"])
def test_addresses_of_no_known_kind_are_refused(url: str) -> None:
    with pytest.raises(StoreURLInvalid):
        Neo4jStore.open(url, gadgets())


def test_a_host_that_nobody_knows_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        Neo4jStore.open("bolt://nowhere.invalid", gadgets())


def test_credentials_in_an_address_are_refused_and_not_repeated() -> None:
    with pytest.raises(StoreURLInvalid) as refusal:
        Neo4jStore.open("bolt://neo4j:secret@localhost", gadgets())
    assert "secret" not in str(refusal.value)
