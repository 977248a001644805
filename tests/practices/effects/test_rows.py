"""What is told of a plan, on small estates that can be followed by hand."""

from dataclasses import replace

import pytest

from cmdb.ingest.engine import Ingest, Order, Sweep
from cmdb.model.items import Effect
from cmdb.model.observations import Observation
from cmdb.practices.effects import Effects, Extent, Limits, OmissionKind, effects
from cmdb.store.port import Store
from tests.ingest.rows import ORDER, RACKS, ci, edge, grouped, load

SWEEP = replace(ORDER, scopes=(RACKS,), sweep=Sweep())
CORES = ("core-1", "core-2")

ESTATE: tuple[Observation, ...] = (
    *(ci(name, "Switch") for name in CORES),
    ci("web-1"),
    ci("shop", "Application"),
    ci("Web Shop", "BusinessService", code="S-1", criticality="high"),
    ci("Gold", "Offering", code="O-1"),
    *(edge("web-1", "UPLINKED_TO", core) for core in CORES),
    edge("shop", "RUNS_ON", "web-1"),
    edge("Web Shop", "DEPENDS_ON", "shop"),
    edge("Gold", "OFFERING_OF", "Web Shop"),
)


def foresee(store: Store, *rows: Observation, order: Order = ORDER, limits: Limits | None = None) -> Effects:
    """What importing these rows would do."""
    rehearsal = Ingest(store).rehearse([lambda: rows], order)
    return effects(store, rehearsal.overlay.touched(), limits or Limits())


def without(*gone: Observation) -> list[Observation]:
    return [row for row in ESTATE if row not in gone]


def gained(found: Effects) -> list[tuple[str, str, str]]:
    return [(row.service.label, row.ci.label, row.reason) for row in found.spof_gained]


def lost(found: Effects) -> list[tuple[str, str, str]]:
    return [(row.service.label, row.ci.label, row.reason) for row in found.spof_lost]


SECOND = edge("web-1", "UPLINKED_TO", "core-2")


def test_a_service_whose_host_loses_an_uplink_gains_a_single_point_of_failure(any_store: Store) -> None:
    load(any_store, *ESTATE)
    found = foresee(any_store, *without(SECOND), order=SWEEP)
    assert gained(found) == [
        ("BusinessService:Web Shop", "Switch:core-1", "Host:web-1 uplinks: 1 of 2 left, needs 1"),
        ("Offering:Gold", "Switch:core-1", "Host:web-1 uplinks: 1 of 2 left, needs 1"),
    ]
    shop = found.spof_gained[0]
    assert [(step.dependent, step.type, step.provider) for step in shop.chain] == [
        ("Host:web-1", "UPLINKED_TO", "Switch:core-1"),
        ("Application:shop", "RUNS_ON", "Host:web-1"),
        ("BusinessService:Web Shop", "DEPENDS_ON", "Application:shop"),
    ]
    assert shop.criticality == "high"
    assert [
        (row.owner.label, row.group, row.before.members, row.after.members, row.lost) for row in found.groups_weakened
    ] == [("Host:web-1", "uplinks", 2, 1, ("Switch:core-2",))]
    assert found.groups_weakened[0].loses_redundancy
    assert [(row.ci.label, row.before, row.after) for row in found.radii_grown] == [
        ("Switch:core-1", Extent(0, 0), Extent(4, 2))
    ]
    assert (found.spof_lost, found.groups_broken, found.radii_shrunk) == ((), (), ())
    assert (found.complete, found.omitted, found.base_seq) == (True, (), any_store.head())


def test_nothing_is_written(store: Store) -> None:
    load(store, *ESTATE)
    before = store.head()
    foresee(store, *without(SECOND), order=SWEEP)
    assert store.head() == before
    assert len(store.relationships_of([store.named([("Host", "web-1")])["Host", "web-1"][0].id])) == 3


