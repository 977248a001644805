"""Catalogue files are laid over the built-in one; a wrong one is refused with every fault at its place."""

from pathlib import Path

import pytest

from cmdb.errors import (
    BadInput,
    CatalogueInvalid,
    EndNotAllowed,
    FileMissing,
    MissingAttribute,
    UnknownAttribute,
    UnknownClass,
    UnknownRelationshipType,
    WrongType,
)
from cmdb.model.catalogue import load_catalogue
from cmdb.model.values import JSONValue

HEAD = "catalogue: 1\n"


def faults(tmp_path: Path, *texts: str | bytes) -> list[str]:
    """The faults that files have, without the folder."""
    paths = []
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        paths.append(path)
    with pytest.raises(CatalogueInvalid) as refusal:
        load_catalogue(*paths)
    assert refusal.value.code == "CATALOGUE_INVALID"
    return [str(fault).replace(f"{tmp_path}/", "") for fault in refusal.value.faults]


def test_a_file_adds_classes_attributes_groups_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        HEAD
        + """
classes:
  Robot:
    extends: Equipment
    description: Machine that moves.
    attributes: {arms: {type: number, description: Number of arms., required: true}}
  Host:
    attributes: {blade: {type: text, description: Number of the blade.}}
    identify: [[blade, model]]
    groups: {cooling: {members: [COOLED_BY], min_up: 50%}}
relationships:
  OFFERING_OF: {to: [Robot]}
  STEERS:
    {description: Leads., from: [Host], to: [Robot], attributes: {since: {type: date, description: When.}}}
"""
    )
    catalogue = load_catalogue(path)
    assert catalogue.is_a("Robot", "CI")
    assert "serial" in catalogue.cls("Robot").attributes
    assert catalogue.default_group("Host", "COOLED_BY") == "cooling"
    setting = catalogue.group_setting("Host", "cooling")
    assert setting is not None
    assert setting.min_up == "50%"
    catalogue.check_ends("STEERS", "Host", "Robot")
    catalogue.check_ends("OFFERING_OF", "Offering", "Robot")
    assert catalogue.version != load_catalogue().version


def test_every_fault_of_every_file_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        HEAD + "classes:\n  lower: {description: Bad name.}\n  Good: {description: Fine., colour: red}\n",
        HEAD + "relationships:\n  X: {description: Some., from: [CI], to: [CI], effect: harsh}\n",
    )
    assert any(fault.startswith("0.yaml:3 classes.lower") for fault in told)
    assert any(fault.startswith("0.yaml:4 classes.Good") for fault in told)
    assert any(fault.startswith("1.yaml:3 relationships.X") for fault in told)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("classes: {A: {extends: CI}}", "0.yaml:2", "has no description"),
        ("classes: {A: {extends: Nowhere, description: Some.}}", "0.yaml:2", "Nowhere"),
        ("classes: {A: {extends: B, description: Some.}, B: {extends: A, description: Some.}}", "0.yaml:2", "itself"),
        ("classes: {A: {extends: CI, description: Some., identify: [[colour]]}}", "0.yaml:2", "colour"),
        ("classes: {A: {extends: CI, description: Some., identify: [[name]]}}", "0.yaml:2", "name alone"),
        ("classes: {A: {extends: CI, description: Some., groups: {g: {members: [NOWHERE]}}}}", "0.yaml:2", "NOWHERE"),
        ("classes: {Host: {description: Another.}}", "0.yaml:2", "exists"),
        ("classes: {Equipment: {attributes: {serial: {type: text, description: Again.}}}}", "0.yaml:2", "serial"),
        ("classes: {Host: {attributes: {vlan: {type: text, description: Text here.}}}}", "0.yaml:2", "vlan"),
        ("classes: {Host: {attributes: {id: {type: text, description: Bad.}}}}", "0.yaml:2", "id"),
        ("classes: {Host: {attributes: {e: {type: enum, description: Bad.}}}}", "0.yaml:2", "enum"),
        ("classes: {Host: {groups: {g: {members: [RUNS_ON], min_up: 101%}}}}", "0.yaml:2", "101%"),
        ("relationships: {X: {description: Some., from: [CI], to: [Nowhere]}}", "0.yaml:2", "Nowhere"),
        ("relationships: {X: {from: [CI], to: [CI]}}", "0.yaml:2", "description"),
        ("relationships: {RUNS_ON: {effect: soft}}", "0.yaml:2", "exists"),
        ("relationships: {AFFECTS: {attributes: {state: {type: text, description: Again.}}}}", "0.yaml:2", "state"),
        ("classes: {A: {extends: CI, description: Some., extends: CI}}", "0.yaml:2", "stands twice"),
        ("classes: [", "0.yaml", "not YAML"),
        ("other: 1", "0.yaml:2", "other"),
    ],
)  # fmt: skip
def test_each_kind_of_fault_has_its_place_and_its_reason(tmp_path: Path, text: str, place: str, said: str) -> None:
    told = faults(tmp_path, HEAD + text + "\n")
    assert any(fault.startswith(place) and said in fault for fault in told), told


