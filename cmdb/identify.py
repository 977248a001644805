"""Which CI a description is of: the catalogue's identification rules, placeholders left out.  Pure."""

from collections.abc import Iterator, Mapping, Sequence

from cmdb.model.catalogue import Catalogue, ClassSpec
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue, digest

PLACEHOLDERS = frozenset(
    {
        "", "-", "0", "na", "n/a", "n.a.", "none", "null", "nil", "unknown", "undefined", "unset", "tbd", "default",
        "default string", "not specified", "not available", "not applicable", "no asset tag", "system serial number",
        "to be filled by o.e.m.", "to be filled by oem", "o.e.m.", "localhost", "localhost.localdomain", "127.0.0.1",
        "::1", "0.0.0.0", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff",
    }
)  # fmt: skip
"""Values that makers and scripts write where they have none: no evidence of identity (compared in lower case)."""


def is_evidence(value: JSONValue) -> bool:
    """Whether a value can help to identify a CI at all: text or a number, and no placeholder.

    >>> is_evidence("NA"), is_evidence("To be filled by O.E.M."), is_evidence("CZ3212XKTM")
    (False, False, True)
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return False
    return str(value).strip().casefold() not in PLACEHOLDERS


def identifiers(spec: ClassSpec, name: str, attributes: Mapping[str, JSONValue]) -> tuple[str, ...]:
    """The hash of each rule that has evidence for all its attributes, in the order of the rules.

    Linear in the number of rules.  A description without evidence has none: it is only found by its binding.
    """
    return tuple(identifier(owner, pairs) for owner, pairs in _satisfied(spec, name, attributes))


def identifier(declared_by: str, pairs: Sequence[tuple[str, JSONValue]]) -> str:
    """The hash of one satisfied rule: its declaring class with the values, letter case and outer space ignored."""
    return digest([declared_by, *([attribute, str(value).strip().casefold()] for attribute, value in pairs)])


def binding_key(scope: Scope, key: str) -> str:
    """The identity of last resort: the place where one source keeps it."""
    return digest(["binding", str(scope), key])


def identifiers_of_attribute(
    catalogue: Catalogue, attribute: str, value: str, cls: str | None = None
) -> tuple[str, ...]:
    """The hashes under which a CI with this one identifying value may be found, over all classes or those of ``cls``."""
    names = catalogue.descendants(cls) if cls else catalogue.classes
    owners = {
        rule.declared_by
        for name in names
        for rule in catalogue.classes[name].identify
        if rule.attributes == (attribute,)
    }
    return tuple(identifier(owner, [(attribute, value)]) for owner in sorted(owners))


def _satisfied(
    spec: ClassSpec, name: str, attributes: Mapping[str, JSONValue]
) -> Iterator[tuple[str, list[tuple[str, JSONValue]]]]:
    for rule in spec.identify:
        pairs = [(part, name if part == "name" else attributes.get(part)) for part in rule.attributes]
        if all(is_evidence(value) for _, value in pairs):
            yield rule.declared_by, pairs
