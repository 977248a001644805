"""What is one is merged, with all that is said of it."""

import pytest

from cmdb.errors import (
    BadInput,
    EndNotAllowed,
)
from cmdb.ingest.duplicates import Duplicates, Verdict
from cmdb.ingest.edits import SELF, Editor, ItemPatch, NewItem, NewRelationship, Release
from cmdb.ingest.planning import Planned
from cmdb.ingest.references import find_one
from cmdb.model.items import Lifecycle
from cmdb.model.references import ById, ByName
from cmdb.store.port import Store
from tests.ingest.graphs import arrows, cases, edges, item, plain
from tests.ingest.rows import CLOUD, WATCH, ci, edge, load
from tests.ingest.suspects import asks, bound, host, linked, suspected, the_case, verdict
from tests.ingest.test_properties import unsettled


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
