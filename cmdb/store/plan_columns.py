"""The header of a plan as flat columns and back: the same in every store that keeps text and numbers."""

from collections.abc import Mapping
from typing import Final, TypeAlias, cast

import orjson

from cmdb.model.plans import Plan, PlannedSweep, PlanState
from cmdb.model.sources import Scope
from cmdb.model.values import canonical, instant, micros

Columns: TypeAlias = Mapping[str, str | int | None]

NAMES: Final = (
    "id", "digest", "base_seq", "actor", "reason", "source", "scopes", "state", "created_at", "changes", "counts",
    "sweep", "held_because", "run_id", "part", "is_last", "decided_at", "decided_by",
)  # fmt: skip
"""The columns, in order of the model's fields."""


def columns_of(plan: Plan) -> dict[str, str | int | None]:
    """The columns of a plan, in the order of :data:`NAMES`; instants are microseconds, what has parts is JSON text."""
    sweep = plan.sweep
    return {
        "id": plan.id,
        "digest": plan.digest,
        "base_seq": plan.base_seq,
        "actor": plan.actor,
        "reason": plan.reason,
        "source": plan.source,
        "scopes": _text([[scope.source, scope.boundary] for scope in plan.scopes]),
        "state": plan.state.value,
        "created_at": micros(plan.created_at),
        "changes": plan.changes,
        "counts": _text(plan.counts),
        "sweep": None if sweep is None else _text([sweep.items, sweep.relationships, sweep.refusal]),
        "held_because": _text(plan.held_because),
        "run_id": plan.run_id,
        "part": plan.part,
        "is_last": int(plan.is_last),
        "decided_at": None if plan.decided_at is None else micros(plan.decided_at),
        "decided_by": plan.decided_by,
    }


def plan_of(row: Columns) -> Plan:
    """The plan that :func:`columns_of` wrote; a column of no value may be missing."""
    sweep, decided_at = row.get("sweep"), row.get("decided_at")
    return Plan(
        id=_str(row, "id"),
        digest=_str(row, "digest"),
        base_seq=_int(row, "base_seq"),
        actor=_str(row, "actor"),
        reason=_str(row, "reason"),
        source=_str(row, "source"),
        scopes=tuple(Scope(source, boundary) for source, boundary in orjson.loads(_str(row, "scopes"))),
        state=PlanState(_str(row, "state")),
        created_at=instant(_int(row, "created_at")),
        changes=_int(row, "changes"),
        counts=orjson.loads(_str(row, "counts")),
        sweep=None if sweep is None else PlannedSweep(*orjson.loads(str(sweep))),
        held_because=tuple(orjson.loads(_str(row, "held_because"))),
        run_id=_str(row, "run_id"),
        part=_int(row, "part"),
        is_last=bool(row["is_last"]),
        decided_at=None if decided_at is None else instant(cast("int", decided_at)),
        decided_by=_str(row, "decided_by"),
    )


def _str(row: Columns, name: str) -> str:
    return cast("str", row[name])


def _int(row: Columns, name: str) -> int:
    return cast("int", row[name])


def _text(value: object) -> str:
    return canonical(value).decode()
