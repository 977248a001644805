"""Sightings to devices, ports and the links between them.

What a device or a port is said to be follows from its name alone: so whoever saw it says the same, and the order in
which the files of several hosts are imported does not matter.  What else was seen stands in the evidence of the link.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cmdb.model.items import Basis
from cmdb.model.observations import CIRecord, Evidence, Observation, Problem, RelationshipRecord, Severity, Where
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.evidence import merged
from importers.lldp.sightings import End, Sighting

DEVICES_BOUNDARY: Final = "-devices"
"""Boundary of the scope of devices and ports, which several hosts see; a host's name cannot begin with a hyphen."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one file tells: the scope of its links, the word for its devices, and its sightings."""

    scope: Scope
    kind: str
    sightings: tuple[Sighting, ...]


def cabling(reports: Sequence[Report]) -> Iterator[Observation]:
    """Devices, then ports, then the ports' devices, then links between ports and between devices; each once.

    A link has no direction: it leads from the lower to the higher key, whichever end saw it.  A cable that joins two
    ports of one device is no link of the device with itself.  Linear in the number of sightings.
    """
    apart, problems = _told_apart(reports)
    yield from problems
    devices: dict[str, CIRecord] = {}
    ports: dict[str, CIRecord] = {}
    contained: dict[str, RelationshipRecord] = {}
    for report in apart:
        for end in _ends(report.sightings):
            device = _device(end, report)
            devices.setdefault(device.key, device)
            if end.port:
                port = _port(end, report)
                ports.setdefault(port.key, port)
                contained.setdefault(port.key, _containment(port, device))
    yield from devices.values()
    yield from ports.values()
    yield from contained.values()
    links: dict[Scope, list[RelationshipRecord]] = {}
    for report in apart:
        links.setdefault(report.scope, []).extend(_links(report))
    for claimed in links.values():
        yield from merged(claimed)


def _ends(sightings: Iterable[Sighting]) -> Iterator[End]:
    for sighting in sightings:
        yield sighting.near
        if sighting.far is not None:
            yield sighting.far


def _told_apart(reports: Sequence[Report]) -> tuple[list[Report], list[Problem]]:
    """Devices that share a name but not their id get the id into their name: they are not guessed to be one."""
    ids: dict[str, set[str]] = {}
    first: dict[str, Where] = {}
    for report in reports:
        for end in _ends(report.sightings):
            if end.chassis:
                ids.setdefault(end.device, set()).add(end.chassis)
                first.setdefault(end.device, end.where)
    shared = {name: found for name, found in ids.items() if len(found) > 1}
    problems = [_shared(name, sorted(found), first[name]) for name, found in shared.items()]
    return [
        replace(report, sightings=tuple(_named(one, shared) for one in report.sightings)) for report in reports
    ], problems


def _named(sighting: Sighting, shared: Mapping[str, set[str]]) -> Sighting:
    far = sighting.far
    if far is None or not far.chassis or far.device not in shared:
        return sighting
    return replace(sighting, far=replace(far, device=f"{far.device} ({far.chassis})"))


def _shared(name: str, ids: Sequence[str], where: Where) -> Problem:
    message = f"{len(ids)} neighbours call themselves {name}: {', '.join(ids)}. They are kept apart by these ids."
    return Problem(Severity.WARNING, "NAME_NOT_UNIQUE", message, where, name)


def _scope(report: Report) -> Scope:
    return Scope(report.scope.source, DEVICES_BOUNDARY)


def _device(end: End, report: Report) -> CIRecord:
    return CIRecord(
        _scope(report), f"Device/{_part(end.device)}", "OtherDevice", end.device, kind=report.kind, where=end.where
    )


def _port(end: End, report: Report) -> CIRecord:
    key, attributes = f"Port/{_part(end.device)}/{end.port}", {"device": end.device}
    return CIRecord(_scope(report), key, "NetworkInterface", end.port, attributes, kind="interface", where=end.where)


def _part(name: str) -> str:
    """A name that ends where the key goes on: without a slash of its own."""
    return name.replace("%", "%25").replace("/", "%2F")


def _containment(port: CIRecord, device: CIRecord) -> RelationshipRecord:
    ends = (ByKey(port.scope, port.key), ByKey(device.scope, device.key))
    evidence = (Evidence(f"port {port.name}", port.where),)
    return RelationshipRecord(port.scope, "CONTAINED_IN", *ends, Basis.OBSERVED, evidence=evidence, where=port.where)


def _links(report: Report) -> Iterator[RelationshipRecord]:
    for sighting in report.sightings:
        near, far = sighting.near, sighting.far
        if far is None:
            continue
        words = f"{near.device} {near.port} is linked to {far.device} {far.port}".strip()
        if near.port and far.port and (near.device, near.port) != (far.device, far.port):
            yield _link(report, (_port(near, report), _port(far, report)), words, sighting.where)
        if near.device != far.device:
            told = f"{words} ({sighting.seen})" if sighting.seen else words
            yield _link(report, (_device(near, report), _device(far, report)), told, sighting.where)


def _link(report: Report, ends: tuple[CIRecord, CIRecord], words: str, where: Where) -> RelationshipRecord:
    low, high = sorted(ends, key=lambda record: record.key)
    refs = (ByKey(low.scope, low.key), ByKey(high.scope, high.key))
    evidence = (Evidence(words, where),)
    return RelationshipRecord(report.scope, "LINKED_TO", *refs, Basis.OBSERVED, evidence=evidence, where=where)
