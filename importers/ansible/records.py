"""Hosts with their facts to CI records, groups to groups."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cmdb.model.observations import CIRecord, Evidence, Observation, Problem, RelationshipRecord, Severity, Where
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue, fault_of
from importers.ansible.contents import Contents
from importers.ansible.facts import Facts
from importers.ansible.inventory import IMPLIED, Entry, Inventory
from importers.ansible.machines import CONNECTION_VARIABLES, IDENTIFYING, machine_of, own_variables

FACTS_BOUNDARY: Final = "facts"
"""The scope of facts of hosts that no inventory names."""

_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Estate:
    """Inventories, the facts of each one's hosts by name, and the problems found on the way."""

    source: str
    inventories: Mapping[str, Inventory]
    facts: Mapping[tuple[str, str], Facts]
    problems: Sequence[Problem]
    unread: Collection[str]
    """Hosts whose facts could not be read."""

    @classmethod
    def of(cls, source: str, boundary: str | None, contents: Contents) -> "Estate":
        """Give each file of facts to the inventory that has its host."""
        facts: dict[tuple[str, str], Facts] = {}
        problems = list(contents.problems)
        for told in contents.facts:
            knowing = [name for name, inventory in contents.inventories.items() if told.host in inventory.hosts]
            key = ((knowing or [boundary or FACTS_BOUNDARY])[0], told.host)
            problem = _unusable(told, knowing)
            if problem is None and key in facts:
                problem = _twice(told)
            if problem is None:
                facts[key] = told
            else:
                problems.append(problem)
        for inventory in contents.inventories.values():
            problems.extend(inventory.problems)
        return cls(source, contents.inventories, facts, problems, frozenset(contents.unread))

    def boundaries(self) -> set[str]:
        """The names of all inventories of which something is said."""
        said = {name for name, inventory in self.inventories.items() if inventory.hosts or inventory.groups}
        return said | {boundary for boundary, _ in self.facts}

    def scope(self, boundary: str) -> Scope:
        """The scope of an inventory."""
        return Scope(self.source, boundary)


def observations_of(estate: Estate) -> Iterator[Observation]:
    """Problems, hosts, groups, and who is in which group, inventory by inventory."""
    yield from estate.problems
    for (_, host), facts in estate.facts.items():
        if facts.failure:
            yield _failed(host, facts)
    for boundary in sorted(estate.boundaries()):
        scope = estate.scope(boundary)
        inventory = estate.inventories.get(boundary, Inventory(boundary))
        yield from _apart(list(_hosts(estate, scope, inventory)))
        yield from (_group(scope, entry) for name, entry in inventory.groups.items() if name not in IMPLIED)
        yield from _memberships(scope, inventory)


def _hosts(estate: Estate, scope: Scope, inventory: Inventory) -> Iterator[CIRecord]:
    """Every host; of one whose facts failed nothing is said, lest what is known of it be forgotten."""
    variables = inventory.inherited(CONNECTION_VARIABLES)
    facts = {host: told for (boundary, host), told in estate.facts.items() if boundary == scope.boundary}
    for name in [*inventory.hosts, *(host for host in facts if host not in inventory.hosts)]:
        told = facts.get(name)
        if name in estate.unread or (told is not None and told.failure):
            continue
        entry = inventory.hosts.get(name) or Entry(name, told.where if told is not None else Where())
        machine = machine_of(told.values if told is not None else {}, variables.get(name, {}))
        unmapped = {**machine.kept, **own_variables(entry.variables)}
        key = f"host/{name}"
        yield CIRecord(scope, key, machine.cls, name, machine.attributes, {}, "host", entry.where, unmapped)


def _apart(records: list[CIRecord]) -> Iterator[Observation]:
    """The hosts; what several of them say of themselves identifies none of them and is kept beside the attributes."""
    bearers: dict[tuple[str, str], list[CIRecord]] = defaultdict(list)
    for record in records:
        for attribute in IDENTIFYING:
            if attribute in record.attributes:
                bearers[attribute, str(record.attributes[attribute]).casefold()].append(record)
    shared = {mark: found for mark, found in bearers.items() if len(found) > 1}
    for (attribute, _), found in shared.items():
        yield _shared(attribute, found)
    for record in records:
        yield _without(record, [name for name in IDENTIFYING if _mark(record, name) in shared])


def _mark(record: CIRecord, attribute: str) -> tuple[str, str]:
    return attribute, str(record.attributes.get(attribute, "")).casefold()


def _without(record: CIRecord, names: Sequence[str]) -> CIRecord:
    if not names:
        return record
    beside: dict[str, JSONValue] = {f"shared_{name}": record.attributes[name] for name in names}
    attributes = {name: value for name, value in record.attributes.items() if name not in names}
    return replace(record, attributes=attributes, unmapped={**record.unmapped, **beside})


def _group(scope: Scope, entry: Entry) -> CIRecord:
    unmapped = own_variables(entry.variables)
    return CIRecord(scope, f"group/{entry.name}", "HostGroup", entry.name, {}, {}, "group", entry.where, unmapped)


def _memberships(scope: Scope, inventory: Inventory) -> Iterator[RelationshipRecord]:
    for (group, host), where in inventory.members.items():
        if group not in IMPLIED:
            yield _in_group(scope, (f"host/{host}", f"group/{group}"), Evidence("hosts", where))
    for (parent, child), where in inventory.children.items():
        if not {parent, child} & IMPLIED:
            yield _in_group(scope, (f"group/{child}", f"group/{parent}"), Evidence("children", where))


def _in_group(scope: Scope, ends: tuple[str, str], evidence: Evidence) -> RelationshipRecord:
    from_ref, to_ref = (ByKey(scope, key) for key in ends)
    return RelationshipRecord(scope, "IN_GROUP", from_ref, to_ref, evidence=(evidence,), where=evidence.where)


def _unusable(told: Facts, knowing: Sequence[str]) -> Problem | None:
    if not told.host.strip() or told.host == "standard input" or fault_of(told.host) is not None:
        message = "The facts do not say whose they are. Give them in a file that is called like the host."
        return Problem(Severity.INCOMPLETE, "HOST_NAMELESS", message, _place(told))
    if len(knowing) > 1:
        message = (
            f"{told.host} is a host of {', '.join(sorted(knowing))}. Import the facts with one inventory at a time."
        )
        return Problem(Severity.INCOMPLETE, "FACTS_AMBIGUOUS", message, told.where, told.host)
    return None


def _place(told: Facts) -> Where:
    return told.where if fault_of(told.where.file) is None else Where()


def _twice(told: Facts) -> Problem:
    message = f"There are several files of facts of {told.host}; the first was taken. Give one."
    return Problem(Severity.ERROR, "DUPLICATE_KEY", message, told.where, told.host)


def _failed(host: str, facts: Facts) -> Problem:
    message = f"{host} {facts.failure}, so nothing is said of it; what an earlier import said stands. Gather its facts."
    return Problem(Severity.INCOMPLETE, "HOST_UNREACHABLE", message, facts.where, host)


def _shared(attribute: str, found: Sequence[CIRecord]) -> Problem:
    names = ", ".join(record.name[:100] for record in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    message = f"{names}{more} have the same {attribute}, so it identifies none of them. Give each its own."
    return Problem(Severity.WARNING, "IDENTIFIER_SHARED", message, found[0].where, found[0].key)
