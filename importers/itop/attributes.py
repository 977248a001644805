"""Fields of objects to attributes of the catalogue; what else is worth keeping stays beside them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeAlias

from cmdb.model.values import JSONValue
from importers.itop.classes import CLASSES, FALLBACK, is_a
from importers.itop.index import Index
from importers.itop.keys import keys_of
from importers.itop.objects import ItopObject
from importers.keepable import kept, kept_text

Attributes: TypeAlias = dict[str, JSONValue]
Part: TypeAlias = Callable[[ItopObject, Index], Attributes]

_NOTHING: Final = frozenset(
    {"", "-", "?", "na", "n/a", "none", "null", "unknown", "undefined", "tbd", "to be filled by o.e.m."}
)
_STATUS: Final[Mapping[str, str]] = {
    "production": "in_service", "implementation": "planned", "stock": "out_of_service", "obsolete": "out_of_service",
    "active": "in_service", "inactive": "out_of_service",
}  # fmt: skip
_LEVELS: Final = frozenset({"low", "medium", "high", "critical"})
_CHANGES: Final[Mapping[str, str]] = {
    "RoutineChange": "standard", "NormalChange": "normal", "EmergencyChange": "emergency",
}  # fmt: skip
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAC: Final = re.compile(r"[0-9a-f]{2}([:-][0-9a-f]{2}){5}", re.IGNORECASE)
_NO_MAC: Final = re.compile(r"(00[:-]?)+|(ff[:-]?)+", re.IGNORECASE)
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_NOT_KEPT: Final = re.compile(
    r".*(_id|_friendlyname|_finalclass_recall|_obsolescence_flag|_obsolescence_date|_list|_log)"
    r"|name|friendlyname|finalclass|archive_flag|archive_date|obsolescence_flag|obsolescence_date|description"
    r"|redundancy|business_criticity|org_name|organization_name|picture|logo|contents|text|documentation"
)
_MAPPED: Final[Mapping[str, str]] = {
    "serialnumber": "serial", "asset_number": "asset_tag", "brand_name": "vendor", "model_name": "model",
    "managementip": "addresses", "osfamily_name": "operating_system", "osversion_name": "operating_system",
    "iosversion_name": "firmware", "cpu": "cpu_count", "nb_u": "height_units", "status": "status", "code": "code",
    "macaddress": "mac_address", "start_date": "valid_from", "end_date": "valid_to", "software_name": "engine",
    "address": "address", "postal_code": "address", "city": "address", "country": "address", "vlan_tag": "vlan",
    "ip": "prefix", "ip_mask": "prefix", "sla_name": "level",
}  # fmt: skip
"""The attribute that a field becomes: where it did, the field need not be kept beside it."""
_KEPT_OF_PEOPLE: Final = ("function", "status")
_KEPT_OF_TICKETS: Final = (
    "status", "operational_status", "priority", "impact", "urgency", "origin", "start_date", "end_date",
)  # fmt: skip


def attributes_of(item: ItopObject, index: Index) -> Attributes:
    """The attributes of the class that the object becomes; nothing that only says that nothing is known."""
    found: Attributes = {}
    for part in _PARTS.get(CLASSES.get(item.cls, FALLBACK), ()):
        found |= part(item, index)
    return {name: value for name, value in found.items() if value not in ("", None, [])}


def unmapped_of(item: ItopObject, attributes: Mapping[str, JSONValue]) -> Attributes:
    """Short fields that did not become attributes, without what keys say, documents, logs and secrets.

    Of people only their function and status are kept, of tickets only how they stand.
    """
    if is_a(item.cls, "Contact"):
        return kept({name: item.get(name) for name in _KEPT_OF_PEOPLE})
    if is_a(item.cls, "Ticket"):
        return kept({name: item.get(name) for name in _KEPT_OF_TICKETS})
    left_out = {f"{key.field.removesuffix('_id')}_name" for key in keys_of(item.cls)}
    left_out |= {name for name, attribute in _MAPPED.items() if attribute in attributes}
    fields = {name: telling(text) for name, text in item.fields.items() if name not in left_out}
    return kept({name: text for name, text in fields.items() if not _NOT_KEPT.fullmatch(name)})


def telling(text: str) -> str:
    """The text, or nothing when it is a word for nothing: ``NA``, ``unknown``."""
    return "" if text.casefold() in _NOTHING else text


def _described(item: ItopObject, _index: Index) -> Attributes:
    level = item.get("business_criticity").casefold()
    title = item.get("title") if is_a(item.cls, "Ticket") else item.get("description")
    return {"description": kept_text(title), "criticality": level if level in _LEVELS else ""}


def _status(item: ItopObject, _index: Index) -> Attributes:
    return {"status": _STATUS.get(item.get("status").casefold(), "")}


def _kind(item: ItopObject, _index: Index) -> Attributes:
    return {"kind": item.cls}


def _code(item: ItopObject, _index: Index) -> Attributes:
    return {"code": telling(item.get("code"))}


def _equipment(item: ItopObject, index: Index) -> Attributes:
    return {
        "serial": telling(item.get("serialnumber")),
        "asset_tag": telling(item.get("asset_number")),
        "vendor": telling(index.name_of(item, "brand_id", "Brand")),
        "model": telling(index.name_of(item, "model_id", "Model")),
    }


def _addresses(item: ItopObject, _index: Index) -> Attributes:
    address = telling(item.get("managementip", "managementip_name"))
    return {"addresses": [address] if address else []}


def _computer(item: ItopObject, index: Index) -> Attributes:
    family = telling(index.name_of(item, "osfamily_id", "OSFamily"))
    version = telling(index.name_of(item, "osversion_id", "OSVersion"))
    named_twice = version.casefold().startswith(family.casefold())
    return {
        "operating_system": version if named_twice else f"{family} {version}".strip(),
        "cpu_count": int(item.get("cpu")) if _WHOLE.fullmatch(item.get("cpu")) else None,
    }


def _network(item: ItopObject, index: Index) -> Attributes:
    return {
        "management_address": telling(item.get("managementip", "managementip_name")),
        "firmware": telling(index.name_of(item, "iosversion_id", "IOSVersion")),
    }


def _place(item: ItopObject, _index: Index) -> Attributes:
    parts = (item.get(name) for name in ("address", "postal_code", "city", "country"))
    return {"address": ", ".join(" ".join(part.split()) for part in parts if part)}


def _height(item: ItopObject, _index: Index) -> Attributes:
    return {"height_units": int(item.get("nb_u")) if _WHOLE.fullmatch(item.get("nb_u")) else None}


def _interface(item: ItopObject, index: Index) -> Attributes:
    mac = item.get("macaddress")
    real = _MAC.fullmatch(mac) is not None and _NO_MAC.fullmatch(mac) is None
    device = next((name for field, cls in _DEVICES if (name := index.name_of(item, field, cls))), "")
    return {"mac_address": mac if real else "", "device": device}


_DEVICES: Final = (
    ("connectableci_id", "Server"), ("virtualmachine_id", "VirtualMachine"), ("datacenterdevice_id", "Server"),
)  # fmt: skip


def _segment(item: ItopObject, _index: Index) -> Attributes:
    tag = item.get("vlan_tag")
    prefix = f"{item.get('ip')}/{item.get('ip_mask')}" if item.get("ip") and item.get("ip_mask") else ""
    return {"prefix": prefix, "vlan": int(tag) if _WHOLE.fullmatch(tag) else None}


def _data(item: ItopObject, index: Index) -> Attributes:
    return {"engine": telling(index.name_of(item, "software_id", "Software"))}


def _party(item: ItopObject, _index: Index) -> Attributes:
    number = telling(item.get("employee_number")) or telling(item.get("code"))
    return {"code": number, "email": telling(item.get("email")), "phone": telling(item.get("phone"))}


def _agreement(item: ItopObject, _index: Index) -> Attributes:
    return {
        "agreement_type": "sla" if item.cls == "SLA" else "contract",
        "valid_from": _day(item.get("start_date")),
        "valid_to": _day(item.get("end_date")),
    }


def _ticket(item: ItopObject, _index: Index) -> Attributes:
    return {"code": item.get("ref")}


def _change(item: ItopObject, index: Index) -> Attributes:
    return {"change_type": _CHANGES.get(item.cls, ""), "requested_by": index.name_of(item, "caller_id", "Person")}


def _level(item: ItopObject, index: Index) -> Attributes:
    return {"level": index.name_of(item, "sla_id", "SLA")}


def _day(text: str) -> str:
    """A day; an instant of iTop has no offset, so it is not known when it is."""
    try:
        return date.fromisoformat(text).isoformat() if _DAY.fullmatch(text) else ""
    except ValueError:
        return ""


_CI: Final = (_described, _status)
_DEVICE: Final = (*_CI, _equipment)
_PARTS: Final[Mapping[str, tuple[Part, ...]]] = {
    "OtherCI": (*_CI, _kind),
    "OtherDevice": (*_DEVICE, _kind, _addresses),
    "Host": (*_DEVICE, _computer, _addresses),
    "VirtualMachine": (*_CI, _computer, _addresses),
    "StorageArray": _DEVICE,
    "PDU": _DEVICE,
    "PowerFeed": _DEVICE,
    **dict.fromkeys(
        ("OtherNetworkDevice", "Router", "Switch", "Firewall", "LoadBalancer", "AccessPoint"), (*_DEVICE, _network)
    ),
    "Site": (*_CI, _code, _place),
    "Rack": (*_CI, _height),
    "HypervisorCluster": _CI,
    "StorageVolume": _CI,
    "FileShare": _CI,
    "NetworkInterface": (*_CI, _interface),
    "NetworkSegment": (*_CI, _segment),
    "DatabaseInstance": (*_CI, _data),
    "Datastore": _CI,
    "ApplicationComponent": (*_CI, _kind),
    "Application": _CI,
    **dict.fromkeys(("Organization", "Team", "Person"), (_described, _party)),
    "BusinessProcess": (_described,),
    "BusinessService": (_described,),
    "Offering": (_described, _level),
    "Agreement": (_described, _agreement),
    "Change": (_described, _ticket, _change),
    "Incident": (_described, _ticket),
    "Problem": (_described, _ticket),
}
"""What each class of the catalogue is told, part after part."""
