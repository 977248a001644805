"""The health of the targets behind load balancers: which of them take requests now."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final
from urllib.parse import unquote

from cmdb.model.items import Basis, Effect
from cmdb.model.observations import Evidence, Problem, RelationshipRecord, Severity, Where
from cmdb.model.references import ByIdentifier, ByKey, Reference
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.aws.answers import Answer
from importers.aws.arns import parse_arn
from importers.aws.layouts import ListLayout
from importers.aws.network_table import INSTANCE, INTERFACE
from importers.aws.paths import walk
from importers.aws.resources import Resource
from importers.fields import entries, text

_LIST: Final = "AWS::ElasticLoadBalancingV2::TargetHealth"
_NOT_SERVING: Final = frozenset({"initial", "unhealthy", "unused", "draining", "unhealthy.draining"})
_GROUP: Final = re.compile(r"arn:[^:]*:elasticloadbalancing:[^:]*:[^:]*:targetgroup/[\w-]+/\w+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Health:
    """What one answer says of the targets of one target group."""

    group: str
    targets: Sequence[JSONValue]
    where: Where


def health_in(answer: Answer) -> Iterator[Health | Problem]:
    """The target groups whose health an answer tells; a problem for one that it does not name.

    The answer of the API itself does not name the group: it is looked for in the name of the file.
    """
    for found in walk(answer.body, "LoadBalancerTargetHealth[]"):
        if isinstance(found.value, Mapping):
            yield _health(found.value, Where(answer.file, pointer=found.pointer), "")
    if "TargetHealthDescriptions" in answer.body:
        named = _GROUP.search(unquote(PurePath(answer.file).name))
        yield _health(answer.body, Where(answer.file), named.group() if named else "")


def scope_of(health: Health, layout: ListLayout) -> Scope:
    """The health of each target group is complete for itself."""
    arn = parse_arn(health.group)
    return layout.scope_of(f"{_LIST}:{arn.resource if arn is not None else health.group}")


def routes_of(health: Health, resources: Iterable[Resource], layout: ListLayout) -> Iterator[RelationshipRecord]:
    """From the target group to each target; a target that takes no requests now carries no failure, so it is no member.

    A target that is only an address is the interface which has that address, if exactly one of the input does.
    """
    interfaces = _by_address(resources)
    for number, target in enumerate(health.targets):
        id_ = text(target, "Target", "Id")
        other, basis = _target(id_, interfaces, layout)
        if other is None:
            continue
        pointer = f"TargetHealthDescriptions[{number}].Target.Id"
        where = replace(health.where, pointer=f"{health.where.pointer}.{pointer}".strip("."))
        serving = text(target, "TargetHealth", "State") not in _NOT_SERVING
        yield RelationshipRecord(
            scope=scope_of(health, layout),
            type="ROUTES_TO",
            from_ref=ByIdentifier("arn", health.group),
            to_ref=other,
            basis=basis,
            effect=None if serving else Effect.NONE,
            evidence=(Evidence(pointer, where),),
            where=where,
        )


def _health(body: Mapping[str, JSONValue], where: Where, otherwise: str) -> Health | Problem:
    group = text(body, "TargetGroupArn") or otherwise
    if parse_arn(group) is not None:
        return Health(group, entries(body, "TargetHealthDescriptions"), where)
    message = (
        "These targets do not say which target group they are of. "
        "Add a TargetGroupArn beside TargetHealthDescriptions, or name the file by it."
    )
    return Problem(Severity.ERROR, "TARGET_GROUP_UNKNOWN", message, where)


def _by_address(resources: Iterable[Resource]) -> Mapping[str, Sequence[ByKey]]:
    found: defaultdict[str, list[ByKey]] = defaultdict(list)
    for resource in resources:
        if resource.listing.type == INTERFACE:
            for place in walk(resource.body, "PrivateIpAddresses[].PrivateIpAddress"):
                found[text(place.value)].append(resource.binding)
    return found


def _target(id_: str, interfaces: Mapping[str, Sequence[ByKey]], layout: ListLayout) -> tuple[Reference | None, Basis]:
    if parse_arn(id_) is not None:
        return ByIdentifier("arn", id_), Basis.OBSERVED
    if id_.startswith("i-"):
        return layout.binding(INSTANCE, id_), Basis.OBSERVED
    known = interfaces.get(id_, ())
    if len(known) == 1:
        return known[0], Basis.INFERRED
    return (layout.binding(INTERFACE, id_) if id_ else None), Basis.OBSERVED
