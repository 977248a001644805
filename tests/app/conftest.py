"""A command line on an empty store, untouched by the settings of the machine."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.app.command_line import CommandLine
from tests.neo4j_server import Endpoint, wipe


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("CMDB_") and not name.startswith(("CMDB_TEST_", "CMDB_REQUIRE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("USER", "tester")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cmdb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """On a SQLite file of its own."""
    return CommandLine(f"sqlite:///{tmp_path / 'store.db'}", capsys)


@pytest.fixture(
    params=[
        pytest.param("5.26", marks=pytest.mark.neo4j, id="neo4j-5.26"),
        pytest.param("2026", marks=pytest.mark.neo4j, id="neo4j-2026"),
    ]
)
def cmdb_on_neo4j(
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    neo4j_endpoint: Callable[[str], Endpoint],
) -> Iterator[CommandLine]:
    """On an emptied Neo4j server of each line."""
    endpoint = neo4j_endpoint(str(request.param))
    with endpoint.driver() as driver:
        wipe(driver)
    if endpoint.auth is not None:
        monkeypatch.setenv("CMDB_STORE_USER", endpoint.auth[0])
        monkeypatch.setenv("CMDB_STORE_PASSWORD", endpoint.auth[1])
    yield CommandLine(endpoint.uri, capsys)
    with endpoint.driver() as driver:
        wipe(driver)
