"""Duplicate cases: opened by imports or people, decided by merge or difference, and taken back."""

from dataclasses import replace

import pytest

from cmdb.errors import (
    BadInput,
    Conflict,
    IdempotencyMismatch,
    NotFound,
    RevisionConflict,
)
from cmdb.ingest.duplicates import Duplicates, Verdict
from cmdb.ingest.edits import BY_HAND, Editor, ItemPatch, Release, Request
from cmdb.ingest.planning import Planned
from cmdb.model.items import Lifecycle
from cmdb.model.references import ById, ByName
from cmdb.store.port import Store
from tests.builders import Dropped, Removed, write
from tests.ingest.graphs import arrows, cases, item, names, plain
from tests.ingest.rows import CLOUD, WATCH, ci, edge, load
from tests.ingest.suspects import asks, bound, host, linked, suspected, the_case, verdict, withdrawn_of
from tests.ingest.test_properties import unsettled

# --- differing


def test_what_differs_is_kept_apart_without_a_word(any_store: Store) -> None:
    suspected(any_store)
    made = Duplicates(any_store).differ(verdict(any_store))
    assert (made.case.attributes["case_state"], made.survivor) == ("different", None)
    load(any_store, ci("b", scope=CLOUD, serial="S-2"))
    report = load(any_store, ci("b", scope=CLOUD, serial="S-1"))
    assert (report.problems, report.counts.suspected) == ((), 0)
    assert cases(any_store) == [("Host:a / Host:b", "different")]
    assert names(any_store) == ["a", "b"]
    assert unsettled(any_store) == Planned()


def test_that_two_differ_says_nothing_of_a_third(store: Store) -> None:
    suspected(store)
    Duplicates(store).differ(verdict(store))
    report = load(store, ci("c", scope=WATCH, serial="S-1"))
    assert report.counts.suspected == 2
    assert [state for _, state in cases(store)] == ["different", "open", "open"]


def test_that_two_differ_is_taken_back(store: Store) -> None:
    suspected(store)
    duplicates = Duplicates(store)
    duplicates.differ(verdict(store, "1"))
    back = duplicates.undo(verdict(store, "2"))
    assert back.case.attributes == {"case_state": "open", "description": "Both are said to have serial S-1."}
    assert duplicates.merge(verdict(store, "3")).case.attributes["case_state"] == "merged"


# --- undoing


def test_a_merge_that_is_undone_leaves_the_graph_as_it_was(any_store: Store) -> None:
    suspected(any_store)
    linked(any_store)
    before, unresolved = plain(any_store), any_store.unresolved()
    duplicates = Duplicates(any_store)
    duplicates.merge(verdict(any_store, "1"))
    made = duplicates.undo(verdict(any_store, "2"))
    assert plain(any_store) == before
    assert any_store.unresolved() == unresolved
    assert cases(any_store) == [("Host:a / Host:b", "open")]
    assert made.bindings == ("cloud/eu#b",)
    assert unsettled(any_store) == Planned()
    assert {"1", "2"} <= {commit.request_id for commit in any_store.commits(0)}


def test_undoing_leaves_each_with_what_its_claims_say_now(any_store: Store) -> None:
    suspected(any_store)
    linked(any_store)
    duplicates = Duplicates(any_store)
    duplicates.merge(verdict(any_store, "1"))
    other = the_case(any_store).id
    load(
        any_store,
        ci("a", serial="S-1", model="A2"),
        ci("b", scope=CLOUD, serial="S-1", model="B2"),
        ci("n"),
        edge("cloud/eu#b", "LINKED_TO", "racks/hall-1#n", scope=CLOUD),
        edge("a", "LINKED_TO", "n"),
        edge("racks/hall-1#n", "LINKED_TO", "cloud/eu#b", scope=CLOUD, attributes={"note": "later"}),
        edge("cloud/eu#b", "RUNS_ON", "racks/hall-1#a", scope=CLOUD),
    )
    assert other
    duplicates.undo(verdict(any_store, "2"))
    assert item(any_store, "a").attributes == {"serial": "S-1", "model": "A2"}
    assert item(any_store, "b").attributes == {"serial": "S-1", "model": "B2"}
    assert {"a LINKED_TO n", "b LINKED_TO n", "n LINKED_TO b", "b RUNS_ON a"} <= set(arrows(any_store))
    assert "n LINKED_TO a" not in arrows(any_store)
    assert unsettled(any_store) == Planned()


