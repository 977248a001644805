"""How many statements a call costs, and that none of them reads a whole table."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from cmdb.model.commits import ChangeSet
from cmdb.model.plans import PlanEntries, PlanQuery, PlanState
from cmdb.model.queries import Comparison, Direction, Field, ItemQuery, Operator, Order, RelationshipQuery
from cmdb.model.sources import Lease, Scope
from cmdb.store.port import Store
from cmdb.store.sqlite import database
from tests.builders import DAY, SCOPE, changes, create, link, patch, said, unlink, write
from tests.store.sqlite_files import beside, opened

Call: TypeAlias = Callable[[Store, Sequence[str]], object]

FEW, MANY = 2, 1_200
IDS = [f"i{number:04}" for number in range(MANY)]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that any connection runs, with its values in place, from now on."""
    seen: list[str] = []
    connected = database.connected

    def watched(path: Path, mode: str, patience: float) -> sqlite3.Connection:
        connection = connected(path, mode, patience)
        connection.set_trace_callback(seen.append)
        return connection

    monkeypatch.setattr(database, "connected", watched)
    return seen


@pytest.fixture
def store(tmp_path: Path, statements: list[str]) -> Iterator[Store]:
    with opened(tmp_path / "cmdb.sqlite") as store:
        write(store, *(create(id_) for id_ in IDS), *(link(IDS[0], id_) for id_ in IDS))
        write(store, *(said(id_, id_) for id_ in IDS), *(patch(id_, weight=1) for id_ in IDS[::7]))
        store.head()
        statements.clear()
        yield store


READS: dict[str, Call] = {
    "items": lambda store, ids: store.items(ids),
    "items at": lambda store, ids: store.items(ids, at=1),
    "named": lambda store, ids: store.named([("Gadget", id_) for id_ in ids]),
    "named at": lambda store, ids: store.named([("Gadget", id_) for id_ in ids], at=1),
    "identified": lambda store, ids: store.identified([f"identity of {id_}" for id_ in ids]),
    "page of ids": lambda store, ids: store.page(ItemQuery(where=Comparison(Field.ID, Operator.IN, tuple(ids)))),
    "relationships": lambda store, ids: store.relationships([link(IDS[0], id_).key for id_ in ids]),
    "relationships at": lambda store, ids: store.relationships([link(IDS[0], id_).key for id_ in ids], at=1),
    "relationships of": lambda store, ids: store.relationships_of(ids),
    "relationships out of": lambda store, ids: store.relationships_of(ids, Direction.OUT, ["LINKED_TO"]),
    "relationships into at": lambda store, ids: store.relationships_of(ids, Direction.IN, ["LINKED_TO"], at=1),
    "relationships of at": lambda store, ids: store.relationships_of(ids, at=1),
    "relationship page": lambda store, ids: store.relationship_page(RelationshipQuery(touching=tuple(ids))),
    "records": lambda store, ids: store.records([(SCOPE, id_) for id_ in ids]),
    "bonds": lambda store, ids: store.bonds([(SCOPE, id_) for id_ in ids]),
    "records of": lambda store, ids: store.records_of(ids),
    "sizes of scopes": lambda store, ids: store.scope_sizes([Scope(id_) for id_ in ids] + [SCOPE]),
    "see": lambda store, ids: store.see([(SCOPE, id_) for id_ in ids], "run-2", DAY),
}
PAGES: dict[str, Call] = {
    "of items": lambda store, _: store.page(ItemQuery()),
    "after an item": lambda store, _: store.page(ItemQuery(after=("i0500", "i0500"))),
    "after an item at": lambda store, _: store.page(ItemQuery(classes=("Gadget",), after=("i0500", "i0500")), at=1),
    "of one class": lambda store, _: store.page(ItemQuery(classes=("Gadget",))),
    "of classes": lambda store, _: store.page(ItemQuery(classes=("Gadget", "Widget"))),
    "of one class at": lambda store, _: store.page(ItemQuery(classes=("Gadget",)), at=1),
    "downwards": lambda store, _: store.page(ItemQuery(order=(Order(Field.NAME, descending=True),))),
    "of names": lambda store, _: store.page(ItemQuery(where=Comparison(Field.NAME, Operator.STARTS_WITH, "i00"))),
    "of edges": lambda store, _: store.relationship_page(RelationshipQuery()),
    "of edges of a type": lambda store, _: store.relationship_page(RelationshipQuery(types=("LINKED_TO",))),
    "of edges at": lambda store, _: store.relationship_page(RelationshipQuery(types=("LINKED_TO",)), at=1),
    "of hits": lambda store, _: store.search("i00"),
    "of dangling records": lambda store, _: store.unresolved(),
    "of unseen records": lambda store, _: store.unseen(SCOPE, "run-2", "i0500"),
    "of written records": lambda store, _: store.written(SCOPE, "run-1", "i0500"),
    "of superseded records": lambda store, _: store.superseded("run-1", (SCOPE, "i0500")),
    "successors": lambda store, _: store.successors("run-1"),
    "leases": lambda store, _: store.hold([Lease(SCOPE, "r", "h", DAY)], DAY),
    "of plans": lambda store, _: store.plans(PlanQuery()),
    "of plans in a state": lambda store, _: store.plans(PlanQuery((PlanState.HELD,), (DAY, "p"))),
    "of entries of a plan": lambda store, _: store.plan_parts("p", PlanEntries.CHANGES, 500),
    "plan": lambda store, _: store.plan("p"),
    "of commits": lambda store, _: store.commits(0),
    "of runs": lambda store, _: store.runs(),
    "request": lambda store, _: store.commit_of("x"),
    "run": lambda store, _: store.run("x"),
    "history": lambda store, _: store.history("i0000"),
    "history of edges": lambda store, _: store.relationship_history("i0000"),
    "difference": lambda store, _: store.difference(1, 2),
    "instant": lambda store, _: store.seq_at(DAY),
}


