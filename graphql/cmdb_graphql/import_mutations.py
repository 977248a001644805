"""The mutation that imports rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias, cast

import strawberry
from strawberry import field
from strawberry.scalars import JSON

from cmdb.errors import BadInput, BatchTooLarge, CMDBError
from cmdb.ingest import reports
from cmdb.ingest.engine import Order, Sweep
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.model.observations import Observation, Problem, RelationshipRecord, Severity, Where
from cmdb.model.rows import observations_of, parse_row
from cmdb.model.sources import MANUAL, Scope
from cmdb.model.values import JSONValue
from cmdb_graphql.context import Info, RequestContext
from cmdb_graphql.fields import computed
from cmdb_graphql.import_reports import ImportReport, RowOutcome, RowProblem, RowResult
from cmdb_graphql.inputs import LONGEST_NAME, checked_text, request
from cmdb_graphql.item_mutations import KEY, REASON
from cmdb_graphql.user_errors import Refused, attempted

MOST_ROWS = 1_000
PATIENCE = 5.0
"""Seconds that a request waits for a scope that another import holds."""

ImportRowsError: TypeAlias = Annotated[
    Refused, strawberry.union("ImportRowsError", description="Why nothing was imported.")
]


@strawberry.input(description="Rows to import into one scope.")
class ImportRowsInput:
    """What `importRows` is given."""

    rows: list[JSON] = field(
        description=(
            "At most 1000 rows as the project's own files write them: an item has class and name, "
            "a relationship has type, from and to."
        )
    )
    source: str = field(description="The source instance that says so.")
    scope: str = field(description="The boundary inside the source.", default="default")
    dry_run: bool = field(name="dryRun", description="Whether only to plan, and to write nothing.", default=False)
    sweep: bool = field(
        description=(
            "Whether the rows are all that the source has to say of the scope: what it no longer reports is retired. "
            "Refused, with all else done, when the rows were not read in full or more than a quarter would go."
        ),
        default=False,
    )
    confirm: str | None = field(
        description="The digest of a sweep that was refused and shall be done; asks for a sweep.", default=None
    )
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description=REASON, default="")


@strawberry.type(description="What became of `importRows`.")
class ImportRowsPayload:
    """A report or errors."""

    report: ImportReport | None = field(description="What was done, or would be; null when nothing was imported.")
    rows: list[RowResult] = field(description="What became of each row, in the order sent.")
    errors: list[ImportRowsError] = field(description="Why nothing was imported; empty when it was.")


@strawberry.type
class ImportMutations:
    """Imports."""

    @computed("Imports rows of items and relationships; a bad row is refused by itself and the rest goes on.")
    def import_rows(
        self,
        info: Info,
        given: Annotated[ImportRowsInput, strawberry.argument(name="input", description="The rows.")],
    ) -> ImportRowsPayload:
        """A report with what became of each row."""
        outcome, errors = attempted(lambda: _imported(info.context, given))
        if outcome is None:
            return ImportRowsPayload(report=None, rows=[], errors=errors)
        rows, report, rehearsal = outcome
        return ImportRowsPayload(report=ImportReport.of(report, rehearsal), rows=_results(rows, report), errors=[])


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it was read: an observation, with its place."""

    where: Where
    observation: Observation


def _imported(
    context: RequestContext, given: ImportRowsInput
) -> tuple[Sequence[_Row], reports.ImportReport, Rehearsal | None]:
    """Plan or run the import; a plan comes with the graph as it would be.

    Raises:
        BatchTooLarge: more than 1,000 rows.  BadInput: the source.  IdempotencyMismatch: the key.
        ScopeBusy: another import holds the scope.
    """
    if len(given.rows) > MOST_ROWS:
        raise BatchTooLarge(f"{len(given.rows)} rows were sent.", hint=f"Send at most {MOST_ROWS}.")
    if given.source == MANUAL:
        raise BadInput(f"The source {MANUAL!r} stands for edits by hand.", hint="Name the source of the rows.")
    scope = Scope(checked_text("source", given.source, LONGEST_NAME), checked_text("scope", given.scope, LONGEST_NAME))
    rows = [_read(value, index, scope) for index, value in enumerate(given.rows)]
    asked = request(context, given.idempotency_key, given.reason)
    order = Order(
        asked.actor,
        scope.source,
        asked.reason,
        asked.request_id,
        scopes=(scope,),
        sweep=Sweep(given.confirm) if given.sweep or given.confirm is not None else None,
        patience=PATIENCE,
    )
    ingest = context.services.ingest
    inputs = [lambda: (row.observation for row in rows)]
    if not given.dry_run:
        return rows, ingest.run(inputs, order), None
    rehearsal = ingest.rehearse(inputs, order)
    return rows, ingest.judged(rehearsal), rehearsal


def _read(value: JSON, index: int, scope: Scope) -> _Row:
    where = Where("rows", None, f"[{index}]")
    try:
        return _Row(where, observations_of(parse_row(cast("JSONValue", value)), scope, where))
    except CMDBError as error:
        return _Row(where, Problem(Severity.ERROR, error.code, str(error), where, _key(value)))


def _key(value: object) -> str:
    """The key that a row of the wrong form gives itself, if it gives one."""
    key = value.get("key") if isinstance(value, Mapping) else None
    return key if isinstance(key, str) else ""


def _results(rows: Sequence[_Row], report: reports.ImportReport) -> list[RowResult]:
    """What became of each row, in order; linear in rows and problems."""
    problems: dict[Where, list[Problem]] = defaultdict(list)
    for problem in report.problems:
        problems[problem.where].append(problem)
    missing = {dangling.where: dangling.missing for dangling in report.dangling}
    return list(_each(rows, problems, missing))


def _each(
    rows: Sequence[_Row], problems: Mapping[Where, Sequence[Problem]], missing: Mapping[str, str]
) -> Iterator[RowResult]:
    for index, row in enumerate(rows):
        own = problems.get(row.where, ())
        dangling = missing.get(str(row.where)) if isinstance(row.observation, RelationshipRecord) else None
        yield RowResult(
            index=index,
            key=row.observation.key,
            outcome=_outcome(own, dangling),
            missing=dangling,
            problems=[RowProblem.of(problem) for problem in own],
        )


def _outcome(problems: Sequence[Problem], dangling: str | None) -> RowOutcome:
    if any(problem.severity in {Severity.ERROR, Severity.INCOMPLETE} for problem in problems):
        return RowOutcome.REFUSED
    return RowOutcome.TAKEN if dangling is None else RowOutcome.DANGLING
