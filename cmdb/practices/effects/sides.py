"""The two compiled graphs beside each other, and CIs failed on both."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

import impact
from cmdb.model.catalogue import Catalogue
from cmdb.practices.effects.answers import Extent

Flags = NDArray[np.bool_]
SERVICES: Final = ("Service", "Offering")
"""Classes (with their subclasses) whose items count as services."""
WORDS: Final = 1 << 22
"""Words of 64 CIs each that are worked on at once, on each side."""


def service_classes(catalogue: Catalogue) -> frozenset[str]:
    """The classes whose items count as services."""
    return frozenset(name for root in SERVICES if root in catalogue.classes for name in catalogue.descendants(root))


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """What is DOWN when each of some CIs has failed, themselves included: a row an item, a bit a CI."""

    cis: Sequence[str]
    before: impact.BitRows
    after: impact.BitRows

    @property
    def differing(self) -> impact.BitRows:
        """What is DOWN on one side only."""
        return self.before ^ self.after

    @property
    def falling(self) -> impact.BitRows:
        """What is DOWN on either side."""
        return self.before | self.after

    def touched(self, rows: impact.BitRows) -> Flags:
        """Which rows have the bit of any CI."""
        return np.asarray(rows.any(axis=1))

    def flags(self, rows: impact.BitRows) -> NDArray[np.uint8]:
        """The bits of some rows, one byte a CI."""
        return impact.lane_flags(rows, len(self.cis))

    def counts(self, rows: impact.BitRows) -> NDArray[np.int64]:
        """How many of some rows have the bit of each CI."""
        return impact.count_by_lane(rows, len(self.cis))


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The graph before and after, with the same numbers for the same items.

    ``is_known``: of which items it is certain whether they fall.
    """

    before: impact.SingleFailures
    after: impact.SingleFailures
    ids: Sequence[str]
    numbers: Mapping[str, int]
    is_service: Flags
    is_known: Flags

    def fail(self, cis: Sequence[str]) -> Iterator[Lanes]:
        """CIs DOWN on both sides, each alone, as many at once as memory allows."""
        together = 64 * max(1, WORDS // max(1, self.before.weight, self.after.weight))
        for first in range(0, len(cis), together):
            part = cis[first : first + together]
            nodes = [self.numbers[ci] for ci in part]
            before, after = self.before.rows(nodes), self.after.rows(nodes)
            before[~self.is_known] = after[~self.is_known] = 0
            yield Lanes(part, before, after)

    def named(self, flags: Flags) -> list[str]:
        """The ids of items."""
        return [self.ids[number] for number in np.flatnonzero(flags).tolist()]

    def numbered(self, ids: Collection[str]) -> NDArray[np.int32]:
        """The numbers of items."""
        return np.fromiter((self.numbers[id_] for id_ in ids), np.int32, len(ids))

    def extents(self, lanes: Lanes, rows: impact.BitRows) -> list[Extent]:
        """How many items, and services among them, fall with each CI on one side, the CI itself not counted."""
        own = self.numbered(lanes.cis)
        items = lanes.counts(rows) - self.is_known[own]
        services = lanes.counts(rows[self.is_service]) - (self.is_service & self.is_known)[own]
        return [Extent(*found) for found in zip(items.tolist(), services.tolist(), strict=True)]
