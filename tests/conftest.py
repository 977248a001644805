"""Fixtures for every folder of tests."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.neo4j_server import Endpoint, Neo4jServers

# The machines that run this share their cores: time limits of single examples say nothing.
settings.register_profile("cmdb", deadline=None, print_blob=True)
settings.load_profile("cmdb")

HERE = Path(__file__).parent
GATED = tuple(HERE / name for name in ("impact", "ingest", "model", "practices", "reconcile", "test_identify.py"))
"""The tests that alone must cover the code that answers rest on."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the quick tests of that code: measuring doubles the time of a test, so that only these are measured."""
    for item in items:
        quick = not any(map(item.get_closest_marker, ("neo4j", "slow")))
        if quick and any(item.path.is_relative_to(place) for place in GATED):
            item.add_marker("gated")


@pytest.fixture(scope="session")
def neo4j_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jServers]:
    servers = Neo4jServers(tmp_path_factory.mktemp("neo4j"), os.environ)
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def neo4j_endpoint(neo4j_servers: Neo4jServers) -> Callable[[str], Endpoint]:
    """The running server of a line (``5.26`` or ``2026``): its address and credentials."""
    return neo4j_servers.endpoint


@pytest.fixture(scope="session")
def neo4j_url(neo4j_endpoint: Callable[[str], Endpoint]) -> Callable[[str], str]:
    """The address of the running server of a line (``5.26`` or ``2026``)."""
    return lambda line: neo4j_endpoint(line).uri
