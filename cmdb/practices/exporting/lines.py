"""Lines of JSON, and their order."""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Final

import orjson

from cmdb.model.values import JSONValue, canonical

HELD: Final = 16 * 1024 * 1024
"""Bytes of lines that are held in memory to be sorted."""
PIECE: Final = 64 * 1024
"""About how many bytes of sorted lines are given at once."""


def lines(objects: Iterable[Mapping[str, object]]) -> bytes:
    """Each object on a line of its own, its keys in the order given."""
    return b"".join(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE) for value in objects)


def sorted_value(value: JSONValue) -> orjson.Fragment:
    """A value to be put into a line, with its own keys sorted at every level."""
    return orjson.Fragment(canonical(value))


def sorted_lines(unsorted: Iterable[bytes]) -> Iterator[bytes]:
    """Ended lines, several in each piece, in order of their bytes, also several in each piece.

    What does not fit into :data:`HELD` bytes is sorted in parts, which are kept in nameless files and merged.
    O(n log n) comparisons; memory does not grow with the input but for one small buffer for each part.
    """
    with ExitStack() as opened:
        parts: list[IO[bytes]] = []
        held: list[bytes] = []
        size = 0
        for piece in unsorted:
            held += piece.splitlines(keepends=True)
            size += len(piece)
            if size >= HELD:
                parts.append(opened.enter_context(TemporaryFile()))
                parts[-1].writelines(sorted(held))
                parts[-1].seek(0)
                held, size = [], 0
        held.sort()
        yield from _pieces(heapq.merge(*parts, held))


def _pieces(sorted_: Iterable[bytes]) -> Iterator[bytes]:
    piece: list[bytes] = []
    size = 0
    for line in sorted_:
        piece.append(line)
        size += len(line)
        if size >= PIECE:
            yield b"".join(piece)
            piece, size = [], 0
    if piece:
        yield b"".join(piece)
