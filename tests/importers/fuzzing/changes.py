"""What can be done to an input at the level of bytes, words and lines; a change is data and can be repeated."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

WORDS: Final = re.compile(rb'"(?:[^"\\\n]|\\.)*"|[\w.:/@$-]+|[^\S\n]+|\n|.', re.DOTALL)
STRANGE: Final = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", "é\u202e\u2028".encode(), b"\r\n", b"\t", b'"', b"'",
    b"\\", b"{", b"}", b"[", b"]", b"<", b">", b"&", b"*", b"#", b"---\n", b"<<: *a\n", b"&a ", b"*a",
    b"!!python/name:os.system", b"${X:-${Y}}", b"${", b"$$", b"{{ x }}", b"%s", b"null", b"true", b"-1", b"0",
    b"1e400", b"-0.0", b"NaN", b"9223372036854775808", b"1" * 400, b"a" * 9_000, b"/", b"..", b"a/b#c", b"://",
    b"https://u:p@h:1/", b"arn:aws:::", b"::1", b"256.0.0.1", b"2026-02-30", b"[" * 300, b'{"a":' * 300, b"<a>" * 300,
    b'<!DOCTYPE a [<!ENTITY b "c">]>', b"&b;", b"]]>", b"\n\n\n", b"  - ", b": ", b", ", b"items", b"kind", b"id",
    b"name", b"type", b"spec", b"resources", b"from", b"key",
)  # fmt: skip
"""Texts that parsers stumble over."""


class Level(StrEnum):
    """At what level an input is changed."""

    BYTES = "bytes"
    WORDS = "words"
    LINES = "lines"
    TREE = "tree"


class Deed(StrEnum):
    """What is done with a part."""

    DROP = "drop"
    REPEAT = "repeat"
    REPLACE = "replace"
    SWAP = "swap"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of ``length`` parts ``at`` a place (in millionths of all), with an other one or something strange."""

    level: Level
    deed: Deed
    at: int
    other: int
    length: int
    strange: int


MILLION: Final = 1_000_000
"""Into how many places an input is divided."""


def changed(content: bytes, change: Change) -> bytes:
    """The content with a change at the level of bytes, words or lines; linear."""
    return b"".join(edited(_SPLIT[change.level](content), change, STRANGE[change.strange % len(STRANGE)]))


def edited(parts: Sequence[bytes], change: Change, strange: bytes) -> list[bytes]:
    """The parts after the deed."""
    listed = list(parts)
    at, other = place(change.at, len(listed)), place(change.other, len(listed))
    end = at + max(1, change.length)
    taken = listed[at:end]
    match change.deed:
        case Deed.DROP:
            return [*listed[:at], *listed[end:]]
        case Deed.REPEAT:
            return [*listed[:end], *taken, *listed[end:]]
        case Deed.REPLACE:
            return [*listed[:at], strange, *listed[end:]]
        case Deed.INSERT:
            return [*listed[:at], strange, *listed[at:]]
        case Deed.SWAP:
            return [*listed[:at], *listed[other : other + 1], *listed[at + 1 :]]


def place(millionths: int, count: int) -> int:
    """The number of the part that stands there."""
    return min(millionths * count // MILLION, max(0, count - 1))


def _bytes(content: bytes) -> list[bytes]:
    return [content[number : number + 1] for number in range(len(content))]


_SPLIT: Final[Mapping[Level, Callable[[bytes], list[bytes]]]] = {
    Level.BYTES: _bytes,
    Level.WORDS: WORDS.findall,
    Level.LINES: lambda content: content.splitlines(keepends=True),
    Level.TREE: WORDS.findall,
}
