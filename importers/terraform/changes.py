"""What a plan does to what exists: one change, and the state that each of its actions puts a resource in."""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from cmdb.model.observations import CIRecord, Evidence, RelationshipRecord, Where
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.terraform.kinds import known_type
from importers.terraform.plans import Action, Intent, Plan

LISTED: Final = 200
"""How many addresses that would be created are kept with the change."""

DOWN, AT_RISK = "down", "at_risk"

_STATES: Final[Mapping[Action, str]] = {
    Action.DELETE: DOWN,
    Action.REPLACE: DOWN,
    Action.UPDATE: AT_RISK,
}
_INTERRUPTING: Final[Mapping[str, frozenset[str]]] = {
    "aws_instance": frozenset({"instance_type", "user_data", "ebs_optimized"}),
    "aws_db_instance": frozenset({"instance_class", "engine_version", "storage_type"}),
    "aws_rds_cluster_instance": frozenset({"instance_class"}),
    "aws_elasticache_cluster": frozenset({"node_type", "engine_version"}),
    "azurerm_linux_virtual_machine": frozenset({"size"}),
    "azurerm_windows_virtual_machine": frozenset({"size"}),
    "google_compute_instance": frozenset({"machine_type", "min_cpu_platform"}),
    "google_sql_database_instance": frozenset({"database_version"}),
    "openstack_compute_instance_v2": frozenset({"flavor_id", "flavor_name"}),
}
"""Attributes whose change in place stops the resource and starts it again."""


def state_after(intent: Intent) -> str | None:
    """The state that a resource is in while the plan is carried out; ``None`` when nothing happens to it.

    What is destroyed or replaced is down: who stands on it holds the id of the old one.  What is updated in place goes
    on living and may fail at it, so it is at risk; a few attributes are known to stop it, then it is down.  What is to
    be created does not exist yet; what is only read, left as it is or forgotten is not touched.
    """
    if intent.action is Action.UPDATE and intent.altered & _INTERRUPTING.get(
        known_type(intent.address.type), frozenset()
    ):
        return DOWN
    return _STATES.get(intent.action)


def code_of(plan: Plan, told: str | None) -> str:
    """The code of the change: as told, else ``terraform-`` and the mark of the plan."""
    return told or f"terraform-{plan.mark}"


def change_scope(scope: Scope, code: str) -> Scope:
    """The scope of one change: apart from that of the state, which a later state without a plan would empty."""
    return Scope(scope.source, f"{scope.boundary}.plan.{quote(code, safe='')}")


def change_records(plan: Plan, code: str, scope: Scope, file: str) -> Iterator[CIRecord | RelationshipRecord]:
    """The change, then what it does to each resource that it touches, in the order of the plan."""
    own = change_scope(scope, code)
    yield _change(plan, code, own, file)
    for intent in plan.intents:
        state = None if intent.address.is_lookup or intent.deposed else state_after(intent)
        if state is not None:
            yield _affects(intent, state, ByKey(own, code), scope, file)


def _change(plan: Plan, code: str, scope: Scope, file: str) -> CIRecord:
    counts = plan.counts()
    told = ", ".join(f"{number} {word}" for word, number in counts.items()) or "nothing to do"
    created = [str(intent.address) for intent in plan.intents if intent.action is Action.CREATE]
    kept: dict[str, JSONValue] = {"actions": dict(counts)}
    if created:
        kept["creates"] = list(created[:LISTED])
    attributes: dict[str, JSONValue] = {"code": code, "description": f"Terraform plan: {told}."}
    where = Where(file, pointer="resource_changes")
    return CIRecord(scope, code, "Change", code, attributes, {}, "plan", where, kept)


def _affects(intent: Intent, state: str, change: ByKey, scope: Scope, file: str) -> RelationshipRecord:
    where = Where(file, pointer=f"{intent.pointer}.change.actions")
    key = str(intent.address)
    return RelationshipRecord(
        change.scope,
        "AFFECTS",
        change,
        ByKey(scope, key),
        attributes={"state": state},
        evidence=(Evidence(f"{key}: {intent.action.value}", where),),
        where=where,
    )
