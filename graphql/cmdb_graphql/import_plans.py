"""Import plans as the API shows them."""

from datetime import datetime
from itertools import islice

import strawberry
from strawberry import field

from cmdb.ingest.guard import Measured
from cmdb.ingest.plan_entries import changes_of, effects_of, measures_of
from cmdb.model import plans as model
from cmdb.practices.policy.foreseeing import effects_of as read_effects
from cmdb.store.port import Store
from cmdb_graphql.choices import ImportPlanState
from cmdb_graphql.connections import PAGE, After, Connection, First, Slice, checked_size, connection, row_number
from cmdb_graphql.cursors import question_mark
from cmdb_graphql.fields import computed
from cmdb_graphql.import_effects import ImportEffects, ListedArgument, checked_listing
from cmdb_graphql.import_reports import PlannedChange
from cmdb_graphql.scalars import BigInt
from cmdb_graphql.timeline import NamedCount


@strawberry.type(description="What the sources of a plan no longer report, and what the plan does about it.")
class PlannedSweep:
    """A sweep that would be done, or not."""

    item_count: int = field(description="How many items are no longer reported.")
    relationship_count: int = field(description="How many relationships are no longer reported.")
    refusal: str | None = field(description="Why they stay as they are; null when the plan retires them.")

    @classmethod
    def of(cls, sweep: model.PlannedSweep) -> "PlannedSweep":
        """A sweep as it is shown."""
        return cls(item_count=sweep.items, relationship_count=sweep.relationships, refusal=sweep.refusal or None)


@strawberry.type(description="How many of something a plan does in a scope, beside what the policy lets pass.")
class ImportPlanMeasure:
    """A count and its limit."""

    scope: str | None = field(description="The scope, as `source/boundary`; null for all of the plan together.")
    measure: str = field(description="What is counted, as the policy file names it.")
    count: int = field(description="How many there are.")
    size: int = field(description="Of how many: CIs, relationships or rows of the scope.")
    most: int | None = field(description="So many may always pass; null when nothing limits it.")
    share: float = field(description="Such a share of the size may pass, if that is more; from 0 to 1.")
    is_exceeded: bool = field(description="Whether it goes beyond the limit.")
    examples: list[str] = field(description="A few of them, in words.")

    @classmethod
    def of(cls, one: Measured) -> "ImportPlanMeasure":
        """A measure as it is shown."""
        return cls(
            scope=one.scope or None,
            measure=one.measure,
            count=one.number,
            size=one.size,
            most=one.most,
            share=one.share,
            is_exceeded=one.is_exceeded,
            examples=list(one.examples),
        )


@strawberry.type(description="What an import would do, kept until somebody decides.")
class ImportPlan:
    """A plan."""

    store: strawberry.Private[Store]
    id: strawberry.ID = field(description="The id of the plan.")
    state: ImportPlanState = field(description="Whether it waits for a decision, or which one was taken.")
    digest: str = field(description="Stands for all its changes.")
    base_seq: BigInt = field(description="The head of the graph when it was made.")
    actor: str = field(description="Who imported, or asked for the plan.")
    reason: str = field(description="Why, as the actor said.")
    source: str = field(description="What was imported.")
    scopes: list[str] = field(description="The scopes it speaks for, as `source/boundary`.")
    created_at: datetime = field(description="When it was made.")
    held_because: list[str] = field(description="A sentence with numbers for each limit of the policy it goes beyond.")
    change_count: int = field(description="How many changes it makes.")
    counts: list[NamedCount] = field(description="What it would do, in numbers.")
    sweep: PlannedSweep | None = field(description="What is no longer reported; null when no sweep was asked for.")
    run_id: str | None = field(description="The run that was held or applied it; null while there is none.")
    part: int = field(description="Which part of its run it is, from 1, when that was sent in parts.")
    decided_at: datetime | None = field(description="When it was decided; null while it was not.")
    decided_by: str | None = field(description="Who decided it or began to apply it; null while nobody did.")

    @computed("Its changes in their order.")
    def changes(self, first: First = PAGE, after: After = None) -> Connection[PlannedChange]:
        """One page; a plan is never changed, so a cursor stays good."""
        size, mark = checked_size(first), question_mark("planned changes", self.id)
        start = row_number(after, mark)
        rows = list(islice(changes_of(self.store, self.id, start), size))
        left = self.change_count - start - len(rows)
        part = Slice([([start + place], row) for place, row in enumerate(rows)], left > 0, self.change_count)
        return connection(part, mark, after, PlannedChange.of)

    @computed("What of it could be alarming, scope by scope, beside the policy when it was made.")
    def measures(self) -> list[ImportPlanMeasure]:
        """Only what is more than nothing."""
        return [ImportPlanMeasure.of(one) for one in measures_of(self.store, self.id)]

    @computed("What it would do to services; null when nothing was limited that would have had to be looked at.")
    def effects(self, listed: ListedArgument = 100) -> ImportEffects | None:
        """Effects as they were when the plan was made."""
        size = checked_listing(listed)
        told = effects_of(self.store, self.id)
        return None if told is None else ImportEffects.of(read_effects(told), size)

    @classmethod
    def of(cls, plan: model.Plan, store: Store) -> "ImportPlan":
        """A plan as it is shown; its changes and effects are read from the store when they are asked for."""
        return cls(
            store=store,
            id=strawberry.ID(plan.id),
            state=ImportPlanState(plan.state.value),
            digest=plan.digest,
            base_seq=BigInt(plan.base_seq),
            actor=plan.actor,
            reason=plan.reason,
            source=plan.source,
            scopes=[str(scope) for scope in plan.scopes],
            created_at=plan.created_at,
            held_because=list(plan.held_because),
            change_count=plan.changes,
            counts=[NamedCount(name=name, count=count) for name, count in sorted(plan.counts.items())],
            sweep=None if plan.sweep is None else PlannedSweep.of(plan.sweep),
            run_id=plan.run_id or None,
            part=plan.part,
            decided_at=plan.decided_at,
            decided_by=plan.decided_by or None,
        )
