"""``cmdb store``: what a store says of itself."""

from pathlib import Path

import pytest

from tests.app.command_line import CommandLine


def test_info_names_the_store_and_counts(cmdb: CommandLine) -> None:
    cmdb.found()
    info = cmdb("store", "info", "--json").json()
    assert info.keys() == ["url", "store_id", "schema_version", "seq", "items", "relationships"]
    assert (info.number("seq"), info.number("items")) == (0, 0)
    assert "schema_version  3" in cmdb("store", "info").out


def test_runs_of_a_new_store_are_none(cmdb: CommandLine) -> None:
    cmdb.found()
    assert cmdb("runs", "--json").json().value == []
    assert cmdb("runs").out == ""


READS = (
    "store info", "runs", "export", "search redis", "show Host:a", "history Host:a", "impact Host:a", "duplicates",
    "plan list", "release Host:a serial --reason lent", "plan apply 61970190-ff21-4891-a1dc-536fc29007c4",
)  # fmt: skip


@pytest.mark.parametrize("command", READS)
def test_a_command_that_needs_a_store_founds_none(cmdb: CommandLine, tmp_path: Path, command: str) -> None:
    outcome = cmdb(*command.split())
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.splitlines()[0].startswith("There is no store at ")
    assert "cmdb import" in outcome.err
    assert "[STORE_MISSING]" in outcome.err
    assert not [*tmp_path.glob("store.db*")]


def test_an_empty_file_is_no_store(cmdb: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "store.db").touch()
    outcome = cmdb("store", "info")
    assert (outcome.code, "is empty: it is no store yet" in outcome.err) == (1, True)
    assert (tmp_path / "store.db").stat().st_size == 0


def test_an_empty_neo4j_database_is_left_empty(cmdb_on_neo4j: CommandLine) -> None:
    outcome = cmdb_on_neo4j("search", "redis")
    assert (outcome.code, "[STORE_MISSING]" in outcome.err) == (1, True)
    assert cmdb_on_neo4j("search", "redis").code == 1
    cmdb_on_neo4j("demo", "--no-serve")
    assert cmdb_on_neo4j("search", "redis").code == 0


def test_a_local_server_of_an_unknown_line_is_refused(cmdb: CommandLine) -> None:
    outcome = cmdb("store", "neo4j-local", "--version", "3.5")
    assert outcome.code == 1
    assert "5.26 and 2026" in outcome.err
