"""The command ``cmdb``: its global options, its commands, and how it ends."""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from typer.main import get_command

from cmdb.app.cli.assessing import assess
from cmdb.app.cli.demonstration import demonstrate
from cmdb.app.cli.duplicates import duplicates_application
from cmdb.app.cli.exporting import export
from cmdb.app.cli.failures import tell
from cmdb.app.cli.importing import import_files
from cmdb.app.cli.invocation import Invocation
from cmdb.app.cli.planning import plan_application
from cmdb.app.cli.recounting import recount
from cmdb.app.cli.releasing import release
from cmdb.app.cli.runs import runs_application
from cmdb.app.cli.schema import schema_application
from cmdb.app.cli.searching import search
from cmdb.app.cli.serving import serve
from cmdb.app.cli.showing import show
from cmdb.app.cli.storage import store_application
from cmdb.errors import CMDBError

GLOBAL_OPTIONS: Final = ("--store", "--catalogue")
"""Options that may stand before or behind the name of the command."""

HELP: Final = """What an outage or a change really takes down, and why.

[bold]First steps[/bold]

  cmdb demo                                        try it on a sample estate
  cmdb import hosts.csv manifests.yaml             take over what files say
  cmdb impact Host:db-1 Switch:core-1              what falls when both fail
  cmdb impact Switch:core-1=degraded --json        the same for programs
  cmdb search redis                                find CIs by words
  cmdb show Workload:cart                          all that is known of one CI
  cmdb show Host:db-1 --sources                    who said what, and why it holds
  cmdb duplicates                                  what may be the same thing twice
  cmdb export                                      the whole graph as lines of JSON
  cmdb serve                                       GraphQL for everybody else

A CI is named [bold]Class:name[/bold] (Host:db-1), by its id, or [bold]source/scope#key[/bold]
(kubernetes/prod/shop#Deployment/cart). Exit codes: 0 done, 1 failed, 2 wrong usage.
"""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the process: 0 done, 1 failed, 2 wrong usage, 3 a dry run found changes."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    logging.getLogger("neo4j").setLevel(logging.ERROR)  # the driver warns of retries that succeed
    try:
        get_command(application())(hoisted(words), prog_name="cmdb")
    except CMDBError as error:
        sys.exit(tell(error))
    sys.exit(0)


def application() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="cmdb",
        help=HELP,
        callback=begin,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.command("demo")(demonstrate)
    app.command("import", no_args_is_help=True)(import_files)
    app.command("export")(export)
    app.command("impact", no_args_is_help=True)(assess)
    app.command("search", no_args_is_help=True)(search)
    app.command("show", no_args_is_help=True)(show)
    app.command("history", no_args_is_help=True)(recount)
    app.command("release", no_args_is_help=True)(release)
    app.command("serve")(serve)
    app.add_typer(duplicates_application(), name="duplicates")
    app.add_typer(plan_application(), name="plan")
    app.add_typer(runs_application(), name="runs")
    app.add_typer(schema_application(), name="schema")
    app.add_typer(store_application(), name="store")
    return app


def begin(
    context: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="URL",
            show_default=False,
            help="sqlite:///path, neo4j://host, bolt://host or memory:. Else CMDB_STORE, else sqlite:///cmdb.db.",
        ),
    ] = None,
    catalogue: Annotated[
        list[Path] | None,
        typer.Option("--catalogue", metavar="FILE", help="Catalogue file laid over the built-in one; repeatable."),
    ] = None,
) -> None:
    """Keep the global options for the command that follows."""
    context.obj = Invocation.of(store, tuple(catalogue or ()))


def hoisted(words: Sequence[str]) -> list[str]:
    """The same words with the global options first, wherever they stood; what follows ``--`` stays.

    >>> hoisted(["import", "a.csv", "--store", "memory:"])
    ['--store', 'memory:', 'import', 'a.csv']
    """
    first: list[str] = []
    rest: list[str] = []
    remaining = iter(words)
    for word in remaining:
        if word == "--":
            return [*first, *rest, word, *remaining]
        if word in GLOBAL_OPTIONS:
            first += [word, *(value for value in [next(remaining, None)] if value is not None)]
        else:
            (first if word.startswith(tuple(f"{name}=" for name in GLOBAL_OPTIONS)) else rest).append(word)
    return [*first, *rest]
