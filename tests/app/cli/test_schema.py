"""``cmdb schema``: the catalogue in text, as data, and as the reference page."""

from pathlib import Path

import pytest

from cmdb.app.rendering.catalogue_page import catalogue_page
from cmdb.app.rendering.import_schema import import_schema
from cmdb.model.catalogue import load_catalogue
from tests.app.command_line import CommandLine

PAGE = Path(__file__).parents[3] / "docs" / "catalogue.md"


def test_classes_stand_under_their_parents(cmdb: CommandLine) -> None:
    lines = cmdb("schema", "classes").out.splitlines()
    computer = next(number for number, line in enumerate(lines) if line.startswith("    (Computer)"))
    assert lines[computer + 1].startswith("      Host ")
    names = [row.text("name") for row in cmdb("schema", "classes", "--json").json().rows()]
    assert names == sorted(load_catalogue().classes)


def test_a_class_with_what_it_inherits(cmdb: CommandLine) -> None:
    host = cmdb("schema", "class", "Host", "--json").json()
    assert host.at("lineage").value == ["Host", "Computer", "Equipment", "CI"]
    assert ["serial"] in [rule.value for rule in host.rows("identify")]
    text = cmdb("schema", "class", "Host").out
    assert "Host < Computer < Equipment < CI" in text
    assert "needs 1 of its POWERED_BY" in text


def test_an_unknown_class_is_told_with_what_to_do(cmdb: CommandLine) -> None:
    outcome = cmdb("schema", "class", "Toaster")
    assert outcome.code == 1
    assert "[UNKNOWN_CLASS]" in outcome.err
    assert "cmdb schema classes" in outcome.err


def test_relationship_types_say_where_failures_go(cmdb: CommandLine) -> None:
    rows = {row.text("name"): row for row in cmdb("schema", "relationships", "--json").json().rows()}
    assert rows["PART_OF"].text("failure") == "along"
    assert rows["COOLED_BY"].text("effect") == "soft"
    assert "hard to the second end" in cmdb("schema", "relationships").out


def test_the_schema_of_rows_knows_classes_types_and_attributes(cmdb: CommandLine) -> None:
    schema = cmdb("schema", "import").json()
    classes = schema.at("$defs", "ItemRow", "properties", "class", "enum").value
    assert isinstance(classes, list)
    assert "Host" in classes
    assert "CI" not in classes
    host = next(
        case
        for case in schema.rows("$defs", "ItemRow", "allOf")
        if case.text("if", "properties", "class", "const") == "Host"
    )
    attributes = host.at("then", "properties", "attributes")
    assert attributes.at("properties", "cpu_count", "type").value == "number"
    assert attributes.at("additionalProperties").value is False
    assert import_schema(load_catalogue()) == schema.value


def test_a_right_catalogue_file_is_accepted(cmdb: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "catalogue: 1\nclasses:\n  Turbine: {extends: Equipment, description: A wind turbine.}\n"
    )
    outcome = cmdb("schema", "check", "own.yaml")
    assert (outcome.code, outcome.out.startswith("No fault.")) == (0, True)


def test_a_wrong_catalogue_file_is_refused_with_every_fault_at_its_place(cmdb: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "catalogue: 1\nclasses:\n  turbine: {description: Mill.}\n  Sail: {extends: Nothing, description: A sail.}\n"
    )
    outcome = cmdb("schema", "check", "own.yaml")
    assert outcome.code == 1
    assert "own.yaml:3" in outcome.err
    assert "[CATALOGUE_INVALID]" in outcome.err
    assert "[FILE_MISSING]" in cmdb("schema", "check", "nowhere.yaml").err


def test_the_committed_reference_page_is_current(cmdb: CommandLine) -> None:
    assert PAGE.read_text(encoding="utf-8") == catalogue_page(load_catalogue()), "run make docs"
    assert cmdb("schema", "reference").out == PAGE.read_text(encoding="utf-8")


def test_the_reference_page_has_every_class_and_type() -> None:
    page, catalogue = catalogue_page(load_catalogue()), load_catalogue()
    assert [name for name in catalogue.classes if f"\n### {name}\n" not in page] == []
    assert [name for name in catalogue.relationship_types if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("words", [("schema",), ("store",), ()])
def test_a_group_without_a_command_shows_its_help(cmdb: CommandLine, words: tuple[str, ...]) -> None:
    outcome = cmdb.bare(*words)
    assert outcome.code == 2
    assert "Usage: cmdb" in outcome.out + outcome.err
