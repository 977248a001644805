"""Measure compiling a graph and the blast radius of failures in it: ``python -m benchmarks [NODES ...]``."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Generic, TypeVar

from rich.console import Console
from rich.table import Table

from benchmarks.estate import estate
from impact import FailureState, Graph, evaluate

_SIZES = (1_000, 10_000, 100_000)
_FAILURES = (1, 10, 100)
_REPEATS = 5
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Timed(Generic[_Result]):
    """What a piece of work returned, and the median of its times in milliseconds."""

    result: _Result
    milliseconds: float


def timed(work: Callable[[], _Result]) -> Timed[_Result]:
    """Do the work once to warm up and for its result, then a few times against the clock."""
    result = work()
    seconds = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return Timed(result, median(seconds) * 1_000)


def blast(graph: Graph, failures: int) -> Timed[int]:
    """Count what a number of failures spread over the lowest layer raises."""
    seeds = {node * 7: FailureState.DOWN for node in range(min(failures, graph.size // 50))}
    return timed(lambda: len(evaluate(graph, seeds).nodes))


def main() -> None:
    """Print one row for each size."""
    table = Table("nodes", "edges", "compile ms", *(f"{failures} down: ms (affected)" for failures in _FAILURES))
    for size in [int(argument) for argument in sys.argv[1:]] or _SIZES:
        compiled = timed(partial(estate, size))
        graph = compiled.result
        runs = [blast(graph, failures) for failures in _FAILURES]
        cells = [f"{run.milliseconds:.2f} ({run.result:,})" for run in runs]
        table.add_row(f"{size:,}", f"{graph.edge_count:,}", f"{compiled.milliseconds:.1f}", *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
