"""Blast radii that a plan makes larger or smaller."""

from collections.abc import Iterable, Sequence

from cmdb.practices.effects.answers import Limits, RadiusChange
from cmdb.practices.effects.laid_over import LaidOver
from cmdb.practices.effects.search import Growth, Search
from cmdb.practices.effects.weakening import named


def notable(graph: LaidOver, growths: Iterable[Growth], limits: Limits) -> list[Growth]:
    """The growth of CIs that are there before and change their radius by so much that it is told; the largest first."""
    found = [change for change in growths if graph.item(change.ci).before is not None and _is_notable(change, limits)]
    return sorted(found, key=lambda change: (-abs(change.items), -abs(change.services), _name(graph, change.ci)))


def radius_changes(graph: LaidOver, search: Search, changes: Sequence[Growth]) -> tuple[RadiusChange, ...]:
    """The rows of these changes, in their order, counted to the end as far as the limits allow."""
    radii = search.radii([change.ci for change in changes])
    found = ((graph.item(change.ci).after, radii[change.ci]) for change in changes)
    return tuple(RadiusChange(named(ci), one.before, one.after, at_least=not one.is_followed) for ci, one in found)


def _name(graph: LaidOver, id_: str) -> tuple[str, str]:
    item = graph.item(id_).after
    return item.label, item.identity_key


def _is_notable(change: Growth, limits: Limits) -> bool:
    return abs(change.items) >= limits.radius_items or abs(change.services) >= limits.radius_services
