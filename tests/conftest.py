"""Fixtures for every folder of tests."""

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.neo4j_server import Endpoint, Neo4jServers

# The machines that run this share their cores: time limits of single examples say nothing.
settings.register_profile("cmdb", deadline=None, print_blob=True)
settings.load_profile("cmdb")


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
