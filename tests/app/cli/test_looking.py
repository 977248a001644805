"""``cmdb search``, ``show`` and ``history``."""

from pathlib import Path

import pytest

from tests.app.command_line import CommandLine, labels

FIRST = (
    "class,name,serial,description,relationship.POWERED_BY,group.power\nPDU,a,P-1,,,\nHost,db-1,S-1,Old one,PDU:a,1\n"
)
SECOND = FIRST.replace("Old one", "New one").replace("PDU:a", "")


@pytest.fixture(autouse=True)
def _two_imports(cmdb: CommandLine, tmp_path: Path) -> None:
    for text in (FIRST, SECOND):
        (tmp_path / "estate.csv").write_text(text, encoding="utf-8")
        assert cmdb("import", "estate.csv").code == 0


def test_search_finds_by_the_beginnings_of_words(cmdb: CommandLine) -> None:
    found = cmdb("search", "new", "db", "--json").json()
    assert (found.number("total"), labels(found.rows("items"))) == (1, ["Host:db-1"])
    assert cmdb("search", "nothing").out == "0 hits\n"
    assert "Host:db-1  New one" in cmdb("search", "db").out


def test_search_can_be_held_to_a_class_and_its_heirs(cmdb: CommandLine) -> None:
    assert cmdb("search", "db", "--class", "Computer", "--json").json().number("total") == 1
    assert cmdb("search", "db", "--class", "PowerSource", "--json").json().number("total") == 0
    assert "[UNKNOWN_CLASS]" in cmdb("search", "db", "--class", "Toaster").err


def test_show_tells_attributes_groups_relationships_and_who_said_so(cmdb: CommandLine) -> None:
    shown = cmdb("show", "Host:db-1", "--json").json()
    assert shown.at("attributes").value == {"description": "New one", "serial": "S-1"}
    assert shown.at("groups").value == {"power": {"min_up": "1", "degraded_below": None}}
    assert shown.rows("relationships")[0].text("to", "label") == "PDU:a"
    assert shown.rows("sources")[0].text("source") == "files/default"
    text = cmdb("show", "Host:db-1").out
    assert "POWERED_BY  PDU:a  declared" in text
    assert "files/default#Host:db-1" in text
    assert "Host:db-1  POWERED_BY  declared" in cmdb("show", "PDU:a").out


def test_show_tells_the_past_without_sources(cmdb: CommandLine) -> None:
    past = cmdb("show", "Host:db-1", "--as-of", "1", "--json").json()
    assert past.text("attributes", "description") == "Old one"
    assert past.at("sources").value is None


def test_what_is_not_there_is_not_found(cmdb: CommandLine) -> None:
    for command in ("show", "history"):
        outcome = cmdb(command, "Host:nobody")
        assert (outcome.code, outcome.out, "[NOT_FOUND]" in outcome.err) == (1, "", True)


def test_history_tells_each_change_with_its_commit(cmdb: CommandLine) -> None:
    events = cmdb("history", "Host:db-1", "--json").json().rows("events")
    assert [event.number("seq") for event in events] == [1, 2, 3]
    assert events[1].rows("changes")[0].text("field") == "Host:db-1 POWERED_BY PDU:a"
    assert events[2].rows("changes")[0].value == {"field": "description", "old": "Old one", "new": "New one"}
    assert events[2].text("actor") == "tester"
    text = cmdb("history", "Host:db-1").out
    assert "description  Old one → New one" in text
    assert "tester: import of estate.csv" in text
