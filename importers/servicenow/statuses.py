"""What the choices of a row say: whether it lives, in which status and environment, how critical it is."""

from collections.abc import Mapping
from typing import Final

from importers.servicenow.rows import Row

_GONE: Final[Mapping[str, frozenset[str]]] = {
    "operational_status": frozenset({"6", "retired"}),
    "install_status": frozenset({"7", "8", "100", "retired", "stolen", "absent"}),
    "hardware_status": frozenset({"retired", "stolen", "absent", "disposed"}),
    "life_cycle_stage": frozenset({"end of life", "missing"}),
}
_WITH_ACTIVE: Final = frozenset({"sys_user", "sys_user_group", "customer_account"})
_OPERATIONAL: Final[Mapping[str, str]] = {
    "1": "in_service", "operational": "in_service",
    "2": "out_of_service", "non-operational": "out_of_service",
    "3": "maintenance", "repair in progress": "maintenance",
    "4": "standby", "dr standby": "standby",
    "5": "planned", "ready": "planned",
    "7": "planned", "pipeline": "planned",
}  # fmt: skip
_INSTALLED: Final[Mapping[str, str]] = {
    "2": "planned", "on order": "planned",
    "3": "maintenance", "in maintenance": "maintenance",
    "4": "planned", "pending install": "planned",
    "5": "maintenance", "pending repair": "maintenance",
    "6": "out_of_service", "in stock": "out_of_service",
}  # fmt: skip
_ENVIRONMENTS: Final[Mapping[str, str]] = {
    "production": "production", "prod": "production",
    "staging": "staging", "pre-production": "staging",
    "test": "test", "testing": "test", "qa": "test", "uat": "test",
    "development": "development", "dev": "development",
    "disaster recovery": "disaster_recovery", "dr": "disaster_recovery",
}  # fmt: skip
_CRITICALITIES: Final[Mapping[str, str]] = {"1": "critical", "2": "high", "3": "medium", "4": "low"}


def is_gone(row: Row) -> bool:
    """Whether the row is only a memory: retired, stolen, absent, at the end of its life, or a user left inactive."""
    if row.table in _WITH_ACTIVE:
        return row.cell("active").word == "false"
    return any(row.cell(field).word in words for field, words in _GONE.items())


def status_of(row: Row) -> str:
    """The status as the catalogue names it: what is said of working stands above what is said of being installed."""
    installed = _INSTALLED.get(row.cell("install_status").word, "")
    operational = _OPERATIONAL.get(row.cell("operational_status").word, "")
    return operational if operational not in ("", "in_service") else installed or operational


def environment_of(row: Row) -> str:
    """The environment as the catalogue names it, from ``environment`` or ``used_for``."""
    words = (row.cell(field).text.lower() for field in ("environment", "used_for", "u_environment"))
    return next((_ENVIRONMENTS[word] for word in words if word in _ENVIRONMENTS), "")


def criticality_of(row: Row) -> str:
    """The criticality as the catalogue names it: ``1 - most critical`` is ``critical``."""
    return _CRITICALITIES.get(row.cell("busines_criticality").word[:1], "")
