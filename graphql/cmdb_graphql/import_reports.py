"""What an import did, or would do, as the API shows it."""

from enum import Enum

import strawberry
from strawberry import enum_value as word
from strawberry import field
from strawberry.scalars import JSON

from cmdb.ingest import reports as model
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.model.observations import Problem
from cmdb.practices.effects import Limits, effects
from cmdb_graphql.choices import RunState, Severity
from cmdb_graphql.fields import computed
from cmdb_graphql.import_effects import ImportEffects, ListedArgument, checked_listing
from cmdb_graphql.scalars import BigInt, as_json
from cmdb_graphql.timeline import NamedCount


@strawberry.enum(description="What became of a row.")
class RowOutcome(Enum):
    """Taken, dangling or refused."""

    TAKEN = word(
        "taken",
        description="It is in the graph, now or already before; in a dry run, or when the import is held: it would be.",
    )
    DANGLING = word(
        "dangling", description="An end of the relationship is not there; it is kept and tried at every later import."
    )
    REFUSED = word("refused", description="It was not taken over; its problems say why.")


@strawberry.type(description="One thing that is wrong with a row.")
class RowProblem:
    """A problem."""

    severity: Severity = field(description="How much it takes away.")
    code: str = field(description="The kind of problem.")
    message: str = field(description="What was seen.")

    @classmethod
    def of(cls, problem: Problem) -> "RowProblem":
        """A problem as it is shown."""
        return cls(severity=Severity(problem.severity.value), code=problem.code, message=problem.message)


@strawberry.type(description="What became of one row.")
class RowResult:
    """A row by its place and key."""

    index: int = field(description="Its place among the rows sent, from 0.")
    key: str = field(description="Its key in the scope; empty when the row is not of the right form.")
    outcome: RowOutcome = field(description="What became of it.")
    missing: str | None = field(description="The reference that names nothing, for a dangling row.")
    problems: list[RowProblem] = field(description="What is wrong with it.")


@strawberry.type(description="One change that was, or would be, made.")
class PlannedChange:
    """A change."""

    action: str = field(description="create, update, retire, restore, relate or unrelate.")
    subject: str = field(description="What it is about.")
    binding: str = field(description="The source record it comes from.")
    fields: JSON = field(description="For each field its old and its new value.")

    @classmethod
    def of(cls, change: model.PlannedChange) -> "PlannedChange":
        """A change as it is shown."""
        fields = {name: list(pair) for name, pair in change.fields.items()}
        return cls(action=change.action, subject=change.subject, binding=change.binding, fields=as_json(fields))


@strawberry.type(description="What the source no longer reports, and what was done about it.")
class SweepReport:
    """A sweep, done or refused."""

    scopes: list[str] = field(description="The scopes that were swept, as `source/boundary`.")
    item_count: int = field(description="How many items are no longer reported.")
    relationship_count: int = field(description="How many relationships are no longer reported.")
    digest: str = field(description="Names exactly this set; given as `confirm` it lets the sweep be done.")
    refusal: str | None = field(description="Why they were left as they are; null when they were retired.")

    @classmethod
    def of(cls, sweep: model.SweepReport) -> "SweepReport":
        """A sweep as it is shown."""
        return cls(
            scopes=list(sweep.scopes),
            item_count=sweep.items,
            relationship_count=sweep.relationships,
            digest=sweep.digest,
            refusal=sweep.refusal or None,
        )


@strawberry.type(description="How many changes, problems and dangling relationships are not listed one by one.")
class Omitted:
    """What is only counted."""

    change_count: int = field(description="How many changes.")
    problem_count: int = field(description="How many problems.")
    dangling_count: int = field(description="How many dangling relationships.")


