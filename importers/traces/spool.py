"""Spans that wait for their parents, as columns of numbers: some 45 bytes each, and never more than a limit of them."""

import hashlib
from array import array
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from importers.traces.spans import Span

PARTITIONS: Final = 2**32
"""Traces are spread over this many partitions by the hash of their id."""

_FAILED: Final = 8


@dataclass(frozen=True, slots=True)
class Ends:
    """The numbers of the two parties that a span names (-1 for none) and of its place."""

    service: int
    target: int
    place: int


@dataclass(frozen=True, slots=True)
class Columns:
    """What a spool holds, a row a span.

    ``own`` and ``parent`` are hashes of trace and span, 0 for none; ``ended`` is in microseconds.
    """

    own: NDArray[np.uint64]
    parent: NDArray[np.uint64]
    kind: NDArray[np.uint8]
    failed: NDArray[np.bool_]
    service: NDArray[np.int32]
    target: NDArray[np.int32]
    ended: NDArray[np.int64]
    place: NDArray[np.uint64]


class Spool:
    """The spans of the traces whose partition is in ``[start, end)``.

    When the limit is reached, the upper half of the partitions is given up, with its spans: ``end`` tells where the
    next reading of the input has to start.  So a trace is always held as a whole, or not at all.
    """

    def __init__(self, start: int, limit: int) -> None:
        """Hold from partition ``start`` on, at most ``limit`` spans (and those of one partition, if they are more)."""
        self.start, self.end = start, PARTITIONS
        self._limit = limit
        self._partition = array("I")
        self._own, self._parent, self._place = array("Q"), array("Q"), array("Q")
        self._service, self._target = array("i"), array("i")
        self._flags, self._ended = array("B"), array("q")

    def __len__(self) -> int:
        """How many rows are held."""
        return len(self._own)

    def add(self, span: Span, ends: Ends) -> None:
        """Hold a span, and the message that a consumer names beside its parent, if their traces are held."""
        own = hash_of(span.trace, span.id)
        parent = hash_of(span.trace, span.parent) if span.parent else 0
        self._append(span, ends, (partition_of(span.trace), own, parent))
        if span.link is not None:
            self._append(span, ends, (partition_of(span.link[0]), 0, hash_of(*span.link)))

    def columns(self) -> Columns:
        """All rows, in the order in which they came, without a copy: nothing can be added while they are looked at."""
        flags = np.asarray(self._flags, np.uint8)
        return Columns(
            own=np.asarray(self._own, np.uint64),
            parent=np.asarray(self._parent, np.uint64),
            kind=flags & np.uint8(_FAILED - 1),
            failed=(flags & np.uint8(_FAILED)) != 0,
            service=np.asarray(self._service, np.int32),
            target=np.asarray(self._target, np.int32),
            ended=np.asarray(self._ended, np.int64),
            place=np.asarray(self._place, np.uint64),
        )

    def _append(self, span: Span, ends: Ends, ids: tuple[int, int, int]) -> None:
        partition, own, parent = ids
        if not self.start <= partition < self.end:
            return
        self._partition.append(partition)
        self._own.append(own)
        self._parent.append(parent)
        self._flags.append(span.kind | (_FAILED if span.failed else 0))
        self._service.append(ends.service)
        self._target.append(ends.target)
        self._ended.append(span.ended)
        self._place.append(ends.place)
        while len(self) > self._limit and self.end - self.start > 1:
            self._give_up_half()

    def _give_up_half(self) -> None:
        self.end = self.start + (self.end - self.start) // 2
        kept = np.flatnonzero(np.array(self._partition, np.uint32) < self.end)
        columns = (
            self._partition, self._own, self._parent, self._flags, self._service, self._target, self._ended, self._place
        )  # fmt: skip
        for column in columns:
            held = np.array(column)[kept]
            del column[:]
            column.frombytes(held.tobytes())


def hash_of(trace: str, span: str) -> int:
    """The 64 bits that stand for a span: for a million of them, two share one with a chance of 1 to 37 million."""
    return int.from_bytes(hashlib.blake2b(f"{trace}/{span}".encode(), digest_size=8).digest(), "big") or 1


def partition_of(trace: str) -> int:
    """The partition of a trace."""
    return int.from_bytes(hashlib.blake2b(trace.encode(), digest_size=4).digest(), "big")
