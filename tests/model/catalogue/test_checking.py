"""What the catalogue accepts as a value, an item, an edge and its ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.errors import (
    BadInput,
    EndNotAllowed,
    MissingAttribute,
    UnknownAttribute,
    UnknownClass,
    UnknownRelationshipType,
    WrongType,
)
from cmdb.model.items import GroupSetting
from cmdb.model.values import JSONValue, canonical
from tests.builders import gadgets
from tests.strategies import attributes

CATALOGUE = gadgets()

GOOD: dict[str, tuple[str, JSONValue, JSONValue]] = {
    "text": ("motto", "Ça va", "Ça va"),
    "empty text": ("motto", "", ""),
    "whole number": ("weight", 3, 3),
    "fraction": ("weight", -0.5, -0.5),
    "largest number": ("weight", 2**63 - 1, 2**63 - 1),
    "smallest number": ("weight", -(2**63), -(2**63)),
    "true": ("active", True, True),
    "one of a few": ("colour", "red", "red"),
    "day": ("checked_on", "2026-11-28", "2026-11-28"),
    "leap day": ("checked_on", "2024-02-29", "2024-02-29"),
    "instant in UTC": ("checked_on", "2026-11-28T22:00:00Z", "2026-11-28T22:00:00Z"),
    "instant with an offset": ("checked_on", "2026-11-28T22:00:00+05:30", "2026-11-28T16:30:00Z"),
    "instant that changes its day": ("checked_on", "2026-11-28T23:30:00-01:00", "2026-11-29T00:30:00Z"),
    "instant with a fraction": ("checked_on", "2026-11-28T22:00:00.5Z", "2026-11-28T22:00:00.500000Z"),
    "instant before 1970": ("checked_on", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
    "list of texts": ("parts", ["a", ""], ["a", ""]),
    "list of numbers becomes a list of one kind": ("parts", [1, 2.5], [1.0, 2.5]),
    "list of whole numbers": ("parts", (1, 2), [1, 2]),
    "list of truths": ("parts", [True, False], [True, False]),
    "empty list": ("parts", [], []),
    "object": ("extra", {"a": [1, None, {"b": True}]}, {"a": [1, None, {"b": True}]}),
    "text as JSON": ("extra", "x", "x"),
    "false as JSON": ("extra", False, False),
}


@pytest.mark.parametrize(("name", "given_value", "kept"), GOOD.values(), ids=GOOD)
def test_this_is_accepted_and_kept_in_one_form(name: str, given_value: JSONValue, kept: JSONValue) -> None:
    (value,) = CATALOGUE.check_item("Gadget", {name: given_value}).values()
    assert canonical(value) == canonical(kept)
    assert type(value) is type(kept)


BAD: dict[str, tuple[str, object, str]] = {
    "number for text": ("motto", 1, "Gadget.motto is 1, not text."),
    "NUL": ("motto", "a\x00", "The value of Gadget.motto holds a NUL character."),
    "lone surrogate": ("motto", "\ud800", "The value of Gadget.motto holds a lone surrogate."),
    "text for number": ("weight", "3", "Gadget.weight is '3', not number."),
    "true for number": ("weight", True, "Gadget.weight is True, not number."),
    "beyond 64 bits": ("weight", 2**63, "The value of Gadget.weight is beyond 64 bits."),
    "below 64 bits": ("weight", -(2**63) - 1, "The value of Gadget.weight is beyond 64 bits."),
    "not a number": ("weight", float("nan"), "The value of Gadget.weight is not a finite number."),
    "infinity": ("weight", float("-inf"), "The value of Gadget.weight is not a finite number."),
    "number for boolean": ("active", 1, "Gadget.active is 1, not boolean."),
    "text for boolean": ("active", "true", "Gadget.active is 'true', not boolean."),
    "another word": ("colour", "pink", "Gadget.colour is 'pink', not one of red, green, blue."),
    "another case": ("colour", "Red", "Gadget.colour is 'Red', not one of red, green, blue."),
    "number for a date": ("checked_on", 20261128, "Gadget.checked_on is 20261128, not date."),
    "no day": ("checked_on", "2026-02-30", "Gadget.checked_on is '2026-02-30', not date."),
    "a day in other digits": ("checked_on", "٢٠٢٦-01-01", "Gadget.checked_on is '٢٠٢٦-01-01', not date."),
    "a day without dashes": ("checked_on", "20261128", "Gadget.checked_on is '20261128', not date."),
    "instant without offset": (
        "checked_on",
        "2026-11-28T22:00:00",
        "Gadget.checked_on is '2026-11-28T22:00:00', not date.",
    ),
    "instant after the calendar": (
        "checked_on",
        "9999-12-31T23:59:59-14:00",
        "Gadget.checked_on is '9999-12-31T23:59:59-14:00', not date.",
    ),
    "instant before the calendar": (
        "checked_on",
        "0001-01-01T00:00:00+14:00",
        "Gadget.checked_on is '0001-01-01T00:00:00+14:00', not date.",
    ),
    "text for a list": ("parts", "abc", "Gadget.parts is 'abc', not list."),
    "mixed list": ("parts", ["a", 1], "Gadget.parts is ['a', 1], not list."),
    "list of true and one": ("parts", [True, 1], "Gadget.parts is [True, 1], not list."),
    "list with nothing": ("parts", [None], "Gadget.parts is [None], not list."),
    "list of lists": ("parts", [["a"]], "Gadget.parts is [['a']], not list."),
    "list with a number too large": ("parts", [2**64], "The value of Gadget.parts is beyond 64 bits."),
    "too deep": ("extra", [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]], "The value of Gadget.extra is nested too deeply."),
    "key with NUL": ("extra", {"\x00": 1}, "The value of Gadget.extra holds a NUL character."),
    "key that is a number": ("extra", {1: 2}, "The value of Gadget.extra has a key that is no text."),
    "a set": ("extra", {"a"}, "The value of Gadget.extra is a set, which is no JSON."),
    "bytes": ("motto", b"a", "The value of Gadget.motto is a bytes, which is no JSON."),
}


@pytest.mark.parametrize(("name", "value", "message"), BAD.values(), ids=BAD)
def test_this_is_refused_in_one_sentence_with_a_hint(name: str, value: JSONValue, message: str) -> None:
    with pytest.raises(WrongType) as refusal:
        CATALOGUE.check_item("Gadget", {name: value})
    assert refusal.value.message == message
    assert refusal.value.hint.startswith("Send ")
    with pytest.raises(WrongType):
        CATALOGUE.check_patch("Gadget", {name: value})


def test_a_long_value_is_shown_in_part() -> None:
    with pytest.raises(WrongType) as refusal:
        CATALOGUE.check_item("Gadget", {"weight": "x" * 1000})
    assert len(refusal.value.message) < 120


@given(attributes(CATALOGUE))
def test_what_was_accepted_once_is_accepted_again_unchanged(values: dict[str, JSONValue]) -> None:
    once = CATALOGUE.check_item("Gadget", values)
    assert canonical(CATALOGUE.check_item("Gadget", once)) == canonical(once)


def test_nothing_is_dropped_from_an_item_and_kept_in_a_patch() -> None:
    assert CATALOGUE.check_item("Gadget", {"motto": None}) == {}
    assert CATALOGUE.check_patch("Gadget", {"motto": None, "weight": 1}) == {"motto": None, "weight": 1}


def test_what_a_class_needs_must_be_there() -> None:
    with pytest.raises(MissingAttribute, match="Agreement needs a value for agreement_type"):
        CATALOGUE.check_item("Agreement", {"agreement_type": None})
    assert CATALOGUE.check_patch("Agreement", {}) == {}


def test_what_a_class_does_not_have_is_refused_by_name() -> None:
    with pytest.raises(UnknownAttribute, match="Gadget has no attribute 'legs'") as refusal:
        CATALOGUE.check_item("Gadget", {"wheels": 1, "legs": 2, "motto": "x"})
    assert refusal.value.details["attributes"] == ["legs", "wheels"]
    odd: dict[str, JSONValue] = {"wheels": 1, None: 2}  # type: ignore[dict-item] # what a table with too many cells gives
    with pytest.raises(UnknownAttribute):
        CATALOGUE.check_patch("Gadget", odd)


def test_nothing_can_be_of_an_abstract_class() -> None:
    with pytest.raises(BadInput, match="Computer is abstract") as refusal:
        CATALOGUE.check_item("Computer", {})
    assert refusal.value.hint == "Use one of Host, VirtualMachine."


def test_unknown_names_are_refused_everywhere() -> None:
    for check in (CATALOGUE.cls, CATALOGUE.descendants):
        with pytest.raises(UnknownClass):
            check("Spaceship")
    with pytest.raises(UnknownRelationshipType):
        CATALOGUE.relationship("ADMIRES")
    assert not CATALOGUE.is_a("Spaceship", "CI")
    assert not CATALOGUE.is_a("CI", "Spaceship")
    assert CATALOGUE.group_setting("Spaceship", "power") is None
    assert CATALOGUE.group_setting("Host", "nothing") is None
    assert CATALOGUE.default_group("Spaceship", "POWERED_BY") is None


def test_a_class_knows_its_ancestors_and_descendants() -> None:
    assert CATALOGUE.descendants("Gadget") == ("Gadget", "Widget")
    assert CATALOGUE.is_a("Widget", "CI")
    assert not CATALOGUE.is_a("Gadget", "Widget")
    assert CATALOGUE.default_group("Host", "POWERED_BY") == "power"
    assert CATALOGUE.group_setting("Host", "power") == GroupSetting("1")


ENDS: dict[str, tuple[str, str, str, bool]] = {
    "declared classes": ("RUNS_ON", "Host", "Host", True),
    "subclasses": ("LOCATED_IN", "Switch", "Rack", True),
    "the wrong way round": ("LOCATED_IN", "Rack", "Switch", False),
    "a wrong origin": ("SUBSCRIBES_TO", "Supplier", "Offering", False),
    "a wrong target": ("SUBSCRIBES_TO", "Customer", "Customer", False),
    "a class that is none": ("RUNS_ON", "Host", "Spaceship", False),
}


@pytest.mark.parametrize(("type_", "origin", "target", "allowed"), ENDS.values(), ids=ENDS)
def test_a_type_joins_its_ends_in_one_direction(type_: str, origin: str, target: str, *, allowed: bool) -> None:
    if allowed:
        CATALOGUE.check_ends(type_, origin, target)
        return
    with pytest.raises(EndNotAllowed, match=f"{type_} does not lead from {origin} to {target}") as refusal:
        CATALOGUE.check_ends(type_, origin, target)
    assert refusal.value.hint.startswith("It leads from ")


def test_cardinality_is_part_of_a_type() -> None:
    specs = {name: CATALOGUE.relationship(name) for name in ("LINKED_TO", "FITS_INTO", "LEADS", "PAIRED_WITH")}
    assert {name: (spec.one_to, spec.one_from) for name, spec in specs.items()} == {
        "LINKED_TO": (False, False),
        "FITS_INTO": (True, False),
        "LEADS": (False, True),
        "PAIRED_WITH": (True, True),
    }


def test_attributes_of_edges_are_checked_like_those_of_items() -> None:
    assert CATALOGUE.check_relationship("LINKED_TO", {"note": "x", "share": None}) == {"note": "x"}
    with pytest.raises(UnknownAttribute):
        CATALOGUE.check_relationship("RUNS_ON", {"note": "x"})
    with pytest.raises(WrongType):
        CATALOGUE.check_relationship("LINKED_TO", {"note": 1})
    with pytest.raises(MissingAttribute):
        CATALOGUE.check_relationship("AFFECTS", {})


GROUPS: dict[str, tuple[str, GroupSetting, bool]] = {
    "a count": ("db", GroupSetting("2"), True),
    "none": ("db", GroupSetting("0"), True),
    "a percentage": ("db", GroupSetting("33.5%", "100%"), True),
    "words": ("web servers", GroupSetting(), True),
    "more than all": ("db", GroupSetting("100.5%"), False),
    "less than none": ("db", GroupSetting("-1"), False),
    "a fraction": ("db", GroupSetting("1.5"), False),
    "a word": ("db", GroupSetting("all"), False),
    "nothing": ("db", GroupSetting(""), False),
    "other digits": ("db", GroupSetting("٢"), False),
    "ten digits": ("db", GroupSetting("1234567890"), False),
    "a wrong second threshold": ("db", GroupSetting("1", "x"), False),
    "no name": (" ", GroupSetting(), False),
    "a name with NUL": ("\x00", GroupSetting(), False),
}


@pytest.mark.parametrize(("name", "setting", "accepted"), GROUPS.values(), ids=GROUPS)
def test_a_group_must_be_something_that_impact_can_count_with(
    name: str, setting: GroupSetting, *, accepted: bool
) -> None:
    if accepted:
        CATALOGUE.check_groups("Host", {name: setting, "other": None})
        return
    with pytest.raises(WrongType):
        CATALOGUE.check_groups("Host", {name: setting})


@given(st.from_regex(r"[0-9]{1,7}(\.[0-9]{1,10})?%?", fullmatch=True))
def test_what_is_accepted_as_a_threshold_is_one_of_impact_too(text: str) -> None:
    from impact import Threshold  # noqa: PLC0415

    try:
        CATALOGUE.check_groups("Host", {"g": GroupSetting(text)})
    except WrongType:
        return
    assert Threshold.parse(text).members_needed(3) >= 0
