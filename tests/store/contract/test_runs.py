"""Import runs: their state, the scopes they hold, what they saw, wrote and replaced."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from cmdb.errors import BadInput, Conflict, NotFound
from cmdb.model.sources import Lease, RecordKind, Run, RunState, Scope, SourceRecord
from cmdb.store.port import Store
from tests.builders import DAY, SCOPE, Dropped, Part, an_import, changes, create, link, patch, said

OTHER = Scope("inventory/prod", "rack-2")
LATER = DAY + timedelta(hours=1)


def write_in(store: Store, run_id: str, *parts: Part) -> None:
    """Commit parts in a run, which then has written and seen their records."""
    mine = [replace(part, run_id=run_id, seen_run=run_id) if isinstance(part, SourceRecord) else part for part in parts]
    store.commit(changes(*mine, run_id=run_id))


def lease(scope: Scope, run_id: str, minutes: int = 5) -> Lease:
    return Lease(scope, run_id, "here/1", DAY + timedelta(minutes=minutes))


def keys(records: object) -> list[str]:
    assert isinstance(records, list)
    return [record.key for record in records]


def test_a_run_reads_back_complete_and_changes_as_it_goes_on(store: Store) -> None:
    assert store.run("run-1") is None
    run = an_import("run-1", created=3, errors=0)
    store.put_run(run)
    assert store.run("run-1") == run
    done = Run(
        "run-1",
        "inventory/prod",
        "importer",
        RunState.SUCCEEDED_WITH_ERRORS,
        DAY,
        LATER,
        {"created": 2**40},
        (OTHER, Scope("x/y", "z")),
        7,
        '26 of 100 CIs would go: "confirm".',
        "run-0",
        {"read": 12},
        "f" * 64,
    )
    store.put_run(done)
    assert store.run("run-1") == done
    assert list(store.runs()) == [done]
    assert store.head() == 0


def test_runs_come_newest_first(store: Store) -> None:
    for minutes, id_ in ((3, "c"), (1, "z"), (20, "a"), (2, "b")):
        store.put_run(an_import(id_, minutes))
    assert [run.id for run in store.runs()] == ["a", "c", "b", "z"]
    assert [run.id for run in store.runs(limit=2)] == ["a", "c"]
    assert list(store.runs(limit=0)) == []


@pytest.mark.parametrize("state", list(RunState))
def test_every_state_of_a_run_is_kept(store: Store, state: RunState) -> None:
    store.put_run(an_import("run", state=state))
    run = store.run("run")
    assert run is not None
    assert run.state is state


def test_a_scope_is_held_by_one_run_until_it_is_given_up(store: Store) -> None:
    assert list(store.hold([lease(SCOPE, "one")], DAY)) == []
    assert list(store.hold([lease(SCOPE, "two")], DAY)) == [lease(SCOPE, "one")]
    store.free("two")
    assert list(store.hold([lease(SCOPE, "two")], DAY)) == [lease(SCOPE, "one")]
    store.free("one")
    store.free("one")
    assert list(store.hold([lease(SCOPE, "two")], DAY)) == []


def test_several_scopes_are_taken_all_or_none(store: Store) -> None:
    store.hold([lease(OTHER, "one")], DAY)
    assert list(store.hold([lease(SCOPE, "two"), lease(OTHER, "two")], DAY)) == [lease(OTHER, "one")]
    assert list(store.hold([lease(SCOPE, "three")], DAY)) == []


def test_a_lease_is_renewed_by_its_run_and_ends_by_itself(store: Store) -> None:
    store.hold([lease(SCOPE, "one", 5)], DAY)
    assert list(store.hold([lease(SCOPE, "one", 9)], DAY)) == []
    assert list(store.hold([lease(SCOPE, "two", 9)], DAY + timedelta(minutes=8))) == [lease(SCOPE, "one", 9)]
    assert list(store.hold([lease(SCOPE, "two", 20)], DAY + timedelta(minutes=9))) == []
    assert list(store.hold([lease(SCOPE, "one", 30)], DAY + timedelta(minutes=10))) == [lease(SCOPE, "two", 20)]
    assert list(store.hold([], DAY)) == []


def test_what_a_process_held_is_given_up_without_what_another_took_over(store: Store) -> None:
    store.hold([lease(SCOPE, "one"), replace(lease(OTHER, "one"), holder="here/2")], DAY)
    store.free("one", "here/2")
    assert list(store.hold([lease(SCOPE, "two")], DAY)) == [lease(SCOPE, "one")]
    assert list(store.hold([lease(OTHER, "two")], DAY)) == []


def test_of_many_that_ask_at_once_one_gets_the_scope(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: store.hold([lease(SCOPE, f"run-{number}")], DAY), range(8)))
    assert sorted(map(len, answers)) == [0, *[1] * 7]


def test_what_a_run_has_not_seen_of_a_scope_is_found_page_by_page(store: Store) -> None:
    names = ["K", "k", "é", "\uffee", "\U00010348"]
    write_in(store, "old", create("a"), *(said(key, "a") for key in names), said("elsewhere", "a", OTHER))
    store.see([(SCOPE, "k")], "new", LATER)
    assert keys(store.unseen(SCOPE, "new")) == ["K", "é", "\uffee", "\U00010348"]
    assert keys(store.unseen(SCOPE, "new", limit=2)) == ["K", "é"]
    assert keys(store.unseen(SCOPE, "new", after="é")) == ["\uffee", "\U00010348"]
    assert keys(store.unseen(SCOPE, "old")) == ["k"]
    assert keys(store.unseen(Scope("nobody"), "new")) == []
    with pytest.raises(BadInput):
        store.unseen(SCOPE, "new", limit=-1)


def test_what_is_gone_is_neither_missed_nor_counted(store: Store) -> None:
    write_in(store, "old", create("a"), said("k", "a"), replace(said("l", "a"), gone=True), said("e", "LINKED_TO|a|a"))
    assert store.records([(SCOPE, "l")])[SCOPE, "l"].gone
    assert keys(store.unseen(SCOPE, "new")) == ["e", "k"]
    assert store.scope_sizes([SCOPE, OTHER]) == {SCOPE: {RecordKind.ITEM: 1, RecordKind.RELATIONSHIP: 1}}
    assert store.scope_sizes([]) == {}


def test_what_a_run_wrote_last_is_found(store: Store) -> None:
    write_in(store, "one", create("a"), said("k", "a"), said("l", "a"), said("k", "a", OTHER))
    write_in(store, "two", said("l", "a", name="new"))
    store.see([(SCOPE, "k")], "two", LATER)
    assert keys(store.written(SCOPE, "one")) == ["k"]
    assert keys(store.written(SCOPE, "two")) == ["l"]
    assert keys(store.written(SCOPE, "one", after="k")) == []
    assert keys(store.written(OTHER, "one", limit=5)) == ["k"]


def test_what_a_run_replaced_or_dropped_is_kept_as_it_was_before(store: Store) -> None:
    write_in(store, "one", create("a"), said("k", "a", n=1), said("l", "a", n=1), said("m", "a", n=1))
    before = store.records([(SCOPE, key) for key in "klm"])
    write_in(store, "two", said("k", "a", n=2), said("new", "a"), Dropped(SCOPE, "l"))
    write_in(store, "two", said("k", "a", n=3), Dropped(SCOPE, "new"))
    assert list(store.superseded("two")) == [before[SCOPE, "k"], before[SCOPE, "l"]]
    assert list(store.superseded("two", limit=1)) == [before[SCOPE, "k"]]
    assert list(store.superseded("two", after=(SCOPE, "k"))) == [before[SCOPE, "l"]]
    assert list(store.superseded("one")) == []
    assert list(store.successors("one")) == ["two"]
    assert list(store.successors("two")) == []


def test_each_run_keeps_what_it_found(store: Store) -> None:
    for number, run in enumerate(("one", "two", "three")):
        write_in(store, run, *([create("a")] if number == 0 else []), said("k", "a", n=number))
    assert [record.body for record in store.superseded("two")] == [{"n": 0}]
    assert [record.body for record in store.superseded("three")] == [{"n": 1}]
    assert list(store.successors("one")) == ["two"]
    assert list(store.successors("two")) == ["three"]


def test_nothing_is_kept_of_a_write_without_a_run_or_one_that_was_refused(store: Store) -> None:
    write_in(store, "one", create("a"), said("k", "a"))
    store.commit(changes(said("k", "a", n=2), patch("a", weight=1)))
    with pytest.raises((Conflict, NotFound, BadInput)):
        write_in(store, "two", said("k", "a", n=3), link("a", "missing"))
    assert list(store.superseded("two")) == []