@strawberry.type(description="The outcome of an import, or of planning one.")
class ImportReport:
    """Counts and changes."""

    rehearsal: strawberry.Private[Rehearsal | None]
    run_id: str = field(description="The id of the run.")
    state: RunState = field(description="How it ended.")
    is_dry_run: bool = field(description="Whether nothing was written.")
    is_replayed: bool = field(
        description=(
            "Whether the same input came before under the same key: this is what was done then, nothing was done now."
        )
    )
    is_complete: bool = field(
        description="Whether every row was read and taken over, and the sweep, when asked for, was done."
    )
    base_seq: BigInt = field(description="The head when planning began.")
    seq: BigInt = field(description="The head afterwards.")
    read_count: int = field(description="How many items and relationships were read.")
    created_count: int = field(description="How many items were created.")
    updated_count: int = field(description="How many items were updated.")
    unchanged_count: int = field(description="How many items are as they were.")
    retired_count: int = field(description="How many items were retired.")
    restored_count: int = field(description="How many items came back under their old id.")
    suspected_count: int = field(description="How many duplicate cases were opened.")
    related_count: int = field(description="How many relationships were made or changed.")
    unrelated_count: int = field(description="How many relationships were removed.")
    unchanged_relationship_count: int = field(description="How many relationships are as they were.")
    dangling_count: int = field(description="How many relationships lead nowhere.")
    failed_count: int = field(description="How many rows were refused.")
    change_count: int = field(description="What the graph gained, lost or altered.")
    classes: list[NamedCount] = field(description="How many items of each class were read.")
    changes: list[PlannedChange] = field(description="The first 10000 changes.")
    digest: str = field(
        description="The digest of all changes, the same in whatever order the rows came; empty if replayed."
    )
    omitted: Omitted = field(description="What is not listed.")
    sweep: SweepReport | None = field(description="What became of the sweep; null when none was asked for.")
    held_because: list[str] = field(
        description="A sentence for each limit of the policy that it goes beyond; then nothing was written."
    )
    plan_id: strawberry.ID | None = field(
        description="The id of the plan that waits for a decision, or that was applied; null when there is none."
    )

    @computed("What it would do to services; null unless it is a dry run. It is computed when it is asked for.")
    def effects(self, listed: ListedArgument = 100) -> ImportEffects | None:
        """Effects of the plan, with so many rows of each kind."""
        limits = Limits(listed=checked_listing(listed))
        if self.rehearsal is None:
            return None
        return ImportEffects.of(effects(self.rehearsal.store, self.rehearsal.overlay.touched(), limits))

    @classmethod
    def of(cls, report: model.ImportReport, rehearsal: Rehearsal | None) -> "ImportReport":
        """A report as it is shown; a dry run comes with its ``rehearsal``."""
        counts = report.counts
        return cls(
            rehearsal=rehearsal,
            run_id=report.run_id,
            state=RunState(report.state.value),
            is_dry_run=report.dry_run,
            is_replayed=report.replayed,
            is_complete=report.complete,
            base_seq=BigInt(report.base_seq),
            seq=BigInt(report.seq),
            read_count=counts.read,
            created_count=counts.created,
            updated_count=counts.updated,
            unchanged_count=counts.unchanged,
            retired_count=counts.retired,
            restored_count=counts.restored,
            suspected_count=counts.suspected,
            related_count=counts.related,
            unrelated_count=counts.unrelated,
            unchanged_relationship_count=counts.relationships_unchanged,
            dangling_count=counts.dangling,
            failed_count=counts.failed,
            change_count=counts.changes,
            classes=[NamedCount(name=name, count=count) for name, count in sorted(report.classes.items())],
            changes=[PlannedChange.of(change) for change in report.changes],
            digest=report.digest,
            omitted=Omitted(
                change_count=report.changes_omitted,
                problem_count=report.problems_omitted,
                dangling_count=report.dangling_omitted,
            ),
            sweep=None if report.sweep is None else SweepReport.of(report.sweep),
            held_because=list(report.held_because),
            plan_id=strawberry.ID(report.plan_id) if report.plan_id else None,
        )
