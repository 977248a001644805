"""``cmdb demo``: the sample estate, a change on it, and what the change takes down."""

from typing import Annotated, Final

import typer
from rich.console import RenderableType

from cmdb.app.cli.assessing import describe
from cmdb.app.cli.invocation import Invocation, invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import print_report, progress, write_json
from cmdb.app.cli.serving import listen, require_token
from cmdb.app.demo import import_estate, prepare_estate, register_change
from cmdb.app.rendering.assessment_json import assessment_json
from cmdb.app.rendering.assessment_report import Shape, assessment_report
from cmdb.app.rendering.lines import columns, line, number_of, section
from cmdb.app.wiring import Absent
from cmdb.ingest.reports import ImportReport
from cmdb.model.references import ById
from cmdb.practices.services import Services

STORE: Final = "sqlite:///cmdb-demo.db"
"""Where the sample goes when nobody names a store: a file in the current folder."""


def demonstrate(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, show_default=False, help="Else CMDB_PORT, else 8000.")
    ] = None,
    serves: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve GraphQL after the report.")] = True,
    as_json: AsJSON = False,
) -> None:
    """Import a sample estate, register a change, print what it takes down, and serve GraphQL.

    [bold]Examples[/bold]

      cmdb demo
      cmdb demo --no-serve
      cmdb --store neo4j://localhost demo --port 9000

    The store is cmdb-demo.db in the current folder unless one is named. A second run changes nothing.
    """
    invocation = invocation_of(context)
    if not invocation.names_store:
        invocation = Invocation(invocation.settings.model_copy(update={"store": STORE}))
    host = require_token(invocation, invocation.settings.host) if serves else ""
    with invocation.services(Absent.FOUND) as services:
        report = _import(services, invocation)
        change = register_change(services, invocation.settings.actor)
        answer = services.assessor.of_record(ById(change.id))
        if as_json:
            write_json(assessment_json(answer))
        else:
            shape = Shape(about=describe(services, answer))
            print_report([*_told(services, report), *assessment_report(answer, shape)])
            print_report(section("Go on with", columns(_next(invocation.settings.store))))
        if serves:
            listen(services, invocation, host, invocation.settings.port if port is None else port)


def _import(services: Services, invocation: Invocation) -> ImportReport:
    prepared = prepare_estate(services.catalogue)
    with progress("Importing the sample estate") as advance:
        return import_estate(services, prepared, invocation.settings.actor, advance)


def _told(services: Services, report: ImportReport) -> list[RenderableType]:
    counts, info = report.counts, services.store.info()
    done = f"{number_of(counts.changes, 'change')} to the store" if counts.changes else "nothing had changed"
    held = (
        f"{number_of(info.items, 'CI or record', 'CIs and records')}, {number_of(info.relationships, 'relationship')}"
    )
    return [
        line(f"Sample estate of Meridian Outdoor imported: {done}."),
        line(f"{info.url} holds {held}."),
        line(""),
    ]


def _next(store: str) -> list[list[str]]:
    at = f"cmdb --store {store}"
    return [
        [f"{at} impact Switch:core-1", "the switch alone"],
        [f"{at} impact Change:CHG-2041 --at-risk", "with all that only loses redundancy"],
        [f"{at} show DatabaseCluster:orders-db", "one CI with all that is known of it"],
    ]
