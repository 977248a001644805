"""``cmdb plan``: imports that wait for a person's decision."""

from enum import StrEnum
from typing import Annotated

import typer

from cmdb.app.cli.importing import exit_code
from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import print_report, progress, write_json
from cmdb.app.plan_views import SHOWN, view
from cmdb.app.rendering.import_report import import_json, import_report
from cmdb.app.rendering.plans import discarded_report, plan_json, plans_json, plans_report, view_json, view_report
from cmdb.ingest.orders import PATIENCE
from cmdb.ingest.plans import Decision
from cmdb.model.plans import PlanQuery, PlanState

PlanId = Annotated[str, typer.Argument(metavar="PLAN", help="Id of a plan, as `cmdb plan list` prints it.")]


class Shown(StrEnum):
    """Which plans are listed."""

    WAITING = "waiting"
    OPEN = "open"
    HELD = "held"
    APPLYING = "applying"
    APPLIED = "applied"
    STALE = "stale"
    DISCARDED = "discarded"
    ALL = "all"


def plan_application() -> typer.Typer:
    """The group of commands."""
    app = typer.Typer(
        help="Look at imports that wait for a decision: plans that were asked for, and imports that were held.",
        no_args_is_help=True,
        rich_markup_mode="rich",
    )
    app.command("list")(list_plans)
    app.command("show", no_args_is_help=True)(show)
    app.command("apply", no_args_is_help=True)(apply)
    app.command("discard", no_args_is_help=True)(discard)
    return app


def list_plans(
    context: typer.Context,
    state: Annotated[Shown, typer.Option(help="Only plans in this state; waiting are open, held and begun.")] = (
        Shown.WAITING
    ),
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Plans shown.")] = 20,
    as_json: AsJSON = False,
) -> None:
    """List plans, newest first.

    [bold]Examples[/bold]

      cmdb plan list
      cmdb plan list --state all --limit 100
    """
    with invocation_of(context).services() as services:
        page = services.store.plans(PlanQuery(_states(state), limit=limit))
    if as_json:
        write_json(plans_json(page))
        return
    print_report(plans_report(page))


def _states(shown: Shown) -> tuple[PlanState, ...] | None:
    if shown is Shown.ALL:
        return None
    if shown is Shown.WAITING:
        return (PlanState.OPEN, PlanState.HELD, PlanState.APPLYING)
    return (PlanState(shown.value),)


def show(
    context: typer.Context,
    plan_id: PlanId,
    start: Annotated[int, typer.Option("--from", metavar="NUMBER", min=0, help="First change shown, from 0.")] = 0,
    changes: Annotated[int, typer.Option("--changes", metavar="NUMBER", min=0, help="Changes shown.")] = SHOWN,
    as_json: AsJSON = False,
) -> None:
    """Say what a plan would do: its changes page by page, what it would retire, what it does to impact.

    [bold]Examples[/bold]

      cmdb plan show 61970190-ff21-4891-a1dc-536fc29007c4
      cmdb plan show 61970190-ff21-4891-a1dc-536fc29007c4 --from 1000 --changes 500 --json
    """
    with invocation_of(context).services() as services:
        seen = view(services.store, services.plans.one(plan_id), start, changes)
    if as_json:
        write_json(view_json(seen))
        return
    print_report(view_report(seen))


def apply(
    context: typer.Context,
    plan_id: PlanId,
    confirm: Annotated[
        str | None,
        typer.Option(
            metavar="DIGEST", help="Apply it although the graph has moved, if what it does now has this digest."
        ),
    ] = None,
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="How long to wait for an import of the same scopes.")
    ] = PATIENCE,
    as_json: AsJSON = False,
) -> None:
    """Do what a plan says, once. One that broke off is applied to its end.

    Refused when the graph has moved since the plan was made: make it anew, or --confirm what it does now.
    """
    invocation = invocation_of(context)
    decision = Decision(invocation.settings.actor, confirm, wait)
    with invocation.services() as services, progress("Applying") as advance:
        report = services.plans.apply(plan_id, decision, advance)
    if as_json:
        write_json(import_json(report))
    else:
        print_report(import_report(report))
    raise typer.Exit(exit_code(report))


def discard(context: typer.Context, plan_id: PlanId, as_json: AsJSON = False) -> None:
    """Decide that a plan is not applied. What it would have done can still be shown."""
    invocation = invocation_of(context)
    with invocation.services() as services:
        plan = services.plans.discard(plan_id, invocation.settings.actor)
    if as_json:
        write_json(plan_json(plan))
        return
    print_report(discarded_report(plan))
