"""The two compiled graphs beside each other, and CIs failed on both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

import impact
from cmdb.model.catalogue import Catalogue
from cmdb.practices.dependencies import DependencyGraph
from cmdb.practices.effects.answers import Extent

Numbers = NDArray[np.int32]
SERVICES: Final = ("Service", "Offering")
"""Classes (with their subclasses) whose items count as services."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What is DOWN when one CI has failed, before and after, itself included; in numbers of the graph after.

    ``before`` is empty for a CI that the plan creates.
    """

    before: Numbers
    after: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The graph before and after; ``renumbered[n]`` is the number after of the item that has ``n`` before."""

    before: DependencyGraph
    after: DependencyGraph
    renumbered: Numbers
    is_service: NDArray[np.bool_]

    @classmethod
    def of(cls, before: DependencyGraph, after: DependencyGraph, catalogue: Catalogue) -> Self:
        """Both beside each other; every item before is there after."""
        classes = service_classes(catalogue)
        return cls(
            before,
            after,
            np.array([after.numbers[item.id] for item in before.items], dtype=np.int32),
            np.array([item.cls in classes for item in after.items], dtype=np.bool_),
        )

    def fail(self, cis: Sequence[str]) -> list[Trial]:
        """CIs DOWN on both sides, each alone: the cost is that of what falls."""
        before, after = down(self.before, cis), down(self.after, cis)
        return [Trial(np.sort(self.renumbered[old]), new) for old, new in zip(before, after, strict=True)]

    def ids(self, numbers: Numbers) -> list[str]:
        """The ids of items."""
        return [self.after.items[number].id for number in numbers.tolist()]

    def extent(self, numbers: Numbers, ci: str) -> Extent:
        """How many items, and services among them, the CI itself not counted."""
        others = numbers[numbers != self.after.numbers[ci]]
        return Extent(len(others), int(np.count_nonzero(self.is_service[others])))


def service_classes(catalogue: Catalogue) -> frozenset[str]:
    """The classes whose items count as services."""
    return frozenset(name for root in SERVICES if root in catalogue.classes for name in catalogue.descendants(root))


def down(graph: DependencyGraph, cis: Sequence[str]) -> list[Numbers]:
    """The numbers of what is DOWN when one CI is, ascending, for each; nothing for one that is not in the graph."""
    there = [ci for ci in cis if ci in graph.numbers]
    failures = impact.single_failures(graph.graph, [graph.numbers[ci] for ci in there])
    found = dict(zip(there, failures, strict=True))
    return [found.get(ci, np.zeros(0, dtype=np.int32)) for ci in cis]
