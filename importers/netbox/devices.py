"""Devices and virtual machines: their classes, their names, their addresses."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cmdb.model.values import JSONValue
from importers.fields import text
from importers.netbox.estate import Estate, Target, row_name
from importers.netbox.roles import class_of_words
from importers.netbox.rows import Row
from importers.netbox.values import choice, host_address

_CARRIERS: Final = {"dcim.interface": ("device", "dcim.device"), "virtualization.vminterface": (
    "virtual_machine", "virtualization.virtualmachine")}  # fmt: skip
_SHARED_ROLES: Final = frozenset({"vip", "vrrp", "hsrp", "glbp", "carp", "anycast"})
_MAX_ADDRESSES: Final = 100


@dataclass(frozen=True, slots=True)
class Machines:
    """What is known of devices beyond their own rows."""

    estate: Estate
    addresses: Mapping[Target, tuple[str, ...]]
    shared_names: frozenset[str]
    with_outlets: frozenset[str]

    @classmethod
    def of(cls, estate: Estate) -> "Machines":
        """Gather it from interfaces, addresses and outlets."""
        outlets = (estate.target(row, "device", "dcim.device") for row in estate.rows("dcim.poweroutlet"))
        names = Counter(text(row.fields, "dns_name").lower() for row in estate.rows("ipam.ipaddress"))
        shared = frozenset(name for name, count in names.items() if count > 1)
        return cls(estate, _addresses(estate), shared, frozenset(target[1] for target in outlets if target is not None))

    def class_of(self, device: Row) -> tuple[str, bool]:
        """The class of a device, and whether it had to fall back to that of devices of unknown kind.

        Its role says it, else its type, else that it has power outlets.
        """
        for words in (role_of(self.estate, device), model_of(self.estate, device)):
            cls = class_of_words(words)
            if cls is not None:
                return ("PDU" if cls == "OtherDevice" and device.pk in self.with_outlets else cls), False
        return ("PDU", False) if device.pk in self.with_outlets else ("OtherDevice", True)

    def primary_address(self, row: Row) -> str:
        """The primary address, of version 4 where there are both; ``""`` when there is none."""
        return next((found for address in self._primary(row) if (found := host_address(address))), "")

    def fqdn(self, row: Row) -> str:
        """The domain name of the primary address, when it is a full one that no other address bears."""
        for name in ("primary_ip4", "primary_ip6"):
            found = self.estate.row(self.estate.target(row, name, "ipam.ipaddress"))
            domain = text(found.fields, "dns_name").rstrip(".") if found is not None else ""
            if "." in domain and "*" not in domain and domain.lower() not in self.shared_names:
                return domain
        return ""

    def addresses_of(self, row: Row) -> Sequence[JSONValue]:
        """The primary address and all others of its interfaces that it shares with nobody, each once."""
        own = self.addresses.get((row.model, row.pk), ())
        primary = self.primary_address(row)
        found = dict.fromkeys(([primary] if primary else []) + list(own))
        return list(found)[:_MAX_ADDRESSES]

    def _primary(self, row: Row) -> list[str]:
        fields = [row.fields.get(name) for name in ("primary_ip4", "primary_ip6")]
        targets = [self.estate.target(row, name, "ipam.ipaddress") for name in ("primary_ip4", "primary_ip6")]
        rows = [self.estate.row(target) for target in targets]
        return [
            text(found.fields, "address") if found is not None else text(nested, "address")
            for found, nested in zip(rows, fields, strict=True)
        ]


def device_name(estate: Estate, row: Row) -> str:
    """What a device is called; one without a name by its maker and model, and its inventory number or its key.

    ``APC AP7901 (RACK-PDU-7)``, or ``APC AP7901 (17)``; the same form in which NetBox shows it.
    """
    name = text(row.fields, "name").strip()
    if name or row.model != "dcim.device":
        return name or row_name(row) or f"virtual machine ({row.pk})"
    words = f"{vendor_of(estate, row)} {model_of(estate, row)}".strip() or "device"
    return f"{words} ({text(row.fields, 'asset_tag') or row.pk})"


def role_of(estate: Estate, row: Row) -> str:
    """The name of the role, whose field was called ``device_role`` before 3.6."""
    return estate.name(row, "role", "dcim.devicerole") or estate.name(row, "device_role", "dcim.devicerole")


def model_of(estate: Estate, row: Row) -> str:
    """The model of the device's type."""
    found = estate.row(estate.target(row, "device_type", "dcim.devicetype"))
    return text(row.fields, "device_type", "model") if found is None else text(found.fields, "model")


def vendor_of(estate: Estate, row: Row) -> str:
    """The maker of the device's type."""
    nested = text(row.fields, "device_type", "manufacturer", "name")
    found = estate.row(estate.target(row, "device_type", "dcim.devicetype"))
    return nested or ("" if found is None else estate.name(found, "manufacturer", "dcim.manufacturer"))


def _addresses(estate: Estate) -> dict[Target, tuple[str, ...]]:
    found: dict[Target, list[str]] = defaultdict(list)
    for row in estate.rows("ipam.ipaddress"):
        interface = estate.generic(row, "assigned_object") or estate.target(row, "interface", "dcim.interface")
        carrier = _CARRIERS.get(interface[0]) if interface is not None else None
        port = estate.row(interface)
        owner = estate.target(port, *carrier) if port is not None and carrier is not None else None
        address = host_address(text(row.fields, "address"))
        if owner is not None and address and choice(row, "role") not in _SHARED_ROLES:
            found[owner].append(address)
    return {owner: tuple(addresses) for owner, addresses in found.items()}
