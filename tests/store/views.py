"""All that can be read of a store, in a form in which two moments can be compared."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from cmdb.model.commits import Commit
from cmdb.model.items import OPEN, Item, Relationship
from cmdb.model.queries import AnyOf, Comparison, Direction, Field, ItemQuery, Operator, Order, RelationshipQuery
from cmdb.model.sources import Run, SourceRecord
from cmdb.store.port import GraphRead, Store

Version = TypeVar("Version", Item, Relationship)
MANY = 100_000


@dataclass(frozen=True, slots=True)
class View:
    """What every read says of the graph at one point; ``to_seq`` is left out, for it grows with hindsight."""

    graph: tuple[list[Item], list[Relationship]]
    items: dict[str, Item]
    named: dict[tuple[str, str], list[Item]]
    edges: dict[str, Relationship]
    edges_of: list[list[Relationship]]
    pages: list[tuple[list[Item], bool, int]]
    edge_pages: list[tuple[list[Relationship], bool, int]]


@dataclass(frozen=True, slots=True)
class Everything:
    """A whole store with its history, commits, records and runs."""

    head: int
    commits: list[Commit]
    items: list[Item]
    edges: list[Relationship]
    versions: dict[str, list[Item]]
    edge_versions: dict[str, list[Relationship]]
    records: dict[str, list[SourceRecord]]
    dangling: list[SourceRecord]
    runs: list[Run]


def read(graph: GraphRead) -> tuple[list[Item], list[Relationship]]:
    """All items and edges of a bulk read."""
    items = [item for chunk in graph.items for item in chunk]
    return items, [edge for chunk in graph.relationships for edge in chunk]


def still_open(versions: Iterable[Version]) -> list[Version]:
    """The versions as they looked before anything came after them."""
    return [replace(version, to_seq=OPEN) for version in versions]


def everything(store: Store) -> Everything:
    """Read the whole store."""
    items, edges = read(store.graph())
    ids = [item.id for item in items]
    targets = [*ids, *(edge.key for edge in edges)]
    return Everything(
        head=store.head(),
        commits=list(store.commits(0, MANY)),
        items=items,
        edges=edges,
        versions={id_: list(store.history(id_)) for id_ in ids},
        edge_versions={id_: list(store.relationship_history(id_)) for id_ in ids},
        records={target: list(records) for target, records in sorted(store.records_of(targets).items())},
        dangling=list(store.unresolved(limit=MANY)),
        runs=list(store.runs(MANY)),
    )


def view(store: Store, ids: list[str], at: int | None = None) -> View:
    """Read the graph at one point in every way there is."""
    items, edges = read(store.graph(at))
    found = store.items(ids, at)
    names = store.named([(cls, id_) for id_ in ids for cls in ("Gadget", "Widget")], at)
    keys = [f"LINKED_TO|{one}|{other}" for one in ids for other in ids]
    held = store.relationships(keys, at)
    return View(
        graph=(still_open(items), still_open(edges)),
        items={id_: replace(found[id_], to_seq=OPEN) for id_ in sorted(found)},
        named={pair: still_open(names[pair]) for pair in sorted(names)},
        edges={key: replace(held[key], to_seq=OPEN) for key in sorted(held)},
        edges_of=[
            still_open(store.relationships_of(ids[:2], direction, types, at))
            for direction in Direction
            for types in (None, ("LINKED_TO",))
        ],
        pages=[_page(store, query, at) for query in _queries()],
        edge_pages=[_edge_page(store, query, at) for query in _edge_queries(ids)],
    )


def _queries() -> Iterable[ItemQuery]:
    heavy = AnyOf((Comparison("weight", Operator.GT, 2), Comparison(Field.NAME, Operator.EQ, "a")))
    for retired in (False, True):
        yield ItemQuery(limit=2, retired=retired)
        yield ItemQuery(where=heavy, order=(Order("weight", descending=True),), retired=retired)
        yield ItemQuery(("Widget",), order=(Order(Field.UPDATED_SEQ), Order(Field.NAME)), after=(1, "b", "b"))


def _edge_queries(ids: list[str]) -> Iterable[RelationshipQuery]:
    yield RelationshipQuery(limit=2)
    yield RelationshipQuery(types=("LINKED_TO",), touching=tuple(ids[:2]), after="LINKED_TO|a")
    yield RelationshipQuery(from_ids=tuple(ids[:1]), to_ids=tuple(ids[1:]))


def _page(store: Store, query: ItemQuery, at: int | None) -> tuple[list[Item], bool, int]:
    page = store.page(query, at)
    return still_open(page.items), page.has_more, page.total


def _edge_page(store: Store, query: RelationshipQuery, at: int | None) -> tuple[list[Relationship], bool, int]:
    page = store.relationship_page(query, at)
    return still_open(page.relationships), page.has_more, page.total
