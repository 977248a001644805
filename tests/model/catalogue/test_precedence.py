"""Whose word counts first: what a file declares, for what it holds, and every fault with its place."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cmdb.errors import CatalogueInvalid, UnknownClass
from cmdb.model.catalogue import Precedence, load_catalogue

Written = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a catalogue file below its first line."""
    numbers = iter(range(100))

    def write(text: str) -> Path:
        path = tmp_path / f"{next(numbers)}.yaml"
        path.write_text(f"catalogue: 1\n{text}", "utf-8")
        return path

    return write


def faults(*paths: Path) -> list[str]:
    """Each fault as ``line path: message``; the name of the file is left out."""
    with pytest.raises(CatalogueInvalid) as refusal:
        load_catalogue(*paths)
    return [f"{fault.place.rpartition('.yaml:')[2]}: {fault.message}" for fault in refusal.value.faults]


RULE = """
precedence:
  - {classes: [Computer], attributes: [serial, name], sources: [netbox/hq, "ansible/*"], max_age_days: 90}
"""


def test_a_rule_holds_for_the_class_and_what_inherits_from_it(written: Written) -> None:
    catalogue = load_catalogue(written(RULE))
    rule = Precedence(sources=("netbox/hq", "ansible/*"), max_age_days=90)
    assert catalogue.cls("Host").precedence == {"name": rule, "serial": rule}
    assert catalogue.cls("Computer").precedence == catalogue.cls("Host").precedence
    assert catalogue.cls("Switch").precedence == {}
    assert rule.max_age == timedelta(days=90)
    assert load_catalogue(written(RULE)).version == catalogue.version != load_catalogue().version


def test_sources_are_ranked_by_name_or_by_how_they_begin() -> None:
    rule = Precedence(sources=("netbox/hq", "ansible/*", "ansible/a"))
    ranks = {source: rule.rank(source) for source in ("netbox/hq", "ansible/a", "ansible/", "ansible", "netbox/hq2")}
    assert ranks == {"netbox/hq": 0, "ansible/a": 1, "ansible/": 1, "ansible": 3, "netbox/hq2": 3}
    assert Precedence(sources=("*",)).rank("anything") == 0
    assert Precedence(sources=("*",)).max_age is None


def test_the_nearest_class_counts_and_in_it_the_attribute_that_is_named(written: Written) -> None:
    text = """
precedence:
  - {classes: [Equipment], attributes: [serial], sources: [a]}
  - {classes: [Computer], sources: [b]}
  - {classes: [Computer], attributes: [model], sources: [c]}
  - {classes: [Host], attributes: [fqdn], max_age_days: 1}
"""
    host = load_catalogue(written(text)).cls("Host").precedence
    named = {name: (rule.sources, rule.max_age_days) for name, rule in host.items()}
    assert {name: named[name] for name in ("serial", "model", "fqdn", "name", "groups", "tags")} == {
        "serial": (("b",), None), "model": (("c",), None), "fqdn": ((), 1),
        "name": (("b",), None), "groups": (("b",), None), "tags": (("b",), None),
    }  # fmt: skip
    assert "merged_into" not in host


def test_relationship_types_have_precedence_too(written: Written) -> None:
    text = "precedence: [{relationships: [CALLS], attributes: [calls, group], sources: [traces]}]"
    calls = load_catalogue(written(text)).relationship("CALLS")
    assert {name: rule.sources for name, rule in calls.precedence.items()} == {
        "calls": ("traces",),
        "group": ("traces",),
    }
    whole = load_catalogue(written("precedence: [{relationships: [CALLS], sources: [traces]}]"))
    assert set(whole.relationship("CALLS").precedence) == {"calls", "effect", "errors", "group", "last_seen_at"}


def test_a_second_file_adds_to_the_first(written: Written) -> None:
    second = written("precedence: [{classes: [Host], attributes: [model], sources: [x]}]")
    assert set(load_catalogue(written(RULE), second).cls("Host").precedence) == {"model", "name", "serial"}


def test_the_catalogue_knows_where_ages_matter(written: Written) -> None:
    catalogue = load_catalogue(written("precedence: [{classes: [Host], attributes: [model], max_age_days: 9}]"))
    assert catalogue.aging == dict.fromkeys(["CI", "Computer", "Equipment", "Host"], timedelta(days=9))
    assert load_catalogue().aging == {}
    assert load_catalogue(written("precedence: [{classes: [Host], sources: [x]}]")).aging == {}