def test_a_file_that_is_not_utf_8_or_not_there_is_refused(tmp_path: Path) -> None:
    assert "is not UTF-8" in faults(tmp_path, b"catalogue: 1\n# \xff\n")[0]
    with pytest.raises(FileMissing, match="cannot be read"):
        load_catalogue(tmp_path / "nowhere.yaml")


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, "[" * 5_000)


@pytest.mark.parametrize(
    ("cls", "attributes", "kept"),
    [
        ("Host", {"cpu_count": 4, "addresses": ["::1"]}, {"cpu_count": 4, "addresses": ["::1"]}),
        ("Host", {"serial": None}, {}),
        ("Host", {"environment": "production"}, {"environment": "production"}),
        ("Host", {"verified_at": "2026-11-28"}, {"verified_at": "2026-11-28"}),
        ("Host", {"verified_at": "2026-11-28T23:00:00+01:00"}, {"verified_at": "2026-11-28T22:00:00Z"}),
        ("Namespace", {"labels": {"a": [1, None]}}, {"labels": {"a": [1, None]}}),
        ("Host", {"tags": []}, {"tags": []}),
        ("Host", {"tags": [1, 2.5]}, {"tags": [1.0, 2.5]}),
    ],
)  # fmt: skip
def test_values_are_kept_in_canonical_form(
    cls: str, attributes: dict[str, JSONValue], kept: dict[str, JSONValue]
) -> None:
    assert load_catalogue().check_item(cls, attributes) == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("serial", 7), ("serial", "a\x00b"), ("serial", "\ud800"), ("cpu_count", "four"), ("cpu_count", True),
        ("cpu_count", 2**63), ("cpu_count", float("nan")), ("environment", "mars"), ("verified_at", "yesterday"),
        ("verified_at", "2026-11-28T23:00:00"), ("verified_at", 5), ("verified_at", "2026-13-01"), ("tags", "a"),
        ("tags", ["a", 1]), ("tags", [None]), ("tags", [{"a": 1}]),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_refused_by_name(name: str, value: JSONValue) -> None:
    with pytest.raises(WrongType, match=name) as refusal:
        load_catalogue().check_patch("Host", {name: value})
    assert refusal.value.hint


def test_refusals_say_what_was_seen() -> None:
    catalogue = load_catalogue()
    with pytest.raises(UnknownClass, match="'Nope'"):
        catalogue.cls("Nope")
    with pytest.raises(UnknownRelationshipType, match="'NOPE'"):
        catalogue.relationship("NOPE")
    with pytest.raises(UnknownAttribute, match="'colour'"):
        catalogue.check_item("Host", {"colour": "red"})
    with pytest.raises(MissingAttribute, match="agreement_type"):
        catalogue.check_item("Agreement", {})
    with pytest.raises(BadInput, match="abstract"):
        catalogue.check_item("Equipment", {})
    with pytest.raises(EndNotAllowed, match="SELECTS does not lead from Host to Host"):
        catalogue.check_ends("SELECTS", "Host", "Host")
    with pytest.raises(WrongType, match="state"):
        catalogue.check_relationship("AFFECTS", {"state": "gone"})
    with pytest.raises(MissingAttribute, match="state"):
        catalogue.check_relationship("AFFECTS", {})
