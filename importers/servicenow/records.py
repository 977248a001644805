"""Rows to CIs and records: their fields by the names of the catalogue."""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from cmdb.model.observations import CIRecord
from cmdb.model.values import JSONValue
from importers.fields import text
from importers.keepable import kept_text
from importers.servicenow.estate import Estate, is_party, item_class
from importers.servicenow.rows import Row
from importers.servicenow.statuses import criticality_of, environment_of, status_of
from importers.servicenow.tables import (
    ALL_CLASSES,
    CLOUD,
    COMPUTERS,
    DATA_SERVICES,
    DEVICES,
    EQUIPMENT,
    PARTIES,
    RECORDS,
    SERVICES,
    SOFTWARE,
)

_Reader: TypeAlias = Callable[[Row, Estate], JSONValue]

_MAX_KEPT: Final = 100
_WHOLE: Final = re.compile(r"\d{1,12}(?:\.0+)?\Z")
_LISTS: Final = re.compile(r"[,;\s]+")
_BOOKKEEPING: Final = re.compile(r"sys_|last_|first_discovered|checked_|x_snc_|dv_|skip_sync|attributes\Z|unverified")


def record_of(row: Row, estate: Estate) -> CIRecord:
    """The CI or record that a live row becomes."""
    cls = item_class(row)
    said = {name: read(row, estate) for name, classes, read in _FIELDS if cls in classes}
    if cls not in RECORDS:
        said |= {"status": status_of(row), "environment": environment_of(row)}
    if cls == "OtherCI":
        said["kind"] = row.table
    attributes = {name: value for name, value in said.items() if value not in ("", None, [])}
    return CIRecord(
        estate.scope,
        row.key,
        cls,
        _name(row),
        attributes,
        kind=row.table,
        where=row.where,
        unmapped={} if is_party(row) else _unmapped(row),
    )


def _name(row: Row) -> str:
    fields = ("name", "full_name", "user_name", "number", "fqdn", "serial_number")
    return next((name for field in fields if (name := kept_text(row.cell(field).text))), row.key)


def _prose(*fields: str) -> _Reader:
    """The first of the fields in which people wrote something that may be kept."""

    def read(row: Row, _estate: Estate) -> JSONValue:
        return next((value for field in fields if (value := kept_text(row.cell(field).text))), "")

    return read


def _text(field: str) -> _Reader:
    """What a field says, as people read it."""

    def read(row: Row, _estate: Estate) -> JSONValue:
        return kept_text(row.cell(field).text)

    return read


def _named(field: str) -> _Reader:
    """The name of the row that a field refers to: as it is shown, or as the row itself says it in this input."""

    def read(row: Row, estate: Estate) -> JSONValue:
        found = row.cell(field)
        if found.shown or not found.sys_id:
            return kept_text(found.text)
        other = estate.items.get(found.sys_id)
        return kept_text(other.cell("name").text) if other is not None else ""

    return read


def _list(field: str) -> _Reader:
    def read(row: Row, _estate: Estate) -> JSONValue:
        return [part for part in _LISTS.split(kept_text(row.cell(field).text)) if part]

    return read


def _number(field: str) -> _Reader:
    def read(row: Row, _estate: Estate) -> JSONValue:
        told = row.cell(field).text.replace(",", "")
        return int(float(told)) if _WHOLE.match(told) else None

    return read


def _system(row: Row, _estate: Estate) -> JSONValue:
    return kept_text(" ".join(part for field in ("os", "os_version") if (part := row.cell(field).text)))


def _criticality(row: Row, _estate: Estate) -> JSONValue:
    return criticality_of(row)


_PLACED: Final = frozenset({"Site", "Region"})

_FIELDS: Final[tuple[tuple[str, frozenset[str], _Reader], ...]] = (
    ("description", ALL_CLASSES, _prose("short_description", "description", "comments")),
    ("criticality", ALL_CLASSES, _criticality),
    ("serial", EQUIPMENT, _text("serial_number")),
    ("asset_tag", EQUIPMENT, _text("asset_tag")),
    ("vendor", EQUIPMENT, _named("manufacturer")),
    ("model", EQUIPMENT, _named("model_id")),
    ("fqdn", COMPUTERS, _text("fqdn")),
    ("system_uuid", COMPUTERS, _text("bios_uuid")),
    ("operating_system", COMPUTERS, _system),
    ("memory_mib", COMPUTERS, _number("ram")),
    ("addresses", COMPUTERS | {"OtherDevice"}, _list("ip_address")),
    ("management_address", DEVICES, _text("ip_address")),
    ("firmware", DEVICES, _text("firmware_version")),
    ("mac_address", frozenset({"NetworkInterface"}), _text("mac_address")),
    ("prefix", frozenset({"NetworkSegment"}), _text("subnet")),
    ("circuit_id", frozenset({"NetworkCircuit"}), _text("circuit_id")),
    ("fingerprint", frozenset({"Certificate"}), _text("fingerprint")),
    ("version", SOFTWARE | DATA_SERVICES, _text("version")),
    ("resource_id", CLOUD, _text("object_id")),
    ("code", SERVICES | {"Offering", "Customer"}, _text("number")),
    ("code", frozenset({"Person"}), _text("employee_number")),
    ("email", PARTIES, _text("email")),
    ("phone", PARTIES, _text("phone")),
    ("address", _PLACED, _text("street")),
)
"""Attributes, the classes that have them, and how each is read."""

_MAPPED: Final = frozenset(
    {
        "name", "short_description", "description", "comments", "busines_criticality", "serial_number", "asset_tag",
        "manufacturer", "model_id", "fqdn", "bios_uuid", "os", "os_version", "ram", "ip_address", "mac_address",
        "operational_status", "install_status", "environment", "version", "object_id", "number",
    }
)  # fmt: skip


def _unmapped(row: Row) -> Mapping[str, JSONValue]:
    found: dict[str, JSONValue] = {}
    for field in row.fields:
        known = field in _MAPPED or _BOOKKEEPING.match(field)
        if len(found) < _MAX_KEPT and not known and text(field):
            value = kept_text(row.cell(field).text, field)
            if value:
                found[field] = value
    return found
