"""Real Neo4j servers for the tests: one for each line and session, started when first asked for.

A line is served by the first that can: the server that ``CMDB_TEST_NEO4J_URI`` names (with
``CMDB_TEST_NEO4J_USER`` and ``CMDB_TEST_NEO4J_PASSWORD`` when it asks for them) if it is of that
line, a local Java process, a container. ``CMDB_TEST_NEO4J_LINES`` (``5.26,2026``) restricts the
lines, and ``CMDB_REQUIRE_NEO4J=1`` turns the skip of a line that nobody serves into a failure.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import pytest
from neo4j import Driver, GraphDatabase
from testcontainers.community.neo4j import Neo4jContainer

from cmdb.app.neo4j_local import RELEASES, Footprint, LocalNeo4j, release
from cmdb.errors import StoreUnavailable

LINES = tuple(known.line for known in RELEASES)
SMALL = Footprint(heap_start="256m", heap_limit="768m", page_cache="128m", compiler_tiers=1)
_WIPE: LiteralString = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
_DOCKER_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server answers, and the user and password it wants (None: it asks for none)."""

    uri: str
    auth: tuple[str, str] | None = None

    def driver(self) -> Driver:
        return GraphDatabase.driver(self.uri, auth=self.auth)


class Neo4jServers:
    """The servers of one test session; ``endpoint`` starts a line at its first use, ``close`` ends what was started."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._running = ExitStack()
        self._endpoints: dict[str, Endpoint] = {}
        self._refusals: dict[str, str] = {}

    def endpoint(self, line: str) -> Endpoint:
        """Return the server of a line; skips the test, or fails it where a real Neo4j is required."""
        if line not in selected_lines(self._environment):
            pytest.skip(f"CMDB_TEST_NEO4J_LINES leaves out Neo4j {line}")
        if line not in self._endpoints and line not in self._refusals:
            self._serve(line)
        if line in self._refusals:
            give_up(self._refusals[line], self._environment)
        return self._endpoints[line]

    def close(self) -> None:
        self._running.close()

    def _serve(self, line: str) -> None:
        ways: tuple[Callable[[str], Endpoint], ...] = (self._external, self._local, self._container)
        reasons: list[str] = []
        for way in ways:
            try:
                self._endpoints[line] = way(line)
            except StoreUnavailable as refusal:
                reasons.append(str(refusal))
            else:
                return
        self._refusals[line] = f"No Neo4j {line}: " + " / ".join(reasons)

    def _external(self, line: str) -> Endpoint:
        uri = self._environment.get("CMDB_TEST_NEO4J_URI")
        if not uri:
            message = "CMDB_TEST_NEO4J_URI is not set."
            raise StoreUnavailable(message, hint="")
        password = self._environment.get("CMDB_TEST_NEO4J_PASSWORD")
        user = self._environment.get("CMDB_TEST_NEO4J_USER", "neo4j")
        endpoint = Endpoint(uri, None if password is None else (user, password))
        found = version_of(endpoint)
        if not found.startswith(line):
            message = f"CMDB_TEST_NEO4J_URI is Neo4j {found}."
            raise StoreUnavailable(message)
        return endpoint

    def _local(self, line: str) -> Endpoint:
        server = LocalNeo4j(line, self._folder / line, footprint=SMALL)
        return Endpoint(self._running.enter_context(server).uri)

    def _container(self, line: str) -> Endpoint:
        if not _docker_answers():
            message = "No container engine answers."
            raise StoreUnavailable(message)
        container = Neo4jContainer(f"neo4j:{release(line).version}-community", password="correct-horse")
        self._running.enter_context(container)
        return Endpoint(container.get_connection_url(), (container.username, container.password))


def selected_lines(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the lines that this session tries: all, or those that ``CMDB_TEST_NEO4J_LINES`` names."""
    named = environment.get("CMDB_TEST_NEO4J_LINES", "")
    return tuple(line.strip() for line in named.split(",") if line.strip()) or LINES


def give_up(reason: str, environment: Mapping[str, str]) -> None:
    """Skip the running test, or fail it where a real Neo4j is required."""
    if environment.get("CMDB_REQUIRE_NEO4J") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def version_of(endpoint: Endpoint) -> str:
    """Return the version a server states (``5.26.30``)."""
    with endpoint.driver() as driver:
        answer = driver.execute_query("CALL dbms.components() YIELD name, versions RETURN versions[0] AS version")
        return str(answer.records[0]["version"])


def wipe(driver: Driver) -> None:
    """Remove all nodes and relationships in batches; indexes and constraints stay."""
    with driver.session(database="neo4j") as session:
        session.run(_WIPE).consume()


def _docker_answers() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        subprocess.run([docker, "version"], check=True, capture_output=True, timeout=_DOCKER_SECONDS)
    except subprocess.SubprocessError:
        return False
    return True
