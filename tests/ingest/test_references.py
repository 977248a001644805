"""References: in any order, across sources, kept while they lead nowhere, tried again at every import."""

from dataclasses import replace

import pytest

from cmdb.errors import AmbiguousName, InvalidReference, NotFound, UnknownClass
from cmdb.ingest.edge_claims import record_of
from cmdb.ingest.edits import Editor, ItemPatch, NewRelationship, Request
from cmdb.ingest.engine import Ingest
from cmdb.ingest.planning import Planned
from cmdb.ingest.references import find_all, find_one
from cmdb.ingest.reports import Counts, Dangling, TypeCount
from cmdb.model.observations import Evidence, Observation, Where
from cmdb.model.references import ById, ByIdentifier, ByKey, ByName, Reference
from cmdb.store.port import Store
from tests.ingest.graphs import arrows, edges, item, plain
from tests.ingest.rows import CLOUD, ORDER, RACKS, WATCH, ci, edge, load, new_host, plan
from tests.ingest.test_properties import unsettled


def test_a_relationship_may_stand_before_its_ends(store: Store) -> None:
    report = load(store, edge("a", "LINKED_TO", "b"), ci("b"), ci("a"))
    assert report.counts == Counts(read=3, created=2, related=1)


WAYS: dict[str, Reference] = {
    "key of the other source": ByKey(CLOUD, "vm"),
    "class and name": ByName("VirtualMachine", "vm"),
    "ancestor and name": ByName("Computer", "vm"),
    "identifier": ByIdentifier("serial", "s-1"),
    "identifier of a class": ByIdentifier("serial", "S-1", "VirtualMachine"),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_end_in_another_source_is_found_by(any_store: Store, way: Reference) -> None:
    load(any_store, ci("vm", "VirtualMachine", scope=CLOUD, serial="S-1"))
    report = load(any_store, ci("web", "Application"), edge("web", "RUNS_ON", way))
    assert (report.counts.related, report.dangling) == (1, ())
    assert arrows(any_store) == ["web RUNS_ON vm"]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_end_that_comes_later_is_found_when_it_comes_by(any_store: Store, way: Reference) -> None:
    load(any_store, ci("web", "Application"), edge("web", "RUNS_ON", way))
    assert len(any_store.unresolved()) == 1
    report = load(any_store, ci("vm", "VirtualMachine", scope=CLOUD, serial="S-1"))
    assert report.counts == Counts(read=1, created=1, related=1)
    assert any_store.unresolved() == []
    assert arrows(any_store) == ["web RUNS_ON vm"]


def test_an_end_is_found_by_its_id(store: Store) -> None:
    load(store, ci("a"), ci("b"))
    load(store, edge("a", "LINKED_TO", ById(item(store, "b").id)), edge("a", "LINKED_TO", ById("x" * 36)))
    assert arrows(store) == ["a LINKED_TO b"]
    assert [str(record.body["to"]) for record in store.unresolved()] == [f"['id', '{'x' * 36}']"]


def test_what_dangles_is_listed_each_time_and_counted_apart(store: Store) -> None:
    row = edge("a", "LINKED_TO", "Host:ghost", origin="env")
    for _ in range(2):
        report = load(store, ci("a"), row)
        assert report.counts.dangling == 1
        assert report.counts.failed == 0
        assert report.dangling == (
            Dangling(
                type="LINKED_TO",
                from_ref="racks/hall-1#a",
                to_ref="Host:ghost",
                missing="Host:ghost",
                binding="racks/hall-1#LINKED_TO racks/hall-1#a -> Host:ghost",
                where="estate.csv:7",
                evidence=("env (estate.csv:7)",),
            ),
        )
        assert report.relationships.get("LINKED_TO", TypeCount(0, 0)) == TypeCount(0, 0)
    assert load(store, edge("ghost", "LINKED_TO", "a")).dangling[0].missing == "racks/hall-1#ghost"


def test_a_claim_keeps_all_it_said_until_its_end_is_there(store: Store) -> None:
    row = replace(
        edge("a", "LINKED_TO", "cloud/eu#b", group="g", attributes={"note": "x"}),
        evidence=(Evidence("one", Where("f.yaml", 3, "spec.x")), Evidence("two")),
    )
    load(store, ci("a"), row)
    first = store.records([(RACKS, row.key)])[RACKS, row.key]
    load(store, ci("b", scope=CLOUD))
    second = store.records([(RACKS, row.key)])[RACKS, row.key]
    (found,) = edges(store)
    assert (found.group, dict(found.attributes)) == ("g", {"note": "x"})
    assert (second.target, second.body, second.digest) == (found.key, first.body, first.digest)
    assert (second.run_id, second.seen_at) == (first.run_id, first.seen_at)
    assert load(store, ci("a"), row).counts == Counts(read=2, unchanged=1, relationships_unchanged=1)


def test_what_dangles_is_tried_again_even_when_an_import_brings_nothing_new(store: Store) -> None:
    load(store, ci("a"), edge("a", "LINKED_TO", "Host:late"))
    Editor(store).create(new_host("late"), Request("anna"))
    assert load(store, ci("a")).counts == Counts(read=1, unchanged=1, related=1)


def test_what_dangles_and_still_leads_nowhere_is_left_alone(store: Store) -> None:
    load(store, ci("a"), edge("a", "LINKED_TO", "Host:ghost"))
    seen = store.unresolved()
    report = load(store, ci("b"))
    assert (report.counts, report.dangling) == (Counts(read=1, created=1), ())
    assert store.unresolved() == seen


def test_many_dangling_references_are_tried_page_by_page(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 3)
    monkeypatch.setattr("cmdb.ingest.work.PAGE", 3)
    load(store, ci("a"), *(edge("a", "LINKED_TO", f"cloud/eu#{n}") for n in range(10)))
    report = load(store, *(ci(str(n), scope=CLOUD) for n in range(0, 10, 2)))
    assert (report.counts.related, len(store.unresolved())) == (5, 5)


def test_an_ambiguous_name_fails_its_row_and_lists_the_candidates(store: Store) -> None:
    load(store, ci("x", name="web"), ci("y", name="web", scope=CLOUD))
    report = load(store, ci("a", scope=WATCH), edge("a", "LINKED_TO", "Host:web", scope=WATCH))
    (problem,) = report.problems
    assert problem.code == "AMBIGUOUS_NAME"
    assert "cloud/eu#y" in problem.message
    assert "racks/hall-1#x" in problem.message
    assert arrows(store) == []


def test_among_several_of_one_name_a_scope_means_its_own(store: Store) -> None:
    load(store, ci("x", name="web"), ci("y", name="web", scope=CLOUD))
    load(store, ci("a"), edge("a", "LINKED_TO", "Host:web"))
    (found,) = edges(store)
    assert [record.scope for record in store.records_of([found.to_id])[found.to_id]] == [RACKS]


def test_a_name_means_what_lives_before_what_was_retired(store: Store) -> None:
    load(store, ci("x", name="web"))
    Editor(store).update(ByName("Host", "web"), ItemPatch(retired=True), Request("anna"))
    load(store, ci("y", name="web", scope=CLOUD))
    load(store, ci("a", scope=WATCH), edge("a", "LINKED_TO", "Host:web", scope=WATCH))
    (found,) = edges(store)
    assert [record.scope for record in store.records_of([found.to_id])[found.to_id]] == [CLOUD]


def moved(store: Store) -> None:
    """The name web passes from one host to another."""
    load(store, ci("x", name="web"), ci("a"), edge("a", "LINKED_TO", "Host:web"))
    load(store, ci("x", name="old"), ci("y", name="web"))


def test_a_claim_by_name_moves_with_the_name_and_its_old_edge_goes(any_store: Store) -> None:
    moved(any_store)
    assert arrows(any_store) == ["a LINKED_TO old"]
    report = load(any_store, edge("a", "LINKED_TO", "Host:web"))
    assert report.counts == Counts(read=1, related=1, unrelated=1)
    assert arrows(any_store) == ["a LINKED_TO web"]


def test_an_edge_stays_while_another_source_claims_it(store: Store) -> None:
    moved(store)
    load(store, edge("racks/hall-1#a", "LINKED_TO", "racks/hall-1#x", scope=CLOUD))
    report = load(store, edge("a", "LINKED_TO", "Host:web"))
    assert report.counts == Counts(read=1, related=1)
    assert arrows(store) == ["a LINKED_TO old", "a LINKED_TO web"]


def test_a_claim_by_key_stays_with_its_ci_whatever_it_is_called(store: Store) -> None:
    load(store, ci("x", name="web"), ci("a"), edge("a", "LINKED_TO", "x"))
    report = load(store, ci("x", name="old"), ci("y", name="web"), edge("a", "LINKED_TO", "x"))
    assert report.counts.relationships_unchanged == 1
    assert arrows(store) == ["a LINKED_TO old"]


def test_a_claim_that_means_nothing_any_more_keeps_its_edge(store: Store) -> None:
    load(store, ci("x", name="web"), ci("a"), edge("a", "LINKED_TO", "Host:web"))
    load(store, ci("x", name="old"))
    assert load(store, edge("a", "LINKED_TO", "Host:web")).counts == Counts(read=1, relationships_unchanged=1)
    report = load(store, edge("a", "LINKED_TO", "Host:web", group="g"))
    assert (report.counts, report.dangling) == (Counts(read=1, related=1), ())
    assert [(entry.group, entry.revision) for entry in edges(store)] == [("g", 2)]


def test_a_claim_that_became_ambiguous_keeps_its_edge_without_a_word(store: Store) -> None:
    load(store, ci("x", name="web"), ci("a", scope=WATCH), edge("a", "LINKED_TO", "Host:web", scope=WATCH))
    load(store, ci("y", name="web", scope=CLOUD))
    report = load(store, edge("a", "LINKED_TO", "Host:web", scope=WATCH))
    assert (report.counts, report.problems) == (Counts(read=1, relationships_unchanged=1), ())


def test_a_reference_to_the_key_of_a_relationship_leads_nowhere(store: Store) -> None:
    row = edge("a", "LINKED_TO", "b")
    load(store, ci("a"), ci("b"), row)
    assert load(store, edge("a", "LINKED_TO", ByKey(RACKS, row.key))).counts.dangling == 1


def test_a_plan_tries_what_dangles_as_a_run_does(store: Store) -> None:
    load(store, ci("a"), edge("a", "LINKED_TO", "cloud/eu#b"), edge("a", "LINKED_TO", "Host:ghost"))
    expected = plan(store, ci("b", scope=CLOUD))
    assert load(store, ci("b", scope=CLOUD)).counts == expected.counts == Counts(read=1, created=1, related=1)


def test_one_item_is_found_or_refused_with_all_that_is_missing(store: Store) -> None:
    load(store, ci("a", serial="S-1"), ci("b", name="a", scope=CLOUD))
    own = find_one(ByKey(RACKS, "a"), store, store.catalogue)
    assert find_all([ByIdentifier("serial", "S-1"), ById(own.id)], store, store.catalogue) == [own, own]
    with pytest.raises(NotFound, match="Host:x, cloud/eu#y names nothing"):
        find_all([ByName("Host", "x"), ByKey(CLOUD, "y")], store, store.catalogue)
    with pytest.raises(AmbiguousName) as refusal:
        find_one(ByName("Host", "a"), store, store.catalogue)
    assert own.id in str(refusal.value.details["candidates"])


def test_a_class_that_is_none_is_said_with_the_reference(store: Store) -> None:
    with pytest.raises(UnknownClass, match="Spaceship:x names the class 'Spaceship'"):
        find_one(ByName("Spaceship", "x"), store, store.catalogue)


def test_a_stored_reference_that_cannot_be_read_is_an_error(store: Store) -> None:
    load(store, ci("a"), edge("a", "LINKED_TO", "ghost"))
    (record,) = store.unresolved()
    assert record_of(record).to_ref == ByKey(RACKS, "ghost")
    with pytest.raises(InvalidReference):
        record_of(replace(record, body={**record.body, "to": ["odd"]}))


def test_the_order_in_which_inputs_come_does_not_matter_to_references(any_store: Store) -> None:
    first: list[Observation] = [ci("a"), edge("a", "LINKED_TO", "cloud/eu#b")]
    second: list[Observation] = [ci("b", scope=CLOUD)]
    Ingest(any_store).run([lambda: first, lambda: second], ORDER)
    together = plain(any_store)
    assert together.edges[0][1:3] == (("Host:a", "racks/hall-1#a"), ("Host:b", "cloud/eu#b"))


def test_an_ambiguous_reference_is_kept_and_resolved_once_it_means_one_thing(any_store: Store) -> None:
    rows = [ci("a", scope=CLOUD, name="web"), ci("b", name="web", scope=WATCH), ci("x")]
    load(any_store, *rows)
    row = edge("x", "LINKED_TO", "Host:web")
    assert [problem.code for problem in load(any_store, row).problems] == ["AMBIGUOUS_NAME"]
    head = any_store.head()
    assert [problem.code for problem in load(any_store, row).problems] == ["AMBIGUOUS_NAME"]
    assert (any_store.head(), [record.key for record in any_store.unresolved()]) == (head, [row.key])
    report = load(any_store, ci("b", name="db", scope=WATCH))
    assert (report.counts.related, report.problems) == (1, ())
    assert arrows(any_store) == ["x LINKED_TO web"]


def test_what_names_one_thing_twice_is_no_relationship_of_it(any_store: Store) -> None:
    load(any_store, ci("a", serial="S-1"), ci("b", name="a", scope=CLOUD, serial="S-1"), ci("c"))
    rows = [edge("a", "LINKED_TO", "cloud/eu#b"), edge("a", "FITS_INTO", "a"), edge("a", "FITS_INTO", "c")]
    report = load(any_store, *rows)
    assert (report.counts.related, report.complete) == (1, True)
    assert [problem.code for problem in report.problems] == ["SELF_RELATIONSHIP"] * 2
    assert (arrows(any_store), any_store.unresolved()) == (["a FITS_INTO c"], [])
    again = load(any_store, *rows)
    assert (again.counts.changes, again.counts.relationships_unchanged, again.problems) == (0, 3, ())


def test_of_sources_that_claim_the_only_place_the_one_that_counts_first_has_it(any_store: Store) -> None:
    load(any_store, ci("a"), ci("b"), ci("c"), ci("d"))
    late = edge("racks/hall-1#a", "FITS_INTO", "racks/hall-1#b", scope=WATCH)
    early = edge("racks/hall-1#a", "FITS_INTO", "racks/hall-1#c", scope=CLOUD)
    load(any_store, late)
    report = load(any_store, early)
    assert (report.counts.related, report.counts.unrelated, report.counts.failed) == (1, 1, 0)
    assert (arrows(any_store), [record.key for record in any_store.unresolved()]) == (["a FITS_INTO c"], [late.key])
    again = load(any_store, late)
    assert [problem.code for problem in again.problems] == ["CARDINALITY_EXCEEDED"]
    assert again.counts.changes == 0
    head = any_store.head()
    load(any_store, late, early)
    assert any_store.head() == head


def test_a_place_that_becomes_free_goes_to_the_next(store: Store) -> None:
    load(store, ci("a"), ci("b"), ci("c"))
    late = edge("racks/hall-1#a", "FITS_INTO", "racks/hall-1#b", scope=WATCH)
    early = edge("racks/hall-1#a", "FITS_INTO", "racks/hall-1#c", scope=CLOUD)
    load(store, late, early)
    assert arrows(store) == ["a FITS_INTO c"]
    Editor(store).unrelate("FITS_INTO", ByName("Host", "a"), ByName("Host", "c"), Request("anna"))
    load(store, ci("x"))
    assert arrows(store) == ["a FITS_INTO b"]


def test_a_place_is_taken_by_a_claim_whose_end_arrives_later(store: Store) -> None:
    load(store, ci("a"), ci("b"))
    load(store, edge("racks/hall-1#a", "FITS_INTO", "racks/hall-1#c", scope=CLOUD))
    load(store, edge("racks/hall-1#a", "FITS_INTO", "racks/hall-1#b", scope=WATCH))
    assert arrows(store) == ["a FITS_INTO b"]
    load(store, ci("c"))
    assert arrows(store) == ["a FITS_INTO c"]
    assert len(store.unresolved()) == 1


def test_what_people_relate_keeps_its_place_and_a_source_does_not_contest_its_own_word(store: Store) -> None:
    load(store, ci("a"), ci("b"), ci("c"))
    Editor(store).relate(NewRelationship("FITS_INTO", ByName("Host", "a"), ByName("Host", "b")), Request("anna"))
    report = load(store, edge("a", "FITS_INTO", "c"), edge("b", "LEADS", "c"))
    assert (report.counts.failed, arrows(store)) == (1, ["a FITS_INTO b", "b LEADS c"])
    assert load(store, edge("a", "LEADS", "c")).counts.failed == 1
    assert arrows(store) == ["a FITS_INTO b", "b LEADS c"]


def test_who_says_again_what_was_outdone_is_told_in_the_same_import(store: Store) -> None:
    load(store, ci("a"), ci("b"), ci("c"))
    load(store, edge("racks/hall-1#a", "FITS_INTO", "racks/hall-1#b", scope=WATCH))
    changed = edge("racks/hall-1#a", "FITS_INTO", "racks/hall-1#b", scope=WATCH, group="g")
    report = load(store, changed, edge("racks/hall-1#a", "FITS_INTO", "racks/hall-1#c", scope=CLOUD))
    assert (report.counts.failed, arrows(store)) == (1, ["a FITS_INTO c"])
    assert unsettled(store) == Planned()
