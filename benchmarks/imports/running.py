"""Contestants as child processes."""

import json
import subprocess
import sys
from collections.abc import Mapping

from benchmarks.imports.contestant import Contestant, Pass, Reading, Step
from benchmarks.imports.files import Sample


def run(contestant: Contestant, url: str, sample: Sample) -> Mapping[Step, Reading]:
    """Both passes of one contestant over a file, each in a process of its own.

    Raises:
        subprocess.CalledProcessError: one failed; what it said went to standard error.
    """
    readings: dict[Step, Reading] = {}
    for pass_ in Pass:
        sizes = (str(sample.items), str(sample.relationships))
        words = [
            sys.executable,
            "-m",
            "benchmarks.imports.contestant",
            pass_,
            contestant,
            url,
            str(sample.path),
            *sizes,
        ]
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - words made here
        readings |= {Step(step): Reading(**reading) for step, reading in json.loads(done.stdout).items()}
    return readings
