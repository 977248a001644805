"""Duplicate cases: opened by imports or people, decided by merge or difference, and taken back."""

from dataclasses import replace

import pytest

from cmdb.errors import (
    BadInput,
    CMDBError,
    Conflict,
    EndNotAllowed,
    IdempotencyMismatch,
    NotFound,
    RevisionConflict,
)
from cmdb.ingest.duplicates import Duplicates, Verdict
from cmdb.ingest.edits import SELF, Editor, ItemPatch, NewItem, NewRelationship, Release, Request
from cmdb.ingest.planning import Planned
from cmdb.ingest.references import find_one
from cmdb.ingest.reports import ImportReport
from cmdb.model.items import Item, Lifecycle
from cmdb.model.references import ById, ByIdentifier, ByName
from cmdb.store.port import Store
from tests.builders import Dropped, write
from tests.ingest.graphs import arrows, cases, edges, item, items, names, plain
from tests.ingest.rows import CLOUD, WATCH, ci, edge, load, plan
from tests.ingest.test_properties import unsettled


def asks(request_id: str = "decision", reason: str = "looked at both") -> Request:
    return Request("anna", reason, request_id)


def suspected(store: Store, **more: str) -> ImportReport:
    """Two hosts ``a`` (racks) and ``b`` (cloud) that came to have one serial number."""
    load(store, ci("a", serial="S-1", model="A"))
    load(store, ci("b", scope=CLOUD, serial="S-2", **more))
    return load(store, ci("b", scope=CLOUD, serial="S-1", **more))


def the_case(store: Store) -> Item:
    """The case of ``a`` and ``b``."""
    return find_one(ByName("DuplicateCase", "Host:a / Host:b"), store, store.catalogue)


def verdict(store: Store, request_id: str = "decision") -> Verdict:
    """A decision of that case."""
    return Verdict(ById(the_case(store).id), asks(request_id))


def host(store: Store, name: str) -> str:
    return item(store, name).id


def bound(store: Store) -> dict[str, list[str]]:
    """Who speaks of which live item, by its name."""
    said = store.records_of([entry.id for entry in items(store)])
    return {
        entry.name: [record.binding for record in said.get(entry.id, ())]
        for entry in items(store)
        if entry.lifecycle is Lifecycle.LIVE
    }


# --- opening


def test_an_import_opens_a_case_in_the_commit_that_makes_two_alike(any_store: Store) -> None:
    report = suspected(any_store)
    assert cases(any_store) == [("Host:a / Host:b", "open")]
    assert (report.counts.suspected, report.counts.updated, any_store.head()) == (1, 1, 3)
    case = the_case(any_store)
    assert case.attributes["description"] == "Both are said to have serial S-1."
    ends = {edge.to_id for edge in any_store.relationships_of([case.id])}
    assert ends == {host(any_store, "a"), host(any_store, "b")}
    assert unsettled(any_store) == Planned()


def test_a_plan_tells_which_cases_it_would_open(store: Store) -> None:
    load(store, ci("a", serial="S-1"), ci("b", scope=CLOUD, serial="S-2"))
    planned = plan(store, ci("b", scope=CLOUD, serial="S-1"))
    assert cases(store) == []
    assert planned.changes == load(store, ci("b", scope=CLOUD, serial="S-1")).changes
    assert [change.action for change in planned.changes] == ["update", "suspect"]


def test_a_pair_has_one_case_however_often_it_is_suspected(store: Store) -> None:
    suspected(store, fqdn="x.example")
    load(store, ci("b", scope=CLOUD, serial="S-3", fqdn="x.example"))
    report = load(store, ci("b", scope=CLOUD, serial="S-1", fqdn="x.example"))
    assert [problem.code for problem in report.problems] == ["DUPLICATE_SUSPECTED"]
    assert (report.counts.suspected, len(cases(store))) == (0, 1)


def test_a_row_that_could_be_two_opens_a_case_with_each(any_store: Store) -> None:
    load(any_store, ci("a", serial="S-1"), ci("b", scope=CLOUD, fqdn="b.example"))
    load(any_store, ci("c", scope=WATCH, serial="S-1", fqdn="b.example"))
    assert cases(any_store) == [("Host:a / Host:c", "open"), ("Host:b / Host:c", "open")]


def test_clones_are_linked_by_as_few_cases_as_it_takes(store: Store) -> None:
    report = load(store, *(ci(f"clone-{n}", serial="S-1") for n in range(5)))
    assert (report.counts.created, report.counts.suspected) == (5, 4)
    assert {name.split(" / ")[0] for name, _ in cases(store)} == {"Host:clone-0"}


