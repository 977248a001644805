"""Rows to CI records."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cmdb.model.items import GroupSetting
from cmdb.model.observations import CIRecord
from cmdb.model.values import JSONValue
from importers.fields import text
from importers.netbox.devices import Machines, device_name, model_of, role_of, vendor_of
from importers.netbox.estate import Estate, Target, row_name
from importers.netbox.models import CLASSES, PARTIES, Reading, reading_of
from importers.netbox.rows import Row
from importers.netbox.values import amount, filled, host_address, remaining, shared_attributes, status_of, whole

POWER_GROUP: Final = "power"
"""Group of the power feeds of a device: any one of them keeps it up."""
LAG_GROUP: Final = "members"
"""Group of the interfaces of a link aggregation: any one of them keeps it up."""

_NETWORK: Final = frozenset({"Router", "Switch", "Firewall", "LoadBalancer", "AccessPoint", "OtherNetworkDevice"})


@dataclass(frozen=True, slots=True)
class Groups:
    """The rows that have several members in a group: by key, the name of the group."""

    of: Mapping[Target, str]

    def settings(self, row: Row) -> dict[str, GroupSetting]:
        """The group settings of a row."""
        name = self.of.get((row.model, row.pk))
        return {name: GroupSetting("1")} if name is not None else {}


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says beyond what all rows do: attributes, and what is kept beside them."""

    attributes: Mapping[str, JSONValue]
    kept: Mapping[str, JSONValue]


def records_of(machines: Machines, groups: Groups) -> Iterator[CIRecord]:
    """A record for each row that becomes one, model by model, in input order."""
    estate = machines.estate
    models = [*CLASSES, *sorted(model for model in estate.by_model if reading_of(model) is Reading.FALLS_BACK)]
    for row in estate.rows(*models):
        yield replace(_record(machines, row), groups=groups.settings(row))


def _record(machines: Machines, row: Row) -> CIRecord:
    estate = machines.estate
    if reading_of(row.model) is Reading.FALLS_BACK:
        return _other(estate, row)
    cls = CLASSES[row.model] or machines.class_of(row)[0]
    said = _SAYS.get(row.model, _nothing)(machines, row)
    shared = shared_attributes(estate, row)
    if row.model in PARTIES:
        shared = {"description": shared["description"]}
    fields = _FIELDS.get(row.model, ())
    told = {"status": status_of(row), "slug": text(row.fields, "slug"), **said.kept}
    return CIRecord(
        estate.scope(row.model),
        row.pk,
        cls,
        name_of(estate, row),
        filled({**shared, **said.attributes}),
        kind=row.model,
        where=row.where,
        unmapped=remaining(row, fields, told),
    )


def _other(estate: Estate, row: Row) -> CIRecord:
    name = row_name(row) or text(row.fields, "ssid") or f"{row.model.rpartition('.')[2]} {row.pk}"
    return CIRecord(estate.scope(row.model), row.pk, "OtherCI", name, {"kind": row.model}, {}, row.model, row.where)


def name_of(estate: Estate, row: Row) -> str:
    """What a row is called, as people look for it: an interface with its device."""
    if row.model in {"dcim.device", "virtualization.virtualmachine"}:
        return device_name(estate, row)
    if row.model in _CARRIED:
        carrier = estate.row(estate.target(row, *_CARRIED[row.model]))
        owner = device_name(estate, carrier) if carrier is not None else estate.name(row, *_CARRIED[row.model])
        return f"{owner} {row_name(row)}".strip() or f"interface {row.pk}"
    if row.model == "dcim.cable":
        return text(row.fields, "label").strip() or f"#{row.pk}"
    if row.model == "ipam.vlan":
        return row_name(row) or f"VLAN {whole(row, 'vid')}"
    return row_name(row) or f"{row.model.rpartition('.')[2]} {row.pk}"


_CARRIED: Final = {
    "dcim.interface": ("device", "dcim.device"),
    "virtualization.vminterface": ("virtual_machine", "virtualization.virtualmachine"),
}


def _nothing(_machines: Machines, _row: Row) -> Said:
    return Said({}, {})


def _site(_machines: Machines, row: Row) -> Said:
    return Said({"address": text(row.fields, "physical_address")}, {})


def _rack(machines: Machines, row: Row) -> Said:
    role = machines.estate.name(row, "role", "dcim.rackrole")
    return Said({"height_units": whole(row, "u_height")}, {"role": role})


