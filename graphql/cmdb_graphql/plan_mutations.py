"""Mutations that decide import plans."""

from typing import Annotated, TypeAlias

import strawberry
from strawberry import field

from cmdb.ingest.engine import no_progress
from cmdb.ingest.plans import Decision
from cmdb.ingest.reports import ImportReport as Report
from cmdb.model.plans import Plan
from cmdb_graphql.context import Info, RequestContext
from cmdb_graphql.fields import computed
from cmdb_graphql.import_mutations import PATIENCE
from cmdb_graphql.import_plans import ImportPlan
from cmdb_graphql.import_reports import ImportReport
from cmdb_graphql.inputs import LONGEST_KEY, checked_text
from cmdb_graphql.user_errors import Refused, attempted

ImportPlanApplyError: TypeAlias = Annotated[
    Refused, strawberry.union("ImportPlanApplyError", description="Why nothing of the plan was done.")
]
ImportPlanDiscardError: TypeAlias = Annotated[
    Refused, strawberry.union("ImportPlanDiscardError", description="Why the plan is as it was.")
]


@strawberry.input(description="Which plan is done.")
class ImportPlanApplyInput:
    """What `importPlanApply` is given."""

    id: strawberry.ID = field(description="The plan.")
    digest: str | None = field(
        description=(
            "What the plan does now, or at least the first 12 digits of it: with it a plan is applied although the "
            "graph has moved, and only if that is what it does. When absent the graph must not have moved."
        ),
        default=None,
    )


@strawberry.input(description="Which plan is not done.")
class ImportPlanDiscardInput:
    """What `importPlanDiscard` is given."""

    id: strawberry.ID = field(description="The plan.")


@strawberry.type(description="What became of `importPlanApply`.")
class ImportPlanApplyPayload:
    """A plan with the report of its import, or errors."""

    plan: ImportPlan | None = field(description="The applied plan; null when it was refused.")
    report: ImportReport | None = field(description="What was done; null when it was refused.")
    errors: list[ImportPlanApplyError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `importPlanDiscard`.")
class ImportPlanDiscardPayload:
    """A plan or errors."""

    plan: ImportPlan | None = field(description="The discarded plan; null when it was refused.")
    errors: list[ImportPlanDiscardError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type
class PlanMutations:
    """Decisions of plans."""

    @computed("Does what a plan says, once. One that broke off is applied to its end.")
    def import_plan_apply(
        self,
        info: Info,
        given: Annotated[ImportPlanApplyInput, strawberry.argument(name="input", description="Which plan.")],
    ) -> ImportPlanApplyPayload:
        """A report."""
        done, errors = attempted(lambda: _applied(info.context, given))
        if done is None:
            return ImportPlanApplyPayload(plan=None, report=None, errors=errors)
        plan, report = done
        shown = ImportPlan.of(plan, info.context.services.store)
        return ImportPlanApplyPayload(plan=shown, report=ImportReport.of(report, None), errors=[])

    @computed("Decides that a plan is not done; what it would have done can still be read.")
    def import_plan_discard(
        self,
        info: Info,
        given: Annotated[ImportPlanDiscardInput, strawberry.argument(name="input", description="Which plan.")],
    ) -> ImportPlanDiscardPayload:
        """A plan."""
        context = info.context
        gone, errors = attempted(lambda: context.services.plans.discard(_id(given.id), context.actor))
        plan = None if gone is None else ImportPlan.of(gone, context.services.store)
        return ImportPlanDiscardPayload(plan=plan, errors=errors)


def _applied(context: RequestContext, given: ImportPlanApplyInput) -> tuple[Plan, Report]:
    plans, plan_id = context.services.plans, _id(given.id)
    report = plans.apply(plan_id, Decision(context.actor, given.digest, PATIENCE), no_progress)
    return plans.one(plan_id), report


def _id(given: strawberry.ID) -> str:
    return checked_text("id", given, LONGEST_KEY)
