"""``cmdb duplicates``: which things may be one, and deciding whether they are."""

from enum import StrEnum
from typing import Annotated, Final

import typer

from cmdb.app.cli.invocation import Invocation, invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import print_report, write_json
from cmdb.app.rendering.duplicates import (
    casebook_json,
    casebook_report,
    decision_json,
    decision_report,
    examination_json,
    examination_report,
)
from cmdb.ingest.cases import CaseState
from cmdb.ingest.duplicates import Decision, Verdict
from cmdb.ingest.handwork import Request
from cmdb.model.references import ById, parse_reference
from cmdb.practices.casebook import casebook, examine

CaseRef = Annotated[str, typer.Argument(metavar="CASE", help="Id or DuplicateCase:name of a case.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the case and the commit.")]


class Shown(StrEnum):
    """Which cases are listed."""

    OPEN = "open"
    MERGED = "merged"
    DIFFERENT = "different"
    ALL = "all"


_ALL: Final = frozenset(CaseState)


def duplicates_application() -> typer.Typer:
    """The group of commands; called alone it lists."""
    app = typer.Typer(
        help="List what may be the same thing twice; look at a case, decide it, take a decision back.",
        callback=list_cases,
        invoke_without_command=True,
        rich_markup_mode="rich",
    )
    app.command("show", no_args_is_help=True)(show_case)
    app.command("open", no_args_is_help=True)(open_case)
    app.command("merge", no_args_is_help=True)(merge)
    app.command("differ", no_args_is_help=True)(differ)
    app.command("undo", no_args_is_help=True)(undo)
    return app


def list_cases(
    context: typer.Context,
    state: Annotated[Shown, typer.Option(help="Only cases in this state.")] = Shown.OPEN,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Cases shown.")] = 50,
    as_json: AsJSON = False,
) -> None:
    """List the cases that wait for a decision, the oldest first.

    [bold]Examples[/bold]

      cmdb duplicates
      cmdb duplicates show 1f0c1d2e-6f0e-5c0b-9a52-0c1b8c9d2a11
      cmdb duplicates merge 1f0c1d2e-6f0e-5c0b-9a52-0c1b8c9d2a11 --dry-run
      cmdb duplicates differ 1f0c1d2e-6f0e-5c0b-9a52-0c1b8c9d2a11 --reason "two boards of one batch"
      cmdb duplicates open Host:db-1 VirtualMachine:db1
    """
    if context.invoked_subcommand is not None:
        return
    states = _ALL if state is Shown.ALL else frozenset({CaseState(state.value)})
    with invocation_of(context).services() as services:
        book = casebook(services.store, states, limit)
    if as_json:
        write_json(casebook_json(book))
        return
    print_report(casebook_report(book))


def show_case(context: typer.Context, case: CaseRef, as_json: AsJSON = False) -> None:
    """Show a case: the two things side by side, who speaks of them, and what was decided."""
    named = parse_reference(case)
    with invocation_of(context).services() as services:
        examination = examine(services.store, named)
    if as_json:
        write_json(examination_json(examination))
        return
    print_report(examination_report(examination))


def open_case(
    context: typer.Context,
    one: Annotated[str, typer.Argument(metavar="REF", help="Class:name, id or source/scope#key.")],
    other: Annotated[str, typer.Argument(metavar="REF", help="The other one.")],
    reason: Reason = "",
    as_json: AsJSON = False,
) -> None:
    """Say that two things may be one; a pair has one case, however often it is opened."""
    first, second = parse_reference(one), parse_reference(other)
    invocation = invocation_of(context)
    with invocation.services() as services:
        made = services.duplicates.open(first, second, _request(invocation, reason))
        examination = examine(services.store, ById(made.id))
    if as_json:
        write_json(examination_json(examination))
        return
    print_report(examination_report(examination))


def merge(
    context: typer.Context,
    case: CaseRef,
    survivor: Annotated[
        str | None,
        typer.Option(metavar="REF", show_default=False, help="Which of the two stays; else the older that lives."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would become of both; write nothing.")] = False,
    reason: Reason = "",
    as_json: AsJSON = False,
) -> None:
    """Decide that both are one: all that is said of the other goes to the survivor.

    Source records, relationships and the records that named the other one follow; it is retired and names the survivor.
    Later imports keep them together. `cmdb duplicates undo` takes it back.
    """
    verdict, stays = _verdict(context, case, reason), parse_reference(survivor) if survivor is not None else None
    with invocation_of(context).services() as services:
        decide = services.duplicates.preview if dry_run else services.duplicates.merge
        decision = decide(verdict, stays)
    _tell(decision, "Would be merged; nothing was written." if dry_run else "Merged.", as_json=as_json)


def differ(context: typer.Context, case: CaseRef, reason: Reason = "", as_json: AsJSON = False) -> None:
    """Decide that they differ: they stay apart, and no import asks again."""
    with invocation_of(context).services() as services:
        decision = services.duplicates.differ(_verdict(context, case, reason))
    _tell(decision, "They differ.", as_json=as_json)


def undo(context: typer.Context, case: CaseRef, reason: Reason = "", as_json: AsJSON = False) -> None:
    """Take a decision back: what was merged is two again, each as its sources describe it now."""
    with invocation_of(context).services() as services:
        decision = services.duplicates.undo(_verdict(context, case, reason))
    _tell(decision, "The decision was taken back.", as_json=as_json)


def _verdict(context: typer.Context, case: str, reason: str) -> Verdict:
    return Verdict(parse_reference(case), _request(invocation_of(context), reason))


def _request(invocation: Invocation, reason: str) -> Request:
    return Request(invocation.settings.actor, reason)


def _tell(decision: Decision, headline: str, *, as_json: bool) -> None:
    if as_json:
        write_json(decision_json(decision))
        return
    print_report(decision_report(decision, headline))
