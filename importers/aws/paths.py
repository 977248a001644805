"""Small paths into objects of the API: ``Routes[].GatewayId``, ``VPCZoneIdentifier[,]``, ``TopicArn|self``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.values import JSONValue
from importers.fields import text

SELF: Final = "self"
"""The field under which a list's entry that is only a text is kept."""

_NOTHING: Final[Mapping[str, JSONValue]] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """A value at a path: where it stands, and the innermost object that holds it."""

    value: JSONValue
    pointer: str
    holder: Mapping[str, JSONValue]


def walk(body: Mapping[str, JSONValue], path: str) -> Iterator[Found]:
    """Every value that a path leads to, in order; ``[]`` stands for each entry, ``[,]`` for each part between commas.

    >>> [found.value for found in walk({"Routes": [{"Id": "a"}, {"Id": "b"}]}, "Routes[].Id")]
    ['a', 'b']
    """
    found = [Found(body, "", body)]
    for step in path.split("."):
        found = [after for before in found for after in _step(before, step)]
    return iter(found)


def first_text(body: Mapping[str, JSONValue], paths: str) -> str:
    """The first usable text that one of the paths between ``|`` leads to, or ``""``; truth values are words, too."""
    for path in paths.split("|") if paths else ():
        for found in walk(body, path):
            if (word := word_of(found.value)).strip():
                return word
    return ""


def word_of(value: JSONValue) -> str:
    """A text that a store can hold, as it is; a truth value as ``true`` or ``false``; else ``""``."""
    if isinstance(value, bool):
        return str(value).lower()
    return text(value)


def camel(path: str) -> str:
    """The same path where the first letter of each field is small."""
    return ".".join(f"{step[:1].lower()}{step[1:]}" for step in path.split("."))


def _step(before: Found, step: str) -> Iterator[Found]:
    name, bracket, kind = step.partition("[")
    holder = before.value if isinstance(before.value, Mapping) else _NOTHING
    if name not in holder:
        return
    value, pointer = holder[name], f"{before.pointer}.{name}".lstrip(".")
    if not bracket:
        yield Found(value, pointer, holder)
    elif kind == ",]":
        yield from (Found(part.strip(), pointer, holder) for part in text(value).split(",") if part.strip())
    elif isinstance(value, list):
        yield from (Found(entry, f"{pointer}[{number}]", holder) for number, entry in enumerate(value))
