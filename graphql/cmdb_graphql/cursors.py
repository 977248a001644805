"""Cursors: a position in a list, bound to the very question whose list it is."""

import base64
from collections.abc import Sequence
from typing import TypeAlias

import orjson

from cmdb.errors import InvalidCursor
from cmdb.model.values import JSONValue, Scalar, digest

Position: TypeAlias = Sequence[Scalar | None]


def question_mark(*parts: JSONValue) -> str:
    """A short digest of everything that decides which rows there are, and in which order."""
    return digest(list(parts))[:16]


def encode(mark: str, position: Position) -> str:
    """A position as opaque text.

    >>> decode(encode("q", ["a", 1]), "q")
    ('a', 1)
    """
    return base64.urlsafe_b64encode(orjson.dumps([mark, *position])).rstrip(b"=").decode()


def decode(text: str, mark: str) -> tuple[Scalar | None, ...]:
    """The position that a cursor holds.

    Raises:
        InvalidCursor: it is no cursor, or one of another question.
    """
    try:
        parts: object = orjson.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except ValueError as error:
        raise InvalidCursor("The cursor is not one that was given out.") from error
    if not isinstance(parts, list) or not parts or not all(_is_scalar(part) for part in parts):
        raise InvalidCursor("The cursor is not one that was given out.")
    if parts[0] != mark:
        raise InvalidCursor("The cursor belongs to another list: its filter, order or point in history differs.")
    return tuple(parts[1:])


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
