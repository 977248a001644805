"""The surroundings of an item: breadth first, with two reads a level."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as data_field

import strawberry
from strawberry import field

from cmdb.errors import BadInput
from cmdb.model import items as model
from cmdb.model.queries import Direction as Way
from cmdb.practices.services import Services
from cmdb_graphql.cohort import Cohort, Types
from cmdb_graphql.items import Item, Relationship
from cmdb_graphql.kinds import shown

DEEPEST = 5
MOST = 1_000


@strawberry.type(description="An item near another one.")
class Neighbour:
    """An item and how far it is."""

    item: Item = field(description="The item.")
    distance: int = field(description="The fewest relationships between it and the centre; 0 for the centre itself.")


@strawberry.type(description="The items around one item, and the relationships among them.")
class Neighbourhood:
    """A part of the graph."""

    center: Item = field(description="The item in the middle.")
    neighbours: list[Neighbour] = field(description="The items, the nearest first, the centre among them.")
    relationships: list[Relationship] = field(description="The relationships found among them, in order of their key.")
    is_cut: bool = field(description="Whether items were left out because there are more than the limit.")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far to look: levels, which way, along which types, and how many items at most."""

    depth: int
    direction: Way
    types: Types
    limit: int

    def __post_init__(self) -> None:
        """Refuse what would be too much.

        Raises:
            BadInput: depth not in 0 to 5, or limit not in 1 to 1000.
        """
        if not 0 <= self.depth <= DEEPEST:
            raise BadInput(f"A neighbourhood of depth {self.depth} is not served.", hint=f"Ask for 0 to {DEEPEST}.")
        if not 1 <= self.limit <= MOST:
            raise BadInput(f"A neighbourhood of {self.limit} items is not served.", hint=f"Ask for 1 to {MOST}.")


@dataclass(slots=True)
class _Walk:
    """What was found so far; ``edges`` by key, ``items`` and ``distances`` by id in the order of discovery."""

    items: dict[str, model.Item]
    distances: dict[str, int]
    edges: dict[str, model.Relationship] = data_field(default_factory=dict)
    is_cut: bool = False


def neighbourhood(services: Services, center: model.Item, bounds: Bounds, at: int | None) -> Neighbourhood:
    """The items within ``bounds.depth`` relationships of an item.

    Retired items other than the centre are found, too: their relationships are kept.  Ties between equally near items
    are broken by id.  Two reads of the store a level.
    """
    walk = _Walk({center.id: center}, {center.id: 0})
    frontier: Sequence[str] = [center.id]
    for distance in range(1, bounds.depth + 1):
        frontier = _step(services, walk, frontier, bounds, at)
        walk.distances.update(dict.fromkeys(frontier, distance))
        if not frontier or walk.is_cut:
            break
    return _shown(services, center.id, walk, at)


def _step(services: Services, walk: _Walk, frontier: Sequence[str], bounds: Bounds, at: int | None) -> Sequence[str]:
    edges = services.store.relationships_of(frontier, bounds.direction, bounds.types, at)
    walk.edges.update({edge.key: edge for edge in edges})
    new = sorted({id_ for edge in edges for id_ in (edge.from_id, edge.to_id)} - walk.items.keys())
    room = bounds.limit - len(walk.items)
    walk.is_cut = len(new) > room
    walk.items.update(services.store.items(new[:room], at))
    return [id_ for id_ in new[:room] if id_ in walk.items]


def _shown(services: Services, center: str, walk: _Walk, at: int | None) -> Neighbourhood:
    cohort = Cohort.of(services, walk.items.values(), at)
    items = {id_: shown(item, cohort) for id_, item in walk.items.items()}
    inside = [edge for _, edge in sorted(walk.edges.items()) if edge.from_id in items and edge.to_id in items]
    return Neighbourhood(
        center=items[center],
        neighbours=[Neighbour(item=items[id_], distance=distance) for id_, distance in walk.distances.items()],
        relationships=[Relationship.of(edge, cohort) for edge in inside],
        is_cut=walk.is_cut,
    )
