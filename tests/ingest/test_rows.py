"""Rows that are wrong fail alone, each with its place, its code and a reason."""

from dataclasses import replace

import pytest

from cmdb.ingest.reports import Counts
from cmdb.model.items import GroupSetting
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity, Where
from cmdb.model.references import ByIdentifier, ByName
from cmdb.model.sources import RunState, Scope
from cmdb.model.values import JSONValue
from cmdb.store.port import Store
from tests.ingest.graphs import arrows, item, names
from tests.ingest.rows import CLOUD, RACKS, ci, edge, grouped, load, load_each, plan

GOOD = (ci("a", serial="A"), ci("b", serial="B"), edge("a", "LINKED_TO", "b"))

BAD_CIS: dict[str, tuple[CIRecord, str]] = {
    "unknown class": (ci("x", "Spaceship"), "UNKNOWN_CLASS"),
    "abstract class": (ci("x", "Computer"), "BAD_USER_INPUT"),
    "unknown attribute": (ci("x", wheels=4), "UNKNOWN_ATTRIBUTE"),
    "wrong type": (ci("x", cpu_count="many"), "WRONG_TYPE"),
    "number for text": (ci("x", serial=17), "WRONG_TYPE"),
    "beyond 64 bits": (ci("x", cpu_count=2**63), "WRONG_TYPE"),
    "far beyond 64 bits": (ci("x", cpu_count=2**200), "WRONG_TYPE"),
    "not a number": (ci("x", cpu_count=float("nan")), "WRONG_TYPE"),
    "a NUL": (ci("x", serial="S\x00"), "WRONG_TYPE"),
    "a lone surrogate": (ci("x", serial="\ud800"), "WRONG_TYPE"),
    "a word outside an enum": (ci("x", environment="moon"), "WRONG_TYPE"),
    "a day that is none": (ci("x", verified_at="2026-02-30"), "WRONG_TYPE"),
    "an instant beyond the calendar": (ci("x", verified_at="9999-12-31T23:59:59-14:00"), "WRONG_TYPE"),
    "missing attribute": (ci("x", "Agreement"), "MISSING_ATTRIBUTE"),
    "empty name": (ci("x", name="  "), "BAD_USER_INPUT"),
    "NUL in the name": (ci("x", name="a\x00b"), "BAD_USER_INPUT"),
    "surrogate in the name": (ci("x", name="\udcff"), "BAD_USER_INPUT"),
    "empty key": (ci("", name="x"), "BAD_USER_INPUT"),
    "surrogate in the key": (ci("\udcff", name="x"), "BAD_USER_INPUT"),
    "a group that counts nothing": (grouped(ci("x"), power="many"), "WRONG_TYPE"),
    "a group of more than all": (grouped(ci("x"), power="100.5%"), "WRONG_TYPE"),
    "a group degraded below nonsense": (grouped(ci("x"), power=GroupSetting("1", "-1")), "WRONG_TYPE"),
    "a group without a name": (replace(ci("x"), groups={" ": GroupSetting()}), "WRONG_TYPE"),
    "more than 64 bits beside the attributes": (replace(ci("x"), unmapped={"n": 2**64}), "BAD_USER_INPUT"),
    "keys that are no text beside the attributes": (
        replace(ci("x"), unmapped={"n": {1: 2}}),  # type: ignore[dict-item] # what a YAML reader may give
        "BAD_USER_INPUT",
    ),
    "the source of people": (ci("x", scope=Scope("manual")), "BAD_USER_INPUT"),
}


@pytest.mark.parametrize(("row", "code"), BAD_CIS.values(), ids=BAD_CIS)
def test_a_bad_ci_is_listed_and_the_rest_is_imported(store: Store, row: CIRecord, code: str) -> None:
    report = load(store, GOOD[0], row, *GOOD[1:])
    assert report.state is RunState.SUCCEEDED_WITH_ERRORS
    assert report.counts == Counts(read=4, created=2, related=1, failed=1)
    assert not report.complete
    (problem,) = report.problems
    assert (problem.severity, problem.code, problem.key) == (Severity.ERROR, code, row.key)
    assert problem.where == Where("estate.csv", 1)
    assert names(store) == ["a", "b"]


def linked(**said: JSONValue) -> RelationshipRecord:
    return edge("b", "LINKED_TO", "a", attributes=said)


