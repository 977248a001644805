"""``cmdb schema``: what may be in the CMDB, and how files must look."""

from pathlib import Path
from typing import Annotated

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import print_report, write_json
from cmdb.app.rendering.catalogue import (
    class_json,
    class_report,
    classes_report,
    relationship_json,
    relationships_report,
)
from cmdb.app.rendering.catalogue_page import catalogue_page
from cmdb.app.rendering.import_schema import import_schema
from cmdb.app.rendering.lines import line
from cmdb.model.catalogue import load_catalogue


def schema_application() -> typer.Typer:
    """The group of commands."""
    app = typer.Typer(
        help="Show classes, relationship types and file formats; check a catalogue file.",
        no_args_is_help=True,
        rich_markup_mode="rich",
    )
    app.command("classes")(classes)
    app.command("class", no_args_is_help=True)(one_class)
    app.command("relationships")(relationships)
    app.command("import")(rows)
    app.command("check", no_args_is_help=True)(check)
    app.command("reference")(reference)
    return app


def classes(context: typer.Context, as_json: AsJSON = False) -> None:
    """List all classes, each under the one it inherits from."""
    catalogue = invocation_of(context).catalogue()
    if as_json:
        write_json([class_json(spec) for spec in catalogue.classes.values()])
        return
    print_report(classes_report(catalogue))


def one_class(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Class, such as Host.")],
    as_json: AsJSON = False,
) -> None:
    """Show a class: its attributes, what identifies it, its redundancy groups, the relationships it may have."""
    catalogue = invocation_of(context).catalogue()
    spec = catalogue.cls(name)
    if as_json:
        write_json(class_json(spec))
        return
    print_report(class_report(spec, catalogue))


def relationships(context: typer.Context, as_json: AsJSON = False) -> None:
    """List all relationship types: their ends, and what of a failure they pass on."""
    catalogue = invocation_of(context).catalogue()
    if as_json:
        write_json([relationship_json(spec) for spec in catalogue.relationship_types.values()])
        return
    print_report(relationships_report(catalogue))


def rows(context: typer.Context) -> None:
    """Print the JSON Schema of the rows that cmdb import reads from JSON and NDJSON."""
    write_json(import_schema(invocation_of(context).catalogue()))


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Catalogue files, in the order they are laid.")],
) -> None:
    """Check catalogue files against the built-in catalogue; tells every fault at once, each with its place."""
    catalogue = load_catalogue(*files)
    told = f"{len(catalogue.classes)} classes and {len(catalogue.relationship_types)} relationship types"
    print_report([line(f"No fault. With these files there are {told}, rules {catalogue.version}.")])


def reference(context: typer.Context) -> None:
    """Print the reference page of the catalogue as Markdown."""
    typer.echo(catalogue_page(invocation_of(context).catalogue()), nl=False)
