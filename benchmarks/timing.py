"""Timing two things beside each other, turn by turn."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """Minimum, median and maximum of repeated readings, in seconds or as ratios."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, readings: list[float]) -> "Spread":
        """The spread of at least one reading."""
        return cls(min(readings), median(readings), max(readings))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours beside a rival: each one's seconds, and the ratio of ours to the rival's turn by turn."""

    name: str
    rival: str
    rows: int
    ours: Spread
    theirs: Spread
    ratio: Spread


def compare(
    name: str, rival: str, rows: int, pair: tuple[Callable[[], object], Callable[[], object]], turns: int = 5
) -> Comparison:
    """Run ours and the rival's in turn, ``turns`` times, and compare each turn with itself."""
    ours, theirs = pair
    mine: list[float] = []
    other: list[float] = []
    for _ in range(turns):
        mine.append(seconds(ours))
        other.append(seconds(theirs))
    ratios = [one / two for one, two in zip(mine, other, strict=True)]
    return Comparison(name, rival, rows, Spread.of(mine), Spread.of(other), Spread.of(ratios))


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes, without a collection of garbage in between."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
