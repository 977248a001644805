"""Attribute values, instants, and the canonical text and digest of any of them."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

import orjson

Scalar: TypeAlias = str | int | float | bool
JSONValue: TypeAlias = Scalar | Sequence["JSONValue"] | Mapping[str, "JSONValue"] | None
Value: TypeAlias = JSONValue
"""An attribute's value: text, number, boolean, ISO date text, list or plain JSON; never ``None`` in a store."""

Attributes: TypeAlias = Mapping[str, Value]

INT64 = 2**63 - 1


def canonical(value: object) -> bytes:
    """One byte string per value: keys sorted, no spaces.  Linear in the size of the value."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(value: object) -> str:
    """SHA-256 of the canonical text, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def fault_of(value: object, depth: int = 16) -> str | None:
    """Why no store can hold this value, or ``None``.

    Refused are numbers beyond 64 bits, NaN, NUL, lone surrogates, more than ``depth`` levels, keys that are no text,
    and whatever is not JSON (a date that a YAML reader made, bytes).  Linear in the size of the value.

    >>> fault_of({"ports": [80, 2**63]})
    'is beyond 64 bits'
    """
    if depth < 0:
        return "is nested too deeply"
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _fault_of_text(value)
    if isinstance(value, int):
        return None if -INT64 - 1 <= value <= INT64 else "is beyond 64 bits"
    if isinstance(value, float):
        return None if math.isfinite(value) else "is not a finite number"
    return _fault_of_parts(value, depth - 1)


def _fault_of_parts(value: object, depth: int) -> str | None:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            return "has a key that is no text"
        parts: list[object] = [*value, *value.values()]
    elif isinstance(value, list | tuple):
        parts = list(value)
    else:
        return f"is a {type(value).__name__}, which is no JSON"
    return next((fault for part in parts if (fault := fault_of(part, depth))), None)


def _fault_of_text(value: str) -> str | None:
    if "\x00" in value:
        return "holds a NUL character"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "holds a lone surrogate"
    return None


@lru_cache(maxsize=1024)  # what one run writes or reads has few instants, each many times
def micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC; the instant must be aware."""
    delta = instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


@lru_cache(maxsize=1024)  # as above
def instant(value: int) -> datetime:
    """The aware UTC instant of a number of microseconds."""
    return datetime.fromtimestamp(value // 1_000_000, UTC).replace(microsecond=value % 1_000_000)


def iso(moment: datetime) -> str:
    """``2026-11-28T22:00:00Z``: UTC, with microseconds only when there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
