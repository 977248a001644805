"""Values that rows of many models share: what people wrote, states, tags, fields of their own making."""

from collections.abc import Mapping
from ipaddress import ip_interface
from typing import Final

from cmdb.model.values import JSONValue
from importers.fields import entries, mapping, number, text
from importers.keepable import kept, kept_text
from importers.netbox.estate import Estate
from importers.netbox.rows import Row

IDLE: Final = frozenset({"planned", "staged", "staging", "offline", "failed", "inventory"})
"""States in which a thing does no work, so that nothing may count on it as a member of a group."""

_STATUS: Final[Mapping[str, str]] = {
    "active": "in_service", "connected": "in_service", "container": "in_service",
    "planned": "planned", "staged": "planned", "staging": "planned", "provisioning": "planned", "reserved": "planned",
    "paused": "standby", "available": "standby",
    "decommissioning": "in_service", "deprovisioning": "in_service",
    "offline": "out_of_service", "failed": "out_of_service", "inventory": "out_of_service",
    "decommissioned": "out_of_service", "retired": "out_of_service", "deprecated": "out_of_service",
}  # fmt: skip
_MAX_TAGS: Final = 50


def status_of(row: Row) -> str:
    """The state as NetBox calls it; ``""`` when it says none."""
    return choice(row, "status")


def choice(row: Row, name: str) -> str:
    """A choice: the word itself in a dump, an object with ``value`` in the REST API."""
    return text(row.fields, name) or text(row.fields, name, "value")


def amount(value: JSONValue) -> int | float | None:
    """A number, also where a dump writes a decimal as a text (``"2.00"``); else ``None``."""
    if isinstance(value, str) and len(value) < 30 and value.replace(".", "", 1).isascii():  # noqa: PLR2004
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**53:
        return None
    return int(value) if value == int(value) else value


def host_address(value: str) -> str:
    """The address without the length of its prefix; ``""`` when it is none.

    >>> host_address("10.0.0.7/24"), host_address("nowhere")
    ('10.0.0.7', '')
    """
    try:
        return str(ip_interface(value).ip)
    except ValueError:
        return ""


def shared_attributes(estate: Estate, row: Row) -> dict[str, JSONValue]:
    """Description, status and tags, as far as they are told."""
    return {
        "description": kept_text(row.fields.get("description")),
        "status": _STATUS.get(status_of(row), ""),
        "tags": list(_tags(estate, row)),
    }


def whole(row: Row, name: str) -> int | None:
    """A whole number of a field."""
    return number(row.fields, name)


def remaining(row: Row, names: tuple[str, ...], told: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    """What is kept beside the attributes: some fields as they are, what is told, custom fields without secrets."""
    plain = {name: choice(row, name) or row.fields.get(name) for name in names}
    custom = mapping(row.fields, "custom_field_data") or mapping(row.fields, "custom_fields")
    own = {f"custom.{name}": value for name, value in kept(custom).items()}
    return filled({**kept(filled({**plain, **told})), **own})


def filled(values: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}


def _tags(estate: Estate, row: Row) -> list[str]:
    own = [kept_text(text(tag, "name") or tag) for tag in entries(row.fields, "tags")]
    return [tag for tag in own if tag][:_MAX_TAGS] or list(estate.tags.get((row.model, row.pk), ()))
