"""Reading fields of untyped objects: what is not of the expected form counts as absent."""

from collections.abc import Mapping, Sequence
from typing import Final

from cmdb.model.values import JSONValue, fault_of

MAX_TEXT = 4096
"""Longer texts are no names, labels or references."""

_NOTHING: Final[Mapping[str, JSONValue]] = {}


def at(value: JSONValue, *path: str) -> JSONValue:
    """The value at a path of keys, or ``None``."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def mapping(value: JSONValue, *path: str) -> Mapping[str, JSONValue]:
    """The mapping at a path, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, Mapping) else _NOTHING


def entries(value: JSONValue, *path: str) -> Sequence[JSONValue]:
    """The list at a path, or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, list) else ()


def text(value: JSONValue, *path: str) -> str:
    """The text at a path, or ``""`` when there is none that a store can hold."""
    found = at(value, *path)
    if isinstance(found, str) and len(found) <= MAX_TEXT and fault_of(found) is None:
        return found
    return ""


def number(value: JSONValue, *path: str) -> int | None:
    """The whole number at a path, or ``None``."""
    found = at(value, *path)
    whole = isinstance(found, int) and not isinstance(found, bool) and fault_of(found) is None
    return found if whole and isinstance(found, int) else None


def texts(value: JSONValue, *path: str) -> dict[str, str]:
    """The entries of a mapping whose keys and values are texts, such as labels and selectors."""
    found = mapping(value, *path)
    return {key: text(found, key) for key in found if text(key) and text(found, key) == found[key]}