def _device(machines: Machines, row: Row) -> Said:
    estate = machines.estate
    cls = machines.class_of(row)[0]
    platform = estate.name(row, "platform", "dcim.platform")
    role = role_of(estate, row)
    attributes: dict[str, JSONValue] = {
        "serial": text(row.fields, "serial"),
        "asset_tag": text(row.fields, "asset_tag"),
        "vendor": vendor_of(estate, row),
        "model": model_of(estate, row),
    }
    kept: dict[str, JSONValue] = {"role": role}
    addresses = machines.addresses_of(row)
    if cls == "Host":
        attributes |= {"addresses": addresses, "fqdn": machines.fqdn(row), "operating_system": platform}
    elif cls in _NETWORK:
        attributes |= {"management_address": machines.primary_address(row), "firmware": platform}
        kept["addresses"] = addresses
    else:
        attributes |= {"kind": role, "addresses": addresses} if cls == "OtherDevice" else {}
        kept |= {"addresses": [] if cls == "OtherDevice" else addresses, "platform": platform}
    return Said(attributes, kept)


def _virtual_machine(machines: Machines, row: Row) -> Said:
    estate = machines.estate
    attributes: dict[str, JSONValue] = {
        "serial": text(row.fields, "serial"),
        "addresses": machines.addresses_of(row),
        "fqdn": machines.fqdn(row),
        "operating_system": estate.name(row, "platform", "dcim.platform"),
        "cpu_count": amount(row.fields.get("vcpus")),
        "memory_mib": amount(row.fields.get("memory")),
    }
    return Said(attributes, {"role": role_of(estate, row)})


def _virtual_chassis(machines: Machines, row: Row) -> Said:
    return Said({}, {"master": machines.estate.name(row, "master", "dcim.device")})


def _interface(machines: Machines, row: Row) -> Said:
    estate = machines.estate
    primary = estate.row(estate.target(row, "primary_mac_address", "dcim.macaddress"))
    mac = text(row.fields, "mac_address") or (text(primary.fields, "mac_address") if primary is not None else "")
    carrier = estate.row(estate.target(row, *_CARRIED[row.model]))
    owner = device_name(estate, carrier) if carrier is not None else estate.name(row, *_CARRIED[row.model])
    return Said({"mac_address": mac, "device": owner}, {})


def _cable(_machines: Machines, row: Row) -> Said:
    return Said({"label": text(row.fields, "label")}, {"length": amount(row.fields.get("length"))})


def _circuit(machines: Machines, row: Row) -> Said:
    kind = machines.estate.name(row, "type", "circuits.circuittype")
    return Said({"circuit_id": text(row.fields, "cid")}, {"type": kind})


def _cluster(machines: Machines, row: Row) -> Said:
    estate = machines.estate
    kept: dict[str, JSONValue] = {
        "type": estate.name(row, "type", "virtualization.clustertype"),
        "group": estate.name(row, "group", "virtualization.clustergroup"),
    }
    return Said({}, kept)


def _vlan(machines: Machines, row: Row) -> Said:
    return Said({"vlan": whole(row, "vid")}, {"role": machines.estate.name(row, "role", "ipam.role")})


def _prefix(machines: Machines, row: Row) -> Said:
    estate = machines.estate
    vlan = estate.row(estate.target(row, "vlan", "ipam.vlan"))
    prefix = text(row.fields, "prefix") if host_address(text(row.fields, "prefix")) else ""
    attributes: dict[str, JSONValue] = {"prefix": prefix, "vlan": whole(vlan, "vid") if vlan is not None else None}
    return Said(attributes, {"role": estate.name(row, "role", "ipam.role")})


def _tenant(machines: Machines, row: Row) -> Said:
    return Said({}, {"group": machines.estate.name(row, "group", "tenancy.tenantgroup")})


def _contact(_machines: Machines, row: Row) -> Said:
    return Said({"email": text(row.fields, "email"), "phone": text(row.fields, "phone")}, {})


_SAYS: Final[Mapping[str, Callable[[Machines, Row], Said]]] = {
    "dcim.site": _site,
    "dcim.rack": _rack,
    "dcim.device": _device,
    "dcim.virtualchassis": _virtual_chassis,
    "dcim.interface": _interface,
    "dcim.cable": _cable,
    "circuits.circuit": _circuit,
    "virtualization.cluster": _cluster,
    "virtualization.virtualmachine": _virtual_machine,
    "virtualization.vminterface": _interface,
    "ipam.vlan": _vlan,
    "ipam.prefix": _prefix,
    "tenancy.tenant": _tenant,
    "tenancy.contact": _contact,
}
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "dcim.site": ("facility", "time_zone"),
    "dcim.location": ("facility",),
    "dcim.rack": ("facility_id", "serial", "asset_tag"),
    "dcim.device": ("position", "face", "vc_position", "vc_priority"),
    "dcim.virtualchassis": ("domain",),
    "dcim.interface": ("type", "label", "enabled", "mgmt_only", "mtu", "mode"),
    "dcim.cable": ("type", "color", "length_unit"),
    "dcim.powerfeed": ("type", "supply", "phase", "voltage", "amperage", "max_utilization"),
    "circuits.circuit": ("commit_rate",),
    "virtualization.virtualmachine": ("disk",),
    "virtualization.vminterface": ("enabled", "mtu", "mode"),
    "ipam.vrf": ("rd",),
    "tenancy.contact": ("title",),
}
