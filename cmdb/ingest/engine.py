"""The one engine of every import: plan, guard, write batch after batch, report every row honestly."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from cmdb.errors import PartOutOfOrder, RunOver, StoreError
from cmdb.ingest.drafts import Drafts
from cmdb.ingest.guard import UNGUARDED, Guard
from cmdb.ingest.orders import Order, Part, Sweep
from cmdb.ingest.plan_making import hold, supersede
from cmdb.ingest.rehearsal import Rehearsal, rehearse
from cmdb.ingest.remembering import fingerprint, remembered, repeated
from cmdb.ingest.reports import ImportReport
from cmdb.ingest.session import Progress, Session, Steps, ended, going_on, state_after
from cmdb.ingest.spool import Input, Spool
from cmdb.ingest.work import Work
from cmdb.model.sources import Run, RunState
from cmdb.store.port import Store

__all__ = ["Ingest", "Order", "Part", "Rehearsal", "Sweep"]


def no_progress(_done: int, _rows: int) -> None:
    """Nobody watches."""


class Ingest:
    """Imports observations into a store; a plan and a run take the same path."""

    def __init__(self, store: Store, guard: Guard = UNGUARDED) -> None:
        """Work on this store with its catalogue; ``guard`` says what is not written without a person's consent."""
        self._store = store
        self._guard = guard

    def plan(self, inputs: Sequence[Input], order: Order, progress: Progress = no_progress) -> ImportReport:
        """What :meth:`run` would do now, without writing anything (not even the run).

        Memory grows with what would change.
        """
        return self.judged(self.rehearse(inputs, order, progress))

    def judged(self, rehearsal: Rehearsal) -> ImportReport:
        """What was rehearsed, with what it would be held for."""
        reasons = () if self._guard.is_open else self._guard.judge(rehearsal).reasons
        return replace(rehearsal.report, held_because=reasons, state=RunState.HELD) if reasons else rehearsal.report

    def rehearse(self, inputs: Sequence[Input], order: Order, progress: Progress = no_progress) -> Rehearsal:
        """As :meth:`plan`, together with the graph as it would be.

        Memory grows with what would change.
        """
        with Spool(inputs) as spool:
            work = Work(self._store, spool, order, self.before(order), Steps(progress, spool.rows))
            return rehearse(work, sorted(spool.scopes.union(order.scopes)))

    def run(
        self,
        inputs: Sequence[Input],
        order: Order,
        progress: Progress = no_progress,
        part: Part | None = None,
    ) -> ImportReport:
        """Import all inputs: items of all of them first, then relationships, then what was dangling before.

        First the whole is rehearsed, unless the guard is open or the store is empty.  What goes beyond a limit is not
        written but kept as a plan for a person to decide, and the run is held.

        Each batch is one commit; a batch that changes nothing commits nothing.  When another writer was first, the
        batch is planned anew, so that no update is lost.  The run holds the scopes of its rows, so that nobody else
        imports them meanwhile.  A ``part`` that was taken before counts once; the run goes on until its last part.
        Each part is guarded by itself.  What came whole under a request id, and has come to its end, happens no more.

        Raises:
            FileMissing, FileMalformed: nothing was written.
            ScopeBusy: another run holds a scope for longer than the order's patience.
            PartOutOfOrder, RunOver: the part cannot be taken.
            IdempotencyMismatch: the request id was used for another input; its run stays as it is.
            Conflict: the same batch was overtaken too often.
            StoreError: the store is away; what was committed stays, and the same import goes on where it stopped.
        """
        before = self.before(order, part)
        if part is not None and part.number <= before.batches:
            with Spool(()) as nothing:
                work = Work(self._store, nothing, order, before, Steps(progress, 0))
                return work.tally.report(before.id, (work.base_seq, work.base_seq), dry_run=False)
        try:
            spool = Spool(inputs)
        except BaseException as error:
            self.broken_off(before, state_after(error), str(error))
            raise
        with spool:
            if part is None and order.request_id is not None:
                before = replace(before, fingerprint=fingerprint(spool))
                if (known := remembered(self._store, before)) is not None:
                    return repeated(self.rehearse(inputs, replace(order, sweep=None), progress).report, known)
            session = Session(self._store, spool, order, before, ends=part is None or part.last)
            with session.recorded(), session.leased(session.wait):
                report = self._guarded(session, order, progress)
                if order.request_id is not None and report.state is not RunState.HELD:
                    supersede(self._store, before)
                return report

    def _guarded(self, session: Session, order: Order, progress: Progress) -> ImportReport:
        rows = session.spool.rows
        if self._guard.is_open or self._store.head() == 0:
            return session.write(Steps(progress, rows, session.step))
        steps = Steps(progress, 2 * rows, session.step)
        with Drafts() as drafts:
            rehearsal = session.rehearse(steps, drafts)
            judgement = self._guard.judge(rehearsal)
            if judgement.reasons:
                return hold(self._store, session, order, rehearsal, judgement)
            return session.replay(steps, rehearsal, drafts)

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
        if part is not None and part.number > batches and not known.state.takes_parts:
            raise RunOver(f"The run {known.id} has ended: {known.state}.")
        return going_on(known)

    def broken_off(self, before: Run, state: RunState, message: str) -> None:
        """Write down that an input never came in whole: nothing of it was taken, and it can be sent again.

        A store that is away keeps the run as it was.
        """
        with suppress(StoreError):
            self._store.put_run(ended(before, state, message))
