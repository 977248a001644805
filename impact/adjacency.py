"""Compressed rows: which edges leave a node, or enter it, as two integer arrays."""

from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int32]
LevelArray = NDArray[np.int8]
_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Adjacency:
    """The edges of row ``i`` are ``edges[starts[i]:starts[i + 1]]``.

    >>> rows = Adjacency.sort(np.array([1, 0, 1], dtype=np.int32), np.arange(3), 2)
    >>> rows.at(1).tolist(), rows.of(np.array([1, 0], dtype=np.int32)).tolist()
    ([0, 2], [0, 2, 1])
    """

    starts: IntArray
    edges: IntArray

    @classmethod
    def sort(cls, row_of: IntArray, order: NDArray[np.intp], rows: int) -> Self:
        """Put each edge ``e`` in row ``row_of[e]``, inside a row as ``order`` lists them.

        ``order`` is a permutation of the edges. O(edges log edges + rows).
        """
        edges = order[np.argsort(row_of[order], kind="stable")].astype(np.int32)
        starts = np.zeros(rows + 1, dtype=np.int32)
        np.cumsum(np.bincount(row_of, minlength=rows), out=starts[1:])
        return cls(frozen(starts), frozen(edges))

    def at(self, row: int) -> IntArray:
        """Return the edges of one row. O(1)."""
        edges: IntArray = self.edges[self.starts[row] : self.starts[row + 1]]
        return edges

    def of(self, rows: IntArray) -> IntArray:
        """Return the edges of many rows, one row after the other. O(rows + edges returned)."""
        first = self.starts[rows]
        lengths = self.starts[rows + 1] - first
        before = np.cumsum(lengths) - lengths
        places = np.repeat(first - before, lengths) + np.arange(lengths.sum())
        edges: IntArray = self.edges[places]
        return edges


def frozen(array: NDArray[_Number]) -> NDArray[_Number]:
    """Make ``array`` read-only and return it. O(1)."""
    array.setflags(write=False)
    return array
