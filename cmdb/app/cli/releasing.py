"""``cmdb release``: handing values that people set back to the sources."""

from typing import Annotated

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import print_report, write_json
from cmdb.app.cli.showing import portrait_of
from cmdb.app.rendering.items import portrait_json, portrait_report
from cmdb.ingest.edits import Release, Request
from cmdb.model.references import ById, parse_reference


def release(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="Class:name, id or source/scope#key.")],
    attributes: Annotated[
        list[str] | None, typer.Argument(metavar="ATTRIBUTE…", help="Attributes; name is the name of the CI.")
    ] = None,
    groups: Annotated[
        list[str] | None, typer.Option("--group", metavar="NAME", help="A redundancy group; repeatable.")
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the commit.")] = "",
    as_json: AsJSON = False,
) -> None:
    """Hand back to the sources what people set by hand, so that it is again as the sources say.

    [bold]Examples[/bold]

      cmdb release Host:db-1 model description
      cmdb release DatabaseCluster:orders --group replicas --reason "the inventory is right again"
    """
    invocation = invocation_of(context)
    named = parse_reference(reference)
    with invocation.services() as services:
        request = Request(invocation.settings.actor, reason)
        item = services.editor.release(named, Release(attributes or [], groups or []), request)
        portrait = portrait_of(services, ById(item.id), None)
    if as_json:
        write_json(portrait_json(portrait))
        return
    print_report(portrait_report(portrait))
