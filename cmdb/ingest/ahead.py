"""Batches that are planned while the one before is still being written.

Planning and writing take turns in an import, and each would wait for the other: the planner for the answer of the
server, the server for the next plan.  Here a thread of its own writes a batch while the next one is planned; what the
first one may alter is read only after it.  At most one batch is on its way.  Should it not go in as it was planned, the
plan that follows on it is forgotten and made anew, so that what is written is the same as without any of this.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from cmdb.errors import CMDBError, IdempotencyMismatch, TooHeavy
from cmdb.ingest.attempts import OVERTAKEN
from cmdb.ingest.behind import Behind, Touched
from cmdb.ingest.drafts import Draft
from cmdb.ingest.stages import Stage
from cmdb.ingest.work import Plan, Row, Work
from cmdb.model.commits import Commit


@dataclass(frozen=True, slots=True)
class _Flight:
    """A write on its way, planned at a head, with what it alters and what will have become of it.

    ``again`` plans and writes its batch in the usual way.
    """

    draft: Draft
    head: int
    touched: Touched
    outcome: "Future[Commit | None]"
    again: Callable[[], None]

    @property
    def next_head(self) -> int:
        """The head that the next batch is planned at, if nobody else writes."""
        return self.head if self.draft.changes.is_empty else self.head + 1


def go_ahead(work: Work, stage: Stage) -> None:
    """As :meth:`Work.go`, each batch planned while the one before is written.

    It pays off where another process writes; where this one does, both would only take the interpreter from each other.
    """
    with ThreadPoolExecutor(1, "import") as writer:
        ahead = _Ahead(work, stage, writer)
        try:
            work.take_in(ahead.take)
        except BaseException:
            with suppress(CMDBError):  # what was written until then counts
                ahead.land()
            raise
        ahead.land()
    work.retry_unresolved(stage)


class _Ahead:
    """Takes the batches of one run; one of them may be on its way."""

    def __init__(self, work: Work, stage: Stage, writer: ThreadPoolExecutor) -> None:
        self._work = work
        self._stage = stage
        self._writer = writer
        self._flight: _Flight | None = None

    def take(self, rows: list[Row], number: str, plan: Plan[Row]) -> None:
        """Plan a batch that follows on the one on its way, and send it after it."""
        batch = self._work.batch(rows, number)
        is_done = self._work.is_done(batch)
        head = self._flight.next_head if self._flight is not None else self._work.store.head()
        reader = self._reader()
        planned = plan(rows, self._work.context(reader))
        again = partial(self._work.take, rows, number, plan, self._stage)
        if not self.land():
            again()
            return
        draft = batch.draft(planned.without_changes() if is_done else planned, head)
        touched = Touched.by(draft.changes, reader.known)
        self._flight = _Flight(draft, head, touched, self._writer.submit(self._stage.write, draft), again)

    def land(self) -> bool:
        """Wait for the batch on its way; whether the store is as it was taken to be when planning went on.

        What somebody else was faster than, or what is too heavy, is taken once more in the usual way.
        """
        flight, self._flight = self._flight, None
        if flight is None:
            return True
        try:
            commit = flight.outcome.result()
        except IdempotencyMismatch:
            raise
        except (TooHeavy, *OVERTAKEN):
            flight.again()
            return False
        return self._work.has_written(flight.draft, commit, self._stage)

    def _reader(self) -> Behind:
        before = self._flight
        if before is None:
            return Behind(self._work.store, Touched(), lambda: None)
        return Behind(self._work.store, before.touched, lambda: wait([before.outcome]))
