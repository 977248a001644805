"""What an import would do to services is named in its plan, and holds it where the policy says so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cmdb.ingest.engine import Ingest, Order, Sweep
from cmdb.ingest.plan_entries import effects_of
from cmdb.ingest.plans import Plans
from cmdb.ingest.touched import TouchedGraph
from cmdb.model.references import ByKey
from cmdb.model.sources import RunState
from cmdb.practices.effects import Effects, Omission, OmissionKind
from cmdb.practices.policy import PolicyGuard, default_policy, load_policy
from cmdb.practices.policy.foreseeing import effects_of as read_effects
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.builders import gadgets
from tests.ingest.rows import edge
from tests.practices.policy.hall import HALL, Estate, hall

BEFORE = hall()
ORDER = Order("discovery", "inventory", scopes=(HALL,), sweep=Sweep())


@pytest.fixture
def filled() -> Store:
    store = MemoryStore(gadgets())
    Ingest(store).run([BEFORE.rows], ORDER)
    return store


def without_web_servers(*names: str) -> Estate:
    """The shop is no longer served by some of the three machines of which it needs two."""
    gone = {("shop", name) for name in names}
    return BEFORE.linked(link for link in BEFORE.edges if ends(link.from_ref, link.to_ref) not in gone)


def machines_on_one_host(*machines: str) -> Estate:
    """Some machines run on the first host, whatever they ran on."""
    kept = [link for link in BEFORE.edges if not (link.type == "RUNS_ON" and ends(link.from_ref)[0] in machines)]
    return BEFORE.linked([*kept, *(edge(name, "RUNS_ON", "host-0-00", scope=HALL) for name in machines)])


def ends(*references: object) -> tuple[str, ...]:
    return tuple(reference.key for reference in references if isinstance(reference, ByKey))


def planned(store: Store, estate: Estate) -> Effects:
    """What the plan of an import says of services."""
    guard = PolicyGuard(default_policy())
    plan, report = Plans(store, guard).make([estate.rows], ORDER, lambda _done, _rows: None)
    assert report.held_because == ()
    told = effects_of(store, plan.id)
    assert told is not None
    return read_effects(told)


def test_a_service_that_gains_a_single_point_of_failure_is_named_with_it(filled: Store) -> None:
    found = planned(filled, machines_on_one_host("vm-00", "vm-01"))
    (point,) = [
        point for point in found.spof_gained if point.service.label == "BusinessService:shop" and point.ci.cls == "Host"
    ]
    assert point.ci.label == "Host:host-0-00"
    assert {point.chain[0].provider, point.chain[-1].dependent} == {"Host:host-0-00", "BusinessService:shop"}


def test_a_group_that_falls_under_what_it_needs_is_named(filled: Store) -> None:
    found = planned(filled, without_web_servers("vm-10", "vm-11"))
    (group,) = found.groups_broken
    assert (group.owner.label, group.group, group.after.min_up, group.after.members) == (
        "BusinessService:shop", "web", "2", 1,
    )  # fmt: skip


def test_a_radius_that_grows_is_named(filled: Store) -> None:
    found = planned(filled, machines_on_one_host(*BEFORE.keys("VirtualMachine")))
    grown = {radius.ci.label: radius.after.items - radius.before.items for radius in found.radii_grown}
    assert grown["Host:host-0-00"] > len(BEFORE.keys("VirtualMachine")) - 10


LIMITED = [
    (
        "services_gaining_single_points: 0",
        lambda: machines_on_one_host("vm-00", "vm-01"),
        "Services that would gain a single point of failure: 1, none may (BusinessService:shop).",
    ),
    (
        "groups_broken: 0",
        lambda: without_web_servers("vm-10", "vm-11"),
        "Redundancy groups that would fall under what they need: 1, none may (BusinessService:shop web).",
    ),
    (
        "groups_without_spare: 0",
        lambda: without_web_servers("vm-10"),
        "Redundancy groups that would have no spare member left: 1, none may (BusinessService:shop web).",
    ),
    (
        "radii_grown: 0, radius_growth: {factor: 3, cis: 20}",
        lambda: machines_on_one_host(*BEFORE.keys("VirtualMachine")),
        "Blast radii that would grow: 1, none may (Host:host-0-00 from ",
    ),
]


@pytest.mark.parametrize(("limits", "change", "reason"), LIMITED, ids=[limits for limits, _, _ in LIMITED])
def test_an_import_that_goes_beyond_a_limit_of_effects_is_held(
    filled: Store, tmp_path: Path, limits: str, change: Callable[[], Estate], reason: str
) -> None:
    (tmp_path / "policy.yaml").write_text(f"policy: 1\neffects: {{{limits}}}\n", "utf-8")
    head = filled.head()
    guarded = Ingest(filled, PolicyGuard(load_policy(tmp_path / "policy.yaml")))
    report = guarded.run([change().rows], ORDER)
    (told,) = report.held_because
    assert told.startswith(reason)
    assert (report.state, filled.head()) == (RunState.HELD, head)
    unlimited = replace(ORDER, sweep=None)
    assert guarded.run([BEFORE.rows], unlimited).state is RunState.SUCCEEDED


def test_what_is_within_the_limits_of_effects_is_not_held(filled: Store, tmp_path: Path) -> None:
    limits = "services_gaining_single_points: 5, groups_broken: none, groups_without_spare: 1"
    (tmp_path / "policy.yaml").write_text(f"policy: 1\neffects: {{{limits}}}\n", "utf-8")
    guarded = Ingest(filled, PolicyGuard(load_policy(tmp_path / "policy.yaml")))
    assert guarded.run([without_web_servers("vm-10").rows], ORDER).state is RunState.SUCCEEDED


def cut_off(_store: Store, _planned: TouchedGraph) -> Effects:
    """A comparison that a limit ended."""
    return Effects(0, omitted=(Omission(OmissionKind.TRIALS, 12, "12 CIs were not failed."),))


def test_what_could_not_be_compared_to_the_end_is_held_only_where_effects_are_limited(
    filled: Store, tmp_path: Path
) -> None:
    (tmp_path / "policy.yaml").write_text("policy: 1\neffects: {groups_broken: 0}\n", "utf-8")
    limited = PolicyGuard(load_policy(tmp_path / "policy.yaml"), cut_off)
    changed = without_web_servers("vm-10").rows
    assert Ingest(filled, limited).run([changed], ORDER).held_because == (
        "What it would do to services cannot be told to the end: 12 CIs were not failed.",
    )
    assert Ingest(filled, PolicyGuard(default_policy(), cut_off)).run([changed], ORDER).state is RunState.SUCCEEDED
