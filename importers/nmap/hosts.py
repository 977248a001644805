"""One host of a scan: what is evidence of it, and what is only noise."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from cmdb.model.values import JSONValue
from importers.keepable import kept_text
from importers.xml_text import Element

LONGEST = 256
"""Longer words of a scanner are no names."""

_MAC = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){5}")
_NO_MACS: Final = frozenset({"00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF"})
_OWN_NAMES: Final = frozenset({"localhost", "localhost.localdomain", "localhost4", "localhost6", "ip6-localhost"})
_CERTAIN: Final = "100"
_HIGHEST_PORT: Final = 65_535
_DIGITS: Final = 9
_SERVICE_WORDS: Final = ("name", "product", "version", "tunnel")


@dataclass(frozen=True, slots=True)
class Port:
    """An open port, and what the scan takes for the service behind it."""

    number: int
    protocol: str
    line: int
    service: dict[str, JSONValue] = field(default_factory=dict)


def is_up(host: Element) -> bool:
    """Whether the host answered."""
    status = host.find("status")
    return status is not None and status.get("state") == "up"


def address_of(host: Element) -> IPv4Address | IPv6Address | None:
    """The address that was scanned: the first one, without its zone; a hardware address is none."""
    for address in host.all("address"):
        if address.get("addrtype") in {"ipv4", "ipv6"}:
            try:
                return ip_address(address.get("addr").partition("%")[0])
            except ValueError:
                continue
    return None


def names_of(host: Element) -> list[str]:
    """Its names in order, each once: the scan repeats a name by where it has it from, and every host is localhost."""
    names = (name.get("name") for block in host.all("hostnames") for name in block.all("hostname"))
    kept = (name.rstrip(".") for name in names if name and len(name) < LONGEST and name.lower() not in _OWN_NAMES)
    return list({name.lower(): name for name in kept}.values())


def told_of(host: Element) -> dict[str, JSONValue]:
    """What else the scan says of a host; none of it says which host it is."""
    told: dict[str, JSONValue] = {
        "hostnames": names_of(host),
        **_hardware(host),
        "operating_system": operating_system_of(host),
        "ports_not_open": dict(sorted(_not_open(host).items())),
    }
    return {name: value for name, value in told.items() if value}


def operating_system_of(host: Element) -> str:
    """The operating system when exactly one fits perfectly; of several, or of guesses, none is known."""
    matches = (match.attributes for block in host.all("os") for match in block.all("osmatch"))
    certain = [match.get("name", "") for match in matches if match.get("accuracy") == _CERTAIN]
    return certain[0][:LONGEST] if len(certain) == 1 else ""


def open_ports_of(host: Element) -> Iterator[Port]:
    """Its open ports in order; one that may be open or filtered is not known to be open."""
    for port in _ports(host):
        number = _whole(port.get("portid"))
        if _state_of(port) == "open" and number is not None and number <= _HIGHEST_PORT:
            yield Port(number, port.get("protocol")[:LONGEST] or "tcp", port.line, _service(port))


def _hardware(host: Element) -> dict[str, JSONValue]:
    for address in host.all("address"):
        mac = address.get("addr").upper()
        if address.get("addrtype") == "mac" and _MAC.fullmatch(mac) and mac not in _NO_MACS:
            return {"mac_address": mac, "mac_vendor": address.get("vendor")[:LONGEST]}
    return {}


def _not_open(host: Element) -> Counter[str]:
    counts = Counter(_state_of(port)[:LONGEST] for port in _ports(host))
    for block in host.all("ports"):
        for rest in block.all("extraports"):
            counts[rest.get("state")[:LONGEST]] += _whole(rest.get("count")) or 0
    return Counter({state: number for state, number in counts.items() if state not in {"", "open"}})


def _ports(host: Element) -> Iterator[Element]:
    return (port for block in host.all("ports") for port in block.all("port"))


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None


def _state_of(port: Element) -> str:
    state = port.find("state")
    return state.get("state") if state is not None else ""


def _service(port: Element) -> dict[str, JSONValue]:
    service = port.find("service")
    words = {word: kept_text(service.get(word)[:LONGEST]) for word in _SERVICE_WORDS} if service is not None else {}
    return {("service" if word == "name" else word): text for word, text in words.items() if text}
