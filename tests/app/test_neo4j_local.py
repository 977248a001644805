"""The launcher of a local Neo4j, with real servers."""

import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError

from cmdb.app.neo4j_local import RELEASES, LocalNeo4j, Release, find_java, release, resolve_libraries
from cmdb.app.neo4j_local.java import java_candidates
from cmdb.app.neo4j_local.layout import Footprint, configuration, main_class
from cmdb.errors import BadInput, StoreUnavailable
from tests.neo4j_server import LINES, SMALL, Endpoint, selected_lines, version_of, wipe

PASSWORD = "correct-horse"


def fake_java(folder: Path, version: str) -> Path:
    java = folder / version / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", encoding="utf-8")
    java.chmod(java.stat().st_mode | stat.S_IXUSR)
    return java


@pytest.fixture(scope="module", params=LINES)
def line(request: pytest.FixtureRequest, neo4j_endpoint: Callable[[str], Endpoint]) -> str:
    name = str(request.param)
    neo4j_endpoint(name)
    return name


@pytest.fixture
def server(line: str, tmp_path: Path) -> Iterator[LocalNeo4j]:
    with LocalNeo4j(line, tmp_path / "home", password=PASSWORD, footprint=SMALL) as running:
        yield running


def test_each_line_is_served_by_its_own_version(line: str, neo4j_endpoint: Callable[[str], Endpoint]) -> None:
    assert version_of(neo4j_endpoint(line)).startswith(line)


def test_wiping_leaves_no_node(line: str, neo4j_endpoint: Callable[[str], Endpoint]) -> None:
    with neo4j_endpoint(line).driver() as driver:
        driver.execute_query("UNWIND range(1, 20) AS i CREATE (:Probe {i: i})-[:NEXT]->(:Probe)")
        wipe(driver)
        assert driver.execute_query("MATCH (n) RETURN count(n) AS n").records[0]["n"] == 0


def test_a_server_with_a_password_survives_a_kill_and_a_restart(server: LocalNeo4j) -> None:
    port = server.port
    with GraphDatabase.driver(server.uri, auth=server.auth) as driver:
        driver.execute_query("CREATE (:Probe {name: 'kept'})")
    server.kill()
    server.restart()
    assert server.port == port
    with GraphDatabase.driver(server.uri, auth=server.auth) as driver:
        assert driver.execute_query("MATCH (p:Probe) RETURN p.name AS name").records[0]["name"] == "kept"
    with GraphDatabase.driver(server.uri, auth=("neo4j", "wrong-password")) as driver, pytest.raises(AuthError):
        driver.verify_connectivity()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(line: str, tmp_path: Path) -> None:
    server = LocalNeo4j(line, tmp_path / "home", footprint=Footprint(page_cache="nonsense"))
    with pytest.raises(StoreUnavailable, match="nonsense"):
        server.start()


def test_a_taken_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        server = LocalNeo4j("5.26", tmp_path / "home", port=stranger.getsockname()[1])
        with pytest.raises(StoreUnavailable, match=f"Port {server.port} of 127.0.0.1 cannot be used"):
            server.start()
    assert not server.home.exists()


def test_stopping_a_server_that_never_ran_does_nothing(tmp_path: Path) -> None:
    server = LocalNeo4j("5.26", tmp_path)
    server.stop()
    server.kill()
    assert server.uri == f"bolt://127.0.0.1:{server.port}"
    assert server.auth is None


def test_a_missing_java_is_named_with_the_releases_wanted() -> None:
    with pytest.raises(StoreUnavailable, match=r"needs Java 17 or 21; found no Java at all"):
        find_java("5.26.30", candidates=[])


def test_an_unfit_java_is_named_with_what_it_is(tmp_path: Path) -> None:
    java = fake_java(tmp_path, "17.0.15")
    with pytest.raises(StoreUnavailable, match=r"needs Java 21 or 25; found Java 17") as refusal:
        find_java("2026.09.0", candidates=[java])
    assert "JAVA_HOME" in refusal.value.hint


def test_the_first_java_that_fits_is_taken(tmp_path: Path) -> None:
    old, unusable, fit = fake_java(tmp_path, "1.8.0_402"), tmp_path / "missing", fake_java(tmp_path, "21.0.2")
    assert find_java("5.26", candidates=[old, unusable, fit]) == fit


def test_java_home_comes_before_the_path(tmp_path: Path) -> None:
    home, on_path = fake_java(tmp_path, "21.0.2"), fake_java(tmp_path, "25.0.2")
    environment = {"JAVA_HOME": str(home.parent.parent), "PATH": str(on_path.parent)}
    assert list(java_candidates(environment))[:2] == [home, on_path]


@pytest.mark.parametrize("version", ["4.4.40", "5.2", "2025.01.0", "latest"])
def test_an_unsupported_version_is_refused(version: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"Neo4j {version} is not a supported version") as refusal:
        LocalNeo4j(version, tmp_path)
    assert "5.26 and 2026" in refusal.value.hint


@pytest.mark.parametrize("known", RELEASES, ids=lambda known: str(known.line))
def test_a_line_and_its_version_name_the_same_release(known: Release) -> None:
    assert release(known.line) == release(known.version) == known


def test_maven_is_named_when_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreUnavailable, match="there is no mvn on the PATH"):
        resolve_libraries("5.26", cache=tmp_path / "cache")
    assert [entry.name for entry in (tmp_path / "cache").iterdir()] == ["5.26.30.lock"]


def test_a_failing_maven_leaves_no_libraries_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "mvn"
    maven.write_text("#!/bin/sh\necho 'cannot resolve the artifact'\nexit 1\n", encoding="utf-8")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(StoreUnavailable, match="cannot resolve the artifact"):
        resolve_libraries("5.26", cache=tmp_path / "cache")
    assert [entry.name for entry in (tmp_path / "cache").iterdir()] == ["5.26.30.lock"]


def test_libraries_without_a_server_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="has no Neo4j server"):
        main_class(tmp_path)


@pytest.mark.parametrize("known", RELEASES, ids=lambda known: str(known.line))
def test_a_server_listens_on_loopback_only_and_reports_to_nobody(known: Release) -> None:
    text = configuration(known, 7687, Footprint(), "true")
    listening = [entry for entry in text.splitlines() if "address=" in entry]
    assert len(listening) == 2
    assert all(entry.endswith("=127.0.0.1:7687") for entry in listening)
    assert "dbms.usage_report.enabled=false" in text
    assert ("server.fleet_discovery.enabled=false" in text) == (known.line == "2026")


def test_lines_are_restricted_by_the_environment() -> None:
    assert selected_lines({}) == LINES
    assert selected_lines({"CMDB_TEST_NEO4J_LINES": "5.26"}) == ("5.26",)
