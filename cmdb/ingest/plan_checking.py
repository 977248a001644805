"""Whether a plan still does what somebody has seen, and on what: told with what has happened since."""

from typing import Final

from cmdb.errors import PlanStale
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.model.commits import Commit
from cmdb.model.plans import Plan
from cmdb.store.port import Store

SHORTEST: Final = 12
"""Digits of a digest that are enough to name it."""

TOLD: Final = 3
"""How many of the commits since a plan was made are told."""


def is_as_planned(plan: Plan, rehearsal: Rehearsal, head: int) -> bool:
    """Whether the graph has not moved, and the plan still does the same."""
    return plan.base_seq == rehearsal.base_seq == head and rehearsal.report.digest == plan.digest


def is_confirmed(digest: str, rehearsal: Rehearsal, head: int) -> bool:
    """Whether a digest, or its beginning, names what the plan does to the graph as it is now."""
    return rehearsal.base_seq == head and len(digest) >= SHORTEST and rehearsal.report.digest.startswith(digest)


def unconfirmed(plan: Plan, rehearsal: Rehearsal) -> PlanStale:
    """The refusal of a plan that does not do what was confirmed, though the graph has not moved."""
    digest = rehearsal.report.digest
    return PlanStale(
        f"The digest that was given does not stand for what the plan {plan.id} does: {digest} does.",
        hint="Look at the plan with `cmdb plan show`, and give its digest or none.",
        details={"plan": plan.id, "digest": digest},
    )


def moved(store: Store, plan: Plan, rehearsal: Rehearsal, head: int) -> PlanStale:
    """The refusal of a plan when the graph has moved, or what it does has changed; one read."""
    digest, changes = rehearsal.report.digest, rehearsal.report.counts.changes
    since = store.commits(plan.base_seq, TOLD)
    told = [*map(_told, since), *([f"{head - since[-1].seq:,} more"] if since and since[-1].seq < head else ())]
    words = f" ({'; '.join(told)})" if told else ""
    now, hint = f"do something else ({changes:,} changes, not {plan.changes:,})", "Make the plan anew, and look at it."
    if digest == plan.digest:
        now, hint = "do the same", "Apply it with --confirm and this digest, or make the plan anew."
    return PlanStale(
        f"The plan was made at seq {plan.base_seq}, the graph is at seq {head}{words}. "
        f"It would now {now}, digest {digest}.",
        hint=hint,
        details={"plan": plan.id, "base": plan.base_seq, "head": head, "digest": digest},
    )


def _told(commit: Commit) -> str:
    run = f" in run {commit.run_id}" if commit.run_id else ""
    reason = f": {commit.reason}" if commit.reason else ""
    return f"seq {commit.seq} by {commit.actor}{run}{reason}"
