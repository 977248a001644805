"""Spans to their parents, over all parts of an input."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from importers.traces.spans import Kind
from importers.traces.spool import Columns

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Joined:
    """Spans with the row of their parent (-1: none, or it is not there).

    ``counted`` leaves out spans that were sent twice.  ``answered`` marks spans whose other end is known by a span
    under them.
    """

    columns: Columns
    parent: Rows
    counted: Mask
    answered: Mask

    @property
    def has_parent(self) -> Mask:
        """The spans whose parent is there."""
        found: Mask = self.counted & (self.parent >= 0)
        return found

    @property
    def is_span(self) -> Mask:
        """The rows that are spans of their own, not links of one."""
        found: Mask = self.counted & (self.columns.own != 0)
        return found

    @property
    def orphans(self) -> int:
        """How many spans name a parent that is not there."""
        return int(np.count_nonzero(self.is_span & (self.columns.parent != 0) & (self.parent < 0)))


def join(columns: Columns) -> Joined:
    """Find every span's parent by one sort of all ids: O(n log n), all vectorised but for ids that stand twice.

    An id stands twice when a span was sent twice (it counts once), or when caller and callee share it, as Zipkin's
    do.  Then the caller's side is the parent of the callee's side; for a span below, the parent is the side that ran in
    its own service, else the callee's.
    """
    order = np.argsort(columns.own, kind="stable")
    parent = _rows_of(columns.parent, columns.own[order], order)
    counted = np.ones(len(order), np.bool_)
    sides = dict(_sides(columns, order))
    for rows in sides.values():
        counted[_again(columns, rows)] = False
    kept = {own: [row for row in rows if counted[row]] for own, rows in sides.items()}
    _join_sides(columns, kept, parent)
    joined = Joined(columns, parent, counted, np.zeros(len(order), np.bool_))
    _mark_answered(joined)
    return joined


def _rows_of(wanted: NDArray[np.uint64], owns: NDArray[np.uint64], order: Rows) -> Rows:
    if not len(order):
        return np.zeros(0, np.int64)
    at = np.minimum(np.searchsorted(owns, wanted), len(order) - 1)
    return np.where((owns[at] == wanted) & (wanted != 0), order[at], -1)


def _sides(columns: Columns, order: Rows) -> Iterator[tuple[int, Sequence[int]]]:
    """The rows of each id that more than one has, in the order in which they came."""
    owns = columns.own[order]
    begins = np.flatnonzero(np.concatenate(([True], owns[1:] != owns[:-1]))) if len(owns) else order
    ends = np.append(begins[1:], len(owns))
    for begin, end in zip(begins, ends, strict=True) if len(owns) else ():
        if end - begin > 1 and owns[begin]:
            yield int(owns[begin]), [int(row) for row in order[begin:end]]


def _again(columns: Columns, rows: Sequence[int]) -> list[int]:
    seen: set[tuple[int, int]] = set()
    again = []
    for row in rows:
        side = int(columns.service[row]), int(columns.kind[row])
        if side in seen:
            again.append(row)
        seen.add(side)
    return again


def _join_sides(columns: Columns, sides: Mapping[int, Sequence[int]], parent: Rows) -> None:
    shared = np.isin(columns.parent, np.array(list(sides), np.uint64)) if sides else np.zeros(0, np.bool_)
    for below in np.flatnonzero(shared):
        parent[below] = _side_for(columns, int(below), sides[int(columns.parent[below])])
    for rows in sides.values():
        caller = next((row for row in rows if columns.kind[row] == Kind.CLIENT), None)
        for row in rows:
            if caller is not None and columns.kind[row] == Kind.SERVER:
                parent[row] = caller


def _side_for(columns: Columns, row: int, sides: Sequence[int]) -> int:
    own_service = (side for side in sides if columns.service[side] == columns.service[row])
    callee = (side for side in sides if columns.kind[side] == Kind.SERVER)
    return next(own_service, next(callee, sides[0]))


def _mark_answered(joined: Joined) -> None:
    """Mark what a span of another service under it answers, and client spans over one of their own service that knows.

    Libraries that call libraries give one client span below the other for one request.
    """
    columns, parent = joined.columns, joined.parent
    below = joined.has_parent
    other = below & (columns.service[parent] != columns.service)
    awaited = other & (columns.kind != Kind.CONSUMER) & (columns.kind[parent] != Kind.PRODUCER)
    joined.answered[parent[awaited]] = True
    nested = below & ~other & (columns.kind == Kind.CLIENT) & (columns.kind[parent] == Kind.CLIENT)
    for row in np.flatnonzero(nested):
        if columns.target[row] >= 0 or joined.answered[row]:
            _climb(joined, nested, int(row))


def _climb(joined: Joined, nested: Mask, row: int) -> None:
    while nested[row] and not joined.answered[joined.parent[row]]:
        row = int(joined.parent[row])
        joined.answered[row] = True
