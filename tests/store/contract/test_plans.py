"""Import plans: their headers, and their entries page by page."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from cmdb.errors import BadInput
from cmdb.model.plans import Plan, PlanEntries, PlannedSweep, PlanPart, PlanQuery, PlanState
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from cmdb.store.port import Store
from tests.builders import DAY, SCOPE

LATER = DAY + timedelta(hours=1)


def a_plan(id_: str, minutes: int = 0, state: PlanState = PlanState.OPEN) -> Plan:
    """A plan that was made so many minutes after noon."""
    made = DAY + timedelta(minutes=minutes)
    return Plan(id_, "d" * 64, 7, "tester", "why", "inventory/prod", (SCOPE,), state, made)


def changes(first: int, *names: str) -> PlanPart:
    return PlanPart("p", PlanEntries.CHANGES, first, [["create", name, "", {}] for name in names])


def listed(store: Store, query: PlanQuery) -> list[str]:
    return [plan.id for plan in store.plans(query).plans]


def test_a_plan_reads_back_complete_and_changes_as_it_is_decided(store: Store) -> None:
    assert store.plan("p") is None
    store.put_plan(a_plan("p"))
    assert store.plan("p") == a_plan("p")
    applied = Plan(
        id="p",
        digest="e" * 64,
        base_seq=2**40,
        actor='somebody "else"',
        reason="",
        source="",
        scopes=(SCOPE, Scope("x/y", "z")),
        state=PlanState.APPLIED,
        created_at=DAY,
        changes=2**40,
        counts={"created": 3, "failed": 0},
        sweep=PlannedSweep(26, 51, "the input was not read to its end"),
        held_because=("30 CIs would be renamed.", "Two serials are swapped: “C7X2” and 'D'."),
        run_id="run-1",
        part=3,
        is_last=False,
        decided_at=LATER,
        decided_by="a person",
    )
    store.put_plan(applied)
    assert store.plan("p") == applied
    assert store.plans(PlanQuery()).plans == (applied,)
    assert store.head() == 0


@pytest.mark.parametrize("state", list(PlanState))
def test_every_state_of_a_plan_is_kept(store: Store, state: PlanState) -> None:
    store.put_plan(a_plan("p", state=state))
    plan = store.plan("p")
    assert plan is not None
    assert plan.state is state


def test_plans_page_newest_first_without_gap_or_repetition(store: Store) -> None:
    for minutes, id_ in ((3, "c"), (1, "z"), (20, "a"), (3, "d"), (2, "b")):
        store.put_plan(a_plan(id_, minutes))
    assert listed(store, PlanQuery()) == ["a", "d", "c", "b", "z"]
    first = store.plans(PlanQuery(limit=2))
    assert (first.has_more, first.total) == (True, 5)
    last = first.plans[-1]
    rest = store.plans(PlanQuery(after=(last.created_at, last.id), limit=3))
    assert [plan.id for plan in (*first.plans, *rest.plans)] == ["a", "d", "c", "b", "z"]
    assert (rest.has_more, rest.total) == (False, 5)
    assert store.plans(PlanQuery(limit=0)).plans == ()
    with pytest.raises(BadInput):
        store.plans(PlanQuery(limit=-1))


def test_plans_are_found_by_their_state(store: Store) -> None:
    for minutes, state in enumerate(PlanState):
        store.put_plan(a_plan(state.value, minutes, state))
    waiting = (PlanState.OPEN, PlanState.HELD)
    assert listed(store, PlanQuery(waiting)) == ["held", "open"]
    assert store.plans(PlanQuery(waiting, limit=1)).total == 2
    assert listed(store, PlanQuery(())) == []
    assert listed(store, PlanQuery((PlanState.APPLIED,))) == ["applied"]


def test_a_plan_moves_on_only_from_the_state_it_is_in(store: Store) -> None:
    held = a_plan("p", state=PlanState.HELD)
    applying = replace(held, state=PlanState.APPLYING, decided_by="somebody")
    assert not store.move_plan(applying, PlanState.HELD)
    assert store.plan("p") is None
    store.put_plan(held)
    assert not store.move_plan(applying, PlanState.OPEN)
    assert store.plan("p") == held
    assert store.move_plan(applying, PlanState.HELD)
    assert not store.move_plan(replace(held, state=PlanState.DISCARDED), PlanState.HELD)
    assert store.plan("p") == applying


def test_of_many_that_decide_at_once_one_does(store: Store) -> None:
    store.put_plan(a_plan("p"))
    moves = [replace(a_plan("p"), state=PlanState.DISCARDED, decided_by=str(number)) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda plan: store.move_plan(plan, PlanState.OPEN), moves))
    assert sum(done) == 1
    plan = store.plan("p")
    assert plan is not None
    assert plan.decided_by == str(done.index(True))


def test_parts_come_in_order_from_any_entry(store: Store) -> None:
    parts = [changes(first, *"abc") for first in (0, 3, 6, 9)]
    for part in reversed(parts):
        store.put_plan_part(part)
    store.put_plan_part(replace(changes(0, "x"), plan_id="other"))
    store.put_plan_part(PlanPart("p", PlanEntries.ITEMS, 0, [["row"]]))
    assert list(store.plan_parts("p", PlanEntries.CHANGES)) == parts
    assert list(store.plan_parts("p", PlanEntries.CHANGES, 3)) == parts[1:]
    assert list(store.plan_parts("p", PlanEntries.CHANGES, 5, limit=2)) == parts[1:3]
    assert list(store.plan_parts("p", PlanEntries.CHANGES, 11)) == parts[3:]
    assert list(store.plan_parts("p", PlanEntries.PROBLEMS)) == []
    assert list(store.plan_parts("nobody", PlanEntries.CHANGES)) == []
    with pytest.raises(BadInput):
        store.plan_parts("p", PlanEntries.CHANGES, limit=-1)


def test_a_part_that_is_written_again_replaces_the_one_before(store: Store) -> None:
    store.put_plan_part(changes(0, "a", "b"))
    store.put_plan_part(changes(0, "c"))
    assert list(store.plan_parts("p", PlanEntries.CHANGES)) == [changes(0, "c")]


def test_entries_are_any_json_and_read_back_as_it(store: Store) -> None:
    entries: list[JSONValue] = [
        ["naïve ' \" \\ \U00010348", 2**62, -1.5, True, None, {"a": [], "b": {"c": [1, "x"]}}],
        {"of": "x" * 300_000},
        "text",
    ]
    store.put_plan_part(PlanPart("p", PlanEntries.EFFECTS, 0, entries))
    assert [list(part.entries) for part in store.plan_parts("p", PlanEntries.EFFECTS)] == [entries]


def test_entries_of_some_kinds_are_dropped_and_others_stay(store: Store) -> None:
    for kind in PlanEntries:
        for first in range(3):
            store.put_plan_part(PlanPart("p", kind, first, [first]))
    store.put_plan_part(PlanPart("other", PlanEntries.ITEMS, 0, []))
    store.drop_plan_parts("p", [PlanEntries.ITEMS, PlanEntries.PROBLEMS])
    store.drop_plan_parts("p", [])
    store.drop_plan_parts("nobody", list(PlanEntries))
    left = {kind for kind in PlanEntries if store.plan_parts("p", kind)}
    assert left == set(PlanEntries) - {PlanEntries.ITEMS, PlanEntries.PROBLEMS}
    assert [part.first for part in store.plan_parts("p", PlanEntries.CHANGES)] == [0, 1, 2]
    assert store.plan_parts("other", PlanEntries.ITEMS)


def test_more_parts_than_one_transaction_removes_are_dropped(store: Store) -> None:
    for first in range(205):
        store.put_plan_part(PlanPart("p", PlanEntries.ITEMS, first, []))
    store.drop_plan_parts("p", [PlanEntries.ITEMS])
    assert list(store.plan_parts("p", PlanEntries.ITEMS)) == []
