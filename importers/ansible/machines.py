"""What facts and variables say of a machine: its class, its attributes, and what is kept beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cmdb.model.values import JSONValue
from importers.ansible.patterns import is_address
from importers.fields import entries, number, text
from importers.keepable import kept

CONNECTION_VARIABLES: Final = frozenset(
    {
        "ansible_host", "ansible_ssh_host", "ansible_port", "ansible_ssh_port", "ansible_connection",
        "ansible_network_os",
    }
)  # fmt: skip
"""The variables of Ansible itself that are read; all others of its own may say how to get in."""

IDENTIFYING: Final = ("system_uuid", "serial", "fqdn")
"""Attributes that no two machines share."""

_NOTHING: Final = frozenset({"", "na", "n/a", "none", "unknown", "not specified", "not available"})
_NETWORK_CONNECTIONS: Final = ("network_cli", "netconf", "httpapi")
_CONTAINERS: Final = frozenset(
    {"docker", "podman", "lxc", "container", "container_other", "containerd", "openvz", "rkt", "systemd-nspawn", "jail"}
)
_VIRTUAL_PRODUCTS: Final = (
    "vmware", "virtualbox", "virtual machine", "kvm", "standard pc", "hvm domu", "bochs", "qemu", "openstack",
    "google compute engine", "droplet", "bhyve", "rhev", "ovirt", "alibaba cloud ecs", "parallels",
)  # fmt: skip
_KEPT_FACTS: Final = (
    "hostname", "architecture", "kernel", "machine_id", "virtualization_type", "virtualization_role", "os_family",
    "bios_version", "domain", "service_mgr", "pkg_mgr", "net_hostname",
)  # fmt: skip
_MAX_ADDRESSES: Final = 100


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as it becomes a CI."""

    cls: str
    attributes: Mapping[str, JSONValue]
    kept: Mapping[str, JSONValue]


def machine_of(facts: Mapping[str, JSONValue], variables: Mapping[str, JSONValue]) -> Machine:
    """What the facts of a host say, and its connection variables where there are none."""
    cls = _class_of(facts, variables)
    network = cls == "OtherNetworkDevice"
    attributes = _of_network_device(facts, variables) if network else _of_computer(facts, variables)
    beside: dict[str, JSONValue] = {name: _told(facts, name) for name in _KEPT_FACTS}
    beside["mac_address"] = text(facts, "default_ipv4", "macaddress")
    beside |= {name: variables.get(name) for name in ("ansible_host", "ansible_port", "ansible_connection")}
    return Machine(cls, _filled(attributes), kept(_filled(beside)))


def own_variables(variables: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    """The variables of people's own making that hold no secret."""
    return kept({f"var.{name}": value for name, value in variables.items() if not name.startswith("ansible_")})


def _class_of(facts: Mapping[str, JSONValue], variables: Mapping[str, JSONValue]) -> str:
    """``OtherNetworkDevice``, ``VirtualMachine`` for guests, containers and virtual products, else ``Host``."""
    connection = str(variables.get("ansible_connection", "")).rpartition(".")[2]
    if variables.get("ansible_network_os") or connection in _NETWORK_CONNECTIONS or "net_system" in facts:
        return "OtherNetworkDevice"
    role = text(facts, "virtualization_role").lower()
    if role == "guest" or _is_container(facts):
        return "VirtualMachine"
    product = f"{text(facts, 'product_name')} {text(facts, 'system_vendor')}".lower()
    virtual = role != "host" and any(word in product for word in _VIRTUAL_PRODUCTS)
    return "VirtualMachine" if virtual else "Host"


def _is_container(facts: Mapping[str, JSONValue]) -> bool:
    guest = text(facts, "virtualization_role").lower() != "host"
    return guest and text(facts, "virtualization_type").lower() in _CONTAINERS


def _of_computer(facts: Mapping[str, JSONValue], variables: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    # what a container reads of the firmware is its host's, and would make one thing of both
    firmware: dict[str, JSONValue] = {} if _is_container(facts) else {
        "system_uuid": _told(facts, "product_uuid"),
        "serial": _told(facts, "product_serial"),
        "vendor": _told(facts, "system_vendor"),
        "model": _told(facts, "product_name"),
    }  # fmt: skip
    fqdn = text(facts, "fqdn").rstrip(".")
    local = fqdn.lower().startswith("localhost") or is_address(fqdn)
    return {
        **firmware,
        "fqdn": fqdn if "." in fqdn and not local else "",
        "addresses": list(_addresses(facts, variables)),
        "operating_system": _operating_system(facts),
        "cpu_count": number(facts, "processor_vcpus") or number(facts, "processor_count"),
        "memory_mib": number(facts, "memtotal_mb"),
    }


def _of_network_device(facts: Mapping[str, JSONValue], variables: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    system = text(facts, "net_system") or str(variables.get("ansible_network_os", "")).rpartition(".")[2]
    return {
        "serial": _told(facts, "net_serialnum"),
        "model": _told(facts, "net_model"),
        "firmware": " ".join(part for part in (system, _told(facts, "net_version")) if part),
        "management_address": next(iter(_addresses({}, variables)), ""),
    }


def _addresses(facts: Mapping[str, JSONValue], variables: Mapping[str, JSONValue]) -> Iterator[str]:
    """The addresses of a machine and the one by which it is reached, each once; not those of every machine."""
    told: Sequence[JSONValue] = [
        *entries(facts, "all_ipv4_addresses"),
        *entries(facts, "all_ipv6_addresses"),
        *entries(facts, "ip_addresses"),
        *entries(facts, "net_all_ipv4_addresses"),
        variables.get("ansible_host"),
        variables.get("ansible_ssh_host"),
    ]
    found = dict.fromkeys(address for address in told if isinstance(address, str) and is_address(address))
    usable = [address for address in found if not address.lower().startswith(("127.", "::1", "fe80:", "169.254."))]
    yield from usable[:_MAX_ADDRESSES]


def _operating_system(facts: Mapping[str, JSONValue]) -> str:
    name = _told(facts, "os_name") or _told(facts, "distribution")
    return " ".join(part for part in (name, _told(facts, "distribution_version")) if part)


def _told(facts: Mapping[str, JSONValue], name: str) -> str:
    """A text that says something: Ansible writes ``NA`` where it may not read."""
    value = text(facts, name).strip()
    return "" if value.lower() in _NOTHING else value


def _filled(values: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}
