"""Keeping what was rehearsed as a plan: because somebody asked for it, or because it went beyond a limit."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

from cmdb.ingest.guard import Judgement
from cmdb.ingest.orders import Order
from cmdb.ingest.plan_entries import keep
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.ingest.reports import ImportReport, SweepReport
from cmdb.ingest.session import Session
from cmdb.ingest.spool import Spool
from cmdb.model.plans import Plan, PlannedSweep, PlanState
from cmdb.model.sources import Run, RunState
from cmdb.store.port import Store


def hold(store: Store, session: Session, order: Order, rehearsal: Rehearsal, judgement: Judgement) -> ImportReport:
    """Keep a run that goes beyond a limit as a plan, and say so in the run; a run that is sent again has one plan."""
    run = session.before
    plan = replace(
        _header(held_plan_id(run.id, run.batches + 1), order, rehearsal, judgement),
        source=run.source,
        state=PlanState.HELD,
        run_id=run.id,
        part=run.batches + 1,
        is_last=session.ends,
    )
    _keep(store, plan, session.spool, rehearsal, judgement)
    session.hold(f"held as plan {plan.id}: {' '.join(judgement.reasons)}")
    return reported(rehearsal.report, plan)


def supersede(store: Store, run: Run) -> None:
    """The next part of a run was written: it takes the place of what was held when it was sent before."""
    plan = store.plan(held_plan_id(run.id, run.batches + 1))
    if plan is not None:
        store.move_plan(replace(plan, state=PlanState.STALE), PlanState.HELD)


def propose(store: Store, spool: Spool, order: Order, rehearsal: Rehearsal, judgement: Judgement) -> Plan:
    """Keep what was rehearsed as a plan that somebody asked for; its id is that of the run that was rehearsed."""
    plan = _header(rehearsal.report.run_id, order, rehearsal, judgement)
    _keep(store, plan, spool, rehearsal, judgement)
    return plan


def held_plan_id(run_id: str, part: int) -> str:
    """The id of the plan that a part of a run is held as."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"held {run_id} {part}"))


def reported(report: ImportReport, plan: Plan) -> ImportReport:
    """A report that says as what plan it is kept."""
    state = RunState.HELD if plan.state is PlanState.HELD else report.state
    return replace(report, state=state, held_because=plan.held_because, plan_id=plan.id)


def _header(plan_id: str, order: Order, rehearsal: Rehearsal, judgement: Judgement) -> Plan:
    report = rehearsal.report
    sources = sorted({scope.source for scope in rehearsal.scopes})
    return Plan(
        id=plan_id,
        digest=report.digest,
        base_seq=report.base_seq,
        actor=order.actor,
        reason=order.reason,
        source=order.source or ", ".join(sources),
        scopes=tuple(rehearsal.scopes),
        state=PlanState.OPEN,
        created_at=datetime.now(UTC),
        changes=len(rehearsal.changes),
        counts=report.plain_counts(),
        sweep=_swept(report.sweep),
        held_because=judgement.reasons,
    )


def _swept(sweep: SweepReport | None) -> PlannedSweep | None:
    return None if sweep is None else PlannedSweep(sweep.items, sweep.relationships, sweep.refusal)


def _keep(store: Store, plan: Plan, spool: Spool, rehearsal: Rehearsal, judgement: Judgement) -> None:
    """The entries first: a plan that can be found is complete."""
    keep(store, plan.id, spool, rehearsal, judgement)
    store.put_plan(plan)
