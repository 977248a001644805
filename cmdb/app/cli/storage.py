"""``cmdb store``: the store itself."""

from pathlib import Path
from typing import Annotated

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import diagnostics, print_report, write_json
from cmdb.app.neo4j_local import RELEASES, LocalNeo4j, release
from cmdb.app.rendering.lines import columns, line

BOLT_PORT = 7687


def store_application() -> typer.Typer:
    """The group of commands."""
    app = typer.Typer(
        help="Ask the store what it holds; run a Neo4j server on this machine.",
        no_args_is_help=True,
        rich_markup_mode="rich",
    )
    app.command("info")(info)
    app.command("neo4j-local")(neo4j_local)
    return app


def info(context: typer.Context, as_json: AsJSON = False) -> None:
    """Say which store it is, its version, and how much it holds."""
    with invocation_of(context).services() as services:
        found = services.store.info()
    facts = {
        "url": found.url,
        "store_id": found.store_id,
        "schema_version": found.schema_version,
        "seq": found.head,
        "items": found.items,
        "relationships": found.relationships,
    }
    if as_json:
        write_json(facts)
        return
    print_report(columns([name, str(value)] for name, value in facts.items()))


def neo4j_local(
    version: Annotated[
        str, typer.Option(metavar="VERSION", help=f"{' or '.join(known.line for known in RELEASES)}, or exactly.")
    ] = RELEASES[0].line,
    home: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", show_default=False, help="Where its data is kept; else ./neo4j-VERSION."),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port of its Bolt address.")] = BOLT_PORT,
) -> None:
    """Run a Neo4j Community server on this machine until Ctrl-C; needs Java, and Maven the first time.

    [bold]Examples[/bold]

      cmdb store neo4j-local
      cmdb store neo4j-local --version 2026 --home /var/tmp/graph --port 7688

    It listens on loopback only and asks for no password: it is for trying things out.
    """
    exact = release(version).version
    with LocalNeo4j(exact, home or Path(f"neo4j-{exact}"), port=port) as server:
        diagnostics().print(line(f"Neo4j {exact} at {server.uri}; use it with --store {server.uri}. Ctrl-C stops it."))
        try:
            server.wait()
        except KeyboardInterrupt:
            diagnostics().print(line("Stopping."))
