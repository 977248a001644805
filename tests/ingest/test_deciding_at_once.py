"""Decisions, imports and edits at the same time: nothing is doubled, nothing is lost, nobody decides twice."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from cmdb.errors import Conflict
from cmdb.ingest.attempts import ATTEMPTS
from cmdb.ingest.cases import CASE
from cmdb.ingest.duplicates import Duplicates, Verdict
from cmdb.ingest.edits import Editor, ItemPatch, NewRelationship, Request
from cmdb.ingest.orders import Order
from cmdb.ingest.planning import Planned
from cmdb.ingest.reports import Counts
from cmdb.ingest.reverting import revert
from cmdb.model.items import Item, Lifecycle
from cmdb.model.observations import CIRecord, RelationshipRecord
from cmdb.model.references import ById, ByName
from cmdb.store.port import Store
from tests.ingest.graphs import arrows, cases, item, items
from tests.ingest.rows import CLOUD, WATCH, ci, edge, load
from tests.ingest.test_properties import unsettled
from tests.ingest.watched import OvertakenStore

A, B = ByName("Host", "a"), ByName("Host", "b")


def pair() -> tuple[OvertakenStore, Item]:
    """Two hosts, ``a`` of the racks and ``b`` of the cloud, with a case."""
    store = OvertakenStore()
    load(store, ci("a", serial="S-1", model="A"), ci("x"))
    load(store, ci("b", scope=CLOUD, serial="S-2", model="B"))
    return store, Duplicates(store).open(A, B, Request("anna", "", "open"))


def merge(store: Store, case: Item, request_id: str = "merge") -> Callable[[], object]:
    return lambda: Duplicates(store).merge(Verdict(ById(case.id), Request("anna", "", request_id)), A)


def living(store: Store) -> list[str]:
    return [entry.name for entry in items(store) if entry.lifecycle is Lifecycle.LIVE]


def test_two_sources_that_know_a_machine_by_different_numbers_make_it_once() -> None:
    store = OvertakenStore()
    store.waiting = [lambda: load(store, ci("b", scope=CLOUD, system_uuid="U-1", serial="S-1"))]
    report = load(store, ci("a", serial="S-1"))
    assert report.counts == Counts(read=1, unchanged=1)
    assert len(items(store)) == 1


def test_an_identity_that_somebody_took_meanwhile_is_a_case_and_no_second_owner() -> None:
    store = OvertakenStore()
    load(store, ci("a", fqdn="a.example"))
    store.waiting = [lambda: load(store, ci("b", scope=CLOUD, system_uuid="U-1", serial="S-1"))]
    load(store, ci("a", fqdn="a.example", serial="S-1"))
    assert cases(store) == [("Host:a / Host:b", "open")]


def test_a_case_that_somebody_opened_meanwhile_is_not_opened_twice() -> None:
    store = OvertakenStore()
    load(store, ci("a", serial="S-1"))
    load(store, ci("b", scope=CLOUD, serial="S-2"))
    store.waiting = [lambda: Duplicates(store).open(A, B, Request("anna"))]
    report = load(store, ci("b", scope=CLOUD, serial="S-1"))
    assert (report.counts.suspected, len(cases(store))) == (0, 1)


LATE: dict[str, CIRecord | RelationshipRecord] = {
    "a claim that changes something": ci("b", scope=CLOUD, serial="S-2", model="B2"),
    "a claim that changes nothing yet": replace(ci("b", scope=CLOUD, serial="S-2", model="B"), unmapped={"x": 1}),
    "a new relationship": edge("cloud/eu#b", "LINKED_TO", "racks/hall-1#x", scope=CLOUD),
    "a relationship to it": edge("racks/hall-1#x", "LINKED_TO", "cloud/eu#b", scope=CLOUD),
    "another source": ci("b", scope=WATCH, serial="S-2", model="W"),
}


@pytest.mark.parametrize("row", LATE.values(), ids=LATE)
def test_what_is_said_of_a_thing_while_it_is_merged_goes_to_what_it_became(
    row: CIRecord | RelationshipRecord,
) -> None:
    store, case = pair()
    store.waiting = [merge(store, case)]
    load(store, row)
    assert len([name for name in living(store) if name != "x"]) == 1
    (record,) = store.records([(row.scope, row.key)]).values()
    (survivor,) = [entry for entry in items(store) if entry.name != "x" and entry.lifecycle is Lifecycle.LIVE]
    assert record.target is not None
    assert survivor.id in record.target.split("|")
    assert unsettled(store) == Planned()


@pytest.mark.parametrize("row", LATE.values(), ids=LATE)
def test_a_merge_that_an_import_overtook_takes_what_it_said_along(row: CIRecord | RelationshipRecord) -> None:
    store, case = pair()
    store.waiting = [lambda: load(store, row)]
    merge(store, case)()
    (record,) = store.records([(row.scope, row.key)]).values()
    survivor = next(entry for entry in items(store) if entry.name != "x" and entry.lifecycle is Lifecycle.LIVE)
    assert record.target is not None
    assert survivor.id in record.target.split("|")
    assert record.digest in {record.digest for record in store.records([(row.scope, row.key)]).values()}
    assert unsettled(store) == Planned()


def test_an_edit_of_what_is_merged_meanwhile_goes_to_what_it_became() -> None:
    store, case = pair()
    store.waiting = [merge(store, case)]
    other = item(store, "b").id
    edited = Editor(store).update(ById(other), ItemPatch(attributes={"description": "seen"}), Request("bert"))
    assert (edited.id != other, edited.lifecycle) == (True, Lifecycle.LIVE)
    assert edited.attributes["description"] == "seen"
    assert unsettled(store) == Planned()


def test_a_relationship_made_by_hand_to_what_is_merged_meanwhile_follows() -> None:
    store, case = pair()
    store.waiting = [merge(store, case)]
    Editor(store).relate(NewRelationship("LINKED_TO", ByName("Host", "x"), B), Request("bert"))
    assert len(arrows(store)) == 1
    assert unsettled(store) == Planned()


def test_of_two_who_decide_at_once_the_second_is_told() -> None:
    store, case = pair()
    verdict = Verdict(ById(case.id), Request("bert", "", "differ"))
    store.waiting = [merge(store, case)]
    with pytest.raises(Conflict, match="is merged"):
        Duplicates(store).differ(verdict)
    assert [state for _, state in cases(store)] == ["merged"]


@pytest.mark.usefixtures("no_pauses")
def test_a_decision_that_is_always_overtaken_gives_up_and_nothing_is_written() -> None:
    store, case = pair()

    def somebody(number: int) -> Callable[[], object]:
        return lambda: load(store, ci(f"n{number}", scope=WATCH))

    store.waiting = [somebody(number) for number in range(ATTEMPTS)]
    with pytest.raises(Conflict):
        merge(store, case)()
    assert [state for _, state in cases(store)] == ["open"]
    assert len(living(store)) == 3 + ATTEMPTS


def test_a_run_that_is_reverted_after_a_merge_leaves_it_merged() -> None:
    store, case = pair()
    run = load(store, ci("b", scope=CLOUD, serial="S-2", model="B2"), ci("a", serial="S-1", model="A2")).run_id
    merge(store, case)()
    revert(store, run, Order("tester", "test"))
    (survivor,) = [entry for entry in items(store) if entry.name != "x" and entry.lifecycle is Lifecycle.LIVE]
    assert survivor.attributes["model"] == "B"
    assert unsettled(store) == Planned()


@pytest.mark.parametrize("decided", [False, True], ids=["undecided", "decided"])
def test_a_run_that_is_reverted_takes_back_the_cases_that_nobody_decided(store: Store, *, decided: bool) -> None:
    load(store, ci("a", serial="S-1", system_uuid="U-1"))
    row = ci("b", scope=CLOUD, serial="S-1", system_uuid="U-2")
    run = load(store, row).run_id
    (case,) = [entry for chunk in store.graph().items for entry in chunk if entry.cls == CASE]
    if decided:
        Duplicates(store).differ(Verdict(ById(case.id), Request("anna")))
    revert(store, run, Order("tester", "test"))
    assert cases(store) == ([("Host:a / Host:b", "different")] if decided else [])
    assert unsettled(store) == Planned()
    again = load(store, row)
    assert again.counts.suspected == (0 if decided else 1)
    assert cases(store) == [("Host:a / Host:b", "different" if decided else "open")]
    assert unsettled(store) == Planned()
