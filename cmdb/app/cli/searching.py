"""``cmdb search``: CIs and records by words."""

from typing import Annotated

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import print_report, write_json
from cmdb.app.rendering.items import item_json
from cmdb.app.rendering.lines import columns, line, number_of


def search(
    context: typer.Context,
    text: Annotated[list[str], typer.Argument(metavar="TEXT…", help="Words, or beginnings of words.")],
    classes: Annotated[
        list[str] | None,
        typer.Option("--class", metavar="CLASS", help="Only this class and what inherits from it; repeatable."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Hits shown.")] = 20,
    as_json: AsJSON = False,
) -> None:
    """Find what has a word beginning with each of the given words in its name or texts.

    [bold]Examples[/bold]

      cmdb search redis
      cmdb search pay prod --class Workload
    """
    with invocation_of(context).services() as services:
        wanted = {name for cls in classes or () for name in services.catalogue.descendants(cls)}
        found = services.store.search(" ".join(text), wanted or None, limit)
    if as_json:
        write_json({"total": found.total, "items": [item_json(item) for item in found.items]})
        return
    shown = f", {len(found.items):,} shown" if found.total > len(found.items) else ""
    hits = columns([item.label, str(item.attributes.get("description", "")), item.id] for item in found.items)
    print_report([*hits, line(f"{number_of(found.total, 'hit')}{shown}")])
