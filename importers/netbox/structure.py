"""Edges that a field of a row speaks for: places, membership, ownership, supply."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cmdb.model.items import Effect
from cmdb.model.observations import RelationshipRecord
from cmdb.model.references import Reference
from importers.netbox.edges import Finding, Meaning, edge
from importers.netbox.estate import Estate, Target, is_ci
from importers.netbox.models import PLACES, Reading, reading_of
from importers.netbox.records import LAG_GROUP, POWER_GROUP, Groups
from importers.netbox.rows import Row
from importers.netbox.values import IDLE, status_of

_GENERIC: Final = ""
"""Stands for the model of a reference that says itself what it leads to."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An edge from a row to what the first of some fields refers to."""

    type: str
    fields: tuple[tuple[str, str], ...]
    group: str | None = None


_SITE: Final = ("site", "dcim.site")
_LOCATION: Final = ("location", "dcim.location")
_OLD_LOCATION: Final = ("group", "dcim.rackgroup")
_RACK: Final = ("rack", "dcim.rack")
_SCOPE: Final = ("scope", _GENERIC)
_OWNED: Final = Rule("OWNED_BY", (("tenant", "tenancy.tenant"),))
_SUPPLIED: Final = Rule("SUPPLIED_BY", (("provider", "circuits.provider"),))

_INSIDE: Final = Rule("CONTAINED_IN", (("device", "dcim.device"), ("virtual_machine", "virtualization.virtualmachine")))

_RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "dcim.region": (Rule("LOCATED_IN", (("parent", "dcim.region"),)),),
    "dcim.sitegroup": (Rule("IN_GROUP", (("parent", "dcim.sitegroup"),)),),
    "dcim.site": (
        Rule("LOCATED_IN", (("region", "dcim.region"),)),
        Rule("IN_GROUP", (("group", "dcim.sitegroup"),)),
        _OWNED,
    ),
    "dcim.location": (Rule("LOCATED_IN", (("parent", "dcim.location"), _SITE)), _OWNED),
    "dcim.rackgroup": (Rule("LOCATED_IN", (("parent", "dcim.rackgroup"), _SITE)),),
    "dcim.rack": (Rule("LOCATED_IN", (_LOCATION, _OLD_LOCATION, _SITE)), _OWNED),
    "dcim.device": (
        Rule("LOCATED_IN", (_RACK, _LOCATION, _SITE)),
        Rule("PART_OF", (("virtual_chassis", "dcim.virtualchassis"),)),
        Rule("PART_OF", (("cluster", "virtualization.cluster"),)),
        _OWNED,
    ),
    "dcim.interface": (
        Rule("CONTAINED_IN", (("device", "dcim.device"),)),
        Rule("CONTAINED_IN", (("parent", "dcim.interface"),)),
        Rule("PART_OF", (("lag", "dcim.interface"),), LAG_GROUP),
    ),
    "dcim.cable": (_OWNED,),
    "dcim.powerpanel": (Rule("LOCATED_IN", (_LOCATION, ("rack_group", "dcim.rackgroup"), _SITE)),),
    "dcim.powerfeed": (
        Rule("POWERED_BY", (("power_panel", "dcim.powerpanel"),), POWER_GROUP),
        Rule("LINKED_TO", (_RACK,)),
        _OWNED,
    ),
    "circuits.providernetwork": (_SUPPLIED,),
    "circuits.circuit": (_SUPPLIED, _OWNED),
    "virtualization.cluster": (Rule("LOCATED_IN", (_SITE, _SCOPE)), _OWNED),
    "virtualization.virtualmachine": (
        Rule("RUNS_ON", (("cluster", "virtualization.cluster"),)),
        Rule("RUNS_ON", (("device", "dcim.device"),)),
        _OWNED,
    ),
    "virtualization.vminterface": (
        Rule("CONTAINED_IN", (("virtual_machine", "virtualization.virtualmachine"),)),
        Rule("CONTAINED_IN", (("parent", "virtualization.vminterface"),)),
    ),
    "ipam.vrf": (_OWNED,),
    "ipam.vlan": (Rule("LOCATED_IN", (_SITE,)), _OWNED),
    "ipam.prefix": (
        Rule("LOCATED_IN", (_SITE, _SCOPE)),
        Rule("CONTAINED_IN", (("vlan", "ipam.vlan"),)),
        Rule("CONTAINED_IN", (("vrf", "ipam.vrf"),)),
        _OWNED,
    ),
}


def structure_edges(estate: Estate) -> Iterator[RelationshipRecord]:
    """All of them, model by model in input order."""
    spread = _spread_lags(estate)
    for record in _by_rules(estate):
        # an aggregation over a stack outlives the device that it is written under
        outlives = record.type == "CONTAINED_IN" and record.from_ref in spread
        yield replace(record, effect=Effect.NONE) if outlives else record
    yield from _places_of_machines(estate)
    yield from _bays(estate)
    yield from _contacts(estate)
    yield from _circuit_ends(estate)


