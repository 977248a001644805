"""An import killed anywhere, again and again, and then run to its end leaves what an undisturbed one leaves.

The long form, `make campaign`, kills 60 times in each store.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cmdb.ingest.engine import Ingest
from cmdb.model.sources import RunState
from cmdb.store.memory import MemoryStore
from tests.builders import gadgets
from tests.effort import FULL
from tests.ingest.conftest import empty_place
from tests.ingest.estate_in_two_days import TODAY, today, yesterday
from tests.ingest.graphs import Plain, plain
from tests.ingest.rows import ORDER
from tests.neo4j_server import Endpoint
from tests.store.conftest import KINDS
from tests.store.places import Place
from tests.store.race import seed
from tests.store.writing_process import described

ROOT = Path(__file__).parents[2]
CUT_SHORT = {RunState.RUNNING, RunState.ABORTED}
"""A run whose process is gone: the last one, and those whose scopes another one has taken over."""
STORES = {"sqlite": (3, 5), "neo4j-5.26": (1, 5), "neo4j-2026": (1, 5)}
"""How many stores are filled, and how often the import into each is killed."""
MOST_BATCHES = 24
"""After how many batches an import is killed at the latest; it has some more."""
LONGEST_DELAY = 0.03
"""Seconds from a batch to the end, at most: so that every step of a batch is cut."""


def undisturbed() -> Plain:
    store = MemoryStore(gadgets())
    Ingest(store).run([yesterday], ORDER)
    Ingest(store).run([today], TODAY)
    return plain(store)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS[1:])
def test_an_import_killed_again_and_again_ends_as_an_undisturbed_one(
    kind: str, tmp_path: Path, neo4j_endpoint: Callable[[str], Endpoint]
) -> None:
    choose = random.Random(seed())
    expected = undisturbed()
    stores, kills = (6, 10) if FULL else STORES[kind]
    cut_short = 0
    for number in range(stores):
        place = empty_place(kind, tmp_path / f"{number}.sqlite", neo4j_endpoint)
        with place.open() as store:
            Ingest(store).run([yesterday], ORDER)
        for _ in range(kills):
            killed_import(place, choose.randint(1, MOST_BATCHES), choose.uniform(0, LONGEST_DELAY))
        with place.open() as store:
            cut_short += sum(run.state in CUT_SHORT for run in store.runs(100))
            report = Ingest(store).run([today], TODAY)
            assert RunState.RUNNING not in {run.state for run in store.runs(100)}
            assert plain(store) == expected
            assert report.complete
            head = store.head()
            assert Ingest(store).run([today], TODAY).counts.changes == 0
            assert store.head() == head
    assert cut_short > 0, "no import was cut short: let them live for a shorter time"


def killed_import(place: Place, batches: int, delay: float) -> None:
    """Let a process import some batches, and kill it a moment later."""
    command = [sys.executable, "-m", "tests.ingest.importing_process", described(place)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(batches)]
    time.sleep(delay)
    process.kill()
    _, errors = process.communicate()
    assert all(told), errors
