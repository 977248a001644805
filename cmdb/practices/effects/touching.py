"""Where a plan touches the dependencies: the CIs whose groups it may alter."""

from collections.abc import Iterator
from dataclasses import dataclass

from cmdb.ingest.touched import TouchedGraph
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item, Lifecycle, Relationship
from cmdb.practices.dependencies import dependency


@dataclass(frozen=True, slots=True)
class Touched:
    """Ids of dependents with other dependencies or settings than before, and of CIs that the plan retires.

    ``old`` dependents are there before, ``new`` ones the plan creates.
    """

    old: frozenset[str]
    new: frozenset[str]
    retiring: frozenset[str]


def touched(planned: TouchedGraph, catalogue: Catalogue) -> Touched:
    """Whatever may differ; what does is seen when the groups are compared.  Linear in the plan."""
    created = {after.id for before, after in planned.delta.items if before is None and after is not None}
    dependents = {*_regrouped(planned), *_related_anew(planned, catalogue)}
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


def _related_anew(planned: TouchedGraph, catalogue: Catalogue) -> Iterator[str]:
    for before, after in planned.delta.relationships:
        dependents = {
            carried.dependent for edge in (before, after) if edge and (carried := dependency(edge, catalogue))
        }
        if dependents and _meaning(before, catalogue) != _meaning(after, catalogue):
            yield from dependents


def _meaning(edge: Relationship | None, catalogue: Catalogue) -> tuple[object, ...] | None:
    carried = dependency(edge, catalogue) if edge else None
    return (*carried, edge.group) if edge and carried else None


def _is_retired_by(before: Item, after: Item) -> bool:
    return before.lifecycle is Lifecycle.LIVE and after.lifecycle is Lifecycle.RETIRED
