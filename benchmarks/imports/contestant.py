"""One step of one contestant in a process of its own, so that its peak memory is its own.

``python -m benchmarks.imports.contestant STEP CONTESTANT URL FILE…`` prints one :class:`Reading` as JSON.
"""

import io
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, redirect_stdout
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.imports.raw import RawStore, batches

SQLITE = "sqlite:///"


class Step(StrEnum):
    """What is measured, in this order on one store."""

    ITEMS = "CIs"
    RELATIONSHIPS = "relationships"
    UNCHANGED = "unchanged"


class Contestant(StrEnum):
    """Who writes."""

    CMDB = "cmdb import"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Reading:
    """Rows that were taken in, seconds on the clock and of this process's processors, and its peak memory in MiB."""

    rows: int
    seconds: float
    cpu_seconds: float
    peak_mebibytes: float


def measured(work: Callable[[], int]) -> Reading:
    """How long some work takes that says how many rows it took in."""
    start, cpu = time.perf_counter(), time.process_time()
    rows = work()
    return Reading(rows, time.perf_counter() - start, time.process_time() - cpu, peak_mebibytes())


def peak_mebibytes() -> float:
    """The most memory that this process ever held: ``ru_maxrss`` would count that of its parent, too."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.partition(":")[::2] for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_command(step: Step, url: str, files: Sequence[Path]) -> int:
    """The command as people run it; the number of rows that it took over.

    Raises:
        RuntimeError: it did something else than the step is about.
    """
    from cmdb.app.cli.application import main  # noqa: PLC0415 - the other contestant's memory is without it

    with redirect_stdout(io.StringIO()) as out:
        try:
            main(["--store", url, "import", "--json", *map(str, files)])
        except SystemExit as end:
            code = end.code
    counts: Mapping[str, int] = json.loads(out.getvalue())["counts"]
    done = {
        Step.ITEMS: counts["created"],
        Step.RELATIONSHIPS: counts["related"],
        Step.UNCHANGED: counts["unchanged"] + counts["relationships_unchanged"],
    }[step]
    if code or done != counts["read"]:
        msg = f"cmdb import ended with {code} and {counts}."
        raise RuntimeError(msg)
    return done


def run_raw(step: Step, url: str, files: Sequence[Path]) -> int:
    """The script; the number of rows that it wrote, or found to be as they were."""
    with closing(_raw_store(url)) as store:
        return taken_in(store, step, files)


def taken_in(store: RawStore, step: Step, files: Sequence[Path]) -> int:
    """One step of the script on a store that is open."""
    rows = 0
    for path in files:
        for batch in batches(path):
            if step is Step.UNCHANGED:
                rows += store.unchanged(batch)
            else:
                (store.write_items if step is Step.ITEMS else store.write_relationships)(batch)
                rows += len(batch)
    return rows


def _raw_store(url: str) -> RawStore:
    if url.startswith(SQLITE):
        from benchmarks.imports.raw_sqlite import RawSQLite  # noqa: PLC0415 - each needs its own library only

        return RawSQLite(Path(url.removeprefix(SQLITE)))
    from benchmarks.imports.raw_neo4j import RawNeo4j  # noqa: PLC0415 - as above

    return RawNeo4j(url)


def main(arguments: Sequence[str]) -> None:
    """Run one step and print its reading."""
    step, contestant, url, *files = arguments
    work = run_command if Contestant(contestant) is Contestant.CMDB else run_raw
    reading = measured(lambda: work(Step(step), url, [Path(name) for name in files]))
    sys.stdout.write(json.dumps(asdict(reading)))


if __name__ == "__main__":
    main(sys.argv[1:])
