"""One pass of one contestant over a file, in a process of its own, so that its peak memory is its own.

``python -m benchmarks.imports.contestant PASS CONTESTANT URL FILE CIS RELATIONSHIPS`` prints its readings as JSON.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from benchmarks.imports.files import Sample
from benchmarks.imports.raw import RawStore, batches
from cmdb.app.collector import relax_collector
from cmdb.model.observations import Observation

SQLITE = "sqlite:///"


class Pass(StrEnum):
    """What is done with a file: taken in by a store that has nothing of it, or once more by one that has it all."""

    FIRST = "first"
    AGAIN = "again"


class Step(StrEnum):
    """What is measured: the two kinds of rows of the first pass apart, and all of the second one."""

    ITEMS = "CIs"
    RELATIONSHIPS = "relationships"
    UNCHANGED = "unchanged"


class Contestant(StrEnum):
    """Who writes."""

    CMDB = "cmdb import"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Reading:
    """Rows that were taken in, the seconds that it took, and the peak memory of the process in MiB."""

    rows: int
    seconds: float
    peak_mebibytes: float


@dataclass(slots=True)
class Marks:
    """When a pass began, when all of the file was read, when all CIs were in, and when it ended."""

    began: float = field(default_factory=time.perf_counter)
    read: float = 0.0
    items: float = 0.0
    ended: float = 0.0

    def readings(self, pass_: Pass, sample: Sample) -> dict[Step, Reading]:
        """By step; a file that is read before anything is written costs each kind of rows its share."""
        peak = peak_mebibytes()
        if pass_ is Pass.AGAIN:
            return {Step.UNCHANGED: Reading(sample.rows, self.ended - self.began, peak)}
        reading = max(self.read - self.began, 0) / sample.rows
        items = self.items - max(self.read, self.began) + reading * sample.items
        relationships = self.ended - self.items + reading * sample.relationships
        return {
            Step.ITEMS: Reading(sample.items, items, peak),
            Step.RELATIONSHIPS: Reading(sample.relationships, relationships, peak),
        }


def peak_mebibytes() -> float:
    """The most memory that this process ever held: ``ru_maxrss`` would count that of its parent, too."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.partition(":")[::2] for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_import(pass_: Pass, url: str, sample: Sample) -> Mapping[Step, Reading]:
    """What ``cmdb import FILE`` does, from the file to the report.

    Raises:
        RuntimeError: it did something else than the pass is about.
    """
    from cmdb.app.imports import Wanted, prepare  # noqa: PLC0415 - the other contestant's memory is without all this
    from cmdb.app.settings import Settings  # noqa: PLC0415
    from cmdb.app.wiring import open_services  # noqa: PLC0415
    from cmdb.ingest.engine import Order  # noqa: PLC0415
    from importers.base import Document  # noqa: PLC0415

    services = open_services(Settings(store=url))
    with services.store:
        (read,) = prepare([Document.at(sample.path)], Wanted(), services.catalogue).inputs
        marks = Marks()

        def noted() -> Iterator[Observation]:
            yield from read()
            marks.read = time.perf_counter()

        report = services.ingest.run([noted], Order("bench"), _progress(marks, sample))
        marks.ended = time.perf_counter()
    counts = report.counts
    done = counts.unchanged + counts.relationships_unchanged if pass_ is Pass.AGAIN else counts.created + counts.related
    if not report.complete or done != sample.rows:
        msg = f"The import ended as {report.state} with {counts}."
        raise RuntimeError(msg)
    return marks.readings(pass_, sample)


def _progress(marks: Marks, sample: Sample) -> Callable[[int, int], None]:
    def progress(done: int, _rows: int) -> None:
        if done <= sample.items:
            marks.items = time.perf_counter()

    return progress


def run_raw(pass_: Pass, url: str, sample: Sample) -> Mapping[Step, Reading]:
    """The script on a store that it opens itself."""
    with closing(_raw_store(url)) as store:
        return taken_in(store, pass_, sample)


def taken_in(store: RawStore, pass_: Pass, sample: Sample) -> Mapping[Step, Reading]:
    """The script.

    Raises:
        RuntimeError: not all rows were as they had been.
    """
    marks = Marks()
    same = 0
    for batch in batches(sample.path):
        if pass_ is Pass.AGAIN:
            same += store.unchanged(batch)
        elif batch[0].is_item:
            store.write_items(batch)
            marks.items = time.perf_counter()
        else:
            store.write_relationships(batch)
    marks.ended = time.perf_counter()
    if pass_ is Pass.AGAIN and same != sample.rows:
        msg = f"{same} of {sample.rows} rows were as they had been."
        raise RuntimeError(msg)
    return marks.readings(pass_, sample)


def _raw_store(url: str) -> RawStore:
    if url.startswith(SQLITE):
        from benchmarks.imports.raw_sqlite import RawSQLite  # noqa: PLC0415 - each needs its own library only

        return RawSQLite(Path(url.removeprefix(SQLITE)))
    from benchmarks.imports.raw_neo4j import RawNeo4j  # noqa: PLC0415 - as above

    return RawNeo4j(url)


def main(arguments: Sequence[str]) -> None:
    """Run one pass and print its readings."""
    relax_collector()
    pass_, contestant, url, path, items, relationships = arguments
    work = run_import if Contestant(contestant) is Contestant.CMDB else run_raw
    readings = work(Pass(pass_), url, Sample(Path(path), int(items), int(relationships)))
    sys.stdout.write(json.dumps({step: asdict(reading) for step, reading in readings.items()}))


if __name__ == "__main__":
    main(sys.argv[1:])
