"""The graph of a store as values that can be compared: no ids, no sequence numbers, no instants."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

from cmdb.ingest.cases import CASE, SUSPECTS
from cmdb.model.items import Item, Lifecycle, Relationship
from cmdb.model.sources import MANUAL, SourceRecord
from cmdb.model.values import JSONValue
from cmdb.store.port import Store

Bindings: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Plain:
    """Items and edges, each with who speaks of it."""

    items: list[tuple[str, str, dict[str, JSONValue], dict[str, JSONValue], str, Bindings]]
    edges: list[tuple[str, Bindings, Bindings, JSONValue, Bindings]]


def plain(store: Store) -> Plain:
    """The live graph in canonical form, without the duplicate cases."""
    read = store.graph()
    items = [item for chunk in read.items for item in chunk if item.cls != CASE]
    edges = [edge for chunk in read.relationships for edge in chunk if edge.type != SUSPECTS]
    said = store.records_of([*(item.id for item in items), *(edge.key for edge in edges)])
    names = {item.id: (item.label, *bindings(said.get(item.id, ()))) for item in items}
    return Plain(
        sorted(
            (
                (
                    item.cls, item.name, dict(sorted(item.attributes.items())),
                    {name: asdict(group) for name, group in sorted(item.groups.items())},
                    item.lifecycle.value, bindings(said.get(item.id, ())),
                )
                for item in items
            ),
            key=repr,
        ),
        sorted((_edge(edge, names, said) for edge in edges), key=repr),
    )  # fmt: skip


def _edge(
    edge: Relationship, names: Mapping[str, Bindings], said: Mapping[str, list[SourceRecord]] | Mapping[str, object]
) -> tuple[str, Bindings, Bindings, JSONValue, Bindings]:
    records = said.get(edge.key, ())
    settings: JSONValue = [edge.group, edge.effect, edge.basis, dict(sorted(edge.attributes.items()))]
    own = bindings(records) if isinstance(records, list | tuple) else ()
    return edge.type, names[edge.from_id], names[edge.to_id], settings, own


def bindings(records: object) -> Bindings:
    """Who speaks; people speak under ids, which are left out."""
    listed = records if isinstance(records, list | tuple) else []
    return tuple(sorted("manual" if record.scope.source == MANUAL else record.binding for record in listed))


def items(store: Store) -> list[Item]:
    """All items but duplicate cases by name, retired ones too."""
    found = (item for chunk in store.graph().items for item in chunk if item.cls != CASE)
    return sorted(found, key=lambda item: (item.name, item.id))


def cases(store: Store) -> list[tuple[str, str]]:
    """The duplicate cases that are not withdrawn, each with its state, by name."""
    found = [item for chunk in store.graph().items for item in chunk if item.cls == CASE]
    living = [item for item in found if item.lifecycle is Lifecycle.LIVE]
    return sorted((item.name, str(item.attributes["case_state"])) for item in living)


def item(store: Store, name: str) -> Item:
    """The only item of a name."""
    (found,) = [entry for entry in items(store) if entry.name == name]
    return found


def names(store: Store) -> list[str]:
    """The names of all items that live."""
    return [entry.name for entry in items(store) if entry.lifecycle is Lifecycle.LIVE]


def edges(store: Store) -> list[Relationship]:
    """All edges but those of duplicate cases."""
    read = store.graph()
    list(read.items)
    return [edge for chunk in read.relationships for edge in chunk if edge.type != SUSPECTS]


def arrows(store: Store) -> list[str]:
    """All edges as ``from TYPE to`` by names."""
    called = {entry.id: entry.name for entry in items(store)}
    return sorted(f"{called[edge.from_id]} {edge.type} {called[edge.to_id]}" for edge in edges(store))
