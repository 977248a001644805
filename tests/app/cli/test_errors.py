"""How errors look: one sentence of what was seen, one of what to do, the code; never a traceback."""

import sqlite3
from pathlib import Path

import pytest

from cmdb.app.cli.application import hoisted
from tests.app.command_line import CommandLine


def test_a_store_that_is_down_is_told(cmdb: CommandLine) -> None:
    outcome = cmdb.at("bolt://127.0.0.1:1")("search", "x")
    assert (outcome.code, outcome.out) == (1, "")
    assert "[STORE_UNAVAILABLE]" in outcome.err
    assert "Check that the store is running" in outcome.err
    assert "Traceback" not in outcome.err


def test_a_store_whose_folder_is_missing_is_told(cmdb: CommandLine) -> None:
    outcome = cmdb.at("sqlite:///nowhere/cmdb.db")("store", "info")
    assert (outcome.code, "[STORE_UNAVAILABLE]" in outcome.err) == (1, True)


def test_a_store_of_a_newer_version_is_refused(cmdb: CommandLine, tmp_path: Path) -> None:
    cmdb.found()
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("PRAGMA user_version = 999")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "store" in tables:
            connection.execute("UPDATE store SET schema_version = 999")
    connection.close()
    outcome = cmdb("store", "info")
    assert (outcome.code, "[STORE_VERSION_UNSUPPORTED]" in outcome.err) == (1, True)


def test_a_file_that_is_no_store_is_told(cmdb: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("these are notes, and no database at all\n" * 100)
    outcome = cmdb.at("sqlite:///notes.db")("store", "info")
    assert outcome.code == 1
    assert "[STORE_" in outcome.err


def test_a_url_of_no_known_kind_is_wrong_usage(cmdb: CommandLine) -> None:
    outcome = cmdb.at("postgresql://localhost")("store", "info")
    assert (outcome.code, "[STORE_URL_INVALID]" in outcome.err) == (2, True)
    assert "sqlite:///path" in outcome.err


def test_a_setting_without_a_usable_value_is_wrong_usage(cmdb: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDB_PORT", "many")
    outcome = cmdb("store", "info")
    assert outcome.code == 2
    assert "CMDB_PORT" in outcome.err


@pytest.mark.parametrize(
    "words", [("fly",), ("impact",), ("show",), ("search", "x", "--limit", "0"), ("import", "--nonsense", "a.csv")]
)
def test_wrong_usage_ends_with_two(cmdb: CommandLine, words: tuple[str, ...]) -> None:
    assert cmdb(*words).code == 2


def test_the_environment_names_the_store(cmdb: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMDB_STORE", "memory:")
    assert cmdb.bare("store", "info", "--json").json().text("url") == "memory:"


def test_global_options_may_stand_behind_the_command(cmdb: CommandLine) -> None:
    assert cmdb.bare("store", "info", "--store", "memory:", "--json").json().text("url") == "memory:"
    assert cmdb.bare("store", "info", "--store=memory:", "--json").json().text("url") == "memory:"
    assert hoisted(["search", "--", "--store"]) == ["search", "--", "--store"]
    assert cmdb.bare("search", "x", "--store").code == 2


def test_every_command_teaches_with_its_help(cmdb: CommandLine) -> None:
    for command in ("demo", "import", "impact", "search", "show", "history", "serve"):
        outcome = cmdb(command, "--help")
        assert outcome.code == 0
        assert "Examples" in outcome.out
        assert f"cmdb {command}" in outcome.out.replace("cmdb --store", f"cmdb {command} --store")


def test_control_characters_of_names_do_not_reach_the_terminal(cmdb: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "evil.json").write_text('[{"class": "Application", "name": "a\\u001b[31mb"}]')
    assert cmdb("import", "evil.json").code == 0
    assert "\x1b" not in cmdb("search", "a").out
    assert "\x1b" not in cmdb("show", "Application:nobody\x1b[2J").err
