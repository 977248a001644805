"""Rows: the objects of a dump and of pages of the REST API in one form, bookkeeping and secrets left behind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from cmdb.errors import FileMalformed
from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue, fault_of
from importers.base import Document
from importers.fields import mapping, text
from importers.netbox.elements import Element, elements_of
from importers.netbox.models import Reading, is_model, model_at, reading_of
from importers.netbox.pages import Page, is_page, page_of
from importers.text_input import as_problem

_KEPT: Final = frozenset(
    {
        # who and what
        "name", "slug", "model", "label", "cid", "prefix", "vid", "address", "username", "app_label", "part_number",
        "description", "status", "serial", "asset_tag", "facility", "facility_id", "physical_address", "time_zone",
        "email", "phone", "title", "ssid", "display", "rd", "dns_name", "mac_address", "tags",
        "custom_field_data", "custom_fields",
        # sizes and places
        "u_height", "position", "face", "vc_position", "vc_priority", "vcpus", "memory", "disk", "mtu", "speed",
        "enabled", "mgmt_only", "length", "length_unit", "color", "supply", "phase", "voltage", "amperage",
        "max_utilization", "port_speed", "upstream_speed", "commit_rate", "term_side", "xconnect_id", "domain",
        "feed_leg", "mode", "priority",
        # references
        "region", "group", "parent", "site", "location", "rack", "tenant", "role", "device_role", "device_type",
        "manufacturer", "platform", "type", "primary_ip4", "primary_ip6", "cluster", "virtual_chassis", "master",
        "device", "virtual_machine", "lag", "primary_mac_address", "rear_port", "rear_port_position", "rear_ports",
        "front_port", "front_port_position", "positions", "power_port", "power_panel", "cable", "cable_end",
        "a_terminations", "b_terminations", "provider", "provider_network", "circuit", "vrf", "vlan", "contact",
        "installed_device", "rack_group", "tag", "content_type", "object_type", "object_id", "assigned_object_type",
        "assigned_object_id", "termination_type", "termination_id", "termination_a_type", "termination_a_id",
        "termination_b_type", "termination_b_id", "scope_type", "scope_id", "interface", "primary_for_parent",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One object: its model, its primary key as a text (empty in a dump without keys), and the fields that are used."""

    model: str
    pk: str
    fields: Mapping[str, JSONValue]
    where: Where


Read: TypeAlias = Row | Page | Problem


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row of a model that is never looked at."""

    model: str
    where: Where


def rows_of(document: Document) -> Iterator[Read | Skipped]:
    """Every row in order, with the pages they came in and a problem for whatever cannot be read.

    Raises:
        FileMalformed: nothing of the document can be read.
        FileMissing: it cannot be opened.
    """
    given = False
    try:
        for element in elements_of(document):
            for read in _rows(element):
                given = True
                yield read
    except FileMalformed as error:
        if not given:
            raise
        yield as_problem(error, Severity.INCOMPLETE, "Nothing behind this place was read; make the file anew.")


def _rows(element: Element) -> Iterator[Read | Skipped]:
    value = element.value
    if isinstance(value, Mapping) and is_page(value):
        page = element.strict()
        yield page_of(page, element.where)
        results = page.get("results") if isinstance(page, Mapping) else None
        for index, result in enumerate(results if isinstance(results, list) else ()):
            yield _row(result, Where(element.where.file, pointer=f"results[{index}]"))
        return
    model = _model(value)
    if model and reading_of(model) is Reading.LEFT:
        yield Skipped(model, element.where)
        return
    try:
        yield _row(element.strict(), element.where)
    except FileMalformed as error:
        yield as_problem(error, Severity.ERROR, "The object was left out; correct it.")


def _model(value: JSONValue) -> str:
    model = text(value, "model")
    if "fields" in mapping(value) and is_model(model):
        return model
    return model_at(text(value, "url"))[0]


def _row(value: JSONValue, where: Where) -> Row | Skipped | Problem:
    model = _model(value)
    if not isinstance(value, Mapping) or not model:
        message = "This is no object of NetBox. Give model, pk and fields of a dump, or id and url of the REST API."
        return Problem(Severity.ERROR, "NOT_AN_OBJECT", message, where)
    if reading_of(model) is Reading.LEFT:
        return Skipped(model, where)
    dumped = mapping(value, "fields") if "fields" in value else None
    pk = key_text(value.get("pk") if dumped is not None else value.get("id"))
    if dumped is None and not pk:
        return Problem(Severity.ERROR, "KEY_MISSING", "The object has no usable id. Give id.", where)
    fields = {name: entry for name, entry in (value if dumped is None else dumped).items() if name in _KEPT}
    return Row(model, pk, {name: entry for name, entry in fields.items() if fault_of(entry) is None}, where)


def key_text(value: JSONValue) -> str:
    """A primary key as a text: a number, or a short text such as a UUID; else empty."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if fault_of(value) is None else ""
    return text({"key": value}, "key").strip()
