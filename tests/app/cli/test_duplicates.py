"""``cmdb duplicates``, ``cmdb show --sources`` and ``cmdb release``: who said what, and deciding what is one."""

import json
from pathlib import Path

import pytest

from cmdb.app.settings import Settings
from cmdb.app.wiring import open_services
from cmdb.ingest.edits import ItemPatch, Request
from cmdb.model.references import ByName
from tests.app.command_line import CommandLine, labels

RACKS = "class,name,key,serial,model,description\nHost,db-1,h1,S-1,R740,racked\nHost,web,h2,S-9,,\n"


def cloud(serial: str) -> str:
    item = {"class": "Host", "name": "db1", "key": "i-1", "attributes": {"serial": serial, "model": "R740xd"}}
    return json.dumps({"source": "cloud", "items": [item]})


@pytest.fixture(autouse=True)
def _suspected(cmdb: CommandLine, tmp_path: Path) -> None:
    """Two hosts of two sources that came to have one serial number."""
    (tmp_path / "racks.csv").write_text(RACKS, "utf-8")
    assert cmdb("import", "racks.csv").code == 0
    for serial in ("S-2", "S-1"):
        (tmp_path / "cloud.json").write_text(cloud(serial), "utf-8")
        assert cmdb("import", "--policy", "none", "cloud.json").code == 0


def case_of(cmdb: CommandLine) -> str:
    """The id of the only open case."""
    (case,) = cmdb("duplicates", "--json").json().rows("cases")
    return case.text("id")


def test_cases_are_listed_by_their_state(cmdb: CommandLine) -> None:
    listed = cmdb("duplicates", "--json").json()
    (case,) = listed.rows("cases")
    assert (listed.number("total"), case.text("state"), case.text("ground")) == (
        1,
        "open",
        "Both are said to have serial S-1.",
    )
    assert labels(case.rows("suspects")) == ["Host:db-1", "Host:db1"]
    assert "open  Host:db-1 / Host:db1  Both are said" in cmdb("duplicates").out
    assert cmdb("duplicates", "--state", "merged").out == "0 cases\n"
    assert cmdb("duplicates", "--state", "all", "--json").json().number("total") == 1


def test_a_case_shows_both_side_by_side(cmdb: CommandLine) -> None:
    shown = cmdb("duplicates", "show", case_of(cmdb), "--json").json()
    assert shown.keys() == [
        "id", "name", "revision", "state", "ground", "decided_by", "decided_at", "reason", "survivor", "suspects",
        "fields",
    ]  # fmt: skip
    fields = {row.text("field"): (row.at("values").value, row.at("same").value) for row in shown.rows("fields")}
    assert fields["serial"] == (["S-1", "S-1"], True)
    assert fields["model"] == (["R740", "R740xd"], False)
    assert fields["description"] == (["racked", None], False)
    assert [row.at("sources").value for row in shown.rows("suspects")] == [["files/default#h1"], ["cloud/default#i-1"]]
    text = cmdb("duplicates", "show", "DuplicateCase:Host:db-1 / Host:db1").out
    assert "serial       =  S-1" in text
    assert "[NOT_FOUND]" in cmdb("duplicates", "show", "Host:web").err


def test_a_merge_is_previewed_done_and_undone(cmdb: CommandLine) -> None:
    case = case_of(cmdb)
    seen = cmdb("duplicates", "merge", case, "--dry-run", "--json").json()
    assert cmdb("duplicates", "--json").json().number("total") == 1
    made = cmdb("duplicates", "merge", case, "--reason", "same label", "--json").json()
    assert made.keys() == ["case", "survivor", "other", "bindings", "relationships", "set_aside"]
    assert made.at("bindings").value == seen.at("bindings").value == ["cloud/default#i-1"]
    assert (made.text("case", "state"), made.text("case", "decided_by")) == ("merged", "tester")
    assert made.text("case", "reason") == "same label"
    other, survivor = made.text("other", "id"), made.text("survivor", "id")
    assert f"retired, merged into {survivor}" in cmdb("show", other).out
    assert cmdb("show", "cloud/default#i-1", "--json").json().text("id") == survivor
    assert "took back" not in cmdb("duplicates", "undo", case).out
    assert labels([cmdb("show", other, "--json").json()]) == ["Host:db1"]
    assert cmdb("duplicates", "--json").json().number("total") == 1


