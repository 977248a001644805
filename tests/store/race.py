"""Workers that write to one store at the same time, and whether what they did could have happened one by one."""

import os
import random
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from cmdb.errors import BadInput, CMDBError, Conflict, NotFound
from cmdb.model.commits import ChangeSet, Commit
from cmdb.store.port import Store
from tests.builders import Part, changes
from tests.store.answers import picture_of, plainly
from tests.store.model import Model
from tests.store.places import Place
from tests.store.views import MANY, read

WORKERS = 8
SECONDS = 60
"""How long a race may last."""
Job: TypeAlias = Callable[[Store, int], None]
Done: TypeAlias = Mapping[int, tuple[ChangeSet, Commit]]


class Race:
    """A place, what was done there under which ``seq``, what was refused, and what went wrong."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.done: dict[int, tuple[ChangeSet, Commit]] = {}
        self.refused: list[CMDBError] = []
        self.violations: list[str] = []
        self.start = threading.Barrier(WORKERS, timeout=SECONDS)
        self._lock = threading.Lock()

    def run(self, job: Job, workers: int = WORKERS) -> None:
        """Do the job in so many threads, each with a handle of its own."""
        all_there = threading.Barrier(workers + 1, timeout=SECONDS)
        threads = [
            threading.Thread(target=self._work, args=(job, number, all_there), daemon=True) for number in range(workers)
        ]
        for thread in threads:
            thread.start()
        all_there.wait()
        with quick_turns():
            for thread in threads:
                thread.join(SECONDS)
                self.expect(not thread.is_alive(), "a worker never ended")

    def commit(self, store: Store, *parts: Part, request_id: str | None = None) -> Commit | None:
        """Write and note what came of it; ``None`` when it was refused."""
        request = changes(*parts, request_id=request_id)
        try:
            commit = store.commit(request)
        except (Conflict, BadInput, NotFound) as refusal:
            self.refused.append(refusal)
            return None
        with self._lock:
            if not commit.replayed:
                self.expect(commit.seq not in self.done, f"the number {commit.seq} was given twice")
                self.done[commit.seq] = (request, commit)
        return commit

    def prepare(self, *parts: Part, request_id: str | None = None) -> None:
        """Found the store and write what the race is about."""
        with self.place.open() as store:
            self.commit(store, *parts, request_id=request_id)

    def expect(self, holds: bool, otherwise: str) -> None:  # noqa: FBT001 - the condition itself
        """Note a violation unless a condition holds."""
        if not holds:
            self.violations.append(otherwise)

    def expect_refusals(self, *kinds: type[CMDBError]) -> None:
        """Note every refusal of another kind."""
        self.violations += [repr(refusal) for refusal in self.refused if not isinstance(refusal, kinds)]

    def settled(self) -> list[str]:
        """All violations, those that only show afterwards too."""
        with self.place.open() as store:
            return [*self.violations, *serial_violations(store, self.done)]

    def _work(self, job: Job, number: int, all_there: threading.Barrier) -> None:
        all_there.wait()
        try:
            with self.place.open() as store:
                job(store, number)
        except Exception as error:  # noqa: BLE001 - whatever ends a worker is a finding of the race
            self.violations.append(f"worker {number}: {error!r}")
            self.start.abort()


@contextmanager
def quick_turns() -> Iterator[None]:
    """Threads take turns often, so that a gap of a few instructions is met.

    Only for threads that run already: one that starts under a tracer may die of it (CPython 3.11).
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def serial_violations(store: Store, done: Done) -> Iterable[str]:
    """In what the store differs from one that did the same change sets one by one in the order of their numbers."""
    head = store.head()
    if sorted(done) != list(range(1, head + 1)):
        yield f"the numbers up to {head} are not those that were given: {sorted(done)}"
        return
    if list(store.commits(0, MANY)) != [done[seq][1] for seq in sorted(done)]:
        yield "the feed does not repeat what was answered"
    model = Model()
    for seq in sorted(done):
        request, commit = done[seq]
        if refusals := model.refusals(request):
            yield f"commit {seq} should have been refused: {refusals}"
            return
        if model.apply(request) != (commit.created, commit.updated, commit.related, commit.unrelated):
            yield f"commit {seq} counts wrongly"
        if picture_of(*read(store.graph(at=seq))) != plainly(model.now):
            yield f"the graph after commit {seq} is not what the commits up to it make"
    if picture_of(*read(store.graph())) != plainly(model.now):
        yield "the live graph is not what the commits make"


def seed() -> int:
    """The seed of a random race, printed; ``CMDB_TEST_SEED`` repeats one."""
    chosen = int(os.environ.get("CMDB_TEST_SEED") or random.randrange(10**6))
    print(f"repeat with CMDB_TEST_SEED={chosen}")  # noqa: T201 - shown when the test fails
    return chosen
