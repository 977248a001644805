"""Single points of failure: which pairs of a CI and a service differ, and what is told of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

import impact
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item, Lifecycle
from cmdb.practices.effects.answers import SinglePoint
from cmdb.practices.effects.explaining import Explainer
from cmdb.practices.effects.laid_over import LaidOver
from cmdb.practices.effects.sides import Lanes, Sides


class Point(NamedTuple):
    """A CI, by id, and a service that falls with it on one side only."""

    ci: str
    service: str


class Ranking:
    """The order in which things are told: the most critical service first, then by name."""

    def __init__(self, graph: LaidOver) -> None:
        """An order of the items of this graph, as they would be."""
        self._graph = graph

    def in_order(self, cis: Iterable[str]) -> list[str]:
        """CIs by name."""
        return sorted(cis, key=self._name)

    def services(self, ids: Iterable[str]) -> list[str]:
        """Those that live on both sides, the most critical first, then by name."""
        return sorted((id_ for id_ in ids if lives_throughout(self._graph, id_)), key=self._criticality)

    def place(self, point: Point) -> tuple[int, str, str, str, str]:
        """A pair by its service, then by its CI."""
        return *self._criticality(point.service), *self._name(point.ci)

    def _criticality(self, id_: str) -> tuple[int, str, str]:
        return -_criticality(self._graph.item(id_).after, self._graph.catalogue), *self._name(id_)

    def _name(self, id_: str) -> tuple[str, str]:
        item = self._graph.item(id_).after
        return item.label, item.identity_key


class Points:
    """Pairs of a CI and a live service: the first ``most`` in order, and the number of all."""

    def __init__(self, ranking: Ranking, most: int) -> None:
        """None so far."""
        self._ranking = ranking
        self._most = most
        self.first: list[Point] = []
        self.count = 0

    def add(self, sides: Sides, lanes: Lanes, rows: impact.BitRows) -> None:
        """Take in the services that fall with some CIs, which come in order."""
        services = self._ranking.services(sides.named(sides.is_service & lanes.touched(rows)))
        fallen = rows[sides.numbered(services)]
        self.count += int(np.bitwise_count(fallen).sum())
        found = [*self.first, *self._listed(lanes, services, fallen)]
        self.first = sorted(found, key=self._ranking.place)[: self._most]

    def _listed(self, lanes: Lanes, services: Sequence[str], fallen: impact.BitRows) -> Iterator[Point]:
        left = self._most
        for service, row in zip(services, fallen, strict=True):
            if left <= 0:
                return
            cis = np.flatnonzero(lanes.flags(row[np.newaxis])[0])[:left].tolist()
            left -= len(cis)
            yield from (Point(lanes.cis[ci], service) for ci in cis)


def lives_throughout(graph: LaidOver, id_: str) -> bool:
    """Whether an item is there, and not retired, both before and after."""
    pair = graph.item(id_)
    return pair.before is not None and {pair.before.lifecycle, pair.after.lifecycle} == {Lifecycle.LIVE}


def _criticality(item: Item, catalogue: Catalogue) -> int:
    """The place of an item's criticality among the values that its class allows, which go from low to high."""
    spec = catalogue.cls(item.cls).attributes.get("criticality")
    values = list(spec.values) if spec is not None else []
    value = item.attributes.get("criticality")
    return values.index(value) if value in values else -1


def explained(explainer: Explainer, listed: Sequence[Point]) -> tuple[SinglePoint, ...]:
    """The rows of the points, in their order: each CI is failed once more, as far as the limit allows."""
    services: dict[str, list[str]] = {}
    for point in listed:
        services.setdefault(point.ci, []).append(point.service)
    rows = {Point(ci, row.service.id): row for ci, ids in services.items() for row in explainer.single_points(ci, ids)}
    return tuple(rows[point] for point in listed if point in rows)
