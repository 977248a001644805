"""Relationships between the resources of a file: by what attributes name, by dependencies, by modules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from cmdb.model.items import Basis, GroupSetting
from cmdb.model.observations import Evidence, RelationshipRecord
from cmdb.model.references import ByKey, Reference
from importers.evidence import merged
from importers.fields import text
from importers.terraform.addresses import module_path
from importers.terraform.attributes import BRIDGES, MEANINGS
from importers.terraform.estate import Estate
from importers.terraform.identity import is_distinctive
from importers.terraform.kinds import class_of
from importers.terraform.meanings import SETTINGS, Direction, Meaning, to
from importers.terraform.mentions import Mention, looked_up, mentions_of, resolved
from importers.terraform.resources import Dependency, Resource

CREATED_AFTER: Final = "CREATED_AFTER"
"""The type of a dependency of which nothing more is known than the order of making."""

REFERS_TO: Final = "RELATES_TO"
"""The type of a reference of which no name says more."""

_REFERS: Final = (to(REFERS_TO),)
_WHOLES: Final = frozenset({"PART_OF"})
"""Types whose second end is the dependent."""
_ROUTERS: Final = frozenset({"CloudLoadBalancer", "CloudListener", "TargetGroup", "RouteTable", "Ingress"})

Ends: TypeAlias = tuple[Reference, Reference]
Groups: TypeAlias = Mapping[Reference, Mapping[str, GroupSetting]]


def edges_of(estate: Estate) -> list[RelationshipRecord]:
    """All relationships, each once with all its evidence.

    A dependency speaks for the relationship that an attribute gives between the same two, if there is one; else it
    says no more than the order of making.
    """
    found = {record.key: record for record in merged(_by_attributes(estate))}
    between: dict[Ends, str] = {}
    for key, record in found.items():
        between.setdefault((record.from_ref, record.to_ref), key)
        between.setdefault((record.to_ref, record.from_ref), key)
    rest: list[RelationshipRecord] = []
    for record in _by_dependencies(estate):
        known = between.get((record.from_ref, record.to_ref))
        if known is None:
            rest.append(record)
        else:
            basis = Basis.DECLARED if found[known].type == REFERS_TO else found[known].basis
            evidence = (*found[known].evidence, *record.evidence)
            found[known] = replace(found[known], basis=basis, evidence=evidence)
    return [*found.values(), *merged(rest), *_by_modules(estate)]


def groups_of(edges: Iterable[RelationshipRecord]) -> Groups:
    """The settings of the redundancy groups that edges name, by their dependents."""
    found: dict[Reference, dict[str, GroupSetting]] = {}
    for edge in edges:
        if edge.group is not None:
            dependent = edge.to_ref if edge.type in _WHOLES else edge.from_ref
            found.setdefault(dependent, {})[edge.group] = SETTINGS[edge.group]
    return found


def lookups_of(resource: Resource, estate: Estate) -> list[str]:
    """The dependencies on lookups that no relationship can stand for: computations, and things without a name."""
    return [
        entry.text
        for entry in resource.dependencies
        for target in estate.named(entry, resource)
        if target.address.is_lookup and looked_up(target, estate) is None
    ]


def _by_attributes(estate: Estate) -> Iterator[RelationshipRecord]:
    for resource in estate.owned:
        for mention in mentions_of(resource):
            yield from _by_mention(resource, mention, estate)
        yield from _bridge(resource, estate)


def _by_mention(resource: Resource, mention: Mention, estate: Estate) -> Iterator[RelationshipRecord]:
    meanings = MEANINGS.find(resource.type, mention.path)
    if meanings is None:
        meanings = _REFERS if mention.value in estate.by_id and is_distinctive(mention.value) else ()
    for meaning in meanings:
        other = resolved(mention, meaning, resource, estate)
        if other is not None:
            yield _edge(resource, mention, meaning, other, estate)


def _edge(
    resource: Resource, mention: Mention, meaning: Meaning, other: Reference, estate: Estate
) -> RelationshipRecord:
    """The relationship that a mention speaks for; reported by the provider, inferred where no name says what it is."""
    own = estate.reference(resource)
    from_ref, to_ref = (own, other) if meaning.direction is Direction.FROM_HOLDER else (other, own)
    where = estate.where(resource, mention.field)
    return RelationshipRecord(
        estate.scope,
        _fitting(meaning.type, from_ref, estate),
        from_ref,
        to_ref,
        Basis.INFERRED if meaning.type == REFERS_TO else Basis.OBSERVED,
        meaning.group,
        meaning.effect,
        evidence=(Evidence(f"{resource.key}.{mention.field}", where),),
        where=where,
    )


def _fitting(type_: str, dependent: Reference, estate: Estate) -> str:
    """The type, or the one that fits the class of the dependent.

    A machine mounts its volumes; what forwards requests and is no load balancer for the catalogue depends on them.
    """
    cls = class_of(estate.by_key[dependent.key].type) if isinstance(dependent, ByKey) else ""
    if type_ == "STORED_ON" and cls == "CloudInstance":
        return "MOUNTS"
    return "DEPENDS_ON" if type_ == "ROUTES_TO" and cls and cls not in _ROUTERS else type_


def _bridge(resource: Resource, estate: Estate) -> Iterator[RelationshipRecord]:
    """The relationship between the two that the resource joins: the one that others see who know of no attachment."""
    for one, type_, other in BRIDGES.get(resource.type, ()):
        from_ref, to_ref = (_end(resource, field, estate) for field in (one, other))
        if from_ref is not None and to_ref is not None:
            where = estate.where(resource, one)
            evidence = (Evidence(f"{resource.key}.{one}", where),)
            ends = (from_ref, to_ref)
            yield RelationshipRecord(estate.scope, type_, *ends, Basis.OBSERVED, evidence=evidence, where=where)


def _end(resource: Resource, field: str, estate: Estate) -> Reference | None:
    """What a field of a resource that joins two others names."""
    meanings = MEANINGS.find(resource.type, (field,)) or ()
    named = text(resource.values, field)
    found = (resolved(Mention((field,), field, named), meaning, resource, estate) for meaning in meanings if named)
    return next((reference for reference in found if reference is not None), None)


def _by_dependencies(estate: Estate) -> Iterator[RelationshipRecord]:
    for resource in estate.owned:
        for entry in resource.dependencies:
            for other in _named(entry, resource, estate):
                where = estate.where(resource, entry.field)
                evidence = (Evidence(f"{resource.key}.{entry.field}", where),)
                own = estate.reference(resource)
                yield RelationshipRecord(estate.scope, CREATED_AFTER, own, other, evidence=evidence, where=where)


def _named(entry: Dependency, resource: Resource, estate: Estate) -> Iterator[Reference]:
    """What an entry leads to; the address itself when the file does not have it, for it may come later."""
    targets = estate.named(entry, resource)
    if not targets:
        yield ByKey(estate.scope, resource.named(entry))
    for target in targets:
        other = looked_up(target, estate) if target.address.is_lookup else estate.reference(target)
        if other is not None and target.key != resource.key:
            yield other


def _by_modules(estate: Estate) -> Iterator[RelationshipRecord]:
    """A resource is in the group of its module, a module in that of its parent."""
    seen: set[str] = set()
    for resource in estate.owned:
        path = resource.address.modules
        where = estate.where(resource)
        if path:
            yield _in_group(estate, resource.key, module_path(path), Evidence(resource.key, where))
        for depth in range(len(path), 1, -1):
            inner = module_path(path[:depth])
            if inner not in seen:
                seen.add(inner)
                yield _in_group(estate, inner, module_path(path[: depth - 1]), Evidence(resource.key, where))


def _in_group(estate: Estate, key: str, group: str, evidence: Evidence) -> RelationshipRecord:
    ends = (ByKey(estate.scope, key), ByKey(estate.scope, group))
    return RelationshipRecord(estate.scope, "IN_GROUP", *ends, evidence=(evidence,), where=evidence.where)
