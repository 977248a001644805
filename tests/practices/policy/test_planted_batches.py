"""Bad batches are held with the right reason and can still be applied; a day's work is never held."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pytest

from cmdb.ingest.engine import Ingest, Order, Sweep
from cmdb.ingest.guard import UNGUARDED, Guard
from cmdb.ingest.plan_entries import changes_of
from cmdb.ingest.plans import Decision, Plans
from cmdb.ingest.reports import ImportReport
from cmdb.model.plans import Plan, PlanState
from cmdb.model.sources import RunState, Scope
from cmdb.practices.exporting import canonical
from cmdb.practices.policy import PolicyGuard, default_policy
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.builders import gadgets
from tests.ingest.graphs import plain
from tests.ingest.rows import ci
from tests.practices.policy.hall import HALL, Estate, hall, shop
from tests.practices.policy.routine import BATCHES, Day, batch
from tests.store.conftest import KINDS
from tests.store.places import Place

GUARD = PolicyGuard(default_policy())
ORDER = Order("discovery")
BEFORE = hall()
HOSTS = BEFORE.keys("Host")
CIS, RELATIONSHIPS = len(BEFORE.cis), len(BEFORE.edges)


def run(store: Store, estate: Estate, guard: Guard = GUARD) -> ImportReport:
    """Import everything that a source says, and sweep what it says no longer."""
    order = Order("discovery", estate.scope.source, scopes=(estate.scope,), sweep=Sweep())
    return Ingest(store, guard).run([estate.rows], order)


def filled(store: Store) -> Store:
    for estate in (BEFORE, shop()):
        assert run(store, estate).state is RunState.SUCCEEDED
    return store


@dataclass(frozen=True, slots=True)
class Planted:
    """A bad batch, the beginning of the only reason that it is held for, and how much it would do."""

    estate: Estate
    reason: str
    changes: Mapping[str, int]


def half_of_the_relationships_gone() -> Planted:
    kept = BEFORE.edges[::2]
    gone = RELATIONSHIPS - len(kept)
    reason = (
        f"{gone} of the {RELATIONSHIPS} relationships of {HALL} would be removed, more than 10 and more than 25 % ("
    )
    return Planted(BEFORE.linked(kept), reason, {"unrelated": gone})


def two_serials_swapped() -> Planted:
    one, other = HOSTS[3], HOSTS[40]
    first, second = BEFORE.said(one, "serial"), BEFORE.said(other, "serial")
    reason = (
        f"2 of the {CIS} CIs of {HALL} would take the identity of another one, none may "
        f"(Host:{one} is swapped with Host:{other} (serial {first} → {second}); "
        f"Host:{other} is swapped with Host:{one} (serial {second} → {first}))."
    )
    return Planted(BEFORE.saying({one: {"serial": second}, other: {"serial": first}}), reason, {"updated": 2})


def thirty_hosts_renamed() -> Planted:
    names = {host: f"srv-{number}" for number, host in enumerate(HOSTS[:30])}
    reason = f"30 of the {CIS} CIs of {HALL} would be renamed, more than 20 (Host:{HOSTS[0]} becomes srv-0; "
    return Planted(BEFORE.named(names), reason, {"updated": 30})


def addresses_shifted() -> Planted:
    """Every host is given the address of the next one; the last one keeps its own, which two then have."""
    said = {one: {"addresses": BEFORE.said(other, "addresses")} for one, other in pairwise(HOSTS)}
    taken = len(HOSTS) - 2  # the last one does not lose its address
    reason = (
        f"{taken} of the {CIS} CIs of {HALL} would take addresses of others, more than 10 and more than 10 % "
        f"(Host:{HOSTS[0]} takes 10.0.0.11 of Host:{HOSTS[1]}; "
    )
    return Planted(BEFORE.saying(said), reason, {"updated": len(HOSTS) - 1})


PLANTED = [half_of_the_relationships_gone, two_serials_swapped, thirty_hosts_renamed, addresses_shifted]


def held(store: Store, planted: Planted) -> Plan:
    """Import a bad batch: it is held, for one reason, and nothing is written."""
    head, graph = store.head(), b"".join(canonical(store))
    report = run(store, planted.estate)
    (reason,) = report.held_because
    assert reason.startswith(planted.reason)
    assert (report.state, report.complete) == (RunState.HELD, False)
    assert (store.head(), b"".join(canonical(store))) == (head, graph)
    plan = store.plan(report.plan_id)
    assert plan is not None
    assert (plan.state, plan.held_because, plan.base_seq) == (PlanState.HELD, report.held_because, head)
    assert {name: plan.counts[name] for name in planted.changes} == planted.changes
    assert plan.changes == sum(planted.changes.values()) == len(list(changes_of(store, plan.id)))
    return plan


def applied(store: Store, plan: Plan, planted: Planted, expected: Store) -> None:
    """Apply a plan: it does what the import does in an equal store where nothing is held."""
    unheld = run(expected, planted.estate, UNGUARDED)
    report = Plans(store, GUARD).apply(plan.id, Decision("a person"), lambda _done, _rows: None)
    assert (report.state, report.run_id, report.digest) == (RunState.SUCCEEDED, plan.run_id, plan.digest)
    assert report.counts == unheld.counts
    assert plain(store) == plain(expected)


@pytest.mark.parametrize("plant", PLANTED)
def test_a_bad_batch_is_held_for_what_is_wrong_with_it_and_does_the_same_once_it_is_applied(
    store: Store, plant: Callable[[], Planted]
) -> None:
    planted = plant()
    filled(store)
    applied(store, held(store, planted), planted, filled(MemoryStore(gadgets())))
    assert run(store, planted.estate).counts.changes == 0


@pytest.mark.parametrize("any_place", KINDS[2:], indirect=True)
def test_a_bad_batch_is_held_and_applied_on_a_server_too(any_place: Place) -> None:
    planted, expected = two_serials_swapped(), MemoryStore(gadgets())
    with any_place.open() as store:
        for each in (store, expected):
            run(each, BEFORE)
        applied(store, held(store, planted), planted, expected)


def test_a_new_source_that_gives_other_names_to_what_is_there_is_held_too(store: Store) -> None:
    filled(store)
    scope = Scope("a-scan", "all")  # whose word goes before those that come after it
    rows = [
        ci(f"k{n}", scope=scope, name=f"srv-{n}", serial=BEFORE.said(host, "serial")) for n, host in enumerate(HOSTS)
    ]
    report = run(store, Estate(scope, {row.key: row for row in rows}, []))
    assert report.held_because[0].startswith(
        f"{len(HOSTS)} CIs that a-scan/all speaks of would be renamed, more than 20 ("
    )


def test_a_batch_that_changes_nothing_is_not_held_whatever_is_refused_of_it(store: Store) -> None:
    nonsense = [ci(f"x{n}", "NoSuchClass", scope=HALL) for n in range(300)]
    filled(store)
    report = Ingest(store, GUARD).run([lambda: [*BEFORE.rows(), *nonsense]], ORDER)
    assert (report.counts.failed, report.counts.changes, report.held_because) == (300, 0, ())
    report = Ingest(store, GUARD).run([lambda: [ci("new", scope=HALL), *BEFORE.rows(), *nonsense]], ORDER)
    (reason,) = report.held_because
    assert reason.startswith(
        f"300 of the {CIS + RELATIONSHIPS + 301} rows of {HALL} are refused, more than 20 and more"
    )


@pytest.mark.parametrize("first", range(0, BATCHES, 10))
def test_a_day_s_work_is_not_held(first: int) -> None:
    store = filled(MemoryStore(gadgets()))
    day = Day(BEFORE, shop())
    for number in range(first, first + 10):
        before = day
        title, day = batch(number, before)
        changed = [estate for estate, old in ((day.hall, before.hall), (day.shop, before.shop)) if estate is not old]
        for report in [run(store, estate) for estate in changed]:
            assert (title, report.held_because, report.state) == (title, (), RunState.SUCCEEDED)
            assert report.counts.changes > 0, title


def test_the_batches_of_a_day_are_all_different() -> None:
    day = Day(BEFORE, shop())
    seen = {repr((after.hall.rows(), after.shop.rows())) for n in range(BATCHES) for _, after in [batch(n, day)]}
    assert len(seen) == BATCHES
