"""Plans as people decide them: made from an input, applied once and to their end, or discarded."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from cmdb.errors import NotFound, PlanDecided, PlanStale, ScopeBusy
from cmdb.ingest.drafts import Drafts
from cmdb.ingest.guard import UNGUARDED, Guard
from cmdb.ingest.leases import Leases
from cmdb.ingest.orders import PATIENCE, Order, Sweep
from cmdb.ingest.plan_checking import is_as_planned, is_confirmed, moved, unconfirmed
from cmdb.ingest.plan_entries import refused_of, rows_of
from cmdb.ingest.plan_making import propose, reported
from cmdb.ingest.rehearsal import Rehearsal, rehearse
from cmdb.ingest.reports import ImportReport
from cmdb.ingest.session import Progress, Session, Steps, going_on
from cmdb.ingest.spool import Input, Spool
from cmdb.ingest.work import Work
from cmdb.model.plans import ROWS, Plan, PlanState
from cmdb.model.sources import Lease, Run, RunState, Scope
from cmdb.store.port import Store

ANEW: Final = "Make the plan anew, or import again."

_WAITING: Final = (PlanState.OPEN, PlanState.HELD, PlanState.STALE)


@dataclass(frozen=True, slots=True)
class Decision:
    """Who applies or discards a plan.

    ``confirm`` is the digest of what the plan would do now, or its first digits, given by whoever has seen that: only
    with it is a plan applied to a graph that has moved.  ``patience``: seconds to wait for a scope that a run holds.
    """

    actor: str
    confirm: str | None = None
    patience: float = PATIENCE


class Plans:
    """The plans of one store."""

    def __init__(self, store: Store, guard: Guard = UNGUARDED) -> None:
        """Plan for this store; ``guard`` says what an import would do to impact, and what it would be held for."""
        self._store = store
        self._guard = guard

    def make(self, inputs: Sequence[Input], order: Order, progress: Progress) -> tuple[Plan, ImportReport]:
        """Keep what importing all inputs would do as a plan; nothing of it is done, not even the run.

        A sweep that the order asks for is planned however much goes, unless the input was not read to its end.  Memory
        grows with what would change.
        """
        now = datetime.now(UTC)
        asked = replace(order, sweep=order.sweep and Sweep(planned_at=now), request_id=None)
        run = Run(str(uuid.uuid4()), order.source, order.actor, RunState.RUNNING, now)
        with Spool(inputs) as spool:
            work = Work(self._store, spool, asked, run, Steps(progress, spool.rows))
            rehearsal = rehearse(work, sorted(spool.scopes.union(order.scopes)))
            plan = propose(self._store, spool, asked, rehearsal, self._guard.examine(rehearsal))
        return plan, reported(rehearsal.report, plan)

    def one(self, plan_id: str) -> Plan:
        """A plan.

        Raises:
            NotFound: there is none of that id.
        """
        plan = self._store.plan(plan_id)
        if plan is None:
            raise NotFound(f"There is no plan {plan_id}.", hint="List them with `cmdb plan list`.")
        return plan

    def apply(self, plan_id: str, decision: Decision, progress: Progress) -> ImportReport:
        """Do what a plan says, once, by the same path as every import.

        It is planned again under the leases of its scopes and compared before anything is written.  A plan that broke
        off is applied to its end by the same run: what was written counts once.  Of several who apply one plan at a
        time the first one does it; the others wait, and are told who did.

        Raises:
            NotFound: there is no such plan.
            PlanDecided: it was applied, by the run that is named, or discarded, or its run was reverted.
            PlanStale: the graph has moved since it was made, or it would now do something else; nothing was written.
            ScopeBusy, Conflict, StoreError: as for a run.
        """
        self._undecided(plan_id)
        with self._turn(plan_id, decision.patience) as turn:

            def going_on_alone(done: int, rows: int) -> None:
                turn.renew()
                progress(done, rows)

            return self._alone(self._undecided(plan_id), decision, going_on_alone)

    def _alone(self, plan: Plan, decision: Decision, progress: Progress) -> ImportReport:
        run = self._run(plan, decision)
        absent = refused_of(self._store, plan.id)
        order = Order(
            decision.actor,
            plan.source,
            plan.reason,
            run.id,
            plan.scopes,
            _sweep_of(plan),
            decision.patience,
        )
        with Spool([partial(rows_of, self._store, plan.id)], absent) as spool:
            session = Session(self._store, spool, order, run, ends=plan.is_last)
            with session.leased(_nothing_to_tell):
                return self._apply(session, self._undecided(plan.id), decision, progress)

    def discard(self, plan_id: str, actor: str) -> Plan:
        """Decide that a plan is not applied; its rows are removed, what it would have done can still be read.

        Raises:
            NotFound: there is no such plan.
            PlanDecided: it was applied or begun, unless that was reverted, or discarded before.
        """
        plan = self.one(plan_id)
        is_open = plan.state in _WAITING or (plan.state is PlanState.APPLYING and self._is_reverted(plan))
        gone = replace(plan, state=PlanState.DISCARDED, decided_at=datetime.now(UTC), decided_by=actor)
        if not is_open or not self._store.move_plan(gone, plan.state):
            raise self._decided(self.one(plan_id))
        self._store.drop_plan_parts(plan_id, ROWS)
        run = self._store.run(plan.run_id) if plan.run_id else None
        if run is not None and run.state is RunState.HELD:
            message = f"held as plan {plan.id}, which {actor} discarded"
            self._store.put_run(replace(run, state=RunState.ABORTED, message=message))
        return gone

    def _undecided(self, plan_id: str) -> Plan:
        plan = self.one(plan_id)
        if plan.state.is_decided or (plan.state is PlanState.APPLYING and self._is_reverted(plan)):
            raise self._decided(plan)
        return plan

    def _decided(self, plan: Plan) -> PlanDecided:
        if plan.state is PlanState.DISCARDED:
            return PlanDecided(f"The plan {plan.id} was discarded by {plan.decided_by}.", hint=ANEW)
        word = "applied" if plan.state is PlanState.APPLIED else "begun"
        msg = f"The plan {plan.id} was {word} by {plan.decided_by} in run {plan.run_id}"
        details = {"plan": plan.id, "run": plan.run_id}
        if self._is_reverted(plan):
            return PlanDecided(f"{msg}, which was reverted.", hint=ANEW, details=details)
        hint = "" if plan.state is PlanState.APPLIED else "Apply it to its end, or revert its run."
        return PlanDecided(f"{msg}.", hint=hint, details=details)

    def _is_reverted(self, plan: Plan) -> bool:
        """Whether the run that applied a plan, or began to, was undone since."""
        run = self._store.run(plan.run_id) if plan.run_id else None
        return run is not None and run.state is RunState.REVERTED

    @contextmanager
    def _turn(self, plan_id: str, patience: float) -> Iterator[Leases]:
        """Apply a plan alone: its run holds its scopes whoever goes on with it, so the plan has a lease of its own.

        Raises:
            ScopeBusy: somebody else applies it for longer than is waited.
        """
        turn = Leases(self._store, f"{plan_id}/{uuid.uuid4()}", (Scope("plan", plan_id),), patience)
        try:
            turn.take(_nothing_to_tell)
        except ScopeBusy as error:
            msg = f"The plan {plan_id} is being applied by somebody else."
            raise ScopeBusy(msg, hint="Look at it again with `cmdb plan show`.", details=error.details) from error
        try:
            yield turn
        finally:
            turn.free()

    def _run(self, plan: Plan, decision: Decision) -> Run:
        """The run that was held or broke off goes on; a plan that was asked for becomes a new one."""
        run_id = plan.run_id or plan.id
        known = self._store.run(run_id)
        if known is not None:
            return going_on(known)
        return Run(run_id, plan.source, decision.actor, RunState.RUNNING, datetime.now(UTC))

    def _apply(self, session: Session, plan: Plan, decision: Decision, progress: Progress) -> ImportReport:
        begun = replace(plan, state=PlanState.APPLYING, run_id=session.before.id, decided_by=decision.actor)
        if session.before.batches >= plan.part:
            raise self._overtaken(plan)
        if plan.state is PlanState.APPLYING:
            with session.recorded():
                report = session.write(Steps(progress, session.spool.rows, session.step))
        else:
            report = self._begin(session, begun, plan, decision, Steps(progress, 2 * session.spool.rows, session.step))
        self._end(begun)
        return replace(report, plan_id=plan.id)

    def _begin(self, session: Session, begun: Plan, plan: Plan, decision: Decision, steps: Steps) -> ImportReport:
        """Rehearse, compare with what was planned, and write what was rehearsed."""
        with Drafts() as drafts:
            rehearsal = session.rehearse(steps, drafts)
            self._check(plan, rehearsal, decision)
            if not self._store.move_plan(begun, plan.state):
                raise self._decided(self.one(plan.id))
            with session.recorded():
                return session.replay(steps, rehearsal, drafts)

    def _overtaken(self, plan: Plan) -> PlanDecided | PlanStale:
        """The run has the part already: by this plan, of which only that was not written down, or without it."""
        if plan.state is not PlanState.APPLYING:
            return PlanStale(f"The run {plan.run_id} went on without the plan {plan.id}.")
        return self._decided(self._end(plan))

    def _end(self, begun: Plan) -> Plan:
        done = replace(begun, state=PlanState.APPLIED, decided_at=datetime.now(UTC))
        self._store.put_plan(done)
        self._store.drop_plan_parts(done.id, ROWS)
        return done

    def _check(self, plan: Plan, rehearsal: Rehearsal, decision: Decision) -> None:
        """Accept what would be done now.

        Raises:
            PlanStale: it is not what was planned, or not on what it was planned.
        """
        head = self._store.head()
        unmoved = is_as_planned(plan, rehearsal, head)
        if unmoved if decision.confirm is None else is_confirmed(decision.confirm, rehearsal, head):
            return
        if unmoved:
            raise unconfirmed(plan, rehearsal)
        if plan.state is not PlanState.STALE:
            self._store.move_plan(replace(plan, state=PlanState.STALE), plan.state)
        raise moved(self._store, plan, rehearsal, head)


def _sweep_of(plan: Plan) -> Sweep | None:
    """Whoever applies a plan has seen what goes, and what stays because its sweep was refused."""
    if plan.sweep is None:
        return None
    return Sweep() if plan.sweep.refusal else Sweep(planned_at=plan.created_at)


def _nothing_to_tell(_lease: Lease) -> None:
    """A plan that waits for its scopes is no run yet."""