BAD_EDGES: dict[str, tuple[RelationshipRecord, str]] = {
    "unknown type": (edge("b", "ADMIRES", "a"), "UNKNOWN_RELATIONSHIP_TYPE"),
    "ends not allowed": (edge("b", "POWERED_BY", "a"), "END_NOT_ALLOWED"),
    "unknown class of an end": (edge("b", "LINKED_TO", "Spaceship:a"), "UNKNOWN_CLASS"),
    "unknown class of an identifier": (
        edge("b", "LINKED_TO", ByIdentifier("serial", "A", "Spaceship")),
        "UNKNOWN_CLASS",
    ),
    "unknown attribute": (linked(colour="red"), "UNKNOWN_ATTRIBUTE"),
    "wrong type": (linked(note=1), "WRONG_TYPE"),
    "beyond 64 bits": (linked(share=2**70), "WRONG_TYPE"),
    "missing attribute": (edge("b", "AFFECTS", "a"), "MISSING_ATTRIBUTE"),
    "surrogate in a reference": (edge("b", "LINKED_TO", ByName("Host", "\udcff")), "BAD_USER_INPUT"),
    "NUL in the group": (edge("b", "LINKED_TO", "a", group="a\x00"), "BAD_USER_INPUT"),
    "empty group": (edge("b", "LINKED_TO", "a", group=" "), "BAD_USER_INPUT"),
    "surrogate in the evidence": (edge("b", "LINKED_TO", "a", origin="\udcff"), "BAD_USER_INPUT"),
    "the source of people": (
        edge("racks/hall-1#b", "LINKED_TO", "racks/hall-1#a", scope=Scope("manual")),
        "BAD_USER_INPUT",
    ),
}


@pytest.mark.parametrize(("row", "code"), BAD_EDGES.values(), ids=BAD_EDGES)
def test_a_bad_relationship_is_listed_and_the_rest_is_imported(
    store: Store, row: RelationshipRecord, code: str
) -> None:
    report = load(store, GOOD[0], row, *GOOD[1:])
    assert report.counts == Counts(read=4, created=2, related=1, failed=1)
    assert [(problem.code, problem.key, problem.where) for problem in report.problems] == [
        (code, row.key, Where("estate.csv", 7))
    ]
    assert arrows(store) == ["a LINKED_TO b"]
    assert store.unresolved() == []


def test_all_bad_rows_of_an_import_are_told_at_once(store: Store) -> None:
    bad = [row for row, _ in BAD_CIS.values()]
    rows: list[Observation] = [replace(row, key=f"{row.key}{n}" if row.key else "") for n, row in enumerate(bad)]
    report = load(store, *rows, *GOOD)
    assert report.counts == Counts(read=len(bad) + 3, created=2, related=1, failed=len(bad))


def test_a_file_with_only_bad_rows_writes_nothing(any_store: Store) -> None:
    report = load(any_store, ci("x", "Spaceship"), edge("x", "LINKED_TO", "y", attributes={"note": 1}))
    assert (report.counts, any_store.head()) == (Counts(read=2, failed=2), 0)


def test_what_an_importer_found_wrong_is_in_the_report(store: Store) -> None:
    told = (
        Problem(Severity.INFO, "IGNORED", "Nothing to do."),
        Problem(Severity.WARNING, "ODD", "Looks odd."),
        Problem(Severity.ERROR, "BROKEN", "Cannot be read.", Where("a.csv", 3), "k"),
    )
    report = load(store, told[0], GOOD[0], told[1], GOOD[1], told[2], GOOD[2])
    assert report.problems == told
    assert report.counts.failed == 1
    assert report.state is RunState.SUCCEEDED_WITH_ERRORS
    assert load(store, *told[:2], *GOOD).state is RunState.SUCCEEDED
    unfinished = load(store, Problem(Severity.INCOMPLETE, "CUT", "The file ends too early."), *GOOD)
    assert (unfinished.state, unfinished.complete) == (RunState.SUCCEEDED_WITH_ERRORS, False)


DUPLICATES: dict[str, CIRecord] = {
    "another name": ci("a", serial="A", name="other"),
    "another class": ci("a", "VirtualMachine", serial="A"),
    "other attributes": ci("a", serial="Z"),
    "other groups": grouped(ci("a", serial="A"), power="2"),
    "other details": replace(ci("a", serial="A"), unmapped={"note": "x"}),
}


@pytest.mark.parametrize("row", DUPLICATES.values(), ids=DUPLICATES)
def test_a_key_that_stands_twice_with_different_content_counts_once(store: Store, row: CIRecord) -> None:
    report = load(store, *GOOD, row)
    assert report.counts == Counts(read=3, created=2, related=1, failed=1)
    assert [(problem.code, problem.key) for problem in report.problems] == [("DUPLICATE_KEY", "a")]
    assert item(store, "a").attributes == {"serial": "A"}


