"""Where parts of traces stand, as one number each: places are kept for every span that waits for its parent."""

from dataclasses import dataclass
from typing import Final

from cmdb.model.observations import Where

LISTS: Final = ("", "resourceSpans", "batches", "result.resourceSpans", "trace.resourceSpans", "data")
"""The lists in which parts stand, by their pointers."""

_LINE_BITS, _INDEX_BITS, _LIST_BITS = 24, 24, 3


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a document: the line of its JSON text (0 when there is one text only), its list and its index there."""

    document: int
    line: int
    list: int
    index: int

    def packed(self) -> int:
        """As a number of 64 bits; beyond 16 million lines or entries they are counted anew."""
        number = self.document
        for value, bits in ((self.line, _LINE_BITS), (self.list, _LIST_BITS), (self.index, _INDEX_BITS)):
            number = (number << bits) | (value & ((1 << bits) - 1))
        return number & ((1 << 64) - 1)

    @classmethod
    def unpacked(cls, number: int) -> "Place":
        """Read what :meth:`packed` wrote.

        >>> Place.unpacked(Place(2, 7, 5, 31).packed())
        Place(document=2, line=7, list=5, index=31)
        """
        values = []
        for bits in (_INDEX_BITS, _LIST_BITS, _LINE_BITS):
            values.append(number & ((1 << bits) - 1))
            number >>= bits
        index, list_, line = values
        return cls(number, line, list_, index)

    def where(self, names: tuple[str, ...]) -> Where:
        """As people read it; ``names`` are those of the documents."""
        is_line = bool(self.line) and not self.list and not self.index
        return Where(names[self.document], self.line or None, "" if is_line else f"{LISTS[self.list]}[{self.index}]")
