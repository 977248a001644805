"""``python -m benchmarks``: print every comparison as a table, or as JSON."""

import argparse
import json
import platform
import sys
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from benchmarks import impacts, imports
from benchmarks.timing import Comparison, Spread


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--hosts", type=int, default=2_000, help="size of the estate (about 4 CIs a host)")
    parser.add_argument("--turns", type=int, default=5, help="how often each pair is run")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    rows = [
        *impacts.measure(arguments.hosts, arguments.turns),
        *imports.measure(arguments.hosts, arguments.turns),
    ]
    if arguments.json:
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        json.dump({"machine": machine, "comparisons": [asdict(row) for row in rows]}, sys.stdout, indent=2)
    else:
        Console().print(_table(rows))


def _table(rows: list[Comparison]) -> Table:
    table = Table(title="Median of each pair run in turn (lowest to highest)")
    for column in ("what", "ours", "rival", "rival's", "ratio"):
        table.add_column(column)
    for row in rows:
        table.add_row(row.name, _time(row.ours), row.rival, _time(row.theirs), _ratio(row.ratio))
    return table


def _time(spread: Spread) -> str:
    return f"{spread.middle * 1000:,.2f} ms ({spread.low * 1000:,.2f} to {spread.high * 1000:,.2f})"


def _ratio(spread: Spread) -> str:
    return f"{spread.middle:.2f} ({spread.low:.2f} to {spread.high:.2f})"


if __name__ == "__main__":
    main()
