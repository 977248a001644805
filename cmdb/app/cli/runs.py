"""``cmdb runs``: what was imported, how far an import is, and how to undo one."""

from typing import Annotated

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import print_report, write_json
from cmdb.app.rendering.runs import revert_json, revert_report, run_json, run_report, runs_report
from cmdb.errors import NotFound
from cmdb.ingest.engine import Order
from cmdb.ingest.orders import PATIENCE
from cmdb.ingest.reverting import revert as undo

RunId = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, as `cmdb runs` lists it.")]


def runs_application() -> typer.Typer:
    """The group of commands; called alone it lists."""
    app = typer.Typer(
        help="List the latest imports, newest first; look at one; undo one.",
        callback=list_runs,
        invoke_without_command=True,
        rich_markup_mode="rich",
    )
    app.command("show")(show)
    app.command("revert")(revert)
    return app


def list_runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Runs shown.")] = 20,
    as_json: AsJSON = False,
) -> None:
    """List the latest imports, newest first, those that are still going on too.

    [bold]Examples[/bold]

      cmdb runs
      cmdb runs show 61970190-ff21-4891-a1dc-536fc29007c4
      cmdb runs revert 61970190-ff21-4891-a1dc-536fc29007c4
    """
    if context.invoked_subcommand is not None:
        return
    with invocation_of(context).services() as services:
        found = services.store.runs(limit)
    if as_json:
        write_json([run_json(run) for run in found])
        return
    print_report(runs_report(found))


def show(context: typer.Context, run_id: RunId, as_json: AsJSON = False) -> None:
    """Say how one import went, or how far it is."""
    with invocation_of(context).services() as services:
        run = services.store.run(run_id)
    if run is None:
        raise NotFound(f"There is no run {run_id}.", hint="List them with `cmdb runs`.")
    if as_json:
        write_json(run_json(run))
        return
    print_report(run_report(run))


def revert(
    context: typer.Context,
    run_id: RunId,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the commit.")] = "",
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="How long to wait for an import of the same scopes.")
    ] = PATIENCE,
    as_json: AsJSON = False,
) -> None:
    """Undo one import in one new commit: every source says again what it said before.

    Edits by hand and what other sources say stay. A run on which later ones were built is refused: revert those first.
    A revert is a run of its own, which can be reverted in turn.
    """
    invocation = invocation_of(context)
    with invocation.services() as services:
        done = undo(services.store, run_id, Order(invocation.settings.actor, reason=reason, patience=wait))
    if as_json:
        write_json(revert_json(done))
        return
    print_report(revert_report(done))