def test_a_row_that_is_one_and_shares_less_with_another_opens_a_case_of_both(store: Store) -> None:
    load(store, ci("a", fqdn="a.example"), ci("b", scope=CLOUD, fqdn="b.example", serial="S-1"))
    report = load(store, ci("c", scope=WATCH, name="a", fqdn="a.example", serial="S-1"))
    assert (report.counts.created, report.counts.updated) == (0, 1)
    assert cases(store) == [("Host:a / Host:b", "open")]


def test_a_row_that_is_refused_suspects_nothing(store: Store) -> None:
    load(store, ci("a", "Agreement", code="A-1", agreement_type="sla"))
    report = load(
        store,
        ci("x", "Agreement", scope=CLOUD, code="A-2"),
        ci("y", "Agreement", scope=CLOUD, code="A-2", agreement_type="sla"),
    )
    assert (report.counts.created, report.counts.suspected, cases(store)) == (1, 0, [])


def test_a_person_opens_a_case_once(any_store: Store) -> None:
    load(any_store, ci("a"), ci("b", scope=CLOUD))
    duplicates = Duplicates(any_store)
    case = duplicates.open(ByName("Host", "a"), ByName("Host", "b"), asks("1", "same label on the box"))
    head = any_store.head()
    assert case.attributes == {"case_state": "open", "description": "same label on the box"}
    for request in ("1", "2"):
        again = duplicates.open(ByName("Host", "a"), ByName("Host", "b"), asks(request, "same label on the box"))
        assert (again.id, any_store.head()) == (case.id, head)
    with pytest.raises(IdempotencyMismatch):
        duplicates.open(ByName("Host", "b"), ByName("Host", "a"), asks("1"))
    for one, other, kind in (
        (ByName("Host", "a"), ByName("Host", "a"), BadInput),
        (ByName("Host", "a"), ById(case.id), BadInput),
        (ByName("Host", "a"), ByName("Host", "z"), NotFound),
    ):
        with pytest.raises(kind):
            duplicates.open(one, other, asks("3"))
    assert any_store.head() == head


def test_nobody_but_the_cmdb_says_what_was_decided(store: Store) -> None:
    suspected(store)
    case = ById(the_case(store).id)
    for attribute in ("case_state", "survivor", "decided_by"):
        with pytest.raises(BadInput, match="set by the CMDB itself"):
            Editor(store).update(case, ItemPatch(attributes={attribute: "merged"}), asks("1"))
    with pytest.raises(CMDBError):
        Editor(store).create(NewItem("DuplicateCase", "x"), asks("1"))
    report = load(store, ci("x", "DuplicateCase", case_state="merged"), ci("y", merged_into="z"))
    assert [problem.code for problem in report.problems] == ["BAD_USER_INPUT"] * 2


# --- merging


def test_what_is_merged_is_one_with_all_its_bindings_and_values(any_store: Store) -> None:
    suspected(any_store, model="B", description="of the cloud")
    survivor, other = item(any_store, "a"), item(any_store, "b")
    head = any_store.head()
    made = Duplicates(any_store).merge(verdict(any_store))
    assert any_store.head() == head + 1
    (commit,) = any_store.commits(head)
    assert (commit.actor, commit.reason) == ("anna", "looked at both")
    assert made.survivor is not None
    assert made.other is not None
    assert (made.survivor.id, made.other.id) == (survivor.id, other.id)
    assert made.bindings == ("cloud/eu#b",)
    assert bound(any_store) == {"b": ["cloud/eu#b", "racks/hall-1#a"]}  # cloud stands before racks
    assert made.survivor.attributes == {"serial": "S-1", "model": "B", "description": "of the cloud"}
    assert (made.other.lifecycle, made.other.identifiers) == (Lifecycle.RETIRED, ())
    assert made.other.attributes["merged_into"] == survivor.id
    case = made.case.attributes
    assert (case["case_state"], case["survivor"], case["decided_by"]) == ("merged", survivor.id, "anna")
    assert case["decision_reason"] == "looked at both"
    assert unsettled(any_store) == Planned()


def test_the_survivor_can_be_named_else_the_older_that_lives_is_it(store: Store) -> None:
    suspected(store)
    duplicates = Duplicates(store)
    with pytest.raises(BadInput):
        duplicates.merge(verdict(store), ById(the_case(store).id))
    made = duplicates.merge(verdict(store), ByName("Host", "b"))
    assert made.survivor is not None
    assert made.survivor.id == made.case.attributes["survivor"]
    assert made.other is not None
    assert made.other.name == "a"
    duplicates.undo(verdict(store, "2"))
    Editor(store).update(ByName("Host", "a"), ItemPatch(retired=True), asks("3"))
    again = duplicates.merge(verdict(store, "4"))
    assert again.survivor is not None
    assert (again.survivor.name, again.survivor.lifecycle) == ("b", Lifecycle.LIVE)


