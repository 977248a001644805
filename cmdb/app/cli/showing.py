"""``cmdb show``: one CI or record with all that is known of it."""

from collections.abc import Mapping
from typing import Annotated

import typer

from cmdb.app.cli.invocation import invocation_of
from cmdb.app.cli.options import AsJSON, AsOfText, moment_of
from cmdb.app.cli.output import print_report, write_json
from cmdb.app.rendering.items import Portrait, portrait_json, portrait_report
from cmdb.app.rendering.provenance import provenances_json, provenances_report
from cmdb.ingest.references import find_one
from cmdb.model.items import Item
from cmdb.model.references import Reference, parse_reference
from cmdb.practices.answers import AsOf
from cmdb.practices.moments import Moment, seq_of
from cmdb.practices.services import Services
from cmdb.reconcile import provenances


def show(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="Class:name, id or source/scope#key.")],
    as_of: AsOfText = None,
    sources: Annotated[
        bool, typer.Option("--sources", help="Show who said what of each attribute, and why it holds or not.")
    ] = False,
    as_json: AsJSON = False,
) -> None:
    """Show attributes, redundancy groups, relationships, and which source said so.

    [bold]Examples[/bold]

      cmdb show Host:db-1
      cmdb show Host:db-1 --sources
      cmdb show kubernetes/prod/shop#Deployment/cart --json
      cmdb show Host:db-1 --as-of 2026-11-01
    """
    named, moment = parse_reference(reference), moment_of(as_of)
    with invocation_of(context).services() as services:
        portrait = portrait_of(services, named, moment)
        said = provenances(portrait.records or (), services.catalogue) if sources else None
    if as_json:
        more = {} if said is None else {"provenance": provenances_json(said)}
        write_json({**portrait_json(portrait), **more})
        return
    print_report(portrait_report(portrait))
    if said is not None:
        print_report(provenances_report(said, portrait.records or ()))


def portrait_of(services: Services, reference: Reference, moment: AsOf) -> Portrait:
    """The item that a reference means, at a point in time, with its edges; sources only for now.

    Raises:
        NotFound, AmbiguousName, SeqUnavailable.
    """
    store = services.store
    seq = seq_of(store, moment)
    item = find_one(reference, Moment(store, seq), services.catalogue)
    edges = store.relationships_of([item.id], at=seq)
    others = store.items({id_ for edge in edges for id_ in (edge.from_id, edge.to_id)}, seq)
    ordered = sorted(edges, key=lambda edge: (edge.type, *(_label(others, id_) for id_ in (edge.from_id, edge.to_id))))
    records = store.records_of([item.id]).get(item.id, ()) if seq is None else None
    return Portrait(item, ordered, others, records)


def _label(others: Mapping[str, Item], id_: str) -> str:
    return others[id_].label if id_ in others else id_
