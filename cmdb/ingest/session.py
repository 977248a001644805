"""One call of an import: under its leases, with the state of its run right at every moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias

from cmdb.errors import StoreError
from cmdb.ingest.ahead import go_ahead
from cmdb.ingest.drafts import Drafts
from cmdb.ingest.leases import Leases
from cmdb.ingest.orders import Order
from cmdb.ingest.rehearsal import Rehearsal, rehearse
from cmdb.ingest.reports import ImportReport
from cmdb.ingest.spool import Spool
from cmdb.ingest.stages import Writing
from cmdb.ingest.sweeping import sweep
from cmdb.ingest.work import Work
from cmdb.model.sources import Lease, Run, RunState, Scope
from cmdb.store.port import Store

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many rows are done, of how many."""

EVERY_SECONDS = 1.0
"""How often the state of a run is written while it goes on."""


class Session:
    """What a run was before, and what this input adds to it; ``ends``: whether the run is over with it."""

    def __init__(self, store: Store, spool: Spool, order: Order, before: Run, *, ends: bool = True) -> None:
        """Prepare; nothing is held or written yet."""
        sources = sorted({scope.source for scope in spool.scopes})
        self.scopes: tuple[Scope, ...] = tuple(sorted(spool.scopes.union(order.scopes, before.scopes)))
        self.spool = spool
        self.before = replace(before, source=before.source or ", ".join(sources))
        self.ends = ends
        self._store = store
        self._order = order
        self._leases = Leases(store, before.id, self.scopes, order.patience)
        self._work: Work | None = None
        self._is_recorded = False

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Write down how the run ends when the block breaks off."""
        self._is_recorded = True
        try:
            yield
        except BaseException as error:
            with suppress(StoreError):  # the store may be what is away; the run then stays as it was last seen
                self._store.put_run(ended(self._so_far(), state_after(error), str(error)))
            raise

    @contextmanager
    def leased(self, waiting: Callable[[Lease], None]) -> Iterator[None]:
        """Hold the scopes in the block and, unless the run ends with it, beyond.

        ``waiting`` is told of what others hold.

        Raises:
            ScopeBusy: another run holds one of them for longer than the order's patience.
        """
        try:
            self._leases.take(waiting)
            yield
        except BaseException:
            with suppress(StoreError):
                self._leases.free()
            raise
        if self.ends:
            self._leases.free()

    def wait(self, lease: Lease) -> None:
        """Say in the run what it waits for."""
        message = f"waits for run {lease.run_id}, which holds {lease.scope}"
        self._store.put_run(replace(self._so_far(), message=message))

    def rehearse(self, watch: Callable[[int], None], drafts: Drafts) -> Rehearsal:
        """Plan everything, and write nothing; what would be written is kept among the drafts."""
        work = Work(self._store, self.spool, self._order, self.before, watch)
        drafts.head = work.base_seq
        return rehearse(work, self.scopes, drafts, ends=self.ends)

    def write(self, watch: Callable[[int], None]) -> ImportReport:
        """Plan and write everything."""
        work = self._begun(Work(self._store, self.spool, self._order, self.before, watch))
        self._go(work, Writing(self._store, work.run_id, work.at))
        return self._end(work)

    def replay(self, watch: Callable[[int], None], rehearsal: Rehearsal, drafts: Drafts) -> ImportReport:
        """Write what was rehearsed; from where somebody else wrote meanwhile, it is planned anew."""
        work = Work(self._store, self.spool, self._order, self.before, watch, rehearsal.reading)
        stage = Writing(self._store, self._begun(work).run_id, work.at)
        if work.replay(drafts, stage):
            work.tally.sweep = rehearsal.report.sweep
        else:
            self._go(work, stage)
        return self._end(work)

    def _begun(self, work: Work) -> Work:
        self._work = work
        self._store.put_run(self._so_far())
        return work

    def _go(self, work: Work, stage: Writing) -> None:
        if self._store.works_elsewhere:
            go_ahead(work, stage)
        else:
            work.go(stage)
        if self._order.sweep is not None and self.ends:
            work.tally.sweep = sweep(work, self._order.sweep, self.scopes, stage)

    def _end(self, work: Work) -> ImportReport:
        report = work.tally.report(work.run_id, (work.base_seq, self._store.head()), dry_run=False)
        run = self._so_far()
        done = replace(run, batches=self.before.batches + 1, taken=run.counts)
        if self.ends:
            message = report.sweep.refusal if report.sweep is not None else ""
            done = ended(done, _worst(done, report), message)
        self._store.put_run(done)
        return report

    def hold(self, message: str) -> None:
        """Nothing of this input is written: say so in the run, and let others have the scopes."""
        self._store.put_run(ended(replace(self.before, scopes=self.scopes), RunState.HELD, message))
        self._leases.free()

    def step(self) -> None:
        """Keep the leases, and say how far the run is; what is only rehearsed of a plan is no run yet."""
        self._leases.renew()
        if self._is_recorded:
            message = "is planned" if self._work is None else ""
            self._store.put_run(replace(self._so_far(), message=message))

    def _so_far(self) -> Run:
        """The run as it stands; ``rows`` is how many there are so far, ``read`` how many of them are done."""
        counts = {**self.before.counts, "rows": self.before.counts.get("rows", 0) + self.spool.rows}
        for name, number in (self._work.counts() if self._work is not None else {}).items():
            counts[name] = counts.get(name, 0) + number
        return replace(self.before, scopes=self.scopes, counts=counts)


class Steps:
    """Passes progress on, and does something about once a second beside it."""

    def __init__(self, progress: Progress, rows: int, every_second: Callable[[], None] = lambda: None) -> None:
        """``rows`` are all that will be done."""
        self._progress = progress
        self._rows = rows
        self._done = 0
        self._every_second = every_second
        self._last = datetime.now(UTC)

    def __call__(self, rows: int) -> None:
        """So many more rows are done."""
        self._done += rows
        self._progress(self._done, self._rows)
        now = datetime.now(UTC)
        if (now - self._last).total_seconds() >= EVERY_SECONDS:
            self._last = now
            self._every_second()


def state_after(error: BaseException) -> RunState:
    """Failed after an error, aborted when somebody stopped it."""
    return RunState.FAILED if isinstance(error, Exception) else RunState.ABORTED


def ended(run: Run, state: RunState, message: str) -> Run:
    """A run that is over."""
    return replace(run, state=state, finished_at=datetime.now(UTC), message=message)


def going_on(run: Run) -> Run:
    """A run as it was after the last part that was taken in whole."""
    return replace(run, state=RunState.RUNNING, finished_at=None, message="", counts=run.taken)


def _worst(run: Run, report: ImportReport) -> RunState:
    """How the run ends: well only when all its parts did."""
    bad = run.counts.get("failed", 0) or run.counts.get("incomplete", 0) or not report.complete
    return RunState.SUCCEEDED_WITH_ERRORS if bad else RunState.SUCCEEDED
