"""``cmdb import``: files to CIs and relationships."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import print_report, progress, write_json
from cmdb.app.collector import relax_collector
from cmdb.app.imports import Prepared, Wanted, prepare
from cmdb.app.plan_views import view
from cmdb.app.rendering.effects import effects_json, effects_report
from cmdb.app.rendering.import_report import import_json, import_report
from cmdb.app.rendering.plans import made_json, made_report
from cmdb.app.wiring import Absent
from cmdb.ingest.engine import Order, Sweep
from cmdb.ingest.orders import PATIENCE
from cmdb.ingest.reports import ImportReport
from cmdb.practices.effects import effects
from cmdb.practices.services import Services
from importers.base import Document

FAILED: Final = 1
PENDING: Final = 3

STANDARD_INPUT: Final = "-"


def import_files(  # noqa: PLR0913, PLR0917 - one parameter an option, as Typer wants it
    context: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="Files of any known format; - is standard input.")
    ],
    format_: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="Format of all files; else each is recognised.")
    ] = None,
    source: Annotated[str | None, typer.Option(metavar="NAME", help="Who says so, such as kubernetes/prod-eu.")] = None,
    scope: Annotated[
        str | None, typer.Option(metavar="NAME", help="Boundary inside the source, such as a namespace.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Mapping of foreign columns to attributes.")
    ] = None,
    change: Annotated[
        str | None, typer.Option(metavar="CODE", help="Code of the change whose CIs a plan names, such as CHG-2041.")
    ] = None,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Retire what the sources of these files reported before and do no longer.")
    ] = False,
    confirm: Annotated[
        str | None, typer.Option(metavar="DIGEST", help="Do a sweep that was refused: its digest, as it was printed.")
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Keep what would be done as a plan, to be looked at and applied later.")
    ] = False,
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="What an import is held for: a policy file, or none. Else CMDB_IMPORT_POLICY."
        ),
    ] = None,
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="How long to wait for another import of the same scope.")
    ] = PATIENCE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; ends with 0 for nothing, 3 for changes.")
    ] = False,
    as_json: AsJSON = False,
) -> None:
    """Make the CMDB agree with files: what is there already is only seen, what is new is created.

    [bold]Examples[/bold]

      cmdb import hosts.csv power.csv network.csv
      cmdb import --source kubernetes/prod-eu manifests/*.yaml
      cmdb import --dry-run services.json
      cmdb import --source terraform/shop --change CHG-2041 plan.json
      cmdb import --sweep --source inventory/hq hosts.csv
      cmdb import --plan --sweep --source inventory/hq hosts.csv
      kubectl get all -A -o yaml | cmdb import --source kubernetes/prod-eu -

    All files of one call are one run, so they may refer to one another in any order. A row that is wrong fails alone,
    with its line and reason; the rest is imported and the command ends with 1.

    With --sweep a CI that its source no longer reports is retired, and comes back under the same id when it is reported
    again. A sweep is refused, with 1, when the files were not read in full, when nothing was read, or when more than
    a quarter of the CIs (and more than 10) would go: look at what would go with --dry-run, and --confirm it.

    An import that is alarming by the policy - many relationships gone, serials swapped, CIs renamed in numbers - is not
    written but held, with 1, as a plan that a person applies or discards (`cmdb plan`).
    """
    if plan and dry_run:
        raise typer.BadParameter("Ask for a plan or for a dry run, not for both.", param_hint="--plan")
    invocation = invocation_of(context).with_policy(policy)
    wanted = Wanted(format_, source, scope, Document.at(mapping) if mapping is not None else None, change)
    documents = [_document(name) for name in files]
    with invocation.services(Absent.EMPTY if dry_run else Absent.FOUND) as services:
        prepared = prepare(documents, wanted, services.catalogue)
        relax_collector()
        order = Order(
            invocation.settings.actor,
            reason=f"import of {', '.join(Path(name).name for name in files)}",
            scopes=prepared.scopes() if sweep or confirm else (),
            sweep=Sweep(confirm) if sweep or confirm else None,
            patience=wait,
        )
        task = _make_plan if plan else _rehearse if dry_run else _run
        report = task(services, prepared, order, as_json)
    raise typer.Exit(exit_code(report))


def _run(services: Services, prepared: Prepared, order: Order, as_json: bool) -> ImportReport:
    with progress("Importing") as advance:
        report = services.ingest.run(prepared.inputs, order, advance)
    if as_json:
        write_json(import_json(report))
    else:
        print_report(import_report(report))
    return report


def _rehearse(services: Services, prepared: Prepared, order: Order, as_json: bool) -> ImportReport:
    """A dry run, with what it would do to services."""
    with progress("Planning") as advance:
        rehearsal = services.ingest.rehearse(prepared.inputs, order, advance)
    report = services.ingest.judged(rehearsal)
    found = effects(services.store, rehearsal.overlay.touched())
    if as_json:
        write_json({**import_json(report), "effects": effects_json(found)})
    else:
        print_report([*import_report(report), *effects_report(found)])
    return report


def _make_plan(services: Services, prepared: Prepared, order: Order, as_json: bool) -> ImportReport:
    with progress("Planning") as advance:
        plan, report = services.plans.make(prepared.inputs, order, advance)
    seen = view(services.store, plan)
    if as_json:
        write_json(made_json(seen, report))
    else:
        print_report(made_report(seen, report))
    return report


def exit_code(report: ImportReport) -> int:
    """1 when a row failed or the import is held, 3 when a dry run found something to do, else 0: a plan was kept."""
    if not report.complete:
        return FAILED
    return PENDING if report.dry_run and report.counts.changes and not report.plan_id else 0


def _document(name: str) -> Document:
    if name == STANDARD_INPUT:
        return Document("standard input", sys.stdin.buffer.read())
    return Document.at(Path(name))