def test_a_second_uplink_ends_a_single_point_of_failure(store: Store) -> None:
    load(store, *without(SECOND))
    found = foresee(store, SECOND)
    assert [row[:2] for row in lost(found)] == [
        ("BusinessService:Web Shop", "Switch:core-1"),
        ("Offering:Gold", "Switch:core-1"),
    ]
    assert lost(found)[0][2] == "Host:web-1 uplinks: 2 instead of 1, needs 1"
    assert [(row.ci.label, row.before.items, row.after.items) for row in found.radii_shrunk] == [
        ("Switch:core-1", 4, 0)
    ]
    assert (found.spof_gained, found.groups_weakened, found.radii_grown) == ((), (), ())


def test_a_new_dependency_is_the_reason_it_gives(store: Store) -> None:
    load(store, *ESTATE)
    found = foresee(store, ci("db", "DatabaseInstance"), edge("shop", "DEPENDS_ON", "db"))
    assert gained(found)[0] == (
        "BusinessService:Web Shop",
        "DatabaseInstance:db",
        "Application:shop DEPENDS_ON DatabaseInstance:db is new",
    )


def test_a_dependency_that_is_dropped_is_the_reason_too(store: Store) -> None:
    load(store, *ESTATE)
    found = foresee(store, *without(edge("shop", "RUNS_ON", "web-1")), order=SWEEP)
    assert lost(found)[0] == (
        "BusinessService:Web Shop",
        "Host:web-1",
        "Application:shop RUNS_ON Host:web-1 is removed",
    )


def test_a_dependency_that_turns_soft_takes_nobody_down(store: Store) -> None:
    load(store, *ESTATE)
    found = foresee(store, edge("shop", "RUNS_ON", "web-1", effect=Effect.SOFT))
    assert lost(found)[0][2] == "Application:shop RUNS_ON Host:web-1 is soft instead of hard"


def test_a_dependency_that_leaves_its_group_is_told_by_where_it_stands(store: Store) -> None:
    load(store, *ESTATE)
    found = foresee(store, edge("web-1", "UPLINKED_TO", "core-2", group="backup"))
    assert [row[1:] for row in gained(found) if row[0].startswith("BusinessService")] == [
        ("Switch:core-1", "Host:web-1 uplinks: 1 of 2 left, needs 1"),
        ("Switch:core-2", "Host:web-1 backup: is new, has 1, needs 1"),
    ]


def test_a_group_that_needs_more_of_the_same_members_says_so(store: Store) -> None:
    load(store, *ESTATE)
    found = foresee(store, grouped(ci("web-1"), uplinks="2"))
    assert gained(found)[0] == (
        "BusinessService:Web Shop",
        "Switch:core-1",
        "Host:web-1 uplinks: needs 2 of 2 instead of 1",
    )
    (row,) = found.groups_weakened
    assert (row.before.spare, row.after.spare, row.lost, row.loses_redundancy) == (1, 0, (), True)


def test_a_group_under_its_least_number_is_broken_by_count(store: Store) -> None:
    load(store, grouped(ci("web-1"), uplinks="2"), *without(ci("web-1")))
    found = foresee(store, grouped(ci("web-1"), uplinks="2"), *without(ci("web-1"), SECOND), order=SWEEP)
    (row,) = found.groups_broken
    assert (row.owner.label, row.group, row.after.members, row.after.min_up, row.after.is_broken) == (
        "Host:web-1", "uplinks", 1, "2", True,
    )  # fmt: skip
    assert found.groups_weakened == ()
    assert lost(found)[0][1] == "Switch:core-2"


def test_a_group_that_loses_its_last_member_is_broken_though_nothing_can_take_it_down(store: Store) -> None:
    load(store, *ESTATE)
    uplinks = [edge("web-1", "UPLINKED_TO", core) for core in CORES]
    found = foresee(store, *without(*uplinks), order=SWEEP)
    (row,) = found.groups_broken
    assert (row.after.members, row.after.needed, row.lost) == (0, 0, ("Switch:core-1", "Switch:core-2"))
    assert found.spof_gained == ()


def test_a_member_that_is_exchanged_makes_nothing_weaker(store: Store) -> None:
    load(store, *ESTATE)
    found = foresee(
        store, *without(SECOND), ci("core-3", "Switch"), edge("web-1", "UPLINKED_TO", "core-3"), order=SWEEP
    )
    assert found.is_empty


