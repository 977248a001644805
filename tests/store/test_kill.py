"""A writer that is killed in the middle of its work loses nothing acknowledged and leaves no half batch."""

import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from cmdb.model.commits import ChangeSet
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.builders import changes, create, gadgets, write
from tests.store.conftest import KINDS
from tests.store.places import Place
from tests.store.race import seed
from tests.store.views import MANY, read
from tests.store.writing_process import batch, described

KILLS = {"sqlite": 16, "neo4j-5.26": 7, "neo4j-2026": 7}
LONGEST_LIFE = 0.3
"""Seconds from a writer's first acknowledgement to its end, at most."""
ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS[1:], indirect=True)
def test_a_writer_killed_again_and_again_has_all_or_nothing_of_each_batch(place: Place, kind: str) -> None:
    choose = random.Random(seed())
    with place.open() as store:
        write(store, create("hub"))
    last = 0
    for _ in range(KILLS[kind]):
        last = killed_writer(place, last + 1, choose.uniform(0, LONGEST_LIFE))
        with place.open() as store:
            assert violations_at_rest(store, at_least=last, at_most=last + 1) == []
            last += 1
            commit = store.commit(batch(last))
            assert commit.seq == last + 1
            assert violations_at_rest(store, at_least=last, at_most=last) == []


def killed_writer(place: Place, start: int, life: float) -> int:
    """Let a process write from a number on, kill it, and return the last number that it saw acknowledged."""
    command = [sys.executable, "-m", "tests.store.writing_process", described(place), str(start)]
    writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(life)
    writer.kill()
    rest, errors = writer.communicate()
    assert first, errors
    return int((first + rest).split()[-1])


def violations_at_rest(store: Store, at_least: int, at_most: int) -> list[str]:
    """As :func:`violations`; read anew when what a dead writer had sent was committed meanwhile."""
    while True:
        head = store.head()
        found = list(violations(store, at_least, at_most))
        if store.head() == head:
            return found


def violations(store: Store, at_least: int, at_most: int) -> Iterable[str]:
    """In what the store differs from one that holds the hub and the batches up to a number between the two."""
    commits = list(store.commits(0, MANY))
    last = len(commits) - 1
    if not at_least <= last <= at_most:
        yield f"{last} batches were committed, not {at_least} to {at_most}"
    if [commit.seq for commit in commits] != list(range(1, store.head() + 1)):
        yield "the numbers have gaps"
    batches = [batch(number) for number in range(1, last + 1)]
    if [commit.request_id for commit in commits[1:]] != [request.request_id for request in batches]:
        yield "the commits are not the batches in order"
    yield from content_violations(store, batches)


def content_violations(store: Store, batches: list[ChangeSet]) -> Iterable[str]:
    """In what the graph and the records differ from exactly these batches."""
    items, edges = read(store.graph())
    if [item.id for item in items] != sorted(["hub", *(made.id for request in batches for made in request.creates)]):
        yield "the items are not those of whole batches"
    if [edge.key for edge in edges] != sorted(put.key for request in batches for put in request.relationships):
        yield "the edges are not those of whole batches"
    bindings = {(record.scope, record.key) for request in batches for record in request.records}
    if store.records(bindings).keys() != bindings:
        yield "the source records are not those of whole batches"
    weights = [version.attributes.get("weight") for version in store.history("hub")]
    if weights != [None, *range(1, len(batches) + 1)]:
        yield "the versions of the hub are not those of whole batches"


def test_the_check_finds_what_a_kill_could_leave() -> None:
    whole, one = [batch(1), batch(2)], batch(3)
    create_only = changes(*one.creates, request_id=one.request_id)
    edgeless = changes(*one.creates, *one.updates, *one.records, request_id=one.request_id)
    assert found(whole, at_least=2, at_most=3) == []
    assert found([*whole, one], at_least=2, at_most=3) == []
    assert found(whole, at_least=3, at_most=4) == ["2 batches were committed, not 3 to 4"]
    assert len(found([*whole, create_only], at_least=2, at_most=3)) == 3
    assert found([*whole, edgeless], at_least=2, at_most=3) == ["the edges are not those of whole batches"]
    twice = changes(*one.updates, request_id="again")
    assert "the commits are not the batches in order" in found([*whole, twice], at_least=2, at_most=3)


def found(requests: list[ChangeSet], at_least: int, at_most: int) -> list[str]:
    store = MemoryStore(gadgets())
    write(store, create("hub"))
    for request in requests:
        store.commit(request)
    return list(violations(store, at_least, at_most))
