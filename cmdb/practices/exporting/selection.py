"""Which part of the graph is exported, read chunk by chunk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from cmdb.ingest.cases import CASE
from cmdb.model.items import Item, Lifecycle, Relationship
from cmdb.model.queries import ItemQuery
from cmdb.store.port import GraphRead, Store

Ends: TypeAlias = Mapping[str, Item]
"""The items at both ends of some edges, by id."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Items of some classes (named exactly; ``None``: of all) and of some lifecycles, and the edges among them.

    Never duplicate cases: they are the CMDB's own questions about its items, and known by the ids of those.
    """

    classes: frozenset[str] | None = None
    lifecycles: frozenset[Lifecycle] = frozenset({Lifecycle.LIVE})

    def holds(self, item: Item) -> bool:
        """Whether an item is part of it."""
        is_wanted = item.cls != CASE if self.classes is None else item.cls in self.classes - {CASE}
        return is_wanted and item.lifecycle in self.lifecycles

    def cases_left_out(self, store: Store, at: int | None) -> int:
        """How many duplicate cases are left out that were asked for.  One read.

        Raises:
            SeqUnavailable: the point does not exist.  StoreUnavailable: the store is away.
        """
        if self.classes is not None and CASE not in self.classes:
            return 0
        query = ItemQuery(classes=(CASE,), limit=1, retired=Lifecycle.RETIRED in self.lifecycles)
        return store.page(query, at).total


EVERYTHING: Final = Selection()
"""All that lives."""


def items_of(read: GraphRead, selection: Selection) -> Iterator[Sequence[Item]]:
    """The items selected, in chunks, in order of id."""
    for chunk in read.items:
        if kept := [item for item in chunk if selection.holds(item)]:
            yield kept


def edges_of(read: GraphRead, selection: Selection, store: Store) -> Iterator[tuple[Sequence[Relationship], Ends]]:
    """The edges with both ends selected, in chunks, in order of key, with their ends: one read a chunk."""
    for chunk in read.relationships:
        ends = store.items({id_ for edge in chunk for id_ in (edge.from_id, edge.to_id)}, read.seq)
        held = {id_: item for id_, item in ends.items() if selection.holds(item)}
        if kept := [edge for edge in chunk if edge.from_id in held and edge.to_id in held]:
            yield kept, held
