"""``cmdb history``: how one CI or record became what it is."""

from typing import Annotated

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON
from cmdb.app.cli.output import print_report, write_json
from cmdb.app.rendering.history import Event, events_of, history_json, history_report
from cmdb.ingest.references import find_one
from cmdb.model.commits import Commit
from cmdb.model.items import Item
from cmdb.model.references import Reference, parse_reference
from cmdb.practices.services import Services


def recount(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="Class:name, id or source/scope#key.")],
    as_json: AsJSON = False,
) -> None:
    """Tell every change of one CI, oldest first: what became different, when, by whom and why.

    [bold]Examples[/bold]

      cmdb history Host:db-1
      cmdb history Workload:cart --json
    """
    named = parse_reference(reference)
    with invocation_of(context).services() as services:
        item, events = history_of(services, named)
    if as_json:
        write_json(history_json(item, events))
        return
    print_report(history_report(item, events))


def history_of(services: Services, reference: Reference) -> tuple[Item, list[Event]]:
    """The item as it is, and its events in order of ``seq``: one read for each of them, beside three.

    Raises:
        NotFound, AmbiguousName.
    """
    store = services.store
    item = find_one(reference, store, services.catalogue)
    edges = store.relationship_history(item.id)
    others = store.items({id_ for edge in edges for id_ in (edge.from_id, edge.to_id)})
    events = events_of(store.history(item.id), edges, {id_: other.label for id_, other in others.items()})
    return item, [event.by(_commit(services, event.seq)) for event in events]


def _commit(services: Services, seq: int) -> Commit | None:
    return next(iter(services.store.commits(seq - 1, 1)), None)
