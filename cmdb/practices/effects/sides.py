"""The two compiled graphs beside each other, and CIs failed on both."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

import impact
from cmdb.model.catalogue import Catalogue
from cmdb.practices.effects.answers import Extent

Numbers = NDArray[np.int32]
SERVICES: Final = ("Service", "Offering")
"""Classes (with their subclasses) whose items count as services."""


def service_classes(catalogue: Catalogue) -> frozenset[str]:
    """The classes whose items count as services."""
    return frozenset(name for root in SERVICES if root in catalogue.classes for name in catalogue.descendants(root))


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What is DOWN when one CI has failed, before and after, itself included, ascending.

    ``before`` is empty for a CI that the plan creates.
    """

    before: Numbers
    after: Numbers

    @property
    def weight(self) -> int:
        """How much fell."""
        return len(self.before) + len(self.after)


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The graph before and after, with the same numbers for the same items.

    ``is_known``: of which items it is certain whether they fall; ``is_new``: which the plan creates.
    """

    before: impact.Graph
    after: impact.Graph
    ids: Sequence[str]
    numbers: Mapping[str, int]
    is_service: NDArray[np.bool_]
    is_new: NDArray[np.bool_]
    is_known: NDArray[np.bool_]

    def fail(self, cis: Sequence[str]) -> list[Trial]:
        """CIs DOWN on both sides, each alone: the cost is that of what falls."""
        nodes = [self.numbers[ci] for ci in cis]
        before, after = (impact.single_failures(graph, nodes) for graph in (self.before, self.after))
        return [
            Trial(self._told(old)[: 0 if self.is_new[node] else None], self._told(new))
            for node, old, new in zip(nodes, before, after, strict=True)
        ]

    def _told(self, numbers: Numbers) -> Numbers:
        known: Numbers = numbers[self.is_known[numbers]]
        return known

    def named(self, numbers: Numbers) -> list[str]:
        """The ids of items."""
        return [self.ids[number] for number in numbers.tolist()]

    def services(self, numbers: Numbers) -> list[str]:
        """The ids of the services among items."""
        return self.named(numbers[self.is_service[numbers]])

    def numbered(self, ids: Collection[str]) -> Numbers:
        """The numbers of items."""
        return np.fromiter((self.numbers[id_] for id_ in ids), np.int32, len(ids))

    def extent(self, numbers: Numbers, ci: str) -> Extent:
        """How many items, and services among them, the CI itself not counted."""
        others = numbers[numbers != self.numbers[ci]]
        return Extent(len(others), int(np.count_nonzero(self.is_service[others])))
