"""What a comparison reads: what the plan touches, whatever the size of the estate; nothing for a first import."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import pytest
from typing_extensions import override

from cmdb.errors import SeqUnavailable
from cmdb.ingest.engine import Ingest
from cmdb.ingest.touched import TouchedGraph
from cmdb.model.commits import Delta
from cmdb.model.items import Item, Relationship
from cmdb.model.observations import Observation
from cmdb.model.queries import Direction
from cmdb.practices.effects import Effects, Limits, OmissionKind, effects
from cmdb.store.memory import MemoryStore
from tests.builders import gadgets
from tests.ingest.rows import ORDER, ci, edge, grouped, load


class Watched(MemoryStore):
    """Counts reads, and what they gave."""

    def __init__(self) -> None:
        super().__init__(gadgets())
        self.reads: Counter[str] = Counter()
        self.moves_after: int | None = None

    @override
    def items(self, ids: Collection[str], at: int | None = None) -> Mapping[str, Item]:
        found = super().items(ids, at)
        self.reads["items"] += 1
        self.reads["item"] += len(found)
        return found

    @override
    def relationships_of(
        self,
        ids: Collection[str],
        direction: Direction = Direction.BOTH,
        types: Collection[str] | None = None,
        at: int | None = None,
    ) -> Sequence[Relationship]:
        found = super().relationships_of(ids, direction, types, at)
        self.reads["relationships_of"] += 1
        self.reads["relationship"] += len(found)
        return found


def estate(racks: int) -> list[Observation]:
    """Racks with two feeds, ten hosts and a service of two hosts each, all under one core switch."""
    rows: list[Observation] = [ci("core", "Switch")]
    for rack in range(racks):
        rows += [ci(f"pdu-{rack}-{side}", "PDU") for side in "ab"]
        for host in range(10):
            name = f"host-{rack}-{host}"
            rows += [ci(name), *(edge(name, "POWERED_BY", f"pdu-{rack}-{side}") for side in "ab")]
            rows += [edge(name, "UPLINKED_TO", "core")]
        service = f"service-{rack}"
        rows += [grouped(ci(service, "BusinessService", code=service), nodes="1")]
        rows += [edge(service, "DEPENDS_ON", f"host-{rack}-{host}", group="nodes") for host in (0, 1)]
    return rows


def foreseen(store: Watched, rows: Sequence[Observation], limits: Limits | None = None) -> Effects:
    planned = Ingest(store).rehearse([lambda: rows], ORDER).overlay.touched()
    store.reads.clear()
    return effects(store, planned, limits or Limits())


ONE_FEED = [edge("host-0-0", "POWERED_BY", "pdu-0-b", group="spare")]
"""One host now needs both its feeds."""


def test_what_is_read_does_not_grow_with_the_estate() -> None:
    reads = []
    for racks in (2, 20):
        with Watched() as store:
            load(store, *estate(racks))
            found = foreseen(store, ONE_FEED)
            reads.append(store.reads)
            assert {row.group for row in found.groups_weakened} == {"power"}
            assert found.complete
    assert reads[0] == reads[1]
    assert reads[0]["item"] <= 10


def test_a_plan_without_dependencies_reads_nothing() -> None:
    with Watched() as store:
        load(store, *estate(2))
        assert foreseen(store, [ci("core", "Switch", description="old")]).is_empty
        assert not store.reads


def test_a_first_import_is_compared_with_nothing_at_no_cost() -> None:
    with Watched() as store:
        planned = Ingest(store).rehearse([lambda: estate(2)], ORDER).overlay.touched()
        store.reads.clear()
        found = effects(store, planned)
        assert [omission.kind for omission in found.omitted] == [OmissionKind.NOTHING_BEFORE]
        assert (found.is_empty, found.complete) == (True, True)
        assert not store.reads


def test_new_things_beside_old_ones_are_no_effect_of_their_own() -> None:
    with Watched() as store:
        load(store, *estate(1))
        found = foreseen(store, estate(3))
        assert (found.is_empty, found.complete) == (False, True)
        assert [row.ci.name for row in found.radii_grown] == ["core"]
        assert found.totals.rows == 1


def test_where_the_limit_of_what_is_read_ends_the_answer_says_so() -> None:
    with Watched() as store:
        load(store, *estate(3))
        plan = [edge(f"host-0-{host}", "UPLINKED_TO", "core", group="one") for host in range(10)]
        found = foreseen(store, plan, Limits(region=0))
        assert not found.complete
        assert OmissionKind.REGION in {omission.kind for omission in found.omitted}


def test_cis_beyond_the_limit_of_trials_are_counted() -> None:
    with Watched() as store:
        load(store, *estate(1))
        found = foreseen(store, ONE_FEED, Limits(trials=1))
        assert [(omission.kind, omission.count) for omission in found.omitted] == [(OmissionKind.TRIALS, 1)]
        assert not found.complete


class Moving(Watched):
    """Somebody else writes while it is read."""

    @override
    def relationships_of(
        self,
        ids: Collection[str],
        direction: Direction = Direction.BOTH,
        types: Collection[str] | None = None,
        at: int | None = None,
    ) -> Sequence[Relationship]:
        found = super().relationships_of(ids, direction, types, at)
        if self.moves_after == self.reads["relationships_of"]:
            load(self, ci("new"))
        return found


def test_a_graph_that_moves_meanwhile_makes_the_answer_incomplete() -> None:
    with Moving() as store:
        load(store, *estate(1))
        store.moves_after = 2
        found = foreseen(store, ONE_FEED)
        assert [omission.kind for omission in found.omitted] == [OmissionKind.MOVED]
        assert not found.complete


def test_a_plan_of_an_earlier_time_is_compared_with_the_graph_of_then() -> None:
    with Watched() as store:
        load(store, *estate(1))
        planned = Ingest(store).rehearse([lambda: ONE_FEED], ORDER).overlay.touched()
        before = effects(store, planned)
        load(store, edge("service-0", "DEPENDS_ON", "host-0-0"))
        later = effects(store, planned)
        assert later == before
        assert later.complete


def test_a_plan_of_a_later_time_than_the_store_is_refused() -> None:
    with Watched() as store:
        load(store, *estate(1))
        host = store.named([("Host", "host-0-0")])["Host", "host-0-0"][0]
        edges = store.relationships_of([host.id], Direction.OUT)
        planned = TouchedGraph(store.head() + 1, Delta((), tuple((edge, None) for edge in edges)))
        with pytest.raises(SeqUnavailable):
            effects(store, planned)
