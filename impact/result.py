"""What an evaluation found: the raised nodes, their states, and how the failure reached them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from impact.adjacency import IntArray, LevelArray
from impact.errors import UnknownNodeError
from impact.states import FailureState

NO_EDGE = -1
"""The cause of a node that its own seed explains."""


@dataclass(frozen=True, slots=True, eq=False)
class Impact:
    """The least fixpoint of failure states from ``seeds``; only raised nodes are stored.

    The arrays run in parallel, sorted by ``nodes``. ``rounds`` is the round of the node's level
    in which it was raised: *(state descending, round ascending)* is the node's *rank*, and its
    arithmetic already holds when only members of an earlier rank count as failing.
    ``distances`` counts relationships from the nearest seed, ``causes`` names the last of them
    (``NO_EDGE`` at a seed) and ``origins`` that edge's provider. Memory: O(raised).
    """

    size: int
    seeds: Mapping[int, FailureState]
    nodes: IntArray
    states: LevelArray
    rounds: IntArray
    distances: IntArray
    causes: IntArray
    origins: IntArray

    def state(self, node: int) -> FailureState:
        """Return the node's state, UP when it was not raised.

        Raises UnknownNodeError for an index outside the graph. O(log raised).
        """
        place = self._place(node)
        return FailureState.UP if place is None else FailureState(int(self.states[place]))

    def round(self, node: int) -> int | None:
        """Return the round in which the node was raised, None when it was not.

        Raises UnknownNodeError for an index outside the graph. O(log raised).
        """
        place = self._place(node)
        return None if place is None else int(self.rounds[place])

    def distance(self, node: int) -> int | None:
        """Return the fewest relationships from a seed to the node, None when it is not raised.

        Raises UnknownNodeError for an index outside the graph. O(log raised).
        """
        place = self._place(node)
        return None if place is None else int(self.distances[place])

    def chain(self, node: int) -> list[int]:
        """Return one shortest chain of causes, as edge indexes from a seed to the node.

        Empty for a node that its own seed explains, and for one that is not raised.
        Raises UnknownNodeError for an index outside the graph. O(distance × log raised).
        """
        chain: list[int] = []
        place = self._place(node)
        while place is not None and self.causes[place] != NO_EDGE:
            chain.append(int(self.causes[place]))
            place = self._place(int(self.origins[place]))
        return chain[::-1]

    def raised(self) -> list[int]:
        """Return the raised nodes in ascending order. O(raised)."""
        nodes: list[int] = self.nodes.tolist()
        return nodes

    def states_of(self, nodes: IntArray) -> LevelArray:
        """Return the states of many nodes of the graph. O(nodes × log raised)."""
        places = np.searchsorted(self.nodes, nodes)
        within = np.minimum(places, len(self.nodes) - 1)
        if not len(self.nodes):
            return np.zeros(len(nodes), dtype=np.int8)
        return np.where(self.nodes[within] == nodes, self.states[within], np.int8(0))

    def _place(self, node: int) -> int | None:
        if not 0 <= node < self.size:
            raise UnknownNodeError(node, self.size)
        place = int(np.searchsorted(self.nodes, np.int32(node)))
        found = place < len(self.nodes) and self.nodes[place] == node
        return place if found else None
