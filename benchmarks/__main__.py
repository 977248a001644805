"""``python -m benchmarks [all|impacts|imports]``: print comparisons as tables or as JSON, or write them as a page."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import impacts
from benchmarks.imports import page
from benchmarks.imports.contest import Result, measure
from benchmarks.imports.places import PLACES
from benchmarks.timing import Comparison, Spread

SIZES = (100_000, 1_000_000)
KINDS = ("all", "impacts", "imports")


def main() -> None:
    """Measure and print."""
    arguments = _parser().parse_args()
    load = os.getloadavg()[0]
    comparisons: list[Comparison] = []
    results: list[Result] = []
    if arguments.kind in {"all", "impacts"}:
        comparisons = list(impacts.measure(arguments.hosts, arguments.turns))
    if arguments.kind in {"all", "imports"}:
        for result in measure(arguments.stores, arguments.rows, arguments.turns, _tell):
            results.append(result)
            if arguments.page:  # what was measured stands there also when a later step breaks off
                page.write(arguments.page, results, load)
    if arguments.json:
        machine = {"python": platform.python_version(), "machine": platform.machine(), "load": load}
        told = {"comparisons": list(map(asdict, comparisons)), "imports": list(map(asdict, results))}
        json.dump({"machine": machine, **told}, sys.stdout, indent=2)
        return
    console = Console()
    if comparisons:
        console.print(_comparisons(comparisons))
    if results:
        console.print(_results(results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("kind", nargs="?", choices=KINDS, default="all", help="what to measure")
    parser.add_argument("--hosts", type=int, default=2_000, help="size of the estate for impacts (4 CIs a host)")
    parser.add_argument("--turns", type=int, default=3, help="how often each pair is run")
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="sizes of the files that are imported")
    parser.add_argument("--stores", nargs="+", choices=list(PLACES), default=list(PLACES), help="where to import")
    parser.add_argument("--page", type=Path, help="write the results of imports there, as a page")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    return parser


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _comparisons(rows: Sequence[Comparison]) -> Table:
    table = Table(title="Impact: median of each pair run in turn (lowest to highest)")
    for column in ("what", "ours", "rival", "rival's", "ratio"):
        table.add_column(column)
    for row in rows:
        table.add_row(row.name, _time(row.ours), row.rival, _time(row.theirs), _ratio(row.ratio))
    return table


def _results(results: Sequence[Result]) -> Table:
    table = Table(title="Imports: rows/s, median of the turns (lowest to highest)")
    for column in ("store", "rows", "step", "cmdb import", "raw", "ratio", "peak MiB", "raw's"):
        table.add_column(column)
    for row in results:
        peaks = (f"{row.our_peak:.0f}", f"{row.raw_peak:.0f}")
        rates = (_rate(row.ours), _rate(row.raw), _ratio(row.ratio))
        table.add_row(row.store, f"{row.rows:,}", row.step, *rates, *peaks)
    return table


def _time(spread: Spread) -> str:
    return f"{spread.middle * 1000:,.2f} ms ({spread.low * 1000:,.2f} to {spread.high * 1000:,.2f})"


def _rate(spread: Spread) -> str:
    return f"{spread.middle:,.0f} ({spread.low:,.0f} to {spread.high:,.0f})"


def _ratio(spread: Spread) -> str:
    return f"{spread.middle:.2f} ({spread.low:.2f} to {spread.high:.2f})"


if __name__ == "__main__":
    main()
