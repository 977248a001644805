"""Items shown side by side: whatever is asked of one of them is read for all of them, in one call, once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cmdb.ingest.references import merged_into
from cmdb.model.items import Item, Relationship
from cmdb.model.queries import Direction
from cmdb.model.sources import SourceRecord
from cmdb.practices.services import Services
from cmdb_graphql.connections import Slice, keyed_slice

Types: TypeAlias = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Look:
    """Which relationships at each item: their direction, types, page size, and the key to go on after."""

    direction: Direction
    types: Types
    first: int
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Ties:
    """The relationships at each item of a cohort, and the items at their ends as a cohort of its own."""

    of: Mapping[str, Slice[Relationship]]
    ends: "Cohort"


class Cohort:
    """The items of one page, or of one field over a whole page, at one point in history.

    Belongs to one request and one thread.  Each distinct question costs one call of the store, however many items ask.
    """

    def __init__(self, services: Services, ids: Iterable[str], at: int | None, known: Iterable[Item] = ()) -> None:
        """Hold together the items with these ids; ``known`` are those at hand already."""
        self.services = services
        self.at = at
        self.ids = tuple(dict.fromkeys(ids))
        self._items = {item.id: item for item in known}
        self._complete = self._items.keys() >= set(self.ids)
        self._ties: dict[Look, Ties] = {}
        self._sources: Mapping[str, Sequence[SourceRecord]] | None = None
        self._survivors: Cohort | None = None

    @classmethod
    def of(cls, services: Services, items: Collection[Item], at: int | None) -> "Cohort":
        """The cohort of items at hand."""
        return cls(services, (item.id for item in items), at, items)

    def item(self, item_id: str) -> Item | None:
        """One of them."""
        if not self._complete:
            missing = [id_ for id_ in self.ids if id_ not in self._items]
            self._items.update(self.services.store.items(missing, self.at))
            self._complete = True
        return self._items.get(item_id)

    def ties(self, look: Look) -> Ties:
        """The relationships at every item, cut to a page each."""
        if look not in self._ties:
            self._ties[look] = self._read(look)
        return self._ties[look]

    def _read(self, look: Look) -> Ties:
        edges = self.services.store.relationships_of(self.ids, look.direction, look.types, self.at)
        at_item: dict[str, list[Relationship]] = {id_: [] for id_ in self.ids}
        for edge in edges:
            for id_ in _ends_here(edge, look.direction):
                if id_ in at_item:
                    at_item[id_].append(edge)
        pages = {id_: keyed_slice(own, lambda edge: edge.key, look.first, look.after) for id_, own in at_item.items()}
        shown = [edge for page in pages.values() for _, edge in page.rows]
        ends = [id_ for edge in shown for id_ in (edge.from_id, edge.to_id)]
        return Ties(
            pages, Cohort(self.services, ends, self.at, (self._items[id_] for id_ in ends if id_ in self._items))
        )

    def sources(self, item_id: str) -> Sequence[SourceRecord]:
        """What sources said of one of them; today's word, whatever the point in history."""
        if self._sources is None:
            self._sources = self.services.store.records_of(self.ids)
        return self._sources.get(item_id, ())

    def survivor(self, item_id: str) -> Item | None:
        """What one of them was merged into."""
        if self._survivors is None:
            items = (self.item(id_) for id_ in self.ids)
            ids = (id_ for item in items if item is not None and (id_ := merged_into(item)) is not None)
            self._survivors = Cohort(self.services, ids, self.at)
        item = self.item(item_id)
        target = None if item is None else merged_into(item)
        return None if target is None else self._survivors.item(target)

    @property
    def survivors(self) -> "Cohort":
        """The cohort of :meth:`survivor`, once one of them was asked for."""
        return self if self._survivors is None else self._survivors


def _ends_here(edge: Relationship, direction: Direction) -> set[str]:
    if direction is Direction.OUT:
        return {edge.from_id}
    return {edge.to_id} if direction is Direction.IN else {edge.from_id, edge.to_id}
