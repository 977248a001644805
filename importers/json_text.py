"""Strict JSON: no duplicate keys, no NaN, no numbers beyond 64 bits, limited depth."""

import json
from collections import Counter
from typing import Final, NoReturn

from cmdb.model.observations import Where
from cmdb.model.values import INT64, JSONValue
from importers.text_input import malformed

MAX_DEPTH = 100
"""How deeply lists and objects may be nested."""


def parse_json(text: str, where: Where) -> JSONValue:
    """One JSON text as plain data.

    Raises:
        FileMalformed: with the line of the fault, counted on from ``where``, where the parser tells one.
    """
    try:
        value: JSONValue = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        line = (where.line or 1) + error.lineno - 1
        raise malformed(f"not JSON: {error.msg}.", Where(where.file, line, where.pointer)) from error
    except ValueError as error:
        raise malformed(f"not usable JSON: {error}.", where) from error
    except RecursionError as error:
        raise malformed("nested too deeply.", where) from error
    if text.count("[") + text.count("{") > MAX_DEPTH and _deeper(value, MAX_DEPTH):
        raise malformed("nested too deeply.", where)
    return value


def _object(pairs: list[tuple[str, JSONValue]]) -> dict[str, JSONValue]:
    result = dict(pairs)
    if len(result) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        msg = f"the key {twice!r} stands twice in one object"
        raise ValueError(msg)
    return result


def _refuse(constant: str) -> NoReturn:
    msg = f"{constant} is not a number"
    raise ValueError(msg)


def _whole(text: str) -> int:
    digits = len(str(INT64)) + 1
    if len(text) > digits or not -INT64 - 1 <= int(text) <= INT64:
        msg = "a number is beyond 64 bits"
        raise ValueError(msg)
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        msg = "a number is beyond 64 bits"
        raise ValueError(msg)
    return value


def _deeper(value: JSONValue, limit: int) -> bool:
    level: list[JSONValue] = [value]
    for _ in range(limit):
        level = [part for node in level for part in _parts(node)]
        if not level:
            return False
    return True


def _parts(node: JSONValue) -> list[JSONValue]:
    if isinstance(node, dict):
        return [part for part in node.values() if isinstance(part, (dict, list))]
    if isinstance(node, list):
        return [part for part in node if isinstance(part, (dict, list))]
    return []


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse, parse_int=_whole, parse_float=_real
)
