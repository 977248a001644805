"""Values on their way into statements: always bound, lists as one JSON text each."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import orjson

from cmdb.model.sources import Scope
from cmdb.model.values import fault_of

SQLValue: TypeAlias = str | int | float | None
Parameters: TypeAlias = dict[str, SQLValue]

_NUL = b"\\u0000"


def listed(placeholder: str) -> str:
    """The right side of ``IN`` for a list bound as one JSON text: no number of values reaches SQLite's limit."""
    return f"(SELECT value FROM json_each({placeholder}))"  # noqa: S608 - a placeholder of this package


def json_list(values: Iterable[str]) -> str:
    """Strings for ``json_each``, each once and sorted, so that the index is walked in one direction.

    What no store can hold (a NUL, a lone surrogate) is left out: it would not be found anyhow.
    """
    return _dumped(sorted(set(values)))


def json_rows(rows: Iterable[tuple[str, ...]]) -> str:
    """Tuples of strings for ``json_each`` as lists, in the manner of :func:`json_list`."""
    return _dumped(sorted(set(rows)))


def json_bindings(bindings: Iterable[tuple[Scope, str]]) -> str:
    """Scopes and keys for ``json_each`` as ``[source, boundary, key]``."""
    return json_rows((scope.source, scope.boundary, key) for scope, key in bindings)


def _dumped(values: Sequence[str] | Sequence[tuple[str, ...]]) -> str:
    try:
        text = orjson.dumps(values)
    except TypeError:
        text = _NUL
    if _NUL in text:
        text = orjson.dumps([value for value in values if fault_of(value) is None])
    return text.decode()
