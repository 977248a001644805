"""Where a plan touches the dependencies: the CIs whose groups it may alter."""

from collections.abc import Iterator
from dataclasses import dataclass

from cmdb.ingest.touched import TouchedGraph
from cmdb.model.items import Item, Lifecycle, Relationship
from cmdb.practices.dependencies import Dependency, DependencyRules


@dataclass(frozen=True, slots=True)
class Touched:
    """Ids of dependents with other dependencies or settings than before, and of CIs that the plan retires.

    ``old`` dependents are there before, ``new`` ones the plan creates.
    """

    old: frozenset[str]
    new: frozenset[str]
    retiring: frozenset[str]


def touched(planned: TouchedGraph, rules: DependencyRules) -> Touched:
    """Whatever may differ; what does is seen when the groups are compared.  Linear in the plan."""
    created = {after.id for before, after in planned.delta.items if before is None and after is not None}
    dependents = {*_regrouped(planned), *_related_anew(planned, rules)}
    return Touched(
        old=frozenset(dependents - created),
        new=frozenset(dependents & created),
        retiring=frozenset(
            after.id for before, after in planned.delta.items if before and after and _is_retired_by(before, after)
        ),
    )


def _regrouped(planned: TouchedGraph) -> Iterator[str]:
    """Items of another class or with other settings: the class gives its relationships their groups."""
    for before, after in planned.delta.items:
        if before and after and (before.cls, before.groups) != (after.cls, after.groups):
            yield after.id


def _related_anew(planned: TouchedGraph, rules: DependencyRules) -> Iterator[str]:
    for versions in planned.delta.relationships:
        before, after = (_meaning(edge, rules) for edge in versions)
        if before != after:
            yield from {carried.dependent for carried, _ in (meaning for meaning in (before, after) if meaning)}


def _meaning(edge: Relationship | None, rules: DependencyRules) -> tuple[Dependency, str | None] | None:
    carried = rules.dependency(edge) if edge is not None else None
    return (carried, edge.group) if edge is not None and carried is not None else None


def _is_retired_by(before: Item, after: Item) -> bool:
    return before.lifecycle is Lifecycle.LIVE and after.lifecycle is Lifecycle.RETIRED