def test_a_retired_ci_still_counts_and_who_counts_on_it_is_told(any_store: Store) -> None:
    load(any_store, *ESTATE)
    found = foresee(any_store, *without(ci("core-2", "Switch")), order=SWEEP)
    assert (found.spof_gained, found.groups_broken, found.radii_grown) == ((), (), ())
    (row,) = found.groups_weakened
    assert (row.owner.label, row.group, row.retired, row.after.members) == (
        "Host:web-1", "uplinks", ("Switch:core-2",), 2,
    )  # fmt: skip
    assert not row.loses_redundancy


def test_a_dependency_alone_on_what_is_retired_is_told(store: Store) -> None:
    load(store, *ESTATE)
    found = foresee(store, *without(ci("web-1")), order=SWEEP)
    rows = [(row.owner.label, row.group, row.retired) for row in found.groups_weakened]
    assert rows == [("Application:shop", None, ("Host:web-1",))]


def test_a_retired_ci_can_become_a_single_point_of_failure_and_says_that_it_is_retired(store: Store) -> None:
    load(store, *ESTATE)
    load(store, *without(ci("core-2", "Switch")), order=SWEEP)
    found = foresee(store, *without(ci("core-2", "Switch"), edge("web-1", "UPLINKED_TO", "core-1")), order=SWEEP)
    (row, _) = found.spof_gained
    assert (row.ci.label, row.ci.retired) == ("Switch:core-2", True)


def test_a_service_that_is_new_or_retired_is_left_out_and_counted(store: Store) -> None:
    load(store, *ESTATE)
    news: list[Observation] = [
        ci("Click & Collect", "BusinessService", code="S-2"),
        edge("Click & Collect", "DEPENDS_ON", "shop"),
    ]
    gone = (SECOND, ci("Gold", "Offering", code="O-1"))
    found = foresee(store, *without(*gone), *news, order=SWEEP)
    assert {row.service.label for row in found.spof_gained} == {"BusinessService:Web Shop"}
    assert [(omission.kind, omission.count) for omission in found.omitted] == [
        (OmissionKind.NEW, 1),
        (OmissionKind.RETIRED, 1),
    ]
    assert found.complete


def test_the_most_critical_service_comes_first(store: Store) -> None:
    ranked = {"Low": "low", "Critical": "critical", "Unknown": None, "Medium": "medium"}
    services = [ci(name, "BusinessService", code=name, criticality=value) for name, value in ranked.items()]
    load(store, *ESTATE, *services, *(edge(name, "DEPENDS_ON", "shop") for name in ranked))
    links = [edge(name, "DEPENDS_ON", "shop") for name in ranked]
    found = foresee(store, *without(SECOND), *services, *links, order=SWEEP)
    assert [row.service.name for row in found.spof_gained] == [
        "Critical",
        "Web Shop",
        "Medium",
        "Low",
        "Unknown",
        "Gold",
    ]


def test_a_limit_of_what_is_listed_hides_no_count(store: Store) -> None:
    load(store, *ESTATE)
    found = foresee(store, *without(SECOND), order=SWEEP, limits=Limits(listed=1))
    assert (len(found.spof_gained), found.totals.spof_gained) == (1, 2)
    assert [(omission.kind, omission.count) for omission in found.omitted] == [(OmissionKind.UNLISTED, 1)]
    assert found.complete


@pytest.mark.parametrize(("items", "services", "told"), [(4, 9, 1), (5, 9, 0), (9, 2, 1), (9, 3, 0)])
def test_a_radius_is_told_from_a_limit_on(store: Store, items: int, services: int, told: int) -> None:
    load(store, *ESTATE)
    limits = Limits(radius_items=items, radius_services=services)
    assert len(foresee(store, *without(SECOND), order=SWEEP, limits=limits).radii_grown) == told


def test_a_plan_that_touches_no_dependency_has_no_effects(store: Store) -> None:
    load(store, *ESTATE)
    found = foresee(store, ci("web-1", description="moved"), edge("core-1", "LINKED_TO", "core-2"))
    assert (found.is_empty, found.complete, found.omitted) == (True, True, ())
