"""The canonical form: what a graph says, whatever ids, times and order of writing it came to be with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TypeAlias

from cmdb.ingest.references import MERGED_INTO, merged_into
from cmdb.model.items import Item, Relationship
from cmdb.model.sources import MANUAL, SourceRecord
from cmdb.model.values import JSONValue
from cmdb.practices.exporting.lines import lines, sorted_lines, sorted_value
from cmdb.practices.exporting.selection import EVERYTHING, Ends, Selection, edges_of, items_of
from cmdb.store.port import Store

Records: TypeAlias = Mapping[str, Sequence[SourceRecord]]


def canonical(store: Store, at: int | None = None, selection: Selection = EVERYTHING) -> Iterator[bytes]:
    """The graph as it is, or was after commit ``at``, in a form that is equal, byte by byte, for equal graphs.

    Two graphs are equal when the same sources speak of the same CIs under the same keys, and class, name, lifecycle,
    effective attributes, groups and relationships agree: on any store, under any ids, after any order of writing.

    An item is a line with its ``bindings``, sorted; what people say is only ``manual``, and what a source no longer
    reports counts only where no other source is left.  An edge has each end as the first binding of the item that is
    not ``manual``, else as ``Class:name``, and the ``sources`` that assert it.  Lines are sorted, items before edges.
    Bindings are not versioned, so that the past is told with those of today.

    O(n log n); constant memory, beyond it in files without a name.  Constant round trips a chunk.

    Raises:
        SeqUnavailable: the point does not exist.  StoreUnavailable: the store went away; what came is not all.
    """
    read = store.graph(at)
    yield lines([{"export": {"form": "canonical"}}])
    yield from sorted_lines(_items(items, store, read.seq) for items in items_of(read, selection))
    yield from sorted_lines(_edges(edges, ends, store) for edges, ends in edges_of(read, selection, store))


def _items(items: Sequence[Item], store: Store, seq: int) -> bytes:
    said = store.records_of([item.id for item in items])
    names = _names_of_survivors(items, store, seq)
    return lines(_item(item, said, names) for item in items)


def _item(item: Item, said: Records, names: Mapping[str, str]) -> dict[str, object]:
    attributes = dict(item.attributes)
    if (survivor := merged_into(item)) is not None:
        attributes[MERGED_INTO] = names.get(survivor, "")
    groups: dict[str, JSONValue] = {name: asdict(setting) for name, setting in item.groups.items()}
    return {
        "bindings": _bindings(said.get(item.id, ())),
        "class": item.cls,
        "name": item.name,
        "lifecycle": item.lifecycle,
        "attributes": sorted_value(attributes),
        "groups": sorted_value(groups),
    }


def _names_of_survivors(items: Iterable[Item], store: Store, seq: int) -> dict[str, str]:
    """What items that were merged into others became, by the canonical name of those: read only where there is such."""
    ids = {id_ for item in items if (id_ := merged_into(item)) is not None}
    if not ids:
        return {}
    said = store.records_of(ids)
    return {id_: _name(item, said) for id_, item in store.items(ids, seq).items()}


def _edges(edges: Sequence[Relationship], ends: Ends, store: Store) -> bytes:
    said = store.records_of([*ends, *(edge.key for edge in edges)])
    names = {id_: _name(item, said) for id_, item in ends.items()}
    return lines(_edge(edge, names, said) for edge in edges)


def _edge(edge: Relationship, names: Mapping[str, str], said: Records) -> dict[str, object]:
    return {
        "from": names[edge.from_id],
        "to": names[edge.to_id],
        "type": edge.type,
        "group": edge.group,
        "effect": edge.effect,
        "basis": edge.basis,
        "attributes": sorted_value(edge.attributes),
        "sources": sorted({_source(record) for record in said.get(edge.key, ()) if not record.gone}),
    }


def _name(item: Item, said: Records) -> str:
    return next((binding for binding in _bindings(said.get(item.id, ())) if binding != MANUAL), item.label)


def _bindings(records: Sequence[SourceRecord]) -> list[str]:
    counted = [record for record in records if not record.gone] or records
    return sorted({MANUAL if record.scope.source == MANUAL else record.binding for record in counted})


def _source(record: SourceRecord) -> str:
    return MANUAL if record.scope.source == MANUAL else str(record.scope)
