"""Batches that are planned while the one before is being written."""

from collections.abc import Callable, Collection, Mapping
from threading import Semaphore
from typing import ClassVar

import pytest
from typing_extensions import override

from cmdb.errors import StoreUnavailable
from cmdb.ingest import batches
from cmdb.ingest.behind import Behind, Touched
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.observations import Observation
from cmdb.model.queries import Direction
from cmdb.model.sources import Bond, RunState, Scope
from cmdb.store.memory import MemoryStore
from tests.builders import Part, changes, create, gadgets, link, patch, said, unlink
from tests.ingest.graphs import arrows, item, names, plain
from tests.ingest.rows import CLOUD, ci, edge, load
from tests.ingest.watched import OvertakenStore


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a batch."""
    monkeypatch.setattr(batches, "ROWS", 2)


class SlowStore(MemoryStore):
    """Ends a commit only once something is asked for the next batch, or a while after the last one."""

    works_elsewhere: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__(gadgets())
        self.questions = Semaphore(0)
        self.met = 0

    @override
    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
        self.questions.release()
        return super().bonds(bindings)

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        self.questions.acquire()  # for this very batch
        if self.questions.acquire(timeout=0.2):
            self.questions.release()
            self.met += 1
        return super().commit(changes)


def test_a_batch_is_planned_while_the_one_before_is_written() -> None:
    store = SlowStore()
    report = load(store, *(ci(f"h{number}") for number in range(6)))
    assert (report.counts.created, store.head()) == (6, 3)
    assert store.met == 2


def test_what_follows_on_a_batch_is_the_same_however_slowly_it_is_written() -> None:
    rows: list[Observation] = [
        ci("a", serial="S-1"),
        ci("b"),
        ci("c", scope=CLOUD, name="a", serial="S-1", vendor="V"),
        ci("d", scope=CLOUD, serial="S-4"),
        edge("a", "LINKED_TO", "b"),
        edge("b", "LINKED_TO", "a"),
        edge("c", "LINKED_TO", "racks/hall-1#b", scope=CLOUD),
        edge("a", "LINKED_TO", "cloud/eu#d"),
    ]
    slow, plainly = SlowStore(), MemoryStore(gadgets())
    for store in (slow, plainly):
        load(store, *rows)
    assert names(slow) == ["a", "b", "d"]
    assert item(slow, "a").attributes == {"serial": "S-1", "vendor": "V"}
    assert plain(slow) == plain(plainly)


class OvertakenElsewhere(OvertakenStore):
    """Lets somebody else write just before a commit."""

    works_elsewhere: ClassVar[bool] = True


def test_a_plan_that_follows_on_a_batch_that_was_overtaken_is_made_anew() -> None:
    store = OvertakenElsewhere()
    store.waiting = [lambda: load(store, ci("z", scope=CLOUD, name="c", serial="S-3"))]
    rows: list[Observation] = [ci("a"), ci("b"), ci("c", serial="S-3"), ci("d"), edge("c", "LINKED_TO", "a")]
    report = load(store, *rows)
    assert names(store) == ["a", "b", "c", "d"]
    assert (report.counts.created, arrows(store)) == (3, ["c LINKED_TO a"])


class Broken(MemoryStore):
    """Answers no question about the second batch."""

    works_elsewhere: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__(gadgets())
        self.left = 1

    @override
    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
        self.left -= 1
        if self.left < 0:
            raise StoreUnavailable("The store does not answer.")
        return super().bonds(bindings)


def test_a_batch_on_its_way_counts_when_the_next_one_cannot_be_planned() -> None:
    store = Broken()
    with pytest.raises(StoreUnavailable):
        load(store, *(ci(f"h{number}") for number in range(4)))
    run = store.runs(1)[0]
    assert (run.state, run.counts["created"], run.counts["read"]) == (RunState.FAILED, 2, 2)


# --- what is waited for

ADDED = changes(create("a"), link("a", "b"), said("a", "a"))
READS: dict[str, tuple[bool, Callable[[Behind], object]]] = {
    "an item that is created": (True, lambda reader: reader.items(["a"])),
    "an end of an edge": (False, lambda reader: reader.items(["b"])),
    "its name": (True, lambda reader: reader.named([("Gadget", "a")])),
    "another name": (False, lambda reader: reader.named([("Gadget", "b")])),
    "its identity": (True, lambda reader: reader.identified([ADDED.creates[0].identity_key])),
    "another identity": (False, lambda reader: reader.identified(["x"])),
    "an edge": (True, lambda reader: reader.relationships([ADDED.relationships[0].key])),
    "another edge": (False, lambda reader: reader.relationships(["LINKED_TO|b|a"])),
    "edges at an end": (True, lambda reader: reader.relationships_of(["b"], Direction.IN, ["LINKED_TO"])),
    "edges elsewhere": (False, lambda reader: reader.relationships_of(["c"], Direction.IN, ["LINKED_TO"])),
    "a source record": (True, lambda reader: reader.records([(ADDED.records[0].scope, "a")])),
    "its bond": (True, lambda reader: reader.bonds([(ADDED.records[0].scope, "a")])),
    "another source record": (False, lambda reader: reader.bonds([(ADDED.records[0].scope, "b")])),
    "what is said of it": (True, lambda reader: reader.records_of(["a"])),
    "what is said of another": (False, lambda reader: reader.records_of(["b"])),
}


@pytest.mark.parametrize("what", READS)
def test_only_what_a_batch_adds_is_waited_for(what: str) -> None:
    waits, read = READS[what]
    waited: list[bool] = []
    read(Behind(MemoryStore(gadgets()), Touched.by(ADDED, ()), lambda: waited.append(True)))
    assert bool(waited) is waits


@pytest.mark.parametrize("change", [patch("a", motto="x"), unlink("a", "b")])
def test_what_a_batch_replaces_is_not_known_so_that_all_is_waited_for(change: Part) -> None:
    assert Touched.by(changes(change), ()).is_all


def test_a_record_that_was_there_before_may_have_spoken_of_anything() -> None:
    binding = (ADDED.records[0].scope, ADDED.records[0].key)
    assert Touched.by(ADDED, {binding}).is_all
    assert not Touched.by(ADDED, {(CLOUD, "x")}).is_all
