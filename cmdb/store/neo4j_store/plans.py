"""Import plans: headers, and their entries in parts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, cast

import orjson

from cmdb.model.plans import Plan, PlanEntries, PlanPage, PlanPart, PlanQuery, PlanState
from cmdb.model.values import JSONValue, micros
from cmdb.store.filters import check_limit
from cmdb.store.neo4j_store import plan_cypher
from cmdb.store.neo4j_store.connection import Connection, Transaction
from cmdb.store.neo4j_store.rows import Properties
from cmdb.store.plan_columns import Columns, columns_of, plan_of

_BEYOND_ALL: Final = 2**63 - 1
_DROPPED_AT_ONCE: Final = 100
"""Parts in one transaction: each may be a megabyte."""


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of one store, over one connection."""

    connection: Connection

    def put(self, plan: Plan) -> None:
        """Write the header of a plan."""
        row = columns_of(plan)
        self.connection.write(lambda transaction: transaction.number(plan_cypher.PUT_PLAN, plan=row))

    def move(self, plan: Plan, state: PlanState) -> bool:
        """Write the header of a plan that is still in a state; its node is locked before that is decided."""
        row = columns_of(plan)

        def work(transaction: Transaction) -> bool:
            return transaction.number(plan_cypher.MOVE_PLAN, plan=row, state=state.value) == 1

        return self.connection.write(work)

    def put_part(self, part: PlanPart) -> None:
        """Write some entries."""
        entries = orjson.dumps(part.entries).decode()
        row = {"plan_id": part.plan_id, "kind": part.kind.value, "first": part.first, "entries": entries}
        self.connection.write(lambda transaction: transaction.number(plan_cypher.PUT_PART, part=row))

    def drop_parts(self, plan_id: str, kinds: Collection[PlanEntries]) -> None:
        """Remove all entries of some kinds, not too many in one transaction."""
        named = sorted(kind.value for kind in kinds)

        def work(transaction: Transaction) -> int:
            return transaction.number(plan_cypher.DROP_PARTS, plan=plan_id, kinds=named, limit=_DROPPED_AT_ONCE)

        while self.connection.write(work) == _DROPPED_AT_ONCE:
            pass

    def one(self, plan_id: str) -> Plan | None:
        """One plan."""
        rows = self.connection.read(lambda transaction: transaction.rows(plan_cypher.PLAN_OF, id=plan_id))
        return _plan(rows[0]) if rows else None

    def page(self, query: PlanQuery) -> PlanPage:
        """One page of plans, newest first."""
        check_limit(query.limit)
        at, id_ = (_BEYOND_ALL, "") if query.after is None else (micros(query.after[0]), query.after[1])
        states = None if query.states is None else [state.value for state in query.states]

        def work(transaction: Transaction) -> tuple[list[Properties], int]:
            rows = transaction.rows(plan_cypher.PLANS, states=states, at=at, id=id_, limit=query.limit + 1)
            return rows, transaction.number(plan_cypher.PLAN_COUNT, states=states)

        rows, total = self.connection.read(work)
        return PlanPage(tuple(map(_plan, rows[: query.limit])), len(rows) > query.limit, total)

    def parts(self, plan_id: str, kind: PlanEntries, start: int, limit: int) -> list[PlanPart]:
        """Parts from the one that holds an entry on."""
        check_limit(limit)
        place = {"plan": plan_id, "kind": kind.value, "start": start, "limit": limit}
        rows = self.connection.read(lambda transaction: transaction.rows(plan_cypher.PARTS, **place))
        return [PlanPart(plan_id, kind, cast("int", row["first"]), _entries(row["entries"])) for row in rows]


def _plan(row: Properties) -> Plan:
    return plan_of(cast("Columns", row))


def _entries(text: JSONValue) -> list[JSONValue]:
    entries: list[JSONValue] = orjson.loads(cast("str", text))
    return entries
