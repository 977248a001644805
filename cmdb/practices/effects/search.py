"""Failing CIs one by one before and after, on a region that grows as long as that may change the answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from cmdb.practices.effects.answers import Extent, Limits
from cmdb.practices.effects.region import Region
from cmdb.practices.effects.sides import Numbers, Sides, Trial

TOGETHER: Final = 500
"""CIs that are failed before the region grows."""

Watch: TypeAlias = Callable[[Trial], Numbers]


@dataclass(frozen=True, slots=True)
class Fall:
    """What differs when ``ci`` fails: ids of services that are DOWN only after, and only before; and how much is DOWN.

    ``differs``: whether anything at all is DOWN on one side only.  ``is_followed``: whether everything that is DOWN lies
    in what was read; else both extents are too small, by the same items.  The CI itself is in neither.
    """

    ci: str
    gained: frozenset[str]
    lost: frozenset[str]
    before: Extent
    after: Extent
    differs: bool
    is_followed: bool


class Search:
    """Trials on one region, as many as the limits allow."""

    def __init__(self, region: Region, limits: Limits) -> None:
        """Nothing was tried yet."""
        self._region = region
        self._trials = limits.trials
        self._fallen = limits.fallen
        self.untried = 0
        """How many CIs should have been failed for differences, and were not."""

    def differences(self, cis: Sequence[str]) -> list[Fall]:
        """What falls differently, for each CI for which anything does.

        Exact, unless a limit ends it: where an item falls as before with a CI, so does whatever stands on it, if its
        own groups did not change.  So the region grows by what stands on items that fall differently, until nothing
        does.
        """
        falls = self._settled(cis[: self._trials], lambda trial: np.setxor1d(trial.before, trial.after))
        self.untried += len(cis) - len(falls)
        return [fall for fall in falls if fall.differs]

    def extents(self, cis: Sequence[str]) -> list[Fall]:
        """The same for CIs of which all that is DOWN shall be counted: the region grows by what stands on it."""
        return self._settled(cis, lambda trial: np.union1d(trial.before, trial.after))

    def _settled(self, cis: Sequence[str], watch: Watch) -> list[Fall]:
        """The falls of as many of the CIs as the limit of what may fall allows."""
        falls: list[Fall] = []
        for first in range(0, len(cis), TOGETHER):
            if self._fallen > 0:
                falls += self._together(cis[first : first + TOGETHER], watch)
        return falls

    def _together(self, cis: Sequence[str], watch: Watch) -> Iterator[Fall]:
        """Fail, and grow by one level above what is watched, by four, by sixteen …: few rounds however long the way."""
        region, levels = self._region, 1
        while cis:
            sides = region.sides()
            trials = dict(zip(cis, sides.fail(cis), strict=True))
            self._fallen -= sum(trial.weight for trial in trials.values())
            watched = {ci: watch(trial) for ci, trial in trials.items()}
            outside = region.outside(sides.named(np.unique(np.concatenate(list(watched.values())))))
            doors = sides.numbered(outside)
            beyond = [ci for ci in cis if np.isin(doors, watched[ci]).any()]
            done = cis if region.unread else [ci for ci in cis if ci not in beyond]
            yield from (_fall(ci, trials[ci], sides, is_followed=ci not in beyond) for ci in done)
            cis = [ci for ci in cis if ci not in done]
            region.close(region.above(set().union(*outside.values()), levels) if cis else ())
            levels *= 4


def _fall(ci: str, trial: Trial, sides: Sides, *, is_followed: bool) -> Fall:
    gained, lost = np.setdiff1d(trial.after, trial.before), np.setdiff1d(trial.before, trial.after)
    return Fall(
        ci=ci,
        gained=frozenset(sides.services(gained)) - {ci},
        lost=frozenset(sides.services(lost)) - {ci},
        before=sides.extent(trial.before, ci),
        after=sides.extent(trial.after, ci),
        differs=bool(gained.size or lost.size),
        is_followed=is_followed,
    )
