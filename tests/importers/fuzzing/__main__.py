"""The long run of the fuzzer: formats in turn until the time is up; each finding is made small and kept.

python -m tests.importers.fuzzing --seconds 900 --seed 7 terraform compose
"""

import argparse
import faulthandler
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, given, seed, settings

from cmdb.model.catalogue import Catalogue, load_catalogue
from tests.importers.fuzzing.cases import cases
from tests.importers.fuzzing.judging import SECONDS, Case, TooSlow, was_read
from tests.importers.fuzzing.seeds import FORMATS

ROUND: Final = 200
"""How many inputs of a format are tried before the next one has its turn."""
MEMORY: Final = 4 * 2**30
"""How many bytes the process may have: an input that takes more is a finding."""
FOUND: Final = Path(".fuzz")
"""Where the inputs of findings are kept."""


@dataclass(slots=True)
class Run:
    """What came of it so far."""

    catalogue: Catalogue
    inputs: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    last: Case | None = None

    def turn(self, format_: str, number: int) -> None:
        """Try some inputs of a format; the smallest that fails is kept."""

        @seed(number)
        @settings(max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=cases(format_))
        def try_one(case: Case) -> None:
            self.last = case
            faulthandler.dump_traceback_later(60 * SECONDS, exit=True)
            self.inputs[format_] += 1
            self.read[format_] += was_read(case, self.catalogue)

        try:
            try_one()
        except (Exception, TooSlow) as fault:  # noqa: BLE001 - whatever comes is the finding
            self._keep(format_, number, fault)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _keep(self, format_: str, number: int, fault: BaseException) -> None:
        folder = FOUND / f"{format_}-{number}"
        for document in self.last.documents if self.last is not None else ():
            path = folder / document.name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(document.content if isinstance(document.content, bytes) else b"")
        reader = self.last.importer.name if self.last is not None else format_
        self.findings.append(f"{folder} read as {reader}: {type(fault).__name__}: {str(fault)[:300]}")
        say(f"FOUND {self.findings[-1]}")


def say(*lines: str) -> None:
    """Print lines now, also into a pipe."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def main(words: Sequence[str]) -> int:
    """Run until the time is up; 1 when anything was found."""
    parser = argparse.ArgumentParser(prog="fuzzing", description="Reads changed inputs in search of faults.")
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("--seconds", type=float, default=900.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    asked = parser.parse_args(words)
    formats = [format_ for format_ in FORMATS if format_ in (asked.formats or FORMATS)]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    say(f"seed {asked.seed}, {asked.seconds:.0f} seconds, {len(formats)} formats")
    run, end = Run(load_catalogue()), time.monotonic() + asked.seconds
    for number in count(asked.seed):
        for format_ in formats:
            if time.monotonic() > end:
                return _told(run)
            run.turn(format_, number)
    return 0


def _told(run: Run) -> int:
    for format_ in sorted(run.inputs):
        say(f"{format_:12} {run.inputs[format_]:8} inputs, {run.read[format_]:8} read, the others refused")
    say(f"{run.inputs.total()} inputs, {len(run.findings)} findings", *run.findings)
    return 1 if run.findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