def test_later_imports_keep_what_was_merged_together(any_store: Store) -> None:
    suspected(any_store)
    Duplicates(any_store).merge(verdict(any_store))
    report = load(
        any_store,
        ci("a", serial="S-1", model="A2"),
        ci("b", scope=CLOUD, serial="S-7"),
        ci("x", scope=WATCH, serial="S-7", name="b"),
        edge("watch/all#x", "LINKED_TO", "racks/hall-1#z"),
        ci("z"),
    )
    assert (report.counts.created, report.problems) == (1, ())
    assert bound(any_store)["b"] == ["cloud/eu#b", "racks/hall-1#a", "watch/all#x"]
    assert len(cases(any_store)) == 1
    assert unsettled(any_store) == Planned()


def linked(store: Store) -> None:
    """Relationships of both, in both directions, some of them the same."""
    load(
        store,
        ci("r", "Rack", code="R-1"),
        ci("x"),
        edge("a", "LOCATED_IN", "r"),
        edge("racks/hall-1#x", "LINKED_TO", "cloud/eu#b", scope=CLOUD, attributes={"note": "of the cloud"}),
        edge("racks/hall-1#x", "LINKED_TO", "racks/hall-1#a", attributes={"note": "of the racks"}),
        edge("cloud/eu#b", "LINKED_TO", "racks/hall-1#a", scope=CLOUD),
        edge(ByIdentifier("serial", "S-1"), "LINKED_TO", "racks/hall-1#x", scope=WATCH),
    )


def test_relationships_follow_are_folded_and_never_lead_to_themselves(any_store: Store) -> None:
    suspected(any_store)
    linked(any_store)
    made = Duplicates(any_store).merge(verdict(any_store))
    assert arrows(any_store) == ["b LOCATED_IN r", "x LINKED_TO b"]
    load(any_store, ci("x"))  # what was ambiguous means one thing now
    assert arrows(any_store) == ["b LINKED_TO x", "b LOCATED_IN r", "x LINKED_TO b"]
    (folded,) = [entry for entry in edges(any_store) if entry.from_id == host(any_store, "x")]
    assert folded.attributes == {"note": "of the cloud"}
    assert made.relationships == 1
    assert unsettled(any_store) == Planned()


def test_records_that_named_the_one_name_the_survivor(any_store: Store) -> None:
    suspected(any_store)
    editor = Editor(any_store)
    affects = NewRelationship("AFFECTS", SELF, ByName("Host", "b"), attributes={"state": "down"})
    change = editor.create(NewItem("Change", "reboot", relationships=(affects,)), asks("1"))
    load(any_store, ci("s", "BusinessService"), ci("g", "Agreement", agreement_type="sla"))
    editor.relate(NewRelationship("COVERS", ByName("Agreement", "g"), ByName("Host", "b")), asks("2"))
    survivor = host(any_store, "a")
    Duplicates(any_store).merge(verdict(any_store))
    found = {(edge.type, edge.to_id) for edge in any_store.relationships_of([survivor])}
    assert {("AFFECTS", survivor), ("COVERS", survivor)} <= found
    (affected,) = any_store.relationships_of([change.id])
    assert (affected.to_id, affected.attributes) == (survivor, {"state": "down"})
    assert unsettled(any_store) == Planned()


def test_what_was_merged_is_found_as_the_survivor_and_says_so_itself(store: Store) -> None:
    suspected(store)
    other = host(store, "b")
    Duplicates(store).merge(verdict(store), ByName("Host", "a"))
    found = find_one(ById(other), store, store.catalogue)
    assert (found.id, found.lifecycle) == (other, Lifecycle.RETIRED)
    survivor = found.attributes["merged_into"]
    edited = Editor(store).update(ById(other), ItemPatch(attributes={"description": "seen"}), asks("2"))
    assert edited.id == survivor
    load(store, ci("x"))
    related = Editor(store).relate(NewRelationship("LINKED_TO", ByName("Host", "x"), ById(other)), asks("3"))
    assert related.to_id == survivor
    load(store, edge("x", "RUNS_ON", ById(other)))
    assert {edge.to_id for edge in edges(store)} == {survivor}


