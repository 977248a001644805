"""Which CI a description is of: the catalogue's identification rules, placeholders left out.  Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from cmdb.model.catalogue import Catalogue, ClassSpec
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue, digest

PLACEHOLDERS = frozenset(
    {
        "", "-", "?", "na", "n/a", "n.a.", "none", "null", "nil", "unknown", "undefined", "unset", "empty", "tbd",
        "default string", "not specified", "not available", "not applicable", "not set", "no asset tag",
        "no asset information", "serial", "serial number", "system serial number", "chassis serial number",
        "asset-1234567890", "0123456789", "123456789", "1234567890", "to be filled by o.e.m.", "to be filled by o.e.m",
        "to be filled by oem", "o.e.m.", "localhost", "localhost.localdomain", "127.0.0.1", "::1",
    }
)  # fmt: skip
"""Values that makers and scripts write where they have none: no evidence of identity (compared folded)."""

_MARKS = re.compile(r"[\s:.{}\-]")
_NOTHING = re.compile(r"0+|f{12,}|x{3,}")

Rule: TypeAlias = tuple[str, tuple[str, ...]]
"""An identification rule by the class that declares it and its attributes."""

Evidence: TypeAlias = Mapping[Rule, str]
"""The hash of each rule that a description satisfies, in the order of the rules."""

Known: TypeAlias = Mapping[Rule, Collection[str]]
"""The hashes of each rule that the descriptions of one CI satisfy: sources may tell different numbers of one thing."""


def is_evidence(value: JSONValue) -> bool:
    """Whether a value can help to identify a CI at all: text or a number, and no placeholder.

    Zero UUIDs, MAC and IP addresses are placeholders however they are punctuated.

    >>> is_evidence("NA"), is_evidence("To be filled by O.E.M."), is_evidence("CZ3212XKTM")
    (False, False, True)
    >>> is_evidence("0000.0000.0000"), is_evidence("FF-FF-FF-FF-FF-FF")
    (False, False)
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return False
    return _is_telling(_folded(value))


def evidence(spec: ClassSpec, name: str, attributes: Mapping[str, JSONValue]) -> dict[Rule, str]:
    """The hash of each rule that has evidence for all its attributes, in the order of the rules.

    Linear in the number of rules.  A description without evidence has none: it is only found by its binding.
    """
    told: dict[str, str] = {}
    for part in {part for rule in spec.identify for part in rule.attributes}:
        value = name if part == "name" else attributes.get(part)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and _is_telling(text := _folded(value)):
            told[part] = text
    return {
        (rule.declared_by, rule.attributes): _hash(rule.declared_by, [(part, told[part]) for part in rule.attributes])
        for rule in spec.identify
        if all(part in told for part in rule.attributes)
    }


def identifiers(spec: ClassSpec, name: str, attributes: Mapping[str, JSONValue]) -> tuple[str, ...]:
    """The hashes of :func:`evidence`."""
    return tuple(evidence(spec, name, attributes).values())


def known(descriptions: Iterable[Evidence]) -> dict[Rule, list[str]]:
    """The evidence of several descriptions of one CI together, in the order in which they are given."""
    together: dict[Rule, dict[str, None]] = {}
    for description in descriptions:
        for rule, hash_ in description.items():
            together.setdefault(rule, {})[hash_] = None
    return {rule: list(hashes) for rule, hashes in together.items()}


def agree(one: Evidence, ci: Known) -> bool:
    """Whether a description is of a CI: the first rule that both satisfy decides; without one it is not.

    What a stronger rule holds apart, a weaker one never joins: two makers may use the same serial number.

    >>> strong, weak = ("Host", ("vendor", "serial")), ("Host", ("serial",))
    >>> agree({strong: "a", weak: "s"}, {weak: ["s", "t"]})
    True
    >>> agree({strong: "a", weak: "s"}, {strong: ["b"], weak: ["s"]})
    False
    """
    return next((one[rule] in ci[rule] for rule in one if rule in ci), False)


def compatible(catalogue: Catalogue, one: str, other: str) -> bool:
    """Whether one thing can be described as both classes: they are the same, or one inherits from the other."""
    return catalogue.is_a(one, other) or catalogue.is_a(other, one)


def identifier(declared_by: str, pairs: Sequence[tuple[str, JSONValue]]) -> str:
    """The hash of one satisfied rule: its declaring class with the values; letter case and spacing do not matter."""
    return _hash(declared_by, [(attribute, _folded(value)) for attribute, value in pairs])


def binding_key(scope: Scope, key: str) -> str:
    """The identity of last resort: the place where one source keeps it."""
    return digest(["binding", str(scope), key])


def identifiers_of_attribute(
    catalogue: Catalogue, attribute: str, value: str, cls: str | None = None
) -> tuple[str, ...]:
    """The hashes under which a CI with this one identifying value may be found, over all classes or those of ``cls``.

    Raises:
        UnknownClass: ``cls`` is not in the catalogue.
    """
    names = catalogue.descendants(catalogue.resolve(cls).name) if cls else catalogue.classes
    owners = {
        rule.declared_by
        for name in names
        for rule in catalogue.classes[name].identify
        if rule.attributes == (attribute,)
    }
    return tuple(identifier(owner, [(attribute, value)]) for owner in sorted(owners))


def _hash(declared_by: str, pairs: Sequence[tuple[str, str]]) -> str:
    return digest([declared_by, *pairs])


def _is_telling(text: str) -> bool:
    return text not in PLACEHOLDERS and _NOTHING.fullmatch(_MARKS.sub("", text)) is None


def _folded(value: JSONValue) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return " ".join(str(int(value) if whole and isinstance(value, float) else value).split()).casefold()
