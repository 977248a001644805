"""Host patterns of inventories: ranges and ports."""

import re
import string
from collections.abc import Sequence
from ipaddress import ip_address
from itertools import product
from typing import Final

from cmdb.errors import BadInput

MAX_HOSTS: Final = 10_000
"""How many hosts one pattern may stand for."""

_RANGE: Final = re.compile(r"\[([^\[\]:]{1,20}):([^\[\]:]{1,20})(?::(\d{1,6}))?\]")
_BRACKETED: Final = re.compile(r"\[([0-9A-Fa-f:.%\w]+)\](?::(\d{1,5}))?\Z")
_PORT: Final = re.compile(r"(.+):(\d{1,5})\Z", re.DOTALL)


def expand(pattern: str) -> Sequence[str]:
    """The names that a pattern stands for, in order: ranges of numbers (zeros in front kept) and of letters.

    Raises:
        BadInput: a range that leads backwards, mixes numbers with letters, or stands for more than ``MAX_HOSTS``.

    >>> list(expand("db[08:10].example.com")), list(expand("rack[a:c:2]-[1:2]"))
    (['db08.example.com', 'db09.example.com', 'db10.example.com'], ['racka-1', 'racka-2', 'rackc-1', 'rackc-2'])
    """
    parts: list[Sequence[str]] = []
    at, total = 0, 1
    for match in _RANGE.finditer(pattern):
        numbers = _numbers(match[1], match[2], int(match[3] or 1))
        total *= len(numbers)
        if total > MAX_HOSTS:
            raise _wrong(pattern, f"stands for more than {MAX_HOSTS} hosts")
        parts += [[pattern[at : match.start()]], numbers]
        at = match.end()
    if not parts:
        return [pattern]
    return ["".join(combination) for combination in product(*parts, [pattern[at:]])]


def host_and_port(pattern: str) -> tuple[str, int | None]:
    """A pattern without the port behind it, and the port.

    >>> host_and_port("db[1:3].example.com:2222"), host_and_port("2001:db8::7"), host_and_port("[2001:db8::7]:22")
    (('db[1:3].example.com', 2222), ('2001:db8::7', None), ('2001:db8::7', 22))
    """
    if is_address(pattern):
        return pattern, None
    bracketed = _BRACKETED.match(pattern)
    if bracketed is not None and is_address(bracketed[1]):
        return bracketed[1], int(bracketed[2]) if bracketed[2] else None
    ported = _PORT.match(pattern)
    if ported is None or ported[1].count("[") != ported[1].count("]"):
        return pattern, None
    return ported[1], int(ported[2])


def is_address(text: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _numbers(first: str, last: str, step: int) -> Sequence[str]:
    shown = f"[{first}:{last}]"
    if step < 1:
        raise _wrong(shown, "has a step of 0")
    if first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal():
        width = len(first) if first.startswith("0") else 0
        numbers = range(int(first), int(last) + 1, step)
        if len(numbers) > MAX_HOSTS:
            raise _wrong(shown, f"stands for more than {MAX_HOSTS} hosts")
        names: Sequence[str] = [str(number).zfill(width) for number in numbers]
    elif {first, last} <= set(string.ascii_letters):
        names = string.ascii_letters[string.ascii_letters.index(first) : string.ascii_letters.index(last) + 1 : step]
    else:
        raise _wrong(shown, "mixes numbers and letters")
    if not names:
        raise _wrong(shown, "leads backwards")
    return names


def _wrong(shown: str, seen: str) -> BadInput:
    return BadInput(f"The range {shown[:100]} {seen}.", hint="Write it as [01:10] or [a:f].")
