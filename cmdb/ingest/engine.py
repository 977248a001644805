"""The one engine of every import: plan in batches, write each atomically, report every row honestly."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeAlias

from cmdb.errors import PartOutOfOrder, RunOver, StoreError
from cmdb.ingest.leases import Leases
from cmdb.ingest.orders import Order, Part, Sweep
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.reports import ImportReport
from cmdb.ingest.spool import Input, Spool
from cmdb.ingest.sweeping import sweep
from cmdb.ingest.work import Work
from cmdb.model.sources import Lease, Run, RunState, Scope
from cmdb.store.port import Store

__all__ = ["Ingest", "Order", "Part", "Rehearsal", "Sweep"]

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many rows are done, of how many."""

EVERY_SECONDS = 1.0
"""How often the state of a run is written while it goes on."""


def _no_progress(_done: int, _rows: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A run that was planned to its end and not written: its report, and the graph as it would be."""

    report: ImportReport
    overlay: Overlay


class Ingest:
    """Imports observations into a store; a plan and a run take the same path."""

    def __init__(self, store: Store) -> None:
        """Work on this store with its catalogue."""
        self._store = store

    def plan(self, inputs: Sequence[Input], order: Order, progress: Progress = _no_progress) -> ImportReport:
        """What :meth:`run` would do now, without writing anything (not even the run).

        Memory grows with what would change.
        """
        return self.rehearse(inputs, order, progress).report

    def rehearse(self, inputs: Sequence[Input], order: Order, progress: Progress = _no_progress) -> "Rehearsal":
        """As :meth:`plan`, together with the graph as it would be.

        Memory grows with what would change.
        """
        with Spool(inputs) as spool:
            work = Work(self._store, spool, order, self.before(order), _Steps(progress, spool.rows))
            overlay = Overlay(self._store, work.base_seq)
            work.go(overlay, lambda changes, _seen: overlay.absorb(changes))
            if order.sweep is not None:
                scopes = spool.scopes.union(order.scopes)
                work.tally.sweep = sweep(work, scopes, overlay, lambda changes, _seen: overlay.absorb(changes))
            report = work.tally.report(work.run_id, (work.base_seq, self._store.head()), dry_run=True)
            return Rehearsal(report, overlay)

    def run(
        self,
        inputs: Sequence[Input],
        order: Order,
        progress: Progress = _no_progress,
        part: Part | None = None,
    ) -> ImportReport:
        """Import all inputs: items of all of them first, then relationships, then what was dangling before.

        Each batch is one commit; a batch that changes nothing commits nothing.  When another writer was first, the
        batch is planned anew, so that no update is lost.  The run holds the scopes of its rows, so that nobody else
        imports them meanwhile.  A ``part`` that was taken before counts once; the run goes on until its last part.

        Raises:
            FileMissing, FileMalformed: nothing was written.
            ScopeBusy: another run holds a scope for longer than the order's patience.
            PartOutOfOrder, RunOver: the part cannot be taken.
            Conflict: the same batch was overtaken too often.
            StoreError: the store is away; what was committed stays, and the same import goes on where it stopped.
        """
        before = self.before(order, part)
        if part is not None and part.number <= before.batches:
            with Spool(()) as nothing:
                work = Work(self._store, nothing, order, before, _Steps(progress, 0))
                return work.tally.report(before.id, (work.base_seq, work.base_seq), dry_run=False)
        try:
            spool = Spool(inputs)
        except BaseException as error:
            self.broken_off(before, _state_after(error), str(error))
            raise
        with spool:
            return _Session(self._store, spool, order, before).run(progress, part)

    def before(self, order: Order, part: Part | None = None) -> Run:
        """The run as it is before an input, or a part of one, is taken: new, unless earlier parts of it were sent.

        Raises:
            PartOutOfOrder, RunOver: the part cannot be taken.
        """
        sources = sorted({scope.source for scope in order.scopes})
        new = Run(
            id=order.request_id or str(uuid.uuid4()),
            source=order.source or ", ".join(sources),
            actor=order.actor,
            state=RunState.RUNNING,
            started_at=datetime.now(UTC),
        )
        known = self._store.run(new.id) if part is not None else None
        batches = known.batches if known is not None else 0
        if part is not None and not 1 <= part.number <= batches + 1:
            raise PartOutOfOrder(f"Part {part.number} was sent after part {batches}.", hint=f"Send part {batches + 1}.")
        if known is None:
            return new
        if part is not None and part.number > batches and known.state not in _OPEN:
            raise RunOver(f"The run {known.id} has ended: {known.state}.")
        return replace(known, state=RunState.RUNNING, finished_at=None, message="")

    def broken_off(self, before: Run, state: RunState, message: str) -> None:
        """Write down that an input never came in whole: nothing of it was taken, and it can be sent again.

        A store that is away keeps the run as it was.
        """
        with suppress(StoreError):
            self._store.put_run(_ended(before, state, message))


_OPEN = {RunState.RUNNING, RunState.FAILED, RunState.ABORTED}
"""States of a run to which further parts can be sent: a part that failed is sent again."""


def _state_after(error: BaseException) -> RunState:
    """Failed after an error, aborted when somebody stopped it."""
    return RunState.FAILED if isinstance(error, Exception) else RunState.ABORTED


def _ended(run: Run, state: RunState, message: str) -> Run:
    return replace(run, state=state, finished_at=datetime.now(UTC), message=message)


class _Session:
    """One call of :meth:`Ingest.run`: what the run was before, and what this input adds to it."""

    def __init__(self, store: Store, spool: Spool, order: Order, before: Run) -> None:
        self._store = store
        self._spool = spool
        self._order = order
        sources = sorted({scope.source for scope in spool.scopes})
        self._before = replace(before, source=before.source or ", ".join(sources))
        self._scopes: tuple[Scope, ...] = tuple(sorted(spool.scopes.union(order.scopes, before.scopes)))
        self._leases = Leases(store, before.id, self._scopes, order.patience)

    def run(self, progress: Progress, part: Part | None) -> ImportReport:
        """Everything, under leases; the state of the run is right at every moment, whatever happens."""
        work: Work | None = None
        try:
            self._leases.take(self._waiting)
            self._put(self._with_counts(None))
            steps = _Steps(progress, self._spool.rows, lambda: self._step(work))
            work = Work(self._store, self._spool, self._order, self._before, steps)
            report = self._work(work, part)
        except BaseException as error:
            with suppress(StoreError):  # the store may be what is away; the run then stays as it was last seen
                self._put(_ended(self._with_counts(work), _state_after(error), str(error)))
            with suppress(StoreError):
                self._leases.free()
            raise
        return report

    def _work(self, work: Work, part: Part | None) -> ImportReport:
        work.go(self._store, work.write)
        is_last = part is None or part.last
        if self._order.sweep is not None and is_last:
            work.tally.sweep = sweep(work, self._scopes, self._store, work.write)
        report = work.tally.report(work.run_id, (work.base_seq, self._store.head()), dry_run=False)
        done = replace(self._with_counts(work), batches=self._before.batches + 1)
        if is_last:
            message = report.sweep.refusal if report.sweep is not None else ""
            done = _ended(done, _worst(done, report), message)
        self._put(done)
        if is_last:
            self._leases.free()
        return report

    def _step(self, work: Work | None) -> None:
        self._leases.renew()
        self._put(self._with_counts(work))

    def _waiting(self, lease: Lease) -> None:
        message = f"waits for run {lease.run_id}, which holds {lease.scope}"
        self._put(replace(self._with_counts(None), message=message))

    def _with_counts(self, work: Work | None) -> Run:
        """The run as it stands; ``rows`` is how many there are so far, ``read`` how many of them are done."""
        counts = {**self._before.counts, "rows": self._before.counts.get("rows", 0) + self._spool.rows}
        for name, number in (work.tally.plain_counts() if work is not None else {}).items():
            counts[name] = counts.get(name, 0) + number
        return replace(self._before, scopes=self._scopes, counts=counts)

    def _put(self, run: Run) -> None:
        self._store.put_run(run)


class _Steps:
    """Passes progress on, and does something about once a second beside it."""

    def __init__(self, progress: Progress, rows: int, every_second: Callable[[], None] = lambda: None) -> None:
        self._progress = progress
        self._rows = rows
        self._done = 0
        self._every_second = every_second
        self._last = datetime.now(UTC)

    def __call__(self, rows: int) -> None:
        self._done += rows
        self._progress(self._done, self._rows)
        now = datetime.now(UTC)
        if (now - self._last).total_seconds() >= EVERY_SECONDS:
            self._last = now
            self._every_second()


def _worst(run: Run, report: ImportReport) -> RunState:
    """How the run ends: well only when all its parts did."""
    bad = run.counts.get("failed", 0) or run.counts.get("incomplete", 0) or not report.complete
    return RunState.SUCCEEDED_WITH_ERRORS if bad else RunState.SUCCEEDED
