"""``cmdb export``: the whole graph as lines of JSON."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsOfText, moment_of
from cmdb.app.cli.output import diagnostics, progress
from cmdb.app.rendering.lines import line, number_of
from cmdb.errors import FileMissing
from cmdb.model.items import Lifecycle
from cmdb.practices.exporting import Form, selection_of
from cmdb.practices.moments import seq_of


def export(
    context: typer.Context,
    canonical: Annotated[
        bool, typer.Option("--canonical", help="In the form that is equal for equal graphs, to be compared.")
    ] = False,
    classes: Annotated[
        list[str] | None,
        typer.Option("--class", metavar="CLASS", help="Only this class and what inherits from it; repeatable."),
    ] = None,
    retired: Annotated[bool, typer.Option("--retired", help="Retired ones too; only with --canonical.")] = False,
    as_of: AsOfText = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file, whole or not at all.")
    ] = None,
) -> None:
    """Write the whole graph as newline-delimited JSON, as rows that can be imported again.

    [bold]Examples[/bold]

      cmdb export | gzip > graph.ndjson.gz
      cmdb export --class Host --as-of 2026-11-28
      cmdb --store sqlite:///new.db import graph.ndjson
      diff <(cmdb --store A export --canonical) <(cmdb --store B export --canonical)

    Rows hold what the CIs are, whoever says so. Imported into the same store again, each finds its own CI; they speak
    as a source of their own, ~export, which stands behind all others. Duplicate cases are questions about the items of
    this store: they are not exported, and counted on standard error.

    The canonical form has no ids, times and numbers: CIs are known by their source bindings, and everything is sorted,
    so that two stores that hold the same graph give the same bytes.
    """
    moment = moment_of(as_of)
    form = Form.CANONICAL if canonical else Form.ROWS
    lifecycles = frozenset(Lifecycle) if retired else frozenset({Lifecycle.LIVE})
    with invocation_of(context).services() as services:
        selection = selection_of(services.catalogue, form, classes or (), lifecycles)
        at, held = seq_of(services.store, moment), services.store.info()
        with progress("Exporting") as advance, _target(output) as target:
            done = 0
            for piece in form.pieces(services.store, at, selection):
                target.write(piece)
                done += piece.count(b"\n")
                advance(done, held.items + held.relationships + 1)
        cases = selection.cases_left_out(services.store, at)
    if cases:
        diagnostics().print(line(f"{number_of(cases, 'duplicate case')} not exported: they belong to this store."))


@contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that takes its name only when it is whole.

    Raises:
        FileMissing: it cannot be written.
    """
    if output is None:
        yield sys.stdout.buffer
        return
    unfinished = output.with_name(f"{output.name}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(output)
    except OSError as error:
        raise FileMissing(f"The file {output} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
