"""The results as a page of the documentation."""

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from benchmarks.imports.contest import Result
from benchmarks.timing import Spread
from cmdb.app.neo4j_local import RELEASES

TITLES = {"sqlite": "SQLite", "neo4j": "Neo4j"}

INTRODUCTION = """\
# Imports, measured

Written by `make bench ARGS="imports --page docs/benchmarks/imports.md"`; never edited.

`cmdb import` reads a generated estate from a file of newline-delimited JSON, CIs first, and writes it with history and
source records, durably. Beside it, turn by turn on a fresh store of its own, a *raw* script writes the same rows with a
version and a source record each, and nothing else: it identifies nothing, resolves no reference, folds no sources,
checks no catalogue, keeps no search index and no feed. *unchanged* is the same file again: the command finds that there
is nothing to do, the script compares digests.

Rows a second from file to store: the median of the turns (lowest to highest; a file of more than 100,000 rows is taken
once). A ratio above 1 means that the command is faster than the script. Peak memory is that of the importing process,
the largest of the turns.
"""


def write(path: Path, results: Sequence[Result], load_before: float) -> None:
    """Write the page, and the folder that it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(results, load_before), encoding="utf-8")


def text(results: Sequence[Result], load_before: float) -> str:
    """The whole page; ``load_before`` is the machine's load average when the measuring began."""
    return "\n".join([INTRODUCTION, *_machine(load_before), *_tables(results)])


def _machine(load_before: float) -> Iterator[str]:
    yield "## Machine and versions\n"
    yield f"- {datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {_processor()}"
    yield f"- load average {load_before:.1f} when it began, {os.getloadavg()[0]:.1f} when it ended"
    yield f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    yield f"- Neo4j Community {RELEASES[-1].version} on the same machine, driver {version('neo4j')}\n"


def _processor() -> str:
    """How many processors of what kind."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} × {names[0] if names else platform.processor()}"


def _tables(results: Sequence[Result]) -> Iterator[str]:
    for store, of_store in groupby(results, key=lambda result: result.store):
        yield f"## {TITLES[store]}\n"
        yield "| file | step | `cmdb import`, rows/s | raw, rows/s | ratio | peak memory | raw's |"
        yield "| ---: | --- | ---: | ---: | ---: | ---: | ---: |"
        for result in of_store:
            cells = (
                f"{result.rows:,}", str(result.step), _rate(result.ours), _rate(result.raw), _ratio(result.ratio),
                f"{result.our_peak:.0f} MiB", f"{result.raw_peak:.0f} MiB",
            )  # fmt: skip
            yield f"| {' | '.join(cells)} |"
        yield ""


def _rate(spread: Spread) -> str:
    return f"{spread.middle:,.0f} ({spread.low:,.0f} to {spread.high:,.0f})"


def _ratio(spread: Spread) -> str:
    return f"{spread.middle:.2f} ({spread.low:.2f} to {spread.high:.2f})"
