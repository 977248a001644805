"""Blast radii that a plan makes larger or smaller."""

from collections.abc import Iterable, Sequence

from cmdb.practices.effects.answers import Limits, RadiusChange
from cmdb.practices.effects.laid_over import LaidOver
from cmdb.practices.effects.search import Fall, Search
from cmdb.practices.effects.weakening import named


def growth(fall: Fall) -> tuple[int, int]:
    """By how many items, and services among them, a radius grows; negative when it shrinks."""
    return fall.after.items - fall.before.items, fall.after.services - fall.before.services


def notable(graph: LaidOver, falls: Iterable[Fall], limits: Limits) -> list[Fall]:
    """The falls of CIs that are there before and change their radius by so much that it is told; the largest first."""
    found = [fall for fall in falls if graph.item(fall.ci).before is not None and _is_notable(fall, limits)]
    return sorted(found, key=lambda fall: (*(-abs(more) for more in growth(fall)), graph.item(fall.ci).after.label))


def radius_changes(graph: LaidOver, search: Search, falls: Sequence[Fall]) -> tuple[RadiusChange, ...]:
    """The rows of these falls, in their order, counted to the end as far as the limits allow."""
    measured = {fall.ci: fall for fall in search.extents([fall.ci for fall in falls])}
    return tuple(_row(graph, measured.get(fall.ci), fall) for fall in falls)


def _row(graph: LaidOver, measured: Fall | None, known: Fall) -> RadiusChange:
    found = measured or known
    return RadiusChange(
        named(graph.item(known.ci).after), found.before, found.after, at_least=measured is None or not found.is_followed
    )


def _is_notable(fall: Fall, limits: Limits) -> bool:
    items, services = growth(fall)
    return abs(items) >= limits.radius_items or abs(services) >= limits.radius_services
