"""``cmdb import``: files to CIs and relationships."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import print_report, progress, write_json
from cmdb.app.imports import Prepared, Wanted, prepare
from cmdb.app.rendering.import_report import import_json, import_report
from cmdb.app.settings import Settings
from cmdb.ingest.reports import ImportReport
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
      kubectl get all -A -o yaml | cmdb import --source kubernetes/prod-eu -

    All files of one call are one run, so they may refer to one another in any order. A row that is wrong fails alone,
    with its line and reason; the rest is imported and the command ends with 1.
    """
    invocation = invocation_of(context)
    wanted = Wanted(format_, source, scope, Document.at(mapping) if mapping is not None else None, change)
    documents = [_document(name) for name in files]
    with invocation.services() as services:
        prepared = prepare(documents, wanted, services.catalogue)
        report = _report(services, prepared, invocation.settings, files, dry_run=dry_run)
    if as_json:
        write_json(import_json(report))
    else:
        print_report(import_report(report))
    raise typer.Exit(exit_code(report))


def exit_code(report: ImportReport) -> int:
    """1 when a row failed, 3 when a dry run found something to do, else 0."""
    if not report.complete:
        return FAILED
    return PENDING if report.dry_run and report.counts.changes else 0


def _report(
    services: Services, prepared: Prepared, settings: Settings, files: list[str], *, dry_run: bool
) -> ImportReport:
    order = prepared.order(settings.actor, f"import of {', '.join(Path(name).name for name in files)}")
    if dry_run:
        return services.ingest.plan(prepared.inputs, order)
    with progress("Importing", prepared.rows) as advance:
        return services.ingest.run(prepared.inputs, order, advance)


def _document(name: str) -> Document:
    if name == STANDARD_INPUT:
        return Document("standard input", sys.stdin.buffer.read())
    return Document.at(Path(name))
