"""Failing CIs one by one before and after, on a region that grows as long as that may change the answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

import numpy as np

from cmdb.practices.effects.answers import Extent
from cmdb.practices.effects.region import Region
from cmdb.practices.effects.sides import Numbers, Sides, Trial

TOGETHER: Final = 2_000
"""CIs that are failed before the region grows."""

Watch: TypeAlias = Callable[[Trial], Numbers]


@dataclass(frozen=True, slots=True)
class Fall:
    """What differs when ``ci`` fails: ids of what is DOWN only after, and only before; and how much is DOWN.

    ``is_followed``: whether everything that is DOWN lies in what was read; else both extents are too small, by the
    same items.  The CI itself is in neither.
    """

    ci: str
    gained: frozenset[str]
    lost: frozenset[str]
    before: Extent
    after: Extent
    is_followed: bool

    @property
    def differs(self) -> bool:
        """Whether there is any difference."""
        return bool(self.gained or self.lost)


def differences(region: Region, cis: Sequence[str]) -> Iterator[Fall]:
    """What falls differently, for each CI for which anything does.

    Exact, unless the region is cut: where an item falls as before for every CI, so does whatever stands on it, if its
    own groups did not change.  So the region grows by what stands on items that fall differently, until nothing does.
    """
    falls = _settled(region, cis, lambda trial: np.setxor1d(trial.before, trial.after))
    return (fall for fall in falls if fall.differs)


def extents(region: Region, cis: Sequence[str]) -> Iterator[Fall]:
    """The same for CIs of which all that is DOWN shall be counted: the region grows by what stands on it."""
    return _settled(region, cis, lambda trial: np.union1d(trial.before, trial.after))


def _settled(region: Region, cis: Sequence[str], watch: Watch) -> Iterator[Fall]:
    iterator = iter(cis)
    while chunk := list(islice(iterator, TOGETHER)):
        yield from _together(region, chunk, watch)


def _together(region: Region, cis: Sequence[str], watch: Watch) -> Iterator[Fall]:
    """Fail, and grow by one level above what is watched, by four, by sixteen …: few rounds however long the way."""
    levels = 1
    while cis:
        sides = region.sides()
        trials = dict(zip(cis, sides.fail(cis), strict=True))
        watched = {ci: watch(trial) for ci, trial in trials.items()}
        outside = region.outside(sides.ids(np.unique(np.concatenate(list(watched.values())))))
        doors = np.array([sides.after.numbers[id_] for id_ in outside], dtype=np.int32)
        beyond = [ci for ci in cis if np.isin(doors, watched[ci]).any()]
        done = cis if region.unread else [ci for ci in cis if ci not in beyond]
        yield from (_fall(ci, trials[ci], sides, is_followed=ci not in beyond) for ci in done)
        cis = [ci for ci in cis if ci not in done]
        region.close(region.above(set().union(*outside.values()), levels))
        levels *= 4


def _fall(ci: str, trial: Trial, sides: Sides, *, is_followed: bool) -> Fall:
    return Fall(
        ci=ci,
        gained=frozenset(sides.ids(np.setdiff1d(trial.after, trial.before))) - {ci},
        lost=frozenset(sides.ids(np.setdiff1d(trial.before, trial.after))) - {ci},
        before=sides.extent(trial.before, ci),
        after=sides.extent(trial.after, ci),
        is_followed=is_followed,
    )
