"""What was read as observations."""

from collections.abc import Iterator, Mapping
from typing import Final

from cmdb.model.items import Basis, GroupSetting
from cmdb.model.observations import CIRecord, Evidence, Observation, RelationshipRecord
from cmdb.model.references import ByIdentifier, ByKey
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue, instant, iso
from importers.traces.calls import Call
from importers.traces.complaints import problems_of
from importers.traces.places import Place
from importers.traces.reading import Reading
from importers.traces.roster import Known

WORKLOADS_GROUP: Final = "workloads"
"""Group of the workloads that run a service: while one of them is up, the service is."""

_ENVIRONMENTS: Final[Mapping[str, str]] = {
    "production": "production",
    "prod": "production",
    "prd": "production",
    "live": "production",
    "staging": "staging",
    "stage": "staging",
    "stg": "staging",
    "preprod": "staging",
    "pre-production": "staging",
    "test": "test",
    "testing": "test",
    "qa": "test",
    "development": "development",
    "dev": "development",
    "dr": "disaster_recovery",
    "disaster-recovery": "disaster_recovery",
}
_SECOND: Final = 1_000_000


def records_of(reading: Reading, source: str, names: tuple[str, ...]) -> Iterator[Observation]:
    """Problems, CIs sorted by scope and key, then relationships sorted by caller and callee."""
    yield from problems_of(reading, names)
    called = {callee for _, callee in reading.calls.by_pair}
    known = [entry for number, entry in enumerate(reading.roster) if entry.is_service or number in called]
    for entry in sorted(known, key=_order):
        yield _item(entry, source, names)
    for entry in sorted(known, key=_order):
        yield from _runs(entry, source, names)
    pairs = ((reading.roster[caller], reading.roster[callee], call) for (caller, callee), call in _pairs(reading))
    for caller, callee, call in sorted(pairs, key=lambda entry: (_order(entry[0]), _order(entry[1]))):
        yield _call(call, (_reference(caller, source), _reference(callee, source)), names)


def _pairs(reading: Reading) -> Iterator[tuple[tuple[int, int], Call]]:
    yield from reading.calls.by_pair.items()


def _order(known: Known) -> tuple[str, str]:
    return known.party.environment, known.party.key


def _reference(known: Known, source: str) -> ByKey:
    return ByKey(Scope(source, known.party.environment), known.party.key)


def _item(known: Known, source: str, names: tuple[str, ...]) -> CIRecord:
    party = known.party
    return CIRecord(
        Scope(source, party.environment),
        party.key,
        party.cls,
        party.name,
        _service(known) if party.cls == "ApplicationComponent" else _data_service(known),
        {WORKLOADS_GROUP: GroupSetting("1")} if known.workloads else {},
        "service" if known.is_service else "",
        known.first.where(names),
        _unmapped(known),
    )


def _service(known: Known) -> dict[str, JSONValue]:
    """A version is told only while all instances have the same."""
    attributes: dict[str, JSONValue] = {"kind": "service"}
    if len(known.versions) == 1:
        attributes["version"] = min(known.versions)
    environment = _ENVIRONMENTS.get(known.deployment.lower())
    return attributes | ({"environment": environment} if environment else {})


def _data_service(known: Known) -> dict[str, JSONValue]:
    return {"engine": min(known.engines)} if len(known.engines) == 1 else {}


def _unmapped(known: Known) -> dict[str, JSONValue]:
    told: dict[str, JSONValue] = {
        "service.namespace": known.namespace,
        "deployment.environment": "" if known.deployment.lower() in _ENVIRONMENTS else known.deployment,
        "versions": sorted(known.versions) if len(known.versions) > 1 else [],
        "engines": sorted(known.engines) if len(known.engines) > 1 else [],
        "databases": sorted(known.databases),
    }
    return {name: value for name, value in told.items() if value}


def _runs(known: Known, source: str, names: tuple[str, ...]) -> Iterator[RelationshipRecord]:
    """A service runs on the workloads that its processes name by uid, whoever else knows those."""
    reference, where = _reference(known, source), known.first.where(names)
    for uid in sorted(known.workloads):
        yield RelationshipRecord(
            reference.scope,
            "RUNS_ON",
            reference,
            ByIdentifier("uid", uid, "Workload"),
            Basis.OBSERVED,
            WORKLOADS_GROUP,
            evidence=(Evidence("uid of a workload in the resource", where),),
            where=where,
        )


def _call(call: Call, ends: tuple[ByKey, ByKey], names: tuple[str, ...]) -> RelationshipRecord:
    evidence = [Evidence(origin, Place.unpacked(place).where(names)) for origin, place in sorted(call.first.items())]
    attributes: dict[str, JSONValue] = {"calls": call.calls, "errors": call.errors}
    if call.last:
        attributes["last_seen_at"] = iso(instant(call.last - call.last % _SECOND))
    caller, callee = ends
    return RelationshipRecord(
        caller.scope,
        "CALLS",
        caller,
        callee,
        Basis.OBSERVED,
        attributes=attributes,
        evidence=tuple(evidence),
        where=evidence[0].where,
    )