def test_a_relationship_that_the_survivor_cannot_have_as_well_is_set_aside(any_store: Store) -> None:
    suspected(any_store)
    load(any_store, ci("x"), ci("y"), edge("a", "FITS_INTO", "x"), edge("cloud/eu#b", "FITS_INTO", "y"))
    load(any_store, edge("x", "LEADS", "a"), edge("y", "LEADS", "cloud/eu#b"))
    before = plain(any_store)
    duplicates = Duplicates(any_store)
    made = duplicates.merge(verdict(any_store))
    assert len(made.set_aside) == 2
    assert sorted(key.split("|")[0] for key in made.set_aside) == ["FITS_INTO", "LEADS"]
    assert arrows(any_store) == ["b FITS_INTO x", "x LEADS b"]
    assert len(any_store.unresolved()) == 2
    load(any_store, ci("z"))
    assert arrows(any_store) == ["b FITS_INTO x", "x LEADS b"]
    duplicates.undo(verdict(any_store, "2"))
    load(any_store, ci("z"))
    assert [row for row in plain(any_store).items if row[1] != "z"] == before.items
    assert plain(any_store).edges == before.edges


def test_a_free_place_takes_what_the_other_had(store: Store) -> None:
    suspected(store)
    load(store, ci("x"), edge("a", "FITS_INTO", "cloud/eu#b"), edge("cloud/eu#b", "FITS_INTO", "x"))
    made = Duplicates(store).merge(verdict(store))
    assert (made.set_aside, arrows(store)) == ((), ["b FITS_INTO x"])


def test_what_does_not_fit_together_is_not_merged(store: Store) -> None:
    load(store, ci("a", "Switch"), ci("b", scope=CLOUD), ci("x", "Application"))
    load(store, edge("cloud/eu#b", "MOUNTS", "cloud/eu#v", scope=CLOUD), ci("v", "FileShare", scope=CLOUD))
    duplicates = Duplicates(store)
    case = duplicates.open(ByName("Switch", "a"), ByName("Host", "b"), asks("1"))
    editor = Editor(store)
    editor.create(NewItem("Switch", "s"), asks("2"))
    editor.update(ByName("Switch", "a"), ItemPatch(attributes={"firmware": "F"}), asks("3"))
    before = plain(store), store.head()
    forced = duplicates.open(ByName("Switch", "s"), ByName("Host", "b"), asks("4"))
    with pytest.raises(EndNotAllowed):
        duplicates.merge(Verdict(ById(forced.id), asks("5")), ByName("Switch", "s"))
    assert plain(store) == before[0]
    made = duplicates.merge(Verdict(ById(case.id), asks("6")))
    assert made.survivor is not None
    assert made.survivor.cls == "Host"


def test_what_people_said_of_both_stays_the_nearer_word_first(any_store: Store) -> None:
    suspected(any_store)
    editor, duplicates = Editor(any_store), Duplicates(any_store)
    editor.update(ByName("Host", "a"), ItemPatch("web", {"model": "of a"}), asks("1"))
    editor.update(ByName("Host", "b"), ItemPatch("db", {"model": "of b", "description": "of b"}), asks("2"))
    named = the_case(any_store)
    made = duplicates.merge(Verdict(ById(named.id), asks("3")), ByName("Host", "web"))
    assert made.survivor is not None
    assert (made.survivor.name, made.survivor.attributes) == (
        "web",
        {"model": "of a", "description": "of b", "serial": "S-1"},
    )
    back = editor.release(ByName("Host", "web"), Release(["model", "description"]), asks("4"))
    assert back.attributes == {"model": "A", "serial": "S-1"}
    parted = duplicates.undo(Verdict(ById(named.id), asks("5")))
    assert parted.other is not None
    assert (parted.other.name, parted.other.attributes) == ("db", {"serial": "S-1"})
    assert unsettled(any_store) == Planned()


def test_that_a_person_retired_the_one_does_not_retire_the_survivor(store: Store) -> None:
    suspected(store)
    Editor(store).update(ByName("Host", "b"), ItemPatch(retired=True), asks("1"))
    made = Duplicates(store).merge(verdict(store, "2"))
    assert made.survivor is not None
    assert made.survivor.lifecycle is Lifecycle.LIVE
    parted = Duplicates(store).undo(verdict(store, "3"))
    assert parted.other is not None
    assert (parted.other.name, parted.other.lifecycle) == ("b", Lifecycle.RETIRED)
    assert "merged_into" not in parted.other.attributes


def test_a_preview_tells_what_a_merge_does_and_writes_nothing(store: Store) -> None:
    suspected(store)
    linked(store)
    duplicates, before = Duplicates(store), (plain(store), store.head(), cases(store))
    seen = duplicates.preview(verdict(store))
    assert (plain(store), store.head(), cases(store)) == before
    made = duplicates.merge(verdict(store))
    assert seen.survivor is not None
    assert made.survivor is not None
    assert seen.survivor.attributes == made.survivor.attributes
    assert (seen.bindings, seen.relationships, seen.set_aside) == (made.bindings, made.relationships, made.set_aside)
    assert seen.case.attributes["case_state"] == "merged"


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
