"""What cables join: interfaces, circuits and devices.  A link says nothing of who depends on whom."""

from collections.abc import Iterator
from typing import Final

from cmdb.model.observations import Evidence, RelationshipRecord
from importers.fields import text
from importers.netbox.estate import Estate, Target
from importers.netbox.wiring import Path, Wiring

POWER_PORTS: Final = frozenset({"dcim.powerport", "dcim.poweroutlet", "dcim.powerfeed"})
"""Models of ports that carry power: who feeds whom is known there, so they are no links."""

_PART_OF_DEVICE: Final = frozenset(
    {
        "dcim.interface", "dcim.consoleport", "dcim.consoleserverport", "dcim.powerport", "dcim.poweroutlet",
        "dcim.frontport", "dcim.rearport",
    }
)  # fmt: skip


def link_edges(estate: Estate, wiring: Wiring) -> Iterator[RelationshipRecord]:
    """Each pair of joined interfaces, then of devices; at the end each cable with what it is plugged into."""
    pairs = list(_pairs(wiring))
    for one, other, path in pairs:
        ends = (_ci(estate, one), _ci(estate, other))
        if ends[0] is not None and ends[1] is not None and "dcim.interface" in (ends[0][0], ends[1][0]):
            yield _link(estate, ends[0], ends[1], path)
    for one, other, path in pairs:
        ends = (_whole(estate, one), _whole(estate, other))
        if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            first, second = sorted((ends[0], ends[1]), key=_order)
            yield _link(estate, first, second, path)
    for cable in wiring.cables:
        for port in (*cable.ends[0], *cable.ends[1]):
            end = _ci(estate, port) or _whole(estate, port)
            if end is not None:
                yield _link(estate, ("dcim.cable", cable.pk), end, (cable,))


def device_of(estate: Estate, port: Target) -> Target | None:
    """The device that a port is a part of."""
    row = estate.row(port) if port[0] in _PART_OF_DEVICE else None
    return estate.target(row, "device", "dcim.device") if row is not None else None


def _pairs(wiring: Wiring) -> Iterator[tuple[Target, Target, Path]]:
    """Each pair of joined ports once, the lower one first."""
    told: set[tuple[Target, Target]] = set()
    for port in wiring.ports():
        if port[0] in POWER_PORTS:
            continue
        for far, path in wiring.far_ends(port):
            one, other = sorted((port, far), key=_order)
            if far[0] not in POWER_PORTS and (one, other) not in told:
                told.add((one, other))
                yield one, other, path if one == port else path[::-1]


def _ci(estate: Estate, port: Target) -> Target | None:
    """The CI that a port is: an interface or a power feed itself, a circuit for its termination."""
    if port[0] in {"dcim.interface", "dcim.powerfeed"}:
        return port
    row = estate.row(port) if port[0] == "circuits.circuittermination" else None
    return estate.target(row, "circuit", "circuits.circuit") if row is not None else None


def _whole(estate: Estate, port: Target) -> Target | None:
    """The device of a port, or the circuit of a termination."""
    return device_of(estate, port) or (_ci(estate, port) if port[0] == "circuits.circuittermination" else None)


def _link(estate: Estate, one: Target, other: Target, path: Path) -> RelationshipRecord:
    evidence = tuple(
        Evidence(f"cable {text(cable.row.fields, 'label') or cable.pk}", cable.row.where) for cable in path
    )
    scope = estate.scope("dcim.cable")
    where = path[0].row.where
    return RelationshipRecord(scope, "LINKED_TO", estate.key(one), estate.key(other), evidence=evidence, where=where)


def _order(target: Target) -> tuple[str, int, str]:
    model, pk = target
    return model, int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 20 else -1, pk  # noqa: PLR2004
