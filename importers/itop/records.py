"""Objects to CI records: their class, name and redundancy."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from cmdb.model.items import GroupSetting
from cmdb.model.observations import CIRecord, Problem, Severity
from importers.itop.attributes import attributes_of, telling, unmapped_of
from importers.itop.classes import CLASSES, FALLBACK, is_a
from importers.itop.index import NOBODY, Index, plain_name
from importers.itop.keys import POWER_GROUP, SOLUTION_GROUP
from importers.itop.objects import ItopObject

ALL = "100%"
"""Redundancy that is switched off: everything is needed."""
ONE = "1"
"""What counts for a group when nothing is said."""
PARTS_GROUP = "parts"

_SETTING: Final = re.compile(r"[1-9][0-9]{0,5}|([1-9][0-9]?|100)%")
_NETWORK_WORDS: Final[Mapping[str, str]] = {
    "router": "Router", "switch": "Switch", "firewall": "Firewall", "load balancer": "LoadBalancer",
    "loadbalancer": "LoadBalancer", "access point": "AccessPoint", "wifi": "AccessPoint",
}  # fmt: skip


def record_of(item: ItopObject, index: Index) -> Iterator[CIRecord | Problem]:
    """The record of an object that is a thing of its own, and a problem when its redundancy cannot be read."""
    groups: dict[str, GroupSetting] = {}
    if setting := index.redundancy.get(item.key, ""):
        found = redundancy_of(item, setting)
        if isinstance(found, Problem):
            yield found
        else:
            groups = found
    cls, attributes = class_of(item, index), attributes_of(item, index)
    scope, name, rest = index.scope(item.cls), name_of(item, index), unmapped_of(item, attributes)
    yield CIRecord(scope, item.key, cls, name, attributes, groups, item.cls, item.where, rest)


def customer_of(item: ItopObject, index: Index) -> CIRecord | None:
    """The organisation of a customer contract in its role as a customer, which only the contract implies."""
    number = index.customers.get(item.id) if item.cls == "CustomerContract" else None
    if number is None:
        return None
    name = index.name_of(item, "org_id", "Organization") or item.get("organization_name") or f"Organization/{number}"
    return CIRecord(index.scope(item.cls), f"Customer/{number}", "Customer", name, where=item.where)


def class_of(item: ItopObject, index: Index) -> str:
    """The class of the catalogue; of a network device by the name of its type."""
    if item.cls != "NetworkDevice":
        return CLASSES.get(item.cls, FALLBACK)
    type_ = index.name_of(item, "networkdevicetype_id", "NetworkDeviceType").casefold()
    return next((cls for word, cls in _NETWORK_WORDS.items() if word in type_), CLASSES[item.cls])


def name_of(item: ItopObject, index: Index) -> str:
    """Its name, else its key: in many an iTop a good part of the devices bears none."""
    if is_a(item.cls, "Ticket"):
        name = item.get("ref", "title")
    elif item.cls == "lnkCustomerContractToService":
        ends = (("service_id", "Service"), ("customercontract_id", "CustomerContract"))
        name = " for ".join(part for field, cls in ends if (part := index.name_of(item, field, cls)))
    else:
        name = plain_name(item)
    return telling(name) or telling(item.get("friendlyname")) or item.key


def redundancy_of(item: ItopObject, setting: str) -> dict[str, GroupSetting] | Problem:
    """How many of what an object stands on suffice: ``2``, ``50%``, or ``disabled`` when all of them are needed."""
    group = next((group for cls, group in _GROUPS.items() if is_a(item.cls, cls)), None)
    unpowered = group == POWER_GROUP and {item.get("powerA_id"), item.get("powerB_id")} <= NOBODY
    if group is None or unpowered or setting == ONE:
        return {}
    if setting == "disabled":
        return {} if group == SOLUTION_GROUP else {group: GroupSetting(ALL)}
    if _SETTING.fullmatch(setting) is None:
        message = f"The redundancy {setting[:40]!r} is no count, percentage or 'disabled'. The usual one is assumed."
        return Problem(Severity.WARNING, "REDUNDANCY_NOT_READ", message, item.where, item.key)
    return {group: GroupSetting(setting)}


def solution_is_redundant(index: Index, key: str) -> bool:
    """Whether iTop says that a part of what an application solution stands on suffices."""
    return _SETTING.fullmatch(index.redundancy.get(key, "")) is not None


_GROUPS: Final[Mapping[str, str]] = {
    "Farm": PARTS_GROUP, "ApplicationSolution": SOLUTION_GROUP, "DatacenterDevice": POWER_GROUP,
}  # fmt: skip