def test_a_row_that_stands_twice_counts_once_without_a_word(store: Store) -> None:
    again = edge("a", "LINKED_TO", "b", origin="another column")
    report = load_each(store, GOOD, [GOOD[0], again])
    assert report.counts == Counts(read=3, created=2, related=1)
    assert report.problems == ()


def test_a_relationship_that_stands_twice_with_different_content_counts_once(store: Store) -> None:
    report = load(store, *GOOD, edge("a", "LINKED_TO", "b", group="other"))
    assert report.counts == Counts(read=3, created=2, related=1, failed=1)
    assert [problem.code for problem in report.problems] == ["DUPLICATE_KEY"]


def test_the_same_key_in_two_scopes_is_two_rows(store: Store) -> None:
    report = load(store, ci("a"), ci("a", scope=CLOUD))
    assert report.counts == Counts(read=2, created=2)


def test_a_ci_cannot_have_the_key_of_a_relationship_of_its_scope(store: Store) -> None:
    load(store, *GOOD)
    key = GOOD[2].key
    report = load(store, ci(key, name="odd"))
    assert [problem.code for problem in report.problems] == ["DUPLICATE_KEY"]
    assert load(store, *GOOD).counts.changes == 0


def test_a_relationship_cannot_have_the_key_of_a_ci_of_its_scope(store: Store) -> None:
    key = GOOD[2].key
    report = load(store, *GOOD, ci(key, name="odd"))
    assert [problem.code for problem in report.problems] == ["DUPLICATE_KEY"]
    assert (names(store), arrows(store)) == (["a", "b", "odd"], [])


def test_a_row_that_no_longer_fits_leaves_what_was_there(store: Store) -> None:
    sla = ci("sla", "Agreement", agreement_type="sla", code="A-1")
    load(store, sla)
    report = load(store, ci("sla", "Agreement", code="A-1"))
    assert [problem.code for problem in report.problems] == ["MISSING_ATTRIBUTE"]
    assert item(store, "sla").attributes == sla.attributes
    assert load(store, sla).counts == Counts(read=1, unchanged=1)


def test_rows_of_one_ci_that_do_not_fit_together_fail_alone(store: Store) -> None:
    fits = ci("sla", "Agreement", agreement_type="sla", code="A-1")
    poor = [ci("x", "Agreement", scope=CLOUD, code="A-2"), ci("y", "Agreement", code="A-2")]
    report = load(store, fits, *poor)
    assert report.counts == Counts(read=3, created=1, failed=2)
    assert {problem.key for problem in report.problems} == {"x", "y"}


def test_an_end_that_may_have_only_one_relationship_refuses_the_second_row_alone(any_store: Store) -> None:
    rows = [ci(name, serial=name) for name in "abc"]
    report = load(any_store, *rows, edge("a", "FITS_INTO", "b"), edge("a", "FITS_INTO", "c"), edge("c", "LEADS", "a"))
    assert report.counts == Counts(read=6, created=3, related=2, failed=1)
    assert [(problem.code, problem.key) for problem in report.problems] == [
        ("CARDINALITY_EXCEEDED", edge("a", "FITS_INTO", "c").key)
    ]
    assert arrows(any_store) == ["a FITS_INTO b", "c LEADS a"]
    later = load(any_store, edge("b", "LEADS", "a"), edge("b", "PAIRED_WITH", "a"), edge("c", "PAIRED_WITH", "a"))
    assert later.counts == Counts(read=3, related=1, failed=2)
    assert arrows(any_store) == ["a FITS_INTO b", "b PAIRED_WITH a", "c LEADS a"]


def test_what_an_end_may_have_is_counted_over_batches_also_in_a_plan(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 1)
    load(store, *(ci(name) for name in "abcd"), edge("d", "LEADS", "c"))
    rows = [
        edge("a", "FITS_INTO", "b"),
        edge("a", "FITS_INTO", "c"),
        edge("a", "LINKED_TO", "b"),
        edge("a", "LEADS", "c"),
        edge("b", "PAIRED_WITH", "a"),
        edge("c", "PAIRED_WITH", "a"),
        edge("a", "PAIRED_WITH", "b"),
    ]
    planned = plan(store, *rows)
    assert planned.counts == Counts(read=7, related=4, failed=3)
    report = load(store, *rows)
    assert (report.counts, report.problems) == (planned.counts, planned.problems)


def test_a_class_that_the_catalogue_lost_does_not_stop_an_import(store: Store) -> None:
    load(store, ci("w", "Widget", motto="x"), *GOOD)
    report = load(store, ci("w", "Gizmo"), *GOOD)
    assert report.counts == Counts(read=4, unchanged=2, relationships_unchanged=1, failed=1)
    assert store.records([(RACKS, "w")])[RACKS, "w"].body["class"] == "Widget"
