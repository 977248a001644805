"""Many write at once, and it is as if they had written one by one."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import pytest

from cmdb.errors import BadInput, Conflict, NotFound
from cmdb.model.commits import ChangeSet, Commit
from cmdb.store.points import Clock
from cmdb.store.port import Store
from tests.builders import changes, create, write
from tests.store import races, sabotage
from tests.store.places import MemoryPlace, Place, SQLitePlace
from tests.store.race import seed, serial_violations
from tests.store.races import RACES, RaceFunction

PROCESSES = 4


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_a_store_stands(race: RaceFunction, place: Place) -> None:
    assert race(place) == []


def test_a_store_is_founded_once_and_all_are_let_in(unfounded: Place) -> None:
    assert races.opening(unfounded) == []


FAULTS: tuple[tuple[Callable[[Clock], Store], RaceFunction], ...] = (
    (sabotage.Unlocked, races.same_item),
    (sabotage.Unlocked, races.same_edge),
    (sabotage.Unlocked, races.one_place_only),
    (sabotage.Unlocked, races.same_request),
    (sabotage.Unlocked, races.stale_revision),
    (sabotage.Unlocked, races.increments),
    (sabotage.Unlocked, races.retiring_against_relating),
    (sabotage.Unlocked, races.anything_at_once),
    (sabotage.Unlocked, races.feed),
    (sabotage.BlindToRevisions, races.stale_revision),
    (sabotage.BlindToRevisions, races.increments),
    (sabotage.NumberedTooEarly, races.feed),
    (sabotage.Forgetful, races.same_request),
    (sabotage.Swallowing, races.stale_revision),
    (sabotage.Swallowing, races.retiring_against_relating),
)


@pytest.mark.parametrize(
    ("faulty", "race"), [pytest.param(*pair, id="-".join(part.__name__ for part in pair)) for pair in FAULTS]
)
def test_a_faulty_store_is_found_out(faulty: Callable[[Clock], Store], race: RaceFunction) -> None:
    assert race(MemoryPlace(faulty)) != []


@pytest.mark.slow
def test_processes_share_one_file(tmp_path: Path) -> None:
    path, chosen = tmp_path / "cmdb.sqlite", seed()
    with SQLitePlace(path).open() as store:
        request = changes(*(create(id_) for id_ in "abcd"))
        done = {1: (request, store.commit(request))}
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(work, [path] * PROCESSES, range(chosen, chosen + PROCESSES)))
    for request, commit in (pair for result in results for pair in result):
        assert commit.seq not in done
        done[commit.seq] = (request, commit)
    with SQLitePlace(path).open() as store:
        assert list(serial_violations(store, done)) == []
        assert write(store).seq == len(done) + 1


def work(path: Path, chosen: int) -> list[tuple[ChangeSet, Commit]]:
    """What one process does: random work, and what came of it."""
    choose, done = Random(chosen), []
    with SQLitePlace(path).open() as store:
        for _ in range(40):
            request = changes(*races.random_parts(choose))
            try:
                done.append((request, store.commit(request)))
            except (BadInput, Conflict, NotFound):
                continue
    return done
