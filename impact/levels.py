"""An order in which providers come before their dependents, as far as cycles let them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from impact.adjacency import Adjacency, IntArray, frozen


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """``of[node]`` is the level of a node; ``is_cyclic`` says whether any edge leads to no higher level."""

    of: IntArray
    is_cyclic: bool

    @classmethod
    def sort(cls, size: int, providers: IntArray, dependents: IntArray) -> "Levels":
        """Put every node above all its providers, but for edges that close a cycle.

        Depth first, without recursion: the reverse of the order in which nodes are left has every edge lead forward
        that closes no cycle; a level is the length of the longest way along these.  O(nodes + edges).

        >>> edges = np.array([2, 1], dtype=np.int32), np.array([1, 0], dtype=np.int32)
        >>> Levels.sort(3, *edges).of.tolist()
        [2, 1, 0]
        """
        rows = Adjacency.sort(providers, np.arange(len(providers)), size)
        starts, targets = rows.starts.tolist(), dependents[rows.edges].tolist()
        above = [targets[first:end] for first, end in pairwise(starts)]
        order = [*_left(above)][::-1]
        place = np.empty(size, dtype=np.int32)
        place[order] = np.arange(size)
        is_cyclic = bool((place[providers] >= place[dependents]).any())
        return cls(frozen(np.array(_longest(above, order, place.tolist()), dtype=np.int32)), is_cyclic)


def _left(above: list[list[int]]) -> Iterator[int]:
    """Every node once, when all that can be reached from it was left, save what led to it."""
    seen = [False] * len(above)
    for root in range(len(above)):
        if not seen[root]:
            yield from _left_from(root, above, seen)


def _left_from(root: int, above: list[list[int]], seen: list[bool]) -> Iterator[int]:
    seen[root] = True
    way = [(root, iter(above[root]))]
    while way:
        node, rest = way[-1]
        fresh = next((other for other in rest if not seen[other]), None)
        if fresh is None:
            way.pop()
            yield node
        else:
            seen[fresh] = True
            way.append((fresh, iter(above[fresh])))


def _longest(above: list[list[int]], order: list[int], place: list[int]) -> list[int]:
    levels = [0] * len(above)
    for node in order:
        least, here = levels[node] + 1, place[node]
        for other in above[node]:
            if place[other] > here and levels[other] < least:
                levels[other] = least
    return levels