def test_undoing_when_nobody_speaks_of_the_other_any_more_leaves_it_retired(store: Store) -> None:
    suspected(store)
    duplicates = Duplicates(store)
    duplicates.merge(verdict(store, "1"))
    (record,) = store.records([(CLOUD, "b")]).values()
    write(store, Dropped(CLOUD, "b"))
    load(store, ci("a", serial="S-1", model="A3"))
    made = duplicates.undo(verdict(store, "2"))
    assert record.binding == "cloud/eu#b"
    assert made.other is not None
    assert (made.other.lifecycle, "merged_into" in made.other.attributes) == (Lifecycle.RETIRED, False)


@pytest.mark.parametrize("first", ["inner", "outer"])
def test_merges_that_follow_on_one_another_are_undone_in_any_order(any_store: Store, first: str) -> None:
    load(any_store, ci("a", serial="S-1"), ci("b", scope=CLOUD, serial="S-2"), ci("c", scope=WATCH, serial="S-3"))
    load(
        any_store,
        ci("x"),
        edge("racks/hall-1#x", "LINKED_TO", "cloud/eu#b", scope=CLOUD),
        edge("watch/all#c", "LINKED_TO", "x"),
    )
    before = plain(any_store)
    duplicates = Duplicates(any_store)
    inner = duplicates.open(ByName("Host", "a"), ByName("Host", "b"), asks("1"))
    outer = duplicates.open(ByName("Host", "a"), ByName("Host", "c"), asks("2"))
    a, b, c = (host(any_store, name) for name in "abc")
    duplicates.merge(Verdict(ById(inner.id), asks("3")), ById(a))
    duplicates.merge(Verdict(ById(outer.id), asks("4")), ById(c))
    assert next(iter(bound(any_store).values())) == ["cloud/eu#b", "racks/hall-1#a", "watch/all#c"]
    assert Editor(any_store).update(ById(b), ItemPatch(attributes={"description": "d"}), asks("5")).id == c
    Editor(any_store).release(ById(c), Release(["description"]), asks("6"))
    order = (inner, outer) if first == "inner" else (outer, inner)
    for number, case in enumerate(order):
        duplicates.undo(Verdict(ById(case.id), asks(f"undo {number}")))
        assert unsettled(any_store) == Planned()
    assert plain(any_store) == before


def test_cases_that_a_merge_makes_redundant_are_withdrawn_and_come_back(any_store: Store) -> None:
    load(any_store, ci("a", serial="S-1"), ci("b", scope=CLOUD), ci("c", scope=WATCH))
    duplicates = Duplicates(any_store)
    for number, (one, other) in enumerate([("a", "b"), ("a", "c"), ("b", "c")]):
        duplicates.open(ByName("Host", one), ByName("Host", other), asks(f"open {number}"))
    duplicates.merge(verdict(any_store, "1"))
    assert len(cases(any_store)) == 2
    assert {state for _, state in cases(any_store)} == {"merged", "open"}
    duplicates.undo(verdict(any_store, "2"))
    assert [state for _, state in cases(any_store)] == ["open", "open", "open"]
    assert unsettled(any_store) == Planned()


def test_a_case_that_was_withdrawn_keeps_what_people_wrote_into_it(store: Store) -> None:
    load(store, ci("a", serial="S-1"), ci("b", scope=CLOUD), ci("c", scope=WATCH))
    duplicates, editor = Duplicates(store), Editor(store)
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    opened = [
        duplicates.open(ByName("Host", one), ByName("Host", other), asks(f"open {one} {other}")) for one, other in pairs
    ]
    for case in opened:
        editor.update(ById(case.id), ItemPatch(attributes={"description": case.name}), asks(f"edit {case.id}"))
    duplicates.merge(verdict(store, "1"))
    (withdrawn,) = withdrawn_of(store, opened)
    with pytest.raises(Conflict, match="is withdrawn"):
        duplicates.merge(Verdict(ById(withdrawn.id), asks("2")))
    duplicates.undo(verdict(store, "3"))
    back = store.items([withdrawn.id])[withdrawn.id]
    assert (back.lifecycle, back.attributes["description"]) == (Lifecycle.LIVE, back.name)
    assert unsettled(store) == Planned()


