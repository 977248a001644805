"""The graph as rows: the form in which the project's own NDJSON is imported."""

from collections.abc import Iterator
from typing import Final

from cmdb.ingest.cases import CASE
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item, Relationship
from cmdb.model.references import own_key
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from cmdb.practices.exporting.lines import lines, sorted_value
from cmdb.practices.exporting.selection import EVERYTHING, Selection, edges_of, items_of
from cmdb.store.port import Store

SOURCE: Final = "~export"
"""The source of exported rows when they are imported: behind all others, so that whoever really knows prevails."""


def rows(store: Store, at: int | None = None, selection: Selection = EVERYTHING) -> Iterator[bytes]:
    """The graph as it is, or was after commit ``at``: a line that says which, then a line for each item and edge.

    The first line counts the duplicate cases that are left out, if there are any.

    Items have their effective attributes and groups; they come in order of id, edges in order of key, so that the same
    graph always gives the same bytes.  Imported into this store again, each row is of the very CI that it was written
    for; elsewhere it is identified as any other row.  Lines come several at a time, each ended.

    Memory is that of one chunk.  Constant round trips a chunk.

    Raises:
        SeqUnavailable: the point does not exist.  StoreUnavailable: the store went away; what came is not all.
    """
    read = store.graph(at)
    scope = Scope(SOURCE, store.info().store_id)
    told: dict[str, object] = {"form": "rows", "seq": read.seq, "store": scope.boundary}
    if cases := selection.cases_left_out(store, read.seq):
        told["left_out"] = {CASE: cases}
    yield lines([{"source": scope.source, "scope": scope.boundary, "export": told}])
    for items in items_of(read, selection):
        yield lines(_item(item, store.catalogue) for item in items)
    for edges, _ in edges_of(read, selection, store):
        yield lines(map(_edge, edges))


def _item(item: Item, catalogue: Catalogue) -> dict[str, object]:
    row: dict[str, object] = {"class": item.cls, "name": item.name, "key": own_key(item.id)}
    if attributes := _sayable(item, catalogue):
        row["attributes"] = sorted_value(attributes)
    if item.groups:
        row["groups"] = {name: _setting(item, name) for name in sorted(item.groups)}
    return row


def _sayable(item: Item, catalogue: Catalogue) -> dict[str, JSONValue]:
    """The attributes that a source may speak of: not those that the CMDB itself sets."""
    spec = catalogue.classes.get(item.cls)
    managed = {name for name, attribute in spec.attributes.items() if attribute.managed} if spec is not None else set()
    return {name: value for name, value in item.attributes.items() if name not in managed}


def _setting(item: Item, name: str) -> dict[str, str]:
    setting = item.groups[name]
    below = {} if setting.degraded_below is None else {"degraded_below": setting.degraded_below}
    return {"min_up": setting.min_up, **below}


def _edge(edge: Relationship) -> dict[str, object]:
    row: dict[str, object] = {"type": edge.type, "from": own_key(edge.from_id), "to": own_key(edge.to_id)}
    if edge.group is not None:
        row["group"] = edge.group
    if edge.effect is not None:
        row["effect"] = edge.effect
    row["basis"] = edge.basis
    if edge.attributes:
        row["attributes"] = sorted_value(edge.attributes)
    return row
