"""Single points of failure: which pairs of a CI and a service differ, and what is told of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item, Lifecycle
from cmdb.practices.effects.answers import SinglePoint
from cmdb.practices.effects.explaining import Explainer
from cmdb.practices.effects.laid_over import LaidOver


class Point(NamedTuple):
    """A CI, by id, and a service that falls with it on one side only."""

    ci: str
    service: str


def points(graph: LaidOver, pairs: Iterable[tuple[str, Iterable[str]]]) -> list[Point]:
    """The pairs of a CI and a live service among those that fall with it: most critical service first, then by name."""
    found = [Point(ci, id_) for ci, services in pairs for id_ in services if lives_throughout(graph, id_)]
    return sorted(found, key=lambda point: _place(graph, point))


def lives_throughout(graph: LaidOver, id_: str) -> bool:
    """Whether an item is there, and not retired, both before and after."""
    pair = graph.item(id_)
    return pair.before is not None and {pair.before.lifecycle, pair.after.lifecycle} == {Lifecycle.LIVE}


def _place(graph: LaidOver, point: Point) -> tuple[int, str, str, str, str]:
    service, ci = graph.item(point.service).after, graph.item(point.ci).after
    return -_criticality(service, graph.catalogue), service.label, ci.label, service.identity_key, ci.identity_key


def _criticality(item: Item, catalogue: Catalogue) -> int:
    """The place of an item's criticality among the values that its class allows, which go from low to high."""
    spec = catalogue.cls(item.cls).attributes.get("criticality")
    values = list(spec.values) if spec is not None else []
    value = item.attributes.get("criticality")
    return values.index(value) if value in values else -1


def explained(explainer: Explainer, listed: Sequence[Point]) -> tuple[SinglePoint, ...]:
    """The rows of the points, in their order; each CI is failed once more."""
    services: dict[str, list[str]] = {}
    for point in listed:
        services.setdefault(point.ci, []).append(point.service)
    rows = {Point(ci, row.service.id): row for ci, ids in services.items() for row in explainer.single_points(ci, ids)}
    return tuple(rows[point] for point in listed)
