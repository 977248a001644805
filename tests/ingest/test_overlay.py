"""What a plan laid over a store answers is what the store answers once the plan is written."""

from collections.abc import Collection, Sequence
from itertools import combinations

import pytest
from typing_extensions import override

from cmdb.ingest.engine import Ingest
from cmdb.ingest.overlay import Overlay
from cmdb.model.commits import ChangeSet, PutRelationship
from cmdb.model.items import Relationship, relationship_key
from cmdb.model.observations import Observation
from cmdb.model.queries import Direction
from cmdb.store.memory import MemoryStore
from tests.builders import create, gadgets
from tests.ingest.rows import ORDER, ci, edge

IDS = ("a", "b", "c")
TYPES = ("LINKED_TO", "DEPENDS_ON")
BEFORE = (
    PutRelationship("LINKED_TO", "a", "b"),
    PutRelationship("LINKED_TO", "b", "b"),
    PutRelationship("DEPENDS_ON", "b", "c"),
)
PLAN = ChangeSet(
    "plan", "plan", "tester",
    relationships=(
        PutRelationship("LINKED_TO", "b", "a"),
        PutRelationship("LINKED_TO", "b", "b", group="g"),
        PutRelationship("DEPENDS_ON", "a", "b"),
        PutRelationship("DEPENDS_ON", "c", "c"),
    ),
    removals=(relationship_key("LINKED_TO", "a", "b"), relationship_key("DEPENDS_ON", "b", "c")),
)  # fmt: skip


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("types", [TYPES, TYPES[:1], TYPES[1:], ()])
def test_edges_at_items_are_those_that_stand_there_once_it_is_written(
    direction: Direction, types: Sequence[str]
) -> None:
    with MemoryStore(gadgets()) as store:
        store.commit(ChangeSet("before", "before", "tester", creates=tuple(map(create, IDS)), relationships=BEFORE))
        overlay = Overlay(store, store.head())
        overlay.absorb(PLAN)
        wanted = [ids for size in range(4) for ids in combinations(IDS, size)]
        planned = [ends(overlay.relationships_of(ids, direction, types)) for ids in wanted]
        store.commit(PLAN)
        assert planned == [ends(store.relationships_of(ids, direction, types)) for ids in wanted]


def ends(edges: Sequence[Relationship]) -> list[tuple[str, str, str, str | None]]:
    return [(edge.type, edge.from_id, edge.to_id, edge.group) for edge in edges]


class Hub(MemoryStore):
    """Counts the edges that it gives."""

    given = 0

    @override
    def relationships_of(
        self,
        ids: Collection[str],
        direction: Direction = Direction.BOTH,
        types: Collection[str] | None = None,
        at: int | None = None,
    ) -> Sequence[Relationship]:
        found = super().relationships_of(ids, direction, types, at)
        self.given += len(found)
        return found


def test_what_stands_at_a_hub_is_not_read_again_with_each_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 10)
    offers = [f"offer-{number:03}" for number in range(100)]
    rows: list[Observation] = [ci("shop", "BusinessService", code="S-1")]
    rows += [ci(name, "Offering", code=name) for name in offers]
    rows += [edge(name, "OFFERING_OF", "shop") for name in offers]
    with Hub(gadgets()) as store:
        assert Ingest(store).run([lambda: rows], ORDER).counts.related == len(offers)
        assert store.given == 0
