"""Import plans as text and as plain JSON values."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC

from rich.console import RenderableType

from cmdb.app.plan_views import PlanView
from cmdb.app.rendering.effects import effects_json, effects_report
from cmdb.app.rendering.import_report import attention, change_json, change_row, import_json
from cmdb.app.rendering.lines import columns, line, number_of, section, title
from cmdb.ingest.guard import Measured
from cmdb.ingest.reports import ImportReport
from cmdb.model.plans import Plan, PlannedSweep, PlanPage, PlanState
from cmdb.model.values import iso
from cmdb.practices.policy.foreseeing import effects_of


def plan_json(plan: Plan) -> dict[str, object]:
    """The header of a plan."""
    return {
        "id": plan.id,
        "state": plan.state,
        "digest": plan.digest,
        "base_seq": plan.base_seq,
        "source": plan.source,
        "scopes": [str(scope) for scope in plan.scopes],
        "actor": plan.actor,
        "reason": plan.reason,
        "created_at": iso(plan.created_at),
        "held_because": list(plan.held_because),
        "counts": dict(plan.counts),
        "change_count": plan.changes,
        "sweep": None if plan.sweep is None else asdict(plan.sweep),
        "run_id": plan.run_id or None,
        "part": plan.part,
        "decided_at": iso(plan.decided_at) if plan.decided_at is not None else None,
        "decided_by": plan.decided_by or None,
    }


def view_json(view: PlanView) -> dict[str, object]:
    """A plan with a page of its changes."""
    return {
        **plan_json(view.plan),
        "changes": [change_json(change) for change in view.changes],
        "start": view.start,
        "left": view.left,
        "measures": [{**asdict(one), "exceeded": one.is_exceeded} for one in view.measures],
        "effects": None if view.effects is None else effects_json(effects_of(view.effects)),
    }


def plans_json(page: PlanPage) -> dict[str, object]:
    """A page of plans."""
    return {"plans": [plan_json(plan) for plan in page.plans], "total": page.total}


def plans_report(page: PlanPage) -> Iterator[RenderableType]:
    """A page of plans in text, one a line."""
    if not page.plans:
        yield line("No plan is in such a state.")
    yield from columns([plan.id, _minute(plan), plan.state.value, _told(plan)] for plan in page.plans)
    if page.has_more:
        yield line(f"and {page.total - len(page.plans):,} older; --limit shows more")


def view_report(view: PlanView) -> Iterator[RenderableType]:
    """A plan in text: what it is, why it is held, what it would do."""
    plan = view.plan
    changes = number_of(plan.changes, "change")
    yield title(f"Plan {plan.id}: {changes} against seq {plan.base_seq}, {_state(plan)}.")
    yield line(f"Made {_minute(plan)} by {plan.actor} of {plan.source}{': ' if plan.reason else ''}{plan.reason}")
    yield line(f"Digest {plan.digest}")
    heading = "Held because" if plan.state is PlanState.HELD else "Beyond the policy"
    yield from section(heading, map(line, plan.held_because))
    yield from section("Counts", [line(_counts(plan))] if plan.counts else [])
    yield from section("Beside the policy", columns(_measure(one) for one in view.measures))
    if plan.sweep is not None:
        yield from section("Sweep", [line(_swept(plan.sweep, plan.state))])
    if view.effects is not None:
        yield from effects_report(effects_of(view.effects))
    yield from section(_range(view), _changes(view))
    yield from section("To decide it", map(line, decisions(plan)))


def decisions(plan: Plan) -> tuple[str, ...]:
    """The commands that decide a plan."""
    words: tuple[str, ...] = ()
    if plan.state in {PlanState.OPEN, PlanState.HELD}:
        words = ("apply", "discard")
    elif plan.state is PlanState.APPLYING:
        words = ("apply",)
    return tuple(f"cmdb plan {word} {plan.id}" for word in words)


def discarded_report(plan: Plan) -> Iterator[RenderableType]:
    """A plan that was just discarded."""
    yield title(f"Discarded plan {plan.id}: {number_of(plan.changes, 'change')} of {plan.source} not made.")


def made_json(view: PlanView, report: ImportReport) -> dict[str, object]:
    """A plan that was just made, with the report of the import that it would be."""
    return {"plan": view_json(view), "report": import_json(report)}


def made_report(view: PlanView, report: ImportReport) -> Iterator[RenderableType]:
    """A plan that was just made, with what of the input needs attention."""
    yield from view_report(view)
    yield from attention(report)


def _measure(one: Measured) -> list[str]:
    """What was measured, how much, and how much may pass."""
    may = [f"{one.most:,}"] if one.most is not None else ["all"]
    may += [f"{100 * one.share:g} %"] if one.share else []
    words = one.measure.replace("_", " ").replace("cis ", "CIs ")
    passes = f"{'or '.join(f'{part} ' for part in may)}may pass"
    return [one.scope or "all scopes", words, f"{one.number:,} of {one.size:,}", passes]


def _range(view: PlanView) -> str:
    if view.start == 0:
        return f"Changes: {view.plan.changes:,}"
    return f"Changes from number {view.start:,} on, of {view.plan.changes:,}"


def _changes(view: PlanView) -> Iterator[RenderableType]:
    yield from columns(change_row(change) for change in view.changes)
    if view.left:
        yield line(f"and {view.left:,} more; --from {view.start + len(view.changes)} goes on")


def _state(plan: Plan) -> str:
    match plan.state:
        case PlanState.OPEN | PlanState.HELD | PlanState.STALE:
            return f"{plan.state.value}; nothing was written"
        case PlanState.APPLYING:
            return f"begun by {plan.decided_by} in run {plan.run_id}"
        case PlanState.APPLIED:
            return f"applied by {plan.decided_by} in run {plan.run_id}"
        case PlanState.DISCARDED:
            return f"discarded by {plan.decided_by}"


def _swept(sweep: PlannedSweep, state: PlanState) -> str:
    what = f"{number_of(sweep.items, 'CI')} and {number_of(sweep.relationships, 'relationship')} no longer reported"
    if sweep.refusal:
        return f"{what} stay as they are: {sweep.refusal}."
    return f"{what} {'were' if state is PlanState.APPLIED else 'go'}{' retired' if state is PlanState.APPLIED else ''}."


def _told(plan: Plan) -> str:
    told = f"{plan.source} by {plan.actor}: {number_of(plan.changes, 'change')}"
    reasons = "; ".join(reason.partition(" (")[0] for reason in plan.held_because)
    return f"{told}; {reasons}" if reasons else told


def _minute(plan: Plan) -> str:
    return f"{plan.created_at.astimezone(UTC):%Y-%m-%d %H:%M}Z"


def _counts(plan: Plan) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in plan.counts.items() if count)
