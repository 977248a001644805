"""Import plans: headers, and their entries in parts."""

from collections.abc import Collection, Sequence
from sqlite3 import Connection
from typing import Final

import orjson

from cmdb.model.plans import Plan, PlanEntries, PlanPage, PlanPart, PlanQuery, PlanState
from cmdb.model.values import micros
from cmdb.store.plan_columns import NAMES, columns_of, plan_of
from cmdb.store.sqlite.parameters import Parameters, SQLValue, json_list, listed
from cmdb.store.sqlite.rows import text_of

_PUT: Final = f"INSERT OR REPLACE INTO plan VALUES ({', '.join(f':{name}' for name in NAMES)})"  # noqa: S608 - the names of columns
_READ: Final = f"SELECT {', '.join(NAMES)} FROM plan"  # noqa: S608 - as above
_MATCHING: Final = f":states IS NULL OR state IN {listed(':states')}"
_PAGE: Final = f"""{_READ} WHERE ({_MATCHING}) AND (created_at, id) < (:at, :id)
ORDER BY created_at DESC, id DESC LIMIT :rows"""
_COUNT: Final = f"SELECT count(*) FROM plan WHERE {_MATCHING}"  # noqa: S608 - as above
_PUT_PART: Final = "INSERT OR REPLACE INTO plan_part VALUES (?, ?, ?, ?)"
_PARTS: Final = """
SELECT first, entries FROM plan_part WHERE plan_id = :plan AND kind = :kind AND first >= coalesce(
    (SELECT max(first) FROM plan_part WHERE plan_id = :plan AND kind = :kind AND first <= :start), 0
) ORDER BY first LIMIT :rows
"""
_DROP_PARTS: Final = f"DELETE FROM plan_part WHERE plan_id = ? AND kind IN {listed('?')}"  # noqa: S608 - words of this module only
_BEYOND_ALL: Final = 2**63 - 1


def put(connection: Connection, plan: Plan) -> None:
    """Write the header of a plan."""
    connection.execute(_PUT, columns_of(plan))


def move(connection: Connection, plan: Plan, state: PlanState) -> bool:
    """Write the header of a plan that is still in a state; the write transaction keeps others away."""
    row = connection.execute("SELECT state FROM plan WHERE id = ?", (plan.id,)).fetchone()
    if row is None or row[0] != state.value:
        return False
    put(connection, plan)
    return True


def put_part(connection: Connection, part: PlanPart) -> None:
    """Write some entries."""
    connection.execute(_PUT_PART, (part.plan_id, part.kind.value, part.first, text_of(part.entries)))


def drop_parts(connection: Connection, plan_id: str, kinds: Collection[PlanEntries]) -> None:
    """Remove all entries of some kinds."""
    connection.execute(_DROP_PARTS, (plan_id, json_list(kinds)))


def one(connection: Connection, plan_id: str) -> Plan | None:
    """One plan."""
    row = connection.execute(f"{_READ} WHERE id = ?", (plan_id,)).fetchone()
    return None if row is None else _plan(row)


def page(connection: Connection, query: PlanQuery) -> PlanPage:
    """One page of plans, newest first."""
    at, id_ = (_BEYOND_ALL, "") if query.after is None else (micros(query.after[0]), query.after[1])
    states = None if query.states is None else json_list(query.states)
    place: Parameters = {"states": states, "at": at, "id": id_, "rows": query.limit + 1}
    plans = [_plan(row) for row in connection.execute(_PAGE, place)]
    (total,) = connection.execute(_COUNT, {"states": states}).fetchone()
    return PlanPage(tuple(plans[: query.limit]), len(plans) > query.limit, total)


def parts(connection: Connection, plan_id: str, kind: PlanEntries, start: int, limit: int) -> Sequence[PlanPart]:
    """Parts from the one that holds an entry on."""
    place: Parameters = {"plan": plan_id, "kind": kind.value, "start": start, "rows": limit}
    rows = connection.execute(_PARTS, place)
    return [PlanPart(plan_id, kind, first, orjson.loads(entries)) for first, entries in rows]


def _plan(row: Sequence[SQLValue]) -> Plan:
    return plan_of({name: value for name, value in zip(NAMES, row, strict=True) if not isinstance(value, float)})