FAULTS: dict[str, tuple[str, list[str]]] = {
    "neither classes nor types": (
        "precedence: [{sources: [a]}]",
        ["2 precedence.0: Value error, a precedence is for classes or for relationships"],
    ),
    "both": (
        "precedence: [{classes: [Host], relationships: [CALLS], sources: [a]}]",
        ["2 precedence.0: Value error, a precedence is for classes or for relationships"],
    ),
    "nothing said": (
        "precedence: [{classes: [Host]}]",
        ["2 precedence.0: Value error, a precedence needs sources, max_age_days or both"],
    ),
    "an age for relationships": (
        "precedence:\n- {relationships: [CALLS], max_age_days: 3}",
        ["3 precedence.0: Value error, relationships take no max_age_days: they live while a source asserts them"],
    ),
    "a source twice": (
        "precedence:\n- {classes: [Host], sources: [a, a]}",
        ["3 precedence.0: Value error, a source stands twice in the order"],
    ),
    "people": (
        "precedence:\n- classes: [Host]\n  sources: [a, manual]",
        ["4 precedence.0.sources.1: Value error, manual stands above every source anyway"],
    ),
    "a star in the middle": (
        "precedence:\n- classes: [Host]\n  sources: ['a*b']",
        [
            "4 precedence.0.sources.0: Value error, 'a*b' is neither a source such as netbox/hq",
        ],
    ),
    "no age": (
        "precedence:\n- {classes: [Host], max_age_days: 0}",
        ["3 precedence.0.max_age_days: Input should be greater than or equal to 1"],
    ),
    "an unknown class": (
        "precedence:\n- {classes: [Hots], sources: [a]}",
        ["3 precedence.0: a precedence names the class Hots, which no file declares"],
    ),
    "an unknown type": (
        "precedence:\n- {relationships: [CALLED], sources: [a]}",
        ["3 precedence.0: a precedence names the type CALLED, which no file declares"],
    ),
    "an unknown attribute": (
        "precedence:\n- {classes: [Host], attributes: [serail, serial], sources: [a]}",
        ["3 precedence.0: Host has no attribute serail"],
    ),
    "an attribute that the CMDB sets": (
        "precedence:\n- {classes: [Host], attributes: [merged_into], sources: [a]}",
        ["3 precedence.0: Host has no attribute merged_into"],
    ),
    "an unknown attribute of a type": (
        "precedence:\n- {relationships: [CALLS], attributes: [name], sources: [a]}",
        ["3 precedence.0: CALLS has no attribute name"],
    ),
    "an unknown fallback": (
        "unknown_class: Thing",
        ["2 unknown_class: unknown_class is Thing, which no file declares"],
    ),
    "an abstract fallback": (
        "unknown_class: CI",
        ["2 unknown_class: unknown_class is CI, of which nothing can be: it is abstract"],
    ),
    "a fallback in the wrong case": ("unknown_class: thing", ["2 unknown_class: Value error, 'thing' is not a usable"]),
}


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_line_and_path(written: Written, text: str, expected: list[str]) -> None:
    found = faults(written(text))
    assert len(found) == len(expected)
    assert all(fault.startswith(start) for fault, start in zip(found, expected, strict=True)), found


def test_a_second_precedence_for_the_same_thing_names_the_first(written: Written) -> None:
    first = written("precedence: [{classes: [Host], attributes: [serial, model], sources: [a]}]")
    second = written(
        "precedence:\n- {classes: [Host], attributes: [model], sources: [b]}\n- {classes: [Host], sources: [b]}\n"
        "- {classes: [Host], sources: [c]}"
    )
    assert faults(first, second) == [
        f"3 precedence.0: Host.model has a precedence already ({first}:2 precedence.0)",
        f"5 precedence.2: all of Host has a precedence already ({second}:4 precedence.1)",
    ]


def test_two_files_must_agree_where_unknown_things_go(written: Written) -> None:
    first, same = written("unknown_class: OtherCI"), written("unknown_class: OtherCI")
    other = written("\nunknown_class: OtherDevice")
    assert load_catalogue(first, same).unknown_class == "OtherCI"
    assert faults(first, other) == ["3 unknown_class: unknown_class is OtherCI already"]


def test_a_wrong_class_does_not_hide_what_is_wrong_with_a_precedence(written: Written) -> None:
    robot = "classes: {Robot: {description: A robot., extends: CI, wheels: 4}}"
    text = f"{robot}\nprecedence: [{{classes: [Robot, Hots], sources: [a]}}]"
    assert [fault.split(": ")[1] for fault in faults(written(text))] == [
        "Extra inputs are not permitted",
        "a precedence names the class Hots, which no file declares",
    ]


def test_an_unknown_class_is_an_error_unless_the_catalogue_has_a_place_for_it(written: Written) -> None:
    catalogue = load_catalogue(written("unknown_class: OtherCI"))
    assert (catalogue.resolve("Toaster").name, catalogue.resolve("Host").name) == ("OtherCI", "Host")
    with pytest.raises(UnknownClass):
        catalogue.cls("Toaster")
    with pytest.raises(UnknownClass):
        load_catalogue().resolve("Toaster")
