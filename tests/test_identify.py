"""Identification: evidence, rules in order, and what never identifies anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.errors import UnknownClass
from cmdb.identify import (
    PLACEHOLDERS,
    agree,
    binding_key,
    compatible,
    evidence,
    identifier,
    identifiers,
    identifiers_of_attribute,
    is_evidence,
)
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from tests.builders import gadgets

CATALOGUE = gadgets()

NO_EVIDENCE: dict[str, JSONValue] = {
    "nothing": None,
    "empty": "",
    "spaces": "   ",
    "NA": "NA",
    "n/a": "n/a",
    "unknown": "Unknown",
    "None": "None",
    "not filled in": "To Be Filled By O.E.M.",
    "not filled in, spaced": " to be  filled by O.E.M. ",
    "default of a maker": "Default string",
    "zero": 0,
    "zero with a fraction": 0.0,
    "zeros": "00000000",
    "zero UUID": "00000000-0000-0000-0000-000000000000",
    "zero UUID in braces": "{00000000-0000-0000-0000-000000000000}",
    "full UUID": "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "zero MAC": "00:00:00:00:00:00",
    "zero MAC with dashes": "00-00-00-00-00-00",
    "zero MAC in threes": "0000.0000.0000",
    "broadcast MAC": "ff:ff:ff:ff:ff:ff",
    "loopback": "127.0.0.1",
    "loopback of version 6": "::1",
    "any address": "0.0.0.0",  # noqa: S104 - a value under test
    "local host": "localhost",
    "counting": "123456789",
    "true": True,
    "a list": ["S-1"],
    "an object": {"serial": "S-1"},
}


@pytest.mark.parametrize("value", NO_EVIDENCE.values(), ids=NO_EVIDENCE)
def test_this_is_no_evidence(value: JSONValue) -> None:
    assert not is_evidence(value)
    spec = CATALOGUE.cls("Host")
    assert identifiers(spec, "host", {"serial": value}) == ()


@pytest.mark.parametrize("value", ["S-1", "10.0.0.1", "fe80::1", "0a:00:00:00:00:00", 7, "NAS-1", "noned", "default"])
def test_this_is_evidence(value: JSONValue) -> None:
    assert is_evidence(value)


@given(st.sampled_from(sorted(PLACEHOLDERS)), st.sampled_from([str.upper, str.title, lambda text: f" {text} "]))
def test_placeholders_are_known_in_any_case_and_spacing(text: str, form: object) -> None:
    assert callable(form)
    assert not is_evidence(form(text))


def test_rules_count_in_order_from_the_class_to_its_ancestors() -> None:
    said = {"system_uuid": "U", "fqdn": "F", "vendor": "V", "serial": "S", "asset_tag": "A"}
    found = evidence(CATALOGUE.cls("Host"), "host", said)
    assert list(found) == [
        ("Computer", ("system_uuid",)),
        ("Computer", ("fqdn",)),
        ("Equipment", ("vendor", "serial")),
        ("Equipment", ("serial",)),
        ("Equipment", ("asset_tag",)),
    ]
    assert tuple(found.values()) == identifiers(CATALOGUE.cls("Host"), "host", said)
    assert len(set(found.values())) == 5


def test_a_rule_of_several_parts_needs_evidence_for_each() -> None:
    spec = CATALOGUE.cls("Workload")
    whole = {"kubernetes_cluster": "k", "namespace": "default", "kind": "Deployment"}
    assert len(identifiers(spec, "cart", whole)) == 1
    for part in whole:
        assert identifiers(spec, "cart", {**whole, part: "unknown"}) == ()
    assert identifiers(spec, "cart", whole) != identifiers(spec, "shop", whole)


@pytest.mark.parametrize("cls", sorted(name for name, spec in CATALOGUE.classes.items() if not spec.abstract))
def test_a_name_alone_identifies_nothing(cls: str) -> None:
    assert identifiers(CATALOGUE.cls(cls), "a name", {}) == ()


def test_letter_case_and_spacing_do_not_matter_but_parts_do() -> None:
    one = identifier("Host", [("vendor", "Iron  Clad "), ("serial", "s-1")])
    assert one == identifier("Host", [("vendor", "iron clad"), ("serial", " S-1")])
    assert one != identifier("Host", [("vendor", "iron"), ("serial", "clad s-1")])
    assert one != identifier("Switch", [("vendor", "iron clad"), ("serial", "s-1")])
    assert identifier("A", [("n", 7)]) == identifier("A", [("n", 7.0)]) == identifier("A", [("n", "7")])


def test_the_code_of_a_customer_is_not_the_code_of_a_supplier() -> None:
    found = {cls: identifiers(CATALOGUE.cls(cls), "x", {"code": "1"}) for cls in ("Customer", "Supplier", "Team")}
    assert len(set(found.values())) == 3


def test_an_identifier_is_looked_for_in_all_classes_that_declare_it_or_in_some() -> None:
    everywhere = identifiers_of_attribute(CATALOGUE, "code", "1")
    assert identifiers(CATALOGUE.cls("Customer"), "x", {"code": "1"})[0] in everywhere
    assert identifiers(CATALOGUE.cls("Site"), "x", {"code": "1"})[0] in everywhere
    assert identifiers_of_attribute(CATALOGUE, "code", " 1", "Customer") == identifiers(
        CATALOGUE.cls("Customer"), "x", {"code": "1"}
    )
    assert identifiers_of_attribute(CATALOGUE, "vendor", "V") == ()
    assert identifiers_of_attribute(CATALOGUE, "serial", "S-1", "Computer") == identifiers_of_attribute(
        CATALOGUE, "serial", "s-1"
    )
    with pytest.raises(UnknownClass):
        identifiers_of_attribute(CATALOGUE, "code", "1", "Spaceship")


def host(**said: JSONValue) -> dict[tuple[str, tuple[str, ...]], str]:
    return evidence(CATALOGUE.cls("Host"), "host", said)


AGREEING = {
    "the same number": (host(serial="1"), host(serial="1"), True),
    "another number": (host(serial="1"), host(serial="2"), False),
    "nothing in common": (host(serial="1"), host(fqdn="f"), False),
    "no evidence": (host(), host(), False),
    "one does not know the maker": (host(vendor="V", serial="1"), host(serial="1"), True),
    "two makers": (host(vendor="V", serial="1"), host(vendor="W", serial="1"), False),
    "the stronger rule joins what a weaker one holds apart": (
        host(system_uuid="U", serial="1"),
        host(system_uuid="U", serial="2"),
        True,
    ),
    "the stronger rule holds apart what a weaker one joins": (
        host(system_uuid="U", serial="1"),
        host(system_uuid="W", serial="1"),
        False,
    ),
}


@pytest.mark.parametrize(("one", "other", "expected"), AGREEING.values(), ids=AGREEING)
def test_the_first_common_rule_decides_either_way(
    one: dict[tuple[str, tuple[str, ...]], str], other: dict[tuple[str, tuple[str, ...]], str], *, expected: bool
) -> None:
    assert agree(one, other) is agree(other, one) is expected


def test_classes_are_compatible_along_one_line_of_inheritance() -> None:
    assert compatible(CATALOGUE, "Gadget", "Widget")
    assert compatible(CATALOGUE, "Widget", "Gadget")
    assert compatible(CATALOGUE, "Host", "Host")
    assert not compatible(CATALOGUE, "Host", "VirtualMachine")
    assert not compatible(CATALOGUE, "Host", "Spaceship")


def test_a_binding_is_an_identity_of_its_own() -> None:
    keys = {binding_key(Scope(source, boundary), key) for source in "ab" for boundary in "ab" for key in "ab"}
    assert len(keys) == 8
