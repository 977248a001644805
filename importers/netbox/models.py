"""NetBox's models: which become CIs, which only tell something of others, and which are never looked at."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final

from importers.setting_names import names_secret

CLASSES: Final[Mapping[str, str]] = {
    "dcim.region": "Region",
    "dcim.sitegroup": "HostGroup",
    "dcim.site": "Site",
    "dcim.location": "Room",
    "dcim.rackgroup": "Room",  # what locations were called before 2.11
    "dcim.rack": "Rack",
    "dcim.device": "",  # by its role, its type and what hangs on it
    "dcim.virtualchassis": "VirtualChassis",
    "dcim.interface": "NetworkInterface",
    "dcim.cable": "Cable",
    "dcim.powerpanel": "PowerPanel",
    "dcim.powerfeed": "PowerFeed",
    "circuits.provider": "Supplier",
    "circuits.providernetwork": "NetworkSegment",
    "circuits.circuit": "NetworkCircuit",
    "virtualization.cluster": "HypervisorCluster",
    "virtualization.virtualmachine": "VirtualMachine",
    "virtualization.vminterface": "NetworkInterface",
    "ipam.vrf": "NetworkSegment",
    "ipam.vlan": "NetworkSegment",
    "ipam.prefix": "NetworkSegment",
    "tenancy.tenant": "Organization",
    "tenancy.contact": "Person",
}
"""The class that each model becomes; ``""`` where its rows differ."""

PLACES: Final = frozenset({"dcim.region", "dcim.site", "dcim.location", "dcim.rackgroup", "dcim.rack"})
"""Models whose rows other things stand in."""

PARTIES: Final = frozenset({"circuits.provider", "tenancy.tenant", "tenancy.contact"})
"""Models that become records of parties, not CIs."""

_TELLING: Final = frozenset(
    {
        "contenttypes.contenttype", "dcim.manufacturer", "dcim.devicetype", "dcim.devicerole", "dcim.rackrole",
        "dcim.platform", "dcim.macaddress", "dcim.frontport", "dcim.rearport", "dcim.portmapping", "dcim.consoleport",
        "dcim.consoleserverport", "dcim.powerport", "dcim.poweroutlet", "dcim.cabletermination", "dcim.devicebay",
        "circuits.circuittype", "circuits.circuittermination", "virtualization.clustertype",
        "virtualization.clustergroup", "ipam.role", "ipam.ipaddress", "tenancy.tenantgroup",
        "tenancy.contactassignment", "tenancy.contactrole", "extras.tag", "extras.taggeditem",
    }
)  # fmt: skip
_CLOSED_APPS: Final = frozenset(
    {
        "account", "admin", "auth", "contenttypes", "core", "django_rq", "extras", "reversion", "secrets", "sessions",
        "social_django", "taggit", "thumbnail", "user", "users", "netbox_secrets", "netbox_secretstore",
        "nautobot_secrets",
    }
)  # fmt: skip
_BOOKKEEPING: Final = frozenset(
    {
        "circuits.circuitgroup", "circuits.circuitgroupassignment", "circuits.provideraccount",
        "circuits.virtualcircuittype", "dcim.cablepath", "dcim.inventoryitemrole", "dcim.modulebay", "dcim.moduletype",
        "dcim.moduletypeprofile", "dcim.rackreservation", "dcim.racktype", "ipam.fhrpgroupassignment", "ipam.rir",
        "ipam.routetarget", "ipam.vlangroup", "ipam.vlantranslationpolicy", "ipam.vlantranslationrule",
        "tenancy.contactgroup", "vpn.ikepolicy", "vpn.ikeproposal", "vpn.ipsecpolicy", "vpn.ipsecprofile",
        "vpn.ipsecproposal", "vpn.l2vpntermination", "vpn.tunnelgroup", "vpn.tunneltermination",
        "circuits.virtualcircuittermination", "wireless.wirelesslangroup",
    }
)  # fmt: skip

_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,99}\.[a-z][a-z0-9_]{0,99}\Z")
_ADDRESS: Final = re.compile(
    r"/api/(?:plugins/)?([a-z0-9_-]{1,99})/([a-z0-9_-]{1,99})/(?:([0-9a-f-]{1,36})/?)?(?:\?|\Z)"
)
_SINGULARS: Final = (("chassis", "chassis"), ("sses", "ss"), ("xes", "x"), ("ies", "y"), ("s", ""))


class Reading(Enum):
    """What is done with the rows of a model."""

    TAKEN = "becomes CIs or tells of them"
    FALLS_BACK = "becomes CIs of the general class, by name only"
    LEFT = "is never looked at"


def reading_of(model: str) -> Reading:
    """What is done with a model; what nobody has heard of falls back, unless it could hold secrets.

    >>> reading_of("users.token").name, reading_of("wireless.wirelesslan").name
    ('LEFT', 'FALLS_BACK')
    """
    if model in CLASSES or model in _TELLING:
        return Reading.TAKEN
    app, _, word = model.partition(".")
    closed = app in _CLOSED_APPS or model in _BOOKKEEPING or word.endswith("template")
    return Reading.LEFT if closed or names_secret(model) else Reading.FALLS_BACK


def is_model(text: str) -> bool:
    """Whether a text is the word of a model: ``dcim.device``."""
    return _WORD.match(text) is not None


def model_at(url: str) -> tuple[str, str]:
    """The model and the id that an address of the REST API leads to; empty where it says none.

    >>> model_at("https://netbox.example/api/virtualization/virtual-machines/7/")
    ('virtualization.virtualmachine', '7')
    >>> model_at("https://netbox.example/api/dcim/devices/?limit=50&offset=50")
    ('dcim.device', '')
    """
    found = _ADDRESS.search(url)
    if found is None:
        return "", ""
    app, plural, pk = found[1].replace("-", "_"), found[2].replace("-", ""), found[3] or ""
    if (app, plural) == ("virtualization", "interfaces"):
        return "virtualization.vminterface", pk
    model = f"{app}.{_singular(plural)}"
    return (model, pk) if is_model(model) else ("", "")


def _singular(plural: str) -> str:
    for ending, singular in _SINGULARS:
        if plural.endswith(ending):
            return plural.removesuffix(ending) + singular
    return plural
