"""``cmdb store``: what a store says of itself."""

from tests.app.command_line import CommandLine


def test_info_names_the_store_and_counts(cmdb: CommandLine) -> None:
    info = cmdb("store", "info", "--json").json()
    assert info.keys() == ["url", "store_id", "schema_version", "seq", "items", "relationships"]
    assert (info.number("seq"), info.number("items")) == (0, 0)
    assert "schema_version  2" in cmdb("store", "info").out


def test_runs_of_a_new_store_are_none(cmdb: CommandLine) -> None:
    assert cmdb("runs", "--json").json().value == []
    assert cmdb("runs").out == ""


def test_a_local_server_of_an_unknown_line_is_refused(cmdb: CommandLine) -> None:
    outcome = cmdb("store", "neo4j-local", "--version", "3.5")
    assert outcome.code == 1
    assert "5.26 and 2026" in outcome.err
