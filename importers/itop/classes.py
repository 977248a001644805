"""The classes of iTop: what each inherits from, and what it is here."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

CLASS_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
"""What can be the name of a class."""

_CHILDREN: Final[Mapping[str, str]] = {
    "FunctionalCI": (
        "PhysicalDevice VirtualDevice SoftwareInstance MiddlewareInstance DatabaseSchema WebApplication "
        "ApplicationSolution BusinessProcess"
    ),
    "PhysicalDevice": "ConnectableCI PowerConnection TelephonyCI Rack Enclosure Tablet Peripheral",
    "ConnectableCI": "DatacenterDevice PC Printer",
    "DatacenterDevice": "Server NetworkDevice StorageSystem SANSwitch NAS TapeLibrary",
    "PowerConnection": "PowerSource PDU",
    "TelephonyCI": "Phone IPPhone MobilePhone",
    "VirtualDevice": "VirtualHost VirtualMachine",
    "VirtualHost": "Hypervisor Farm",
    "SoftwareInstance": "DBServer WebServer Middleware PCSoftware OtherSoftware",
    "Contact": "Person Team",
    "Contract": "CustomerContract ProviderContract",
    "Document": "DocumentNote DocumentFile DocumentWeb",
    "Ticket": "UserRequest Incident Problem Change",
    "Change": "RoutineChange ApprovedChange",
    "ApprovedChange": "NormalChange EmergencyChange",
    "NetworkInterface": "IPInterface FiberChannelInterface",
    "IPInterface": "PhysicalInterface LogicalInterface",
}
_PARENTS: Final = {child: parent for parent, children in _CHILDREN.items() for child in children.split()}

CLASSES: Final[Mapping[str, str]] = {
    "Organization": "Organization", "Person": "Person", "Team": "Team", "Location": "Site",
    "Server": "Host", "VirtualMachine": "VirtualMachine", "Hypervisor": "OtherCI", "Farm": "HypervisorCluster",
    "NetworkDevice": "OtherNetworkDevice", "SANSwitch": "Switch", "StorageSystem": "StorageArray",
    "NAS": "StorageArray",
    "TapeLibrary": "OtherDevice", "Tape": "OtherCI", "LogicalVolume": "StorageVolume", "NASFileSystem": "FileShare",
    "PC": "OtherDevice", "Printer": "OtherDevice", "Phone": "OtherDevice", "IPPhone": "OtherDevice",
    "MobilePhone": "OtherDevice", "Tablet": "OtherDevice", "Peripheral": "OtherDevice", "Enclosure": "OtherDevice",
    "Rack": "Rack", "PowerSource": "PowerFeed", "PDU": "PDU",
    "DBServer": "DatabaseInstance", "DatabaseSchema": "Datastore", "WebServer": "ApplicationComponent",
    "WebApplication": "Application", "Middleware": "ApplicationComponent", "MiddlewareInstance": "ApplicationComponent",
    "PCSoftware": "ApplicationComponent", "OtherSoftware": "ApplicationComponent",
    "ApplicationSolution": "Application", "BusinessProcess": "BusinessProcess",
    "PhysicalInterface": "NetworkInterface", "LogicalInterface": "NetworkInterface",
    "FiberChannelInterface": "NetworkInterface", "Subnet": "NetworkSegment", "VLAN": "NetworkSegment",
    "CustomerContract": "Agreement", "ProviderContract": "Agreement", "SLA": "Agreement", "SLT": "OtherCI",
    "Service": "BusinessService", "ServiceFamily": "OtherCI", "ServiceSubcategory": "Offering",
    "lnkCustomerContractToService": "Offering",
    "UserRequest": "OtherCI", "Incident": "Incident", "Problem": "Problem", "Change": "Change",
    "RoutineChange": "Change", "NormalChange": "Change", "EmergencyChange": "Change", "ApprovedChange": "Change",
    "DocumentNote": "OtherCI", "DocumentFile": "OtherCI", "DocumentWeb": "OtherCI",
}  # fmt: skip
"""The class of the catalogue for each class of iTop that becomes a CI or record."""

FALLBACK: Final = "OtherCI"
"""The class of what people added to their iTop."""

TYPOLOGIES: Final = frozenset(
    {
        "Brand", "Model", "OSFamily", "OSVersion", "IOSVersion", "NetworkDeviceType", "ContractType", "DocumentType",
        "ContactType", "Software", "OSLicence", "SoftwareLicence", "OSPatch", "SoftwarePatch", "CoverageWindow",
        "DeliveryModel", "SLTMetric", "FAQ", "FAQCategory",
    }
)  # fmt: skip
"""Lists of values: their names become attributes of the objects that refer to them."""

_ACCOUNTS: Final = frozenset(
    {
        "User", "UserInternal", "UserLocal", "UserExternal", "UserLDAP", "UserToken", "PersonalToken",
        "RemoteApplicationConnection", "RemoteiTopConnection", "OAuthClient", "OAuthClientGoogle", "OAuthClientAzure",
        "MailInboxStandard", "MailInboxOAuth",
    }
)  # fmt: skip


def is_account(cls: str) -> bool:
    """Whether objects of a class are accounts or their rights, of which nothing is read."""
    return cls in _ACCOUNTS or cls.startswith("URP_")


def lineage(cls: str) -> Iterator[str]:
    """The class and what it inherits from, nearest first."""
    while True:
        yield cls
        if cls not in _PARENTS:
            return
        cls = _PARENTS[cls]


def is_a(cls: str, ancestor: str) -> bool:
    """Whether a class is another one or inherits from it.

    >>> is_a("Server", "FunctionalCI"), is_a("Server", "VirtualDevice")
    (True, False)
    """
    return ancestor in lineage(cls)


def has_children(cls: str) -> bool:
    """Whether other classes inherit from it, so that a key to it does not tell the class of the object."""
    return cls in _CHILDREN


def named(word: str) -> str:
    """The class of that name however it is spelled, or nothing: ``Virtual machine`` is ``VirtualMachine``."""
    return _BY_WORD.get(word.replace("_", "").replace(" ", "").casefold(), "")


def is_link(cls: str) -> bool:
    """Whether objects of the class only join two others, by iTop's naming."""
    return cls.startswith("lnk") and cls not in CLASSES


_BY_WORD: Final = {cls.casefold(): cls for cls in (*_CHILDREN, *_PARENTS, *CLASSES) if not cls.startswith("lnk")}
