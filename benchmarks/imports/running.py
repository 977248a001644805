"""Contestants as child processes."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.imports.contestant import Contestant, Reading, Step
from benchmarks.imports.files import Sample


def run(step: Step, contestant: Contestant, url: str, sample: Sample) -> Reading:
    """One step of one contestant.

    Raises:
        subprocess.CalledProcessError: it failed; what it said went to standard error.
    """
    files: dict[Step, tuple[Path, ...]] = {
        Step.ITEMS: (sample.items,),
        Step.RELATIONSHIPS: (sample.relationships,),
        Step.UNCHANGED: (sample.items, sample.relationships),
    }
    words = [sys.executable, "-m", "benchmarks.imports.contestant", step, contestant, url, *map(str, files[step])]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - words made here
    return Reading(**json.loads(done.stdout))


def steps(url: str, sample: Sample) -> None:
    """All steps of both contestants on one store; what they tell is dropped."""
    for contestant in Contestant:
        for step in Step:
            run(step, contestant, url, sample)