@pytest.mark.parametrize("call", READS.values(), ids=READS.keys())
def test_a_read_costs_the_same_statements_for_few_and_for_many(store: Store, statements: list[str], call: Call) -> None:
    call(store, IDS[:FEW])
    few = len(statements)
    statements.clear()
    call(store, IDS)
    assert len(statements) == few <= 5


@pytest.mark.parametrize("call", [*READS.values(), *PAGES.values()], ids=[*READS.keys(), *PAGES.keys()])
def test_no_read_scans_a_table(store: Store, statements: list[str], tmp_path: Path, call: Call) -> None:
    call(store, IDS[:FEW])
    with beside(tmp_path / "cmdb.sqlite") as connection:
        plans = [step for sql in statements for step in plan(connection, sql)]
    assert [step for step in plans if scans_a_table(step)] == []


def test_a_commit_asks_the_same_questions_for_few_and_for_many(store: Store, statements: list[str]) -> None:
    def questions(ids: Sequence[str], number: int) -> list[str]:
        statements.clear()
        store.commit(everything(ids, number))
        return [re.split(r"[(=]", sql)[0] for sql in statements if sql.lstrip().startswith("SELECT")]

    few = questions(IDS[1:FEW], 1)
    assert questions(IDS[2:], 2) == few


def test_the_teeth_of_these_tests(store: Store, statements: list[str], tmp_path: Path) -> None:
    """An attribute has no index: to look for one is to read the table."""
    store.page(ItemQuery(where=Comparison("weight", Operator.EQ, 1), order=(Order("weight"),), retired=True))
    with beside(tmp_path / "cmdb.sqlite") as connection:
        assert any(scans_a_table(step) for sql in statements for step in plan(connection, sql))


def everything(ids: Sequence[str], number: int) -> ChangeSet:
    """Every kind of write to every item."""
    return changes(
        *(create(f"{id_}-{number}") for id_ in ids),
        *(patch(id_, 1 if IDS.index(id_) % 7 else 2, motto="x") for id_ in ids),
        *(link(id_, f"{id_}-{number}", "PAIRED_WITH") for id_ in ids),
        *(link(IDS[0], id_, note="x") for id_ in ids[1:]),
        *(unlink(IDS[0], id_) for id_ in ids[:1]),
        *(said(f"{id_}-{number}", id_) for id_ in ids),
    )


def plan(connection: sqlite3.Connection, sql: str) -> list[str]:
    """The steps of a statement's plan."""
    if sql.split(maxsplit=1)[0] not in {"SELECT", "UPDATE", "WITH"}:
        return []
    return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]


def scans_a_table(step: str) -> bool:
    """Whether a step reads a table of the store from end to end, not by way of an index."""
    return bool(
        re.match(r"SCAN (item|relationship|record|commits|run|identifier|plan|plan_part)(_past)?\b(?!.*INDEX)", step)
    )
