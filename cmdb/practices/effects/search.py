"""Failing CIs one by one before and after, on a region that grows as long as that may change the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

import impact
from cmdb.practices.effects.answers import Extent, Limits
from cmdb.practices.effects.points import Points, Ranking
from cmdb.practices.effects.region import Region
from cmdb.practices.effects.sides import Flags, Lanes, Sides

Watch: TypeAlias = Callable[[Lanes], impact.BitRows]


@dataclass(frozen=True, slots=True)
class Growth:
    """By how many items, and services among them, the radius of a CI grows; negative when it shrinks."""

    ci: str
    items: int
    services: int


@dataclass(frozen=True, slots=True)
class Radius:
    """How much falls with a CI on both sides.

    ``is_followed``: whether everything that is DOWN lies in what was read; else both are too small, by the same items.
    """

    before: Extent
    after: Extent
    is_followed: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """What falls differently: the first pairs of a CI and a service, the growth of radii, and which services differ."""

    gained: Points
    lost: Points
    growths: Sequence[Growth]
    services: frozenset[str]


class Search:
    """Trials on one region, as many as the limits allow."""

    def __init__(self, region: Region, limits: Limits, ranking: Ranking) -> None:
        """Nothing was tried yet."""
        self._region = region
        self._limits = limits
        self._ranking = ranking
        self.untried = 0
        """How many CIs should have been failed for differences, and were not."""

    def differences(self, cis: Sequence[str]) -> Differences:
        """What falls differently with each CI.

        Exact, unless a limit ends it: where an item falls as before with a CI, so does whatever stands on it, if its
        own groups did not change.  So the region grows by what stands on items that fall differently, until nothing
        does.
        """
        self.untried += len(cis[self._limits.trials :])
        tried = self._ranking.in_order(cis[: self._limits.trials])
        sides = self._settled(tried, lambda lanes: lanes.differing)
        gained, lost = (Points(self._ranking, self._limits.listed) for _ in range(2))
        growths: list[Growth] = []
        services = np.zeros(len(sides.ids), dtype=np.bool_)
        for lanes in sides.fail(tried):
            more, less = lanes.after & ~lanes.before, lanes.before & ~lanes.after
            gained.add(sides, lanes, more)
            lost.add(sides, lanes, less)
            growths += _growths(sides, lanes, more, less)
            services |= sides.is_service & lanes.touched(lanes.differing)
        return Differences(gained, lost, growths, frozenset(sides.named(services)))

    def radii(self, cis: Sequence[str]) -> Mapping[str, Radius]:
        """All that is DOWN with each CI: the region grows by what stands on it."""
        sides = self._settled(cis, lambda lanes: lanes.falling)
        radii: dict[str, Radius] = {}
        for lanes in sides.fail(cis):
            doors = sides.numbered(self._doors(sides, lanes.touched(lanes.falling)))
            beyond = lanes.counts(lanes.falling[doors]).tolist()
            extents = sides.extents(lanes, lanes.before), sides.extents(lanes, lanes.after)
            found = zip(lanes.cis, *extents, beyond, strict=True)
            radii |= {ci: Radius(before, after, not ways) for ci, before, after, ways in found}
        return radii

    def _settled(self, cis: Sequence[str], watch: Watch) -> Sides:
        """The sides once nothing that is watched leads out of the region, or nothing more may be read.

        It grows by one level above what is watched, by four, by sixteen …: few rounds however long the way.
        """
        region, levels = self._region, 1
        while True:
            sides = region.sides()
            watched = np.zeros(len(sides.ids), dtype=np.bool_)
            for lanes in sides.fail(cis):
                watched |= lanes.touched(watch(lanes))
            outside = self._doors(sides, watched)
            if not outside or region.unread:
                return sides
            region.close(region.above(set().union(*outside.values()), levels))
            levels *= 4

    def _doors(self, sides: Sides, watched: Flags) -> Mapping[str, set[str]]:
        """Items through which a failure leaves the region, with where it leads."""
        return self._region.outside(sides.named(watched))


def _growths(sides: Sides, lanes: Lanes, more: impact.BitRows, less: impact.BitRows) -> list[Growth]:
    items = lanes.counts(more) - lanes.counts(less)
    services = lanes.counts(more[sides.is_service]) - lanes.counts(less[sides.is_service])
    changes = zip(lanes.cis, items.tolist(), services.tolist(), strict=True)
    return [Growth(*change) for change in changes if any(change[1:])]