def test_the_survivor_may_be_named(cmdb: CommandLine) -> None:
    outcome = cmdb("duplicates", "merge", case_of(cmdb), "--survivor", "Host:db1")
    assert "Merged." in outcome.out
    assert "moved     files/default#h1; 0 relationships" in outcome.out
    assert "[BAD_USER_INPUT]" not in outcome.err


def test_what_differs_is_not_asked_again(cmdb: CommandLine) -> None:
    case = case_of(cmdb)
    assert "They differ." in cmdb("duplicates", "differ", case, "--reason", "two boards").out
    again = cmdb("duplicates", "merge", case)
    assert (again.code, "is different" in again.err, "[CONFLICT]" in again.err) == (1, True, True)
    assert cmdb("duplicates", "--state", "different", "--json").json().number("total") == 1


def test_a_person_opens_a_case(cmdb: CommandLine) -> None:
    made = cmdb("duplicates", "open", "Host:web", "Host:db-1", "--reason", "one box", "--json").json()
    assert (made.text("state"), made.text("ground")) == ("open", "one box")
    assert "Host:db-1 / Host:web, open" in cmdb("duplicates", "open", "Host:db-1", "Host:web").out
    assert cmdb("duplicates", "--json").json().number("total") == 2
    assert cmdb("duplicates", "merge", "nobody").code == 2


def test_an_export_with_cases_is_imported_again_without_a_failing_row(cmdb: CommandLine, tmp_path: Path) -> None:
    cmdb("duplicates", "open", "Host:web", "Host:db-1")
    exported = cmdb("export")
    assert exported.err == "2 duplicate cases not exported: they belong to this store.\n"
    assert '"left_out":{"DuplicateCase":2}' in exported.out.splitlines()[0]
    path = tmp_path / "export.ndjson"
    path.write_text(exported.out, encoding="utf-8")
    other = cmdb.at(f"sqlite:///{tmp_path / 'other.db'}")
    for store in (cmdb, other):
        counts = store("import", str(path), "--json").json()
        assert (counts.number("counts", "failed"), counts.number("counts", "dangling")) == (0, 0)
    assert cmdb("export", "--class", "Host").err == ""
    assert cmdb("duplicates", "--json").json().number("total") == 2


def pinned(cmdb: CommandLine) -> None:
    """A person says the model of db-1."""
    services = open_services(Settings(store=cmdb.store))
    with services.store:
        services.editor.update(ByName("Host", "db-1"), ItemPatch(attributes={"model": "R750"}), Request("anna"))


def test_who_said_what_is_shown_with_why_it_holds(cmdb: CommandLine) -> None:
    pinned(cmdb)
    cmdb("duplicates", "merge", case_of(cmdb))
    shown = cmdb("show", "cloud/default#i-1", "--sources", "--json").json()
    said = {row.text("name"): row for row in shown.rows("provenance")}
    model = said["model"]
    assert (model.text("aspect"), model.text("value")) == ("attribute", "R750")
    assert [(row.text("value"), row.text("standing")) for row in model.rows("statements")] == [
        ("R750", "holds"),
        ("R740xd", "outranked"),
        ("R740", "outranked"),
    ]
    assert [row.text("standing") for row in said["serial"].rows("statements")] == ["holds", "agrees"]
    text = cmdb("show", "cloud/default#i-1", "--sources").out
    assert "Who says what" in text
    assert "outranked by people" in text
    assert "Who says what" not in cmdb("show", "cloud/default#i-1").out
    assert cmdb("show", "Host:web", "--as-of", "1", "--sources", "--json").json().rows("provenance") == []


def test_a_value_is_handed_back_to_the_sources(cmdb: CommandLine) -> None:
    pinned(cmdb)
    assert cmdb("show", "Host:db-1", "--json").json().text("attributes", "model") == "R750"
    shown = cmdb("release", "Host:db-1", "model", "--reason", "mended", "--json").json()
    assert shown.text("attributes", "model") == "R740"
    assert "model        R740" in cmdb("release", "Host:db-1", "model", "name", "--group", "power").out
    assert "[UNKNOWN_ATTRIBUTE]" in cmdb("release", "Host:db-1", "wheels").err
    assert "[BAD_USER_INPUT]" in cmdb("release", "Host:db-1").err
