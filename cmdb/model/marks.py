"""A set of keys by their marks: what was seen before, in a few bytes a key whatever the length of the keys."""

from array import array
from typing import Final

_FIRST: Final = 1 << 10
_NO_MARK: Final = 0x9E37_79B9_7F4A_7C15
_WORD: Final = (1 << 64) - 1


class Marks:
    """A set of which only the marks of its members are kept: 64 bits of a hash that is another in every process.

    12 to 24 bytes a member (a table of words, at most two thirds full, that doubles).  Two of a million keys share a
    mark with a probability of 3 · 10⁻⁸.  Adding and asking take constant time.

    >>> marks = Marks()
    >>> marks.add("a"), marks.add("b"), marks.add("a"), "b" in marks, "c" in marks, len(marks)
    (True, True, False, True, False, 2)
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._table = array("Q", bytes(8 * _FIRST))
        self._count = 0

    def __len__(self) -> int:
        """How many members."""
        return self._count

    def __contains__(self, key: object) -> bool:
        """Whether the key is a member."""
        mark = _mark(key)
        return self._table[self._place(mark)] == mark

    def add(self, key: object) -> bool:
        """Make the key a member; whether it was none before."""
        mark = _mark(key)
        place = self._place(mark)
        if self._table[place] == mark:
            return False
        self._table[place] = mark
        self._count += 1
        if 3 * self._count > 2 * len(self._table):
            self._grow()
        return True

    def _place(self, mark: int) -> int:
        """Where a mark is, or would be: the first place from its own on that holds it or nothing."""
        table = self._table
        last = len(table) - 1
        place = mark & last
        held = table[place]
        while held and held != mark:
            place = (place + 1) & last
            held = table[place]
        return place

    def _grow(self) -> None:
        old = self._table
        self._table = array("Q", bytes(16 * len(old)))
        for mark in old:
            if mark:
                self._table[self._place(mark)] = mark


def _mark(key: object) -> int:
    """A hash; another number in the stead of 0, the sign of a free place."""
    return (hash(key) & _WORD) or _NO_MARK
