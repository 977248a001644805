"""Duplicate cases: opened by imports and by people, one for each pair."""

import pytest

from cmdb.errors import (
    BadInput,
    CMDBError,
    IdempotencyMismatch,
    NotFound,
)
from cmdb.ingest.duplicates import Duplicates
from cmdb.ingest.edits import Editor, ItemPatch, NewItem
from cmdb.ingest.planning import Planned
from cmdb.model.references import ById, ByName
from cmdb.store.port import Store
from tests.ingest.graphs import cases
from tests.ingest.rows import CLOUD, WATCH, ci, load, plan
from tests.ingest.suspects import asks, host, suspected, the_case
from tests.ingest.test_properties import unsettled


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
