"""Which field of which class points to what, and what that means when something fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from importers.itop.classes import CLASS_NAME, CLASSES, is_link, lineage, named

_ENDS: Final = 2

POWER_GROUP = "power"
SOLUTION_GROUP = "redundancy"
"""Group of what an application solution stands on, when iTop says how much of it suffices."""
SAN_GROUP = "san"
"""Group of the switches of storage networks: any one keeps the device connected to its storage."""


class Arrow(Enum):
    """Which way an edge leads."""

    OUT = "out"
    """From the object that bears the key to the one it names."""
    IN = "in"
    """From the one it names to the object that bears the key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A field that holds the id of an object of a class or of one that inherits from it, and the edge it stands for."""

    field: str
    target: str
    type: str
    group: str | None = None
    arrow: Arrow = Arrow.OUT


@dataclass(frozen=True, slots=True)
class Link:
    """A class that joins two objects: the edge leads from the object of the first key to that of the second."""

    origin: Key
    target: Key

    @property
    def keys(self) -> tuple[Key, Key]:
        """Both keys."""
        return self.origin, self.target


_OWNED: Final = Key("org_id", "Organization", "OWNED_BY")
_MEMBER: Final = Key("org_id", "Organization", "MEMBER_OF")
_PLACED: Final = Key("location_id", "Location", "LOCATED_IN")
_RACKED: Final = Key("rack_id", "Rack", "LOCATED_IN")

_KEYS: Final[Mapping[str, tuple[Key, ...]]] = {
    "FunctionalCI": (_OWNED,),
    "PhysicalDevice": (_PLACED,),
    "DatacenterDevice": (
        _RACKED,
        Key("enclosure_id", "Enclosure", "CONTAINED_IN"),
        Key("powerA_id", "PowerConnection", "POWERED_BY", POWER_GROUP),
        Key("powerB_id", "PowerConnection", "POWERED_BY", POWER_GROUP),
    ),
    "Enclosure": (_RACKED,),
    "PDU": (_RACKED, Key("powerstart_id", "PowerSource", "POWERED_BY")),
    "Hypervisor": (Key("server_id", "Server", "RUNS_ON"), Key("farm_id", "Farm", "PART_OF")),
    "VirtualMachine": (Key("virtualhost_id", "VirtualHost", "RUNS_ON"),),
    "SoftwareInstance": (Key("system_id", "FunctionalCI", "RUNS_ON"),),
    "MiddlewareInstance": (Key("middleware_id", "Middleware", "RUNS_ON"),),
    "DatabaseSchema": (Key("dbserver_id", "DBServer", "CONTAINED_IN"),),
    "WebApplication": (Key("webserver_id", "WebServer", "RUNS_ON"),),
    "LogicalVolume": (Key("storagesystem_id", "StorageSystem", "STORED_ON"),),
    "NASFileSystem": (Key("nas_id", "NAS", "STORED_ON"),),
    "Tape": (Key("tapelibrary_id", "TapeLibrary", "CONTAINED_IN"),),
    "PhysicalInterface": (Key("connectableci_id", "ConnectableCI", "ATTACHED_TO"),),
    "LogicalInterface": (Key("virtualmachine_id", "VirtualMachine", "ATTACHED_TO"),),
    "FiberChannelInterface": (Key("datacenterdevice_id", "DatacenterDevice", "ATTACHED_TO"),),
    "Subnet": (_OWNED,),
    "VLAN": (_OWNED,),
    "Location": (_OWNED,),
    "Organization": (Key("parent_id", "Organization", "MEMBER_OF"),),
    "Contact": (_MEMBER,),
    "Person": (Key("manager_id", "Person", "RELATES_TO"),),
    "CustomerContract": (Key("provider_id", "Organization", "OWNED_BY"), Key("org_id", "Organization", "AGREED_WITH")),
    "ProviderContract": (_OWNED, Key("provider_id", "Organization", "AGREED_WITH")),
    "SLA": (_OWNED,),
    "Service": (_OWNED, Key("servicefamily_id", "ServiceFamily", "RELATES_TO")),
    "ServiceSubcategory": (Key("service_id", "Service", "OFFERING_OF"),),
    "lnkCustomerContractToService": (
        Key("service_id", "Service", "OFFERING_OF"),
        Key("customercontract_id", "CustomerContract", "COVERS", arrow=Arrow.IN),
        Key("sla_id", "SLA", "COVERS", arrow=Arrow.IN),
    ),
    "Ticket": (
        Key("org_id", "Organization", "RELATES_TO"),
        Key("caller_id", "Person", "RELATES_TO"),
        Key("team_id", "Team", "OWNED_BY"),
        Key("agent_id", "Person", "OWNED_BY"),
        Key("service_id", "Service", "RELATES_TO"),
        Key("parent_incident_id", "Incident", "RELATES_TO"),
        Key("parent_change_id", "Change", "RELATES_TO"),
        Key("related_change_id", "Change", "RELATES_TO"),
        Key("parent_id", "Change", "RELATES_TO"),
    ),
    "Incident": (Key("parent_problem_id", "Problem", "CAUSED_BY"),),
    "Document": (_OWNED,),
}


def _link(origin: str, from_class: str, type_: str, target: str, to_class: str, group: str | None = None) -> Link:
    return Link(Key(origin, from_class, type_, group), Key(target, to_class, type_, group))


_CI: Final = ("functionalci_id", "FunctionalCI")
_DEVICE: Final = ("datacenterdevice_id", "DatacenterDevice")
_CONTACT: Final = ("contact_id", "Contact")
_PROVIDER: Final = ("providercontract_id", "ProviderContract")
_CUSTOMER: Final = ("customercontract_id", "CustomerContract")
_DOCUMENT: Final = ("document_id", "Document")

LINKS: Final[Mapping[str, Link]] = {
    "lnkApplicationSolutionToFunctionalCI": _link(
        "applicationsolution_id", "ApplicationSolution", "DEPENDS_ON", *_CI, group=SOLUTION_GROUP
    ),
    "lnkApplicationSolutionToBusinessProcess": _link(
        "businessprocess_id", "BusinessProcess", "DEPENDS_ON", "applicationsolution_id", "ApplicationSolution"
    ),
    "lnkConnectableCIToNetworkDevice": _link(
        "connectableci_id", "ConnectableCI", "UPLINKED_TO", "networkdevice_id", "NetworkDevice"
    ),
    "lnkSanToDatacenterDevice": _link(*_DEVICE, "UPLINKED_TO", "san_id", "SANSwitch", group=SAN_GROUP),
    "lnkServerToVolume": _link("server_id", "Server", "STORED_ON", "volume_id", "LogicalVolume"),
    "lnkVirtualDeviceToVolume": _link("virtualdevice_id", "VirtualDevice", "STORED_ON", "volume_id", "LogicalVolume"),
    "lnkFunctionalCIToService": _link("service_id", "Service", "DEPENDS_ON", *_CI),
    "lnkFunctionalCIToProviderContract": _link(*_PROVIDER, "COVERS", *_CI),
    "lnkProviderContractToService": _link(*_PROVIDER, "COVERS", "service_id", "Service"),
    "lnkCustomerContractToFunctionalCI": _link(*_CUSTOMER, "COVERS", *_CI),
    "lnkCustomerContractToProviderContract": _link(*_CUSTOMER, "RELATES_TO", *_PROVIDER),
    "lnkFunctionalCIToTicket": _link("ticket_id", "Ticket", "AFFECTS", *_CI),
    "lnkContactToFunctionalCI": _link(*_CI, "RELATES_TO", *_CONTACT),
    "lnkContactToService": _link("service_id", "Service", "RELATES_TO", *_CONTACT),
    "lnkContactToContract": _link("contract_id", "Contract", "RELATES_TO", *_CONTACT),
    "lnkContactToTicket": _link("ticket_id", "Ticket", "RELATES_TO", *_CONTACT),
    "lnkPersonToTeam": _link("person_id", "Person", "MEMBER_OF", "team_id", "Team"),
    "lnkSLAToSLT": _link("sla_id", "SLA", "RELATES_TO", "slt_id", "SLT"),
    "lnkDocumentToFunctionalCI": _link(*_CI, "RELATES_TO", *_DOCUMENT),
    "lnkDocumentToService": _link("service_id", "Service", "RELATES_TO", *_DOCUMENT),
    "lnkDocumentToContract": _link("contract_id", "Contract", "RELATES_TO", *_DOCUMENT),
    "lnkSubnetToVLAN": _link("subnet_id", "Subnet", "RELATES_TO", "vlan_id", "VLAN"),
    "lnkPhysicalInterfaceToVLAN": _link("physicalinterface_id", "PhysicalInterface", "RELATES_TO", "vlan_id", "VLAN"),
}


def told_class(fields: Mapping[str, str], name: str) -> str:
    """The class of the object that a key names, as an export tells it beside the key, or nothing."""
    word = fields.get(f"{name}_finalclass_recall", "")
    return named(word) or (word if CLASS_NAME.fullmatch(word) else "")


def foreign_link(fields: Mapping[str, str]) -> Link | None:
    """What an unknown link class joins, if it has two keys that say to which class they lead.

    The class is told in ``…_finalclass_recall`` or by the name of the field, ``server_id``.
    """
    found = [
        Key(name, target, "RELATES_TO")
        for name in fields
        if name.endswith("_id") and (target := told_class(fields, name) or named(name.removesuffix("_id")))
    ]
    return Link(found[0], found[1]) if len(found) == _ENDS else None


def keys_of(cls: str) -> tuple[Key, ...]:
    """The keys of a class, its own before those it inherits; a field counts once."""
    link = LINKS.get(cls)
    if link is not None:
        return link.keys
    if cls not in CLASSES:
        return () if is_link(cls) else (_OWNED,)
    found: dict[str, Key] = {}
    for ancestor in lineage(cls):
        for key in _KEYS.get(ancestor, ()):
            found.setdefault(key.field, key)
    return tuple(found.values())