def _by_rules(estate: Estate) -> Iterator[RelationshipRecord]:
    for model, rules in _RULES.items():
        for row in estate.rows(model):
            for rule in rules:
                yield from _by_rule(estate, row, rule)
    for model in sorted(estate.by_model):
        if reading_of(model) is Reading.FALLS_BACK:
            for row in estate.rows(model):
                yield from _by_rule(estate, row, _INSIDE)


def lag_groups(estate: Estate) -> Groups:
    """The link aggregations that have members which work."""
    return Groups(dict.fromkeys(_lag_devices(estate), LAG_GROUP))


def _spread_lags(estate: Estate) -> set[Reference]:
    """The link aggregations whose working members are on several devices."""
    return {estate.key(lag) for lag, devices in _lag_devices(estate).items() if len(devices) > 1}


def _lag_devices(estate: Estate) -> dict[Target, set[Target | None]]:
    """The devices of the working members of each link aggregation."""
    devices: dict[Target, set[Target | None]] = defaultdict(set)
    for row in estate.rows("dcim.interface"):
        lag = estate.target(row, "lag", "dcim.interface")
        if lag is not None and _idle_effect(row, "PART_OF") is None:
            devices[lag].add(estate.target(row, "device", "dcim.device"))
    return devices


def _by_rule(estate: Estate, row: Row, rule: Rule) -> Iterator[RelationshipRecord]:
    for name, model in rule.fields:
        target = estate.generic(row, name) if model == _GENERIC else estate.target(row, name, model)
        if target is None:
            continue
        own = estate.key((row.model, row.pk))
        type_ = _place_type(target) if model == _GENERIC else rule.type
        if type_:
            meaning = Meaning(type_, rule.group, _idle_effect(row, type_))
            yield edge(Finding(estate.scope(row.model), row, name), meaning, own, estate.key(target))
        return


def _idle_effect(row: Row, type_: str) -> Effect | None:
    # what does no work keeps nothing alive: it must not count as a member of the group
    disabled = row.fields.get("enabled") is False
    return Effect.NONE if type_ == "PART_OF" and (status_of(row) in IDLE or disabled) else None


def _place_type(target: Target) -> str:
    """The type of the edge to something of which only the reference says what it is."""
    if target[0] in PLACES:
        return "LOCATED_IN"
    return {"dcim.sitegroup": "IN_GROUP", "circuits.providernetwork": "LINKED_TO"}.get(target[0], "")


def _places_of_machines(estate: Estate) -> Iterator[RelationshipRecord]:
    """A virtual machine stands in a site itself only when nothing is known of what it runs on."""
    for row in estate.rows("virtualization.virtualmachine"):
        if not (row.fields.get("cluster") or row.fields.get("device")):
            yield from _by_rule(estate, row, Rule("LOCATED_IN", (_SITE,)))


def _bays(estate: Estate) -> Iterator[RelationshipRecord]:
    for row in estate.rows("dcim.devicebay"):
        chassis = estate.target(row, "device", "dcim.device")
        inside = estate.target(row, "installed_device", "dcim.device")
        if chassis is not None and inside is not None:
            finding = Finding(estate.scope(row.model), row, "installed_device")
            yield edge(finding, Meaning("CONTAINED_IN"), estate.key(inside), estate.key(chassis))


def _contacts(estate: Estate) -> Iterator[RelationshipRecord]:
    for row in estate.rows("tenancy.contactassignment"):
        contact = estate.target(row, "contact", "tenancy.contact")
        told = "object" if "object_type" in row.fields else "content"
        model = estate.model_of(row.fields.get(f"{told}_type"))
        target = estate.resolve(row.fields.get("object_id"), model) if model and is_ci(model) else None
        if contact is not None and target is not None and target[0] != "tenancy.contact":
            role = estate.name(row, "role", "tenancy.contactrole")
            finding = Finding(estate.scope(row.model), row, f"contact ({role})" if role else "contact")
            yield edge(finding, Meaning("SUPPORTED_BY"), estate.key(target), estate.key(contact))


def _circuit_ends(estate: Estate) -> Iterator[RelationshipRecord]:
    """Where a circuit ends: it fails with the site; of a provider's network it is only a link."""
    for row in estate.rows("circuits.circuittermination"):
        circuit = estate.target(row, "circuit", "circuits.circuit")
        ends = (
            estate.generic(row, "termination"),
            estate.target(row, "site", "dcim.site"),
            estate.target(row, "provider_network", "circuits.providernetwork"),
        )
        end = next((target for target in ends if target is not None), None)
        if circuit is not None and end is not None and (type_ := _place_type(end)):
            finding = Finding(estate.scope(row.model), row, "termination")
            yield edge(finding, Meaning(type_), estate.key(circuit), estate.key(end))
