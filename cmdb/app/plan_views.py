"""A plan as it is looked at: its header, a page of its changes, what was measured, what it would do to impact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from cmdb.ingest.guard import Measured
from cmdb.ingest.plan_entries import changes_of, effects_of, measures_of
from cmdb.ingest.reports import PlannedChange
from cmdb.model.plans import Plan
from cmdb.model.values import JSONValue
from cmdb.store.port import Store

SHOWN = 50
"""Changes on a page, unless more are asked for."""


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with its changes from the number ``start`` on; ``effects`` are ``None`` when nobody asked for them."""

    plan: Plan
    changes: Sequence[PlannedChange]
    start: int = 0
    measures: Sequence[Measured] = ()
    effects: Mapping[str, JSONValue] | None = None

    @property
    def left(self) -> int:
        """How many changes follow the page."""
        return max(0, self.plan.changes - self.start - len(self.changes))


def view(store: Store, plan: Plan, start: int = 0, limit: int = SHOWN) -> PlanView:
    """A plan with at most so many changes: reads the parts that hold what is shown."""
    page = tuple(islice(changes_of(store, plan.id, start), limit))
    return PlanView(plan, page, start, tuple(measures_of(store, plan.id)), effects_of(store, plan.id))
