"""The contest: both contestants in turn, on fresh stores, over files of several sizes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.imports.contestant import Contestant, Reading, Step
from benchmarks.imports.files import Sample, written
from benchmarks.imports.places import PLACES
from benchmarks.imports.running import run
from benchmarks.timing import Spread

WARM_UP_ROWS: Final = 10_000
OFTEN: Final = 100_000
"""Files of so many rows are taken several times, larger ones once."""


@dataclass(frozen=True, slots=True)
class Result:
    """One step over files of ``rows`` rows on one kind of store: rows a second of both, the ratio, and peak memory.

    The ratio is taken turn by turn; above 1 the import is faster than the script.
    """

    store: str
    rows: int
    step: Step
    ours: Spread
    raw: Spread
    ratio: Spread
    our_peak: float
    raw_peak: float

    @classmethod
    def of(cls, store: str, rows: int, step: Step, pairs: Sequence[tuple[Reading, Reading]]) -> "Result":
        """From at least one pair of readings, ours first."""
        ours = [mine.rows / mine.seconds for mine, _ in pairs]
        raw = [other.rows / other.seconds for _, other in pairs]
        return cls(
            store,
            rows,
            step,
            Spread.of(ours),
            Spread.of(raw),
            Spread.of([one / two for one, two in zip(ours, raw, strict=True)]),
            max(mine.peak_mebibytes for mine, _ in pairs),
            max(other.peak_mebibytes for _, other in pairs),
        )


def measure(
    stores: Sequence[str], sizes: Sequence[int], turns: int, tell: Callable[[str], None] = lambda _line: None
) -> Iterator[Result]:
    """Every step at every size on every kind of store; ``tell`` hears what comes next."""
    with TemporaryDirectory(prefix="bench-") as folder:
        warm_up = written(WARM_UP_ROWS, Path(folder))
        samples = {size: written(size, Path(folder)) for size in sizes}
        for store, (size, sample) in product(stores, samples.items()):
            turned = []
            for turn in range(turns if size <= OFTEN else 1):
                tell(f"{store}, {size:,} rows, turn {turn + 1}")
                turned.append({who: _readings(store, who, sample, warm_up) for who in Contestant})
            for step in Step:
                pairs = [(done[Contestant.CMDB][step], done[Contestant.RAW][step]) for done in turned]
                yield Result.of(store, sample.rows, step, pairs)


def _readings(store: str, who: Contestant, sample: Sample, warm_up: Sample) -> Mapping[Step, Reading]:
    with PLACES[store](warm_up) as url:
        return run(who, url, sample)