def test_a_case_of_what_became_one_by_another_way_is_withdrawn(store: Store) -> None:
    load(store, ci("a", serial="S-1"), ci("b", scope=CLOUD), ci("c", scope=WATCH))
    duplicates = Duplicates(store)
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    opened = [
        duplicates.open(ByName("Host", one), ByName("Host", other), asks(f"open {one} {other}")) for one, other in pairs
    ]
    duplicates.merge(verdict(store, "1"))
    (withdrawn,) = withdrawn_of(store, opened)
    Editor(store).update(ById(withdrawn.id), ItemPatch(retired=False), asks("2"))
    (left,) = [case.id for case in opened[1:] if case.id != withdrawn.id]
    duplicates.merge(Verdict(ById(left), asks("3")))
    assert store.items([withdrawn.id])[withdrawn.id].lifecycle is Lifecycle.RETIRED
    assert [state for _, state in cases(store)] == ["merged", "merged"]


def test_a_case_that_lost_one_of_its_two_cannot_be_merged(store: Store) -> None:
    suspected(store)
    case = the_case(store)
    edge_key = next(iter(store.relationships_of([case.id]))).key
    write(store, Removed(edge_key))
    with pytest.raises(Conflict, match="what is one already"):
        Duplicates(store).merge(verdict(store))


def test_a_merge_of_which_nothing_is_known_is_not_undone(store: Store) -> None:
    suspected(store)
    Duplicates(store).merge(verdict(store, "1"))
    case = the_case(store)
    (record,) = store.records([(BY_HAND, case.id)]).values()
    write(store, replace(record, body={name: part for name, part in record.body.items() if name != "unmapped"}))
    with pytest.raises(Conflict, match="Nothing is known"):
        Duplicates(store).undo(verdict(store, "2"))


def test_that_the_other_differs_from_a_third_holds_for_the_survivor(store: Store) -> None:
    suspected(store)
    load(store, ci("c", scope=WATCH, serial="S-9"))
    duplicates = Duplicates(store)
    case = duplicates.open(ByName("Host", "b"), ByName("Host", "c"), asks("1"))
    duplicates.differ(Verdict(ById(case.id), asks("2")))
    duplicates.merge(verdict(store, "3"), ByName("Host", "a"))
    report = load(store, ci("c", scope=WATCH, serial="S-1"))
    assert (report.problems, report.counts.suspected) == ((), 0)


# --- once, and by one


def test_the_same_request_decides_once(any_store: Store) -> None:
    suspected(any_store)
    duplicates, asked = Duplicates(any_store), verdict(any_store)
    duplicates.merge(asked)
    head = any_store.head()
    assert duplicates.merge(asked).case.attributes["case_state"] == "merged"
    assert any_store.head() == head
    with pytest.raises(IdempotencyMismatch):
        duplicates.differ(asked)
    with pytest.raises(IdempotencyMismatch):
        duplicates.merge(asked, ByName("Host", "b"))


def test_what_was_decided_is_not_decided_again(store: Store) -> None:
    suspected(store)
    duplicates = Duplicates(store)
    with pytest.raises(Conflict, match="is open"):
        duplicates.undo(verdict(store, "0"))
    stale = replace(verdict(store, "1"), expected_revision=the_case(store).revision)
    duplicates.differ(replace(stale, request=asks("2")))
    for decide in (duplicates.merge, duplicates.differ, duplicates.undo):
        with pytest.raises(RevisionConflict):
            decide(stale)
    for again in (duplicates.merge, duplicates.differ):
        with pytest.raises(Conflict, match="is different"):
            again(verdict(store, "3"))
    with pytest.raises(NotFound):
        duplicates.merge(Verdict(ByName("Host", "a"), asks("4")))
    with pytest.raises(BadInput):
        duplicates.merge(Verdict(ByName("Host", "a"), Request("")))
