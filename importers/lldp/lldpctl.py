"""Neighbours as ``lldpctl -f json`` and ``-f json0`` tell them.

The first form drops lists of one and objects that have nothing but a value, and uses names as keys; so its shape
depends on how many interfaces, neighbours and addresses there are.  The second always has lists.  Both are read alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.fields import MAX_TEXT, mapping, text
from importers.lldp.sightings import End, Found, Sighting

ROOT: Final = "lldp"
_MAX_TOLD: Final = 8


def neighbours_of(content: JSONValue, host: str, file: str) -> Iterator[Found]:
    """A sighting for each neighbour of each interface of ``host``; the host itself, alone, comes first."""
    yield Sighting(End(host, "", Where(file, pointer=ROOT)), None, Where(file, pointer=ROOT))
    for root in _several(mapping(content).get(ROOT)):
        for name, interface, pointer in _interfaces(root):
            where = Where(file, pointer=pointer)
            near = End(host, name, where)
            neighbours = list(_chassis(interface))
            if not neighbours:
                yield Sighting(near, None, where)
            for chassis in neighbours:
                yield _neighbour(near, chassis, interface, where)


def _interfaces(root: JSONValue) -> Iterator[tuple[str, JSONValue, str]]:
    """Name, content and pointer of each interface: one object each, or one object with their names as keys."""
    for index, entry in enumerate(_several(mapping(root).get("interface"))):
        pointer = f"{ROOT}.interface[{index}]"
        name = text(entry, "name")
        if name:
            yield name, entry, pointer
        else:
            named = mapping(entry)
            yield from ((key, named[key], f"{pointer}.{key}") for key in named if text(key))


@dataclass(frozen=True, slots=True)
class _Chassis:
    """A neighbour: the name it gives itself, and the rest of what it tells."""

    name: str
    body: JSONValue

    @property
    def id(self) -> str:
        """Its id with the kind of id: ``mac 00:11:22:33:44:55``."""
        return _identifier(self.body)

    @property
    def told(self) -> str:
        """Id, management addresses and enabled capabilities, in words."""
        addresses = [found for entry in _several(mapping(self.body).get("mgmt-ip")) if (found := _value(entry))]
        capabilities = [
            text(entry, "type")
            for entry in _several(mapping(self.body).get("capability"))
            if mapping(entry).get("enabled") is True
        ]
        return ", ".join(word for word in (self.id, *addresses[:_MAX_TOLD], *capabilities[:_MAX_TOLD]) if word)


def _chassis(interface: JSONValue) -> Iterator[_Chassis]:
    for entry in _several(mapping(interface).get("chassis")):
        body = mapping(entry)
        if _identifier(body) or "name" in body:
            yield _Chassis(_value(_first(body.get("name"))), body)
        else:
            yield from (_Chassis(key, inner) for key, inner in body.items() if text(key))


def _neighbour(near: End, chassis: _Chassis, interface: JSONValue, where: Where) -> Found:
    device = chassis.name.strip() or chassis.id
    if not device:
        message = f"A neighbour at {near.port} tells neither a name nor an id; it was left out."
        return Problem(Severity.WARNING, "NEIGHBOUR_UNKNOWN", message, where)
    port = _port(_first(mapping(interface).get("port")))
    return Sighting(near, End(device, port, where, chassis.id), where, chassis.told)


def _port(port: JSONValue) -> str:
    """The port's name: its id if that is a name, else its description, else its id whatever it is."""
    kind = text(_first(mapping(port).get("id")), "type")
    value = _value(_first(mapping(port).get("id")))
    if kind == "ifname" and value:
        return value
    return _value(_first(mapping(port).get("descr"))) or _identifier(port)


def _identifier(body: JSONValue) -> str:
    found = _first(mapping(body).get("id"))
    return f"{text(found, 'type')} {value}".strip() if (value := text(found, "value").strip()) else ""


def _several(value: JSONValue) -> Sequence[JSONValue]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _first(value: JSONValue) -> JSONValue:
    return next(iter(_several(value)), None)


def _value(value: JSONValue) -> str:
    """A text, with or without an object around it."""
    told = text(value, "value") if isinstance(value, Mapping) else text(value)
    return told.strip()[:MAX_TEXT]
