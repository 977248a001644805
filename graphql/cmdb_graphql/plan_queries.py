"""Root fields that ask for import plans."""

from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import strawberry

from cmdb.errors import InvalidCursor
from cmdb.model.plans import Plan, PlanQuery, PlanState
from cmdb.model.values import fault_of, iso
from cmdb_graphql.choices import ImportPlanState
from cmdb_graphql.connections import PAGE, After, Connection, First, Slice, checked_size, connection
from cmdb_graphql.context import Info
from cmdb_graphql.cursors import Position, decode, question_mark
from cmdb_graphql.fields import computed
from cmdb_graphql.import_plans import ImportPlan


@strawberry.type
class PlanQueries:
    """Questions about imports that wait for a decision."""

    @computed("Import plans, newest first.")
    def import_plans(
        self,
        info: Info,
        states: Annotated[
            list[ImportPlanState] | None, strawberry.argument(description="Only plans in these states.")
        ] = None,
        first: First = PAGE,
        after: After = None,
    ) -> Connection[ImportPlan]:
        """One page of plans."""
        store = info.context.services.store
        wanted = None if states is None else tuple(sorted({PlanState(str(state.value)) for state in states}))
        mark = question_mark("import plans", None if wanted is None else [*wanted])
        start = None if after is None else _place(decode(after, mark))
        page = store.plans(PlanQuery(wanted, start, checked_size(first)))
        part = Slice([(_position(plan), plan) for plan in page.plans], page.has_more, page.total)
        return connection(part, mark, after, partial(ImportPlan.of, store=store))

    @computed("One import plan; null when there is none of that id.")
    def import_plan(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of the plan.")],  # noqa: A002 - the argument's name
    ) -> ImportPlan | None:
        """One plan."""
        store = info.context.services.store
        plan = store.plan(id) if fault_of(id) is None else None
        return None if plan is None else ImportPlan.of(plan, store)


def _position(plan: Plan) -> Position:
    return [iso(plan.created_at), plan.id]


def _place(position: Position) -> tuple[datetime, str]:
    """The instant and id of the plan before a page.

    Raises:
        InvalidCursor: it holds something else.
    """
    match list(position):
        case [str(instant), str(plan_id)]:
            with suppress(ValueError):  # it is no instant
                return datetime.fromisoformat(instant).astimezone(UTC), plan_id
        case _:
            pass
    raise InvalidCursor("The cursor is not one that was given out.")
