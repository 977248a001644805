"""Who takes power from whom: ports, outlets and feeds joined by cables, rolled up to devices."""

from collections import Counter
from collections.abc import Iterator

from cmdb.model.items import Effect
from cmdb.model.observations import RelationshipRecord
from importers.evidence import merged
from importers.fields import text
from importers.netbox.devices import Machines
from importers.netbox.edges import Finding, Meaning, edge
from importers.netbox.estate import Estate, Target
from importers.netbox.links import device_of
from importers.netbox.records import POWER_GROUP, Groups
from importers.netbox.values import IDLE, status_of
from importers.netbox.wiring import Wiring

_SOURCES = frozenset({"PDU", "UPS", "Generator", "UtilityFeed", "PowerPanel", "PowerFeed"})


def power_edges(machines: Machines, wiring: Wiring) -> list[RelationshipRecord]:
    """Each device with what it is plugged into: a PDU or a feed, all of them in the group ``power``."""
    return merged(_plugged(machines, wiring))


def power_groups(edges: list[RelationshipRecord], estate: Estate) -> Groups:
    """The devices that several working sources feed."""
    feeds = Counter(edge_.from_ref for edge_ in edges if edge_.effect is None)
    devices = [("dcim.device", row.pk) for row in estate.rows("dcim.device")]
    return Groups({device: POWER_GROUP for device in devices if feeds[estate.key(device)] > 1})


def _plugged(machines: Machines, wiring: Wiring) -> Iterator[RelationshipRecord]:
    estate = machines.estate
    for port in wiring.ports():
        device = device_of(estate, port) if port[0] == "dcim.powerport" else None
        if device is None:
            continue
        for far, path in wiring.far_ends(port):
            source = far if far[0] == "dcim.powerfeed" else _pdu(estate, far)
            if source is None or source == device:
                continue
            cable = path[0].row
            finding = Finding(estate.scope("dcim.cable"), cable, f"cable {text(cable.fields, 'label') or path[0].pk}")
            meaning = Meaning(_type(machines, source), POWER_GROUP, _idle_effect(estate, source))
            yield edge(finding, meaning, estate.key(device), estate.key(source))


def _pdu(estate: Estate, port: Target) -> Target | None:
    return device_of(estate, port) if port[0] == "dcim.poweroutlet" else None


def _type(machines: Machines, source: Target) -> str:
    """Outlets of what is no source of power, such as those of a chassis, are a dependency all the same."""
    row = machines.estate.index.get(source)
    device = row if row is not None and source[0] == "dcim.device" else None
    return "POWERED_BY" if device is None or machines.class_of(device)[0] in _SOURCES else "DEPENDS_ON"


def _idle_effect(estate: Estate, source: Target) -> Effect | None:
    # a feed that is planned or has failed keeps nothing up: it must not count as a member of the group
    row = estate.row(source)
    return Effect.NONE if row is not None and status_of(row) in IDLE else None
