"""Flat attributes of old states: ``subnets.#``, ``subnets.1935469360``, ``tags.%``, ``tags.Name``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from cmdb.model.values import JSONValue

_LIST, _MAP = "#", "%"
_DEPTH: Final = 16

Entry: TypeAlias = tuple[str, JSONValue]


def unflattened(flat: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    """The attributes as lists and maps again; a set's elements, which are keyed by a hash, in order of appearance.

    The keys of a map may hold dots.  Linear in the size of the attributes, times their depth.

    >>> unflattened({"id": "a", "tags.%": "1", "tags.a.b": "c", "ports.#": "1", "ports.77.from": "80"})
    {'id': 'a', 'tags': {'a.b': 'c'}, 'ports': [{'from': '80'}]}
    """
    return _block(list(flat.items()), _DEPTH)


def _block(entries: Sequence[Entry], depth: int) -> dict[str, JSONValue]:
    """Attributes side by side; the part in front of the first dot is the name of each."""
    return {name: _value(parts, depth) for name, parts in _by_name(entries) if name}


def _value(parts: Sequence[Entry], depth: int) -> JSONValue:
    """One attribute, from what stands behind its name."""
    rest = [(path, value) for path, value in parts if path not in {_LIST, _MAP}]
    marks = {path for path, _ in parts}
    if depth == 0 or marks == {""}:
        return parts[0][1]
    if _MAP in marks:
        return dict(rest)
    if _LIST in marks:
        return [_element(inner, depth - 1) for _, inner in _by_name(rest)]
    return _block(rest, depth - 1)


def _element(parts: Sequence[Entry], depth: int) -> JSONValue:
    return parts[0][1] if parts[0][0] == "" else _block(parts, depth)


def _by_name(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    groups: dict[str, list[Entry]] = {}
    for path, value in entries:
        name, _, rest = path.partition(".")
        groups.setdefault(name, []).append((rest, value))
    yield from groups.items()
