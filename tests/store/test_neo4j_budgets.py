"""How many statements a call may send: the same number however much is read or written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest
from typing_extensions import override

from cmdb.model.commits import ChangeSet
from cmdb.model.items import Lifecycle
from cmdb.model.queries import Direction, ItemQuery, RelationshipQuery
from cmdb.model.values import JSONValue
from cmdb.store.neo4j_store import Neo4jStore
from cmdb.store.neo4j_store.connection import Connection, DriverTransaction, Transaction
from cmdb.store.port import Store
from tests.builders import DAY, SCOPE, Dropped, changes, create, gadgets, link, patch, said, unlink, write
from tests.neo4j_server import LINES, Endpoint, wipe

pytestmark = pytest.mark.neo4j

FEW, MANY = 2, 60

READS: dict[str, tuple[int, Callable[[Store, list[str]], object]]] = {
    "items": (1, lambda store, ids: store.items(ids)),
    "items of the past": (2, lambda store, ids: store.items(ids, at=1)),
    "named": (1, lambda store, ids: store.named([("Gadget", id_) for id_ in ids])),
    "named in the past": (2, lambda store, ids: store.named([("Gadget", id_) for id_ in ids], at=1)),
    "identified": (1, lambda store, ids: store.identified([f"identity of {id_}" for id_ in ids])),
    "relationships": (1, lambda store, ids: store.relationships([f"LINKED_TO|{id_}|hub" for id_ in ids])),
    "relationships of the past": (
        2,
        lambda store, ids: store.relationships([f"LINKED_TO|{id_}|hub" for id_ in ids], at=1),
    ),
    "relationships of items": (
        1,
        lambda store, ids: store.relationships_of(ids, Direction.BOTH, ["LINKED_TO", "LEADS"]),
    ),
    "relationships of items in the past": (3, lambda store, ids: store.relationships_of(ids, at=1)),
    "a page": (2, lambda store, ids: store.page(ItemQuery(limit=len(ids)))),
    "a page of the past": (3, lambda store, ids: store.page(ItemQuery(limit=len(ids)), at=1)),
    "a page of edges": (3, lambda store, ids: store.relationship_page(RelationshipQuery(touching=tuple(ids)))),
    "search": (1, lambda store, ids: store.search("i", limit=len(ids))),
    "records": (1, lambda store, ids: store.records([(SCOPE, id_) for id_ in ids])),
    "what records are bound to": (1, lambda store, ids: store.bonds([(SCOPE, id_) for id_ in ids])),
    "records of targets": (1, lambda store, ids: store.records_of(ids)),
    "unresolved records": (1, lambda store, ids: store.unresolved(limit=len(ids))),
    "commits": (1, lambda store, ids: store.commits(0, limit=len(ids))),
    "the difference of two points": (6, lambda store, _: store.difference(0, 1)),
    "the graph": (3, lambda store, _: [list(part) for part in _parts(store)]),
    "seen": (1, lambda store, ids: store.see([(SCOPE, id_) for id_ in ids], "run", DAY)),
}


class Counting(Transaction):
    """Notes every statement that is sent."""

    def __init__(self, transaction: DriverTransaction, sent: list[str]) -> None:
        super().__init__(transaction)
        self._sent = sent

    @override
    def record(self, statement: str, **parameters: object) -> Mapping[str, JSONValue]:
        self._sent.append(statement)
        return super().record(statement, **parameters)


@pytest.fixture
def sent() -> list[str]:
    return []


@pytest.fixture(params=LINES)
def store(
    request: pytest.FixtureRequest, neo4j_endpoint: Callable[[str], Endpoint], sent: list[str]
) -> Iterator[Neo4jStore]:
    endpoint = neo4j_endpoint(str(request.param))
    with endpoint.driver() as driver:
        wipe(driver)
    connection = Connection.open(endpoint.uri, endpoint.auth, "neo4j", lambda transaction: Counting(transaction, sent))
    with Neo4jStore(connection, gadgets()) as opened:
        yield opened


def test_reading_more_takes_no_more_statements(store: Neo4jStore, sent: list[str], subtests: pytest.Subtests) -> None:
    ids = [f"i{number}" for number in range(MANY)]
    write(
        store,
        create("hub"),
        *(create(id_) for id_ in ids),
        *(link(id_, "hub") for id_ in ids),
        *(said(id_, id_) for id_ in ids),
        *(said(f"dangling {id_}", None) for id_ in ids),
    )
    for name, (budget, call) in READS.items():
        for size in (FEW, MANY):
            with subtests.test(name, size=size):
                sent.clear()
                call(store, ids[:size])
                assert len(sent) == budget


def test_writing_more_takes_no_more_statements(store: Neo4jStore, sent: list[str]) -> None:
    counts = []
    for size in (FEW, MANY):
        first, second = _batches(size)
        store.commit(first)
        sent.clear()
        store.commit(second)
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert counts[0] <= 16


def test_the_smallest_write_takes_four_statements(store: Neo4jStore, sent: list[str]) -> None:
    write(store, create("a"))
    sent.clear()
    write(store, patch("a", motto="x"))
    assert len(sent) == 4


def _batches(size: int) -> tuple[ChangeSet, ChangeSet]:
    """A change set, and one after it that creates, updates, retires, relates, unrelates, changes and drops."""
    ids = [f"{size}-{number}" for number in range(size)]
    before = changes(
        *(create(id_) for id_ in ids),
        *(link(id_, id_) for id_ in ids),
        *(link(id_, id_, "LEADS") for id_ in ids),
        *(said(id_, id_) for id_ in ids),
    )
    after = changes(
        *(create(f"new {id_}", "Widget") for id_ in ids),
        *(replace(patch(id_, motto="x"), lifecycle=Lifecycle.RETIRED, identifiers=(id_,)) for id_ in ids),
        *(link(id_, id_, note="changed") for id_ in ids),
        *(link(f"new {id_}", id_) for id_ in ids),
        *(link(f"new {id_}", id_, "FITS_INTO") for id_ in ids),
        *(unlink(id_, id_, "LEADS") for id_ in ids),
        *(said(f"new {id_}", f"new {id_}") for id_ in ids),
        *(Dropped(SCOPE, id_) for id_ in ids),
    )
    return before, after


def _parts(store: Store) -> Iterator[Iterator[object]]:
    graph = store.graph()
    yield iter(graph.items)
    yield iter(graph.relationships)
