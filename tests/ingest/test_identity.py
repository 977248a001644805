"""Which CI a row is of: its binding, then the rules of its class, never a guess."""

from dataclasses import replace

import pytest

from cmdb.ingest.edits import Editor, ItemPatch, Request
from cmdb.ingest.reports import Counts, ImportReport
from cmdb.model.items import Lifecycle
from cmdb.model.observations import CIRecord
from cmdb.model.references import ByName
from cmdb.model.sources import Scope
from cmdb.store.port import Store
from tests.ingest.graphs import item, items, names, plain
from tests.ingest.rows import CLOUD, RACKS, WATCH, ci, load
from tests.store.places import MemoryPlace


def codes(report: ImportReport) -> list[str]:
    return [problem.code for problem in report.problems]


def sources(store: Store) -> list[tuple[str, ...]]:
    """Who speaks of each item, one line an item."""
    return sorted(entry[5] for entry in plain(store).items)


SAME: dict[str, tuple[CIRecord, CIRecord]] = {
    "serial number": (ci("a", serial="S-1"), ci("b", scope=CLOUD, serial="S-1")),
    "letter case and spaces": (ci("a", serial="S-1 X"), ci("b", scope=CLOUD, serial=" s-1  x ")),
    "maker and serial number": (
        ci("a", vendor="Ironclad", serial="1"),
        ci("b", scope=CLOUD, vendor="IRONCLAD", serial="1"),
    ),
    "serial number where one does not know the maker": (
        ci("a", vendor="Ironclad", serial="1"),
        ci("b", scope=CLOUD, serial="1"),
    ),
    "firmware, whatever else differs": (
        ci("a", system_uuid="U-1", serial="1"),
        ci("b", scope=CLOUD, system_uuid="U-1", serial="2"),
    ),
    "name within a namespace": (
        ci("a", "Workload", name="cart", kubernetes_cluster="k", namespace="default", kind="Deployment"),
        ci("b", "Workload", name="cart", scope=CLOUD, kubernetes_cluster="k", namespace="default", kind="Deployment"),
    ),
    "code of a customer": (ci("a", "Customer", code="C-1"), ci("b", "Customer", scope=CLOUD, code="c-1")),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_two_sources_find_one_ci_by(store: Store, one: CIRecord, other: CIRecord) -> None:
    load(store, one)
    report = load(store, other)
    assert report.counts.created == 0
    assert codes(report) == []
    assert len(items(store)) == 1


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_two_rows_of_one_import_find_one_ci_by(store: Store, one: CIRecord, other: CIRecord) -> None:
    report = load(store, one, other)
    assert report.counts == Counts(read=2, created=1)
    assert len(items(store)) == 1


APART: dict[str, tuple[CIRecord, CIRecord]] = {
    "only their name is the same": (ci("a", name="web"), ci("b", name="web", scope=CLOUD)),
    "the serial number is a placeholder": (ci("a", serial="NA"), ci("b", scope=CLOUD, serial="NA")),
    "the hardware is unknown": (
        ci("a", serial="To be filled by O.E.M.", system_uuid="00000000-0000-0000-0000-000000000000"),
        ci("b", scope=CLOUD, serial="To be filled by O.E.M.", system_uuid="00000000-0000-0000-0000-000000000000"),
    ),
    "one is a customer and one a supplier": (
        ci("a", "Customer", code="P-1"),
        ci("b", "Supplier", scope=CLOUD, code="P-1"),
    ),
    "one is a host and one a switch": (ci("a", serial="S-1"), ci("b", "Switch", scope=CLOUD, serial="S-1")),
    "one is physical and one virtual": (
        ci("a", serial="S-1"),
        ci("b", "VirtualMachine", scope=CLOUD, serial="S-1"),
    ),
    "they live in two clusters": (
        ci("a", "Workload", name="cart", kubernetes_cluster="k1", namespace="shop", kind="Deployment"),
        ci("b", "Workload", name="cart", scope=CLOUD, kubernetes_cluster="k2", namespace="shop", kind="Deployment"),
    ),
}


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART)
def test_two_cis_stay_two_when(store: Store, one: CIRecord, other: CIRecord) -> None:
    load(store, one)
    report = load(store, other)
    assert (report.counts.created, codes(report)) == (1, [])
    assert len(items(store)) == 2


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART)
def test_two_cis_of_one_import_stay_two_when(any_store: Store, one: CIRecord, other: CIRecord) -> None:
    report = load(any_store, one, other)
    assert report.counts == Counts(read=2, created=2)
    assert load(any_store, one, other).counts == Counts(read=2, unchanged=2)


def test_two_makers_may_use_one_serial_number(store: Store) -> None:
    load(store, ci("a", vendor="Ironclad", serial="1000"))
    report = load(store, ci("b", scope=CLOUD, vendor="Voltworks", serial="1000"))
    assert codes(report) == ["DUPLICATE_SUSPECTED"]
    assert sources(store) == [("cloud/eu#b",), ("racks/hall-1#a",)]
    assert "Host:a (racks/hall-1#a)" in report.problems[0].message


def test_cloned_machines_of_one_scope_stay_apart_with_a_warning(any_store: Store) -> None:
    clones = [ci(f"clone-{n}", serial="S-1", fqdn="golden.example") for n in range(7)]
    report = load(any_store, *clones)
    assert report.counts == Counts(read=7, created=7, suspected=6)
    assert codes(report) == ["DUPLICATE_SUSPECTED"] * 6
    assert report.complete
    assert len({entry.identity_key for entry in items(any_store)}) == 7
    again = load(any_store, *clones)
    assert (again.counts, codes(again)) == (Counts(read=7, unchanged=7), [])


def test_a_renamed_key_finds_its_ci_again(any_store: Store) -> None:
    load(any_store, ci("old", serial="S-1"))
    report = load(any_store, ci("new", serial="S-1"))
    assert report.counts == Counts(read=1, updated=1)
    assert sources(any_store) == [("racks/hall-1#new", "racks/hall-1#old")]


def test_between_two_candidates_nothing_is_guessed(store: Store) -> None:
    load(store, ci("a", serial="S-1"))
    load(store, ci("b", scope=CLOUD, fqdn="b.example"))
    report = load(store, ci("c", scope=WATCH, serial="S-1", fqdn="b.example"))
    assert report.counts == Counts(read=1, created=1, suspected=2)
    assert codes(report) == ["DUPLICATE_SUSPECTED"]
    assert len(sources(store)) == 3
    assert load(store, ci("c", scope=WATCH, serial="S-1", fqdn="b.example")).counts == Counts(read=1, unchanged=1)


def test_a_serial_number_that_moved_on_identifies_the_machine_that_has_it_now(store: Store) -> None:
    load(store, ci("a", serial="S-1"))
    load(store, ci("a", serial="S-2"))
    report = load(store, ci("b", serial="S-1"), ci("a", serial="S-2"))
    assert (report.counts, codes(report)) == (Counts(read=2, created=1, unchanged=1), [])
    third = load(store, ci("x", scope=CLOUD, serial="S-1"), ci("y", scope=CLOUD, serial="S-2"))
    assert codes(third) == []
    assert sources(store) == [("cloud/eu#x", "racks/hall-1#b"), ("cloud/eu#y", "racks/hall-1#a")]


@pytest.mark.parametrize("scope", [RACKS, CLOUD], ids=["same source", "another source"])
def test_a_serial_number_may_move_to_a_new_machine_within_one_import(any_store: Store, scope: Scope) -> None:
    load(any_store, ci("a", serial="S-1"))
    report = load(any_store, ci("b", scope=scope, serial="S-1"), ci("a", serial="S-2"))
    assert (report.counts, codes(report)) == (Counts(read=2, created=1, updated=1), [])
    assert len(items(any_store)) == 2


def test_two_machines_may_swap_their_serial_numbers(any_store: Store) -> None:
    load(any_store, ci("a", serial="S-1"), ci("b", serial="S-2"))
    report = load(any_store, ci("a", serial="S-2"), ci("b", serial="S-1"))
    assert report.counts == Counts(read=2, updated=2)
    assert [entry.attributes["serial"] for entry in items(any_store)] == ["S-2", "S-1"]


def test_a_ci_that_takes_over_the_identity_of_another_stays_apart_with_a_warning(store: Store) -> None:
    load(store, ci("a", serial="S-1"), ci("b", serial="S-2"))
    report = load(store, ci("a", serial="S-1"), ci("b", serial="S-1"))
    assert (report.counts, codes(report)) == (
        Counts(read=2, updated=1, unchanged=1, suspected=1),
        ["DUPLICATE_SUSPECTED"],
    )
    assert names(store) == ["a", "b"]


def test_evidence_gained_in_an_import_counts_for_the_rows_after_it(store: Store) -> None:
    load(store, ci("a"))
    report = load(store, ci("a", serial="S-1"), ci("x", scope=CLOUD, serial="S-1"))
    assert report.counts == Counts(read=2, updated=1)
    assert sources(store) == [("cloud/eu#x", "racks/hall-1#a")]


def test_evidence_of_one_row_joins_the_next_row_of_a_third_source(store: Store) -> None:
    rows = [
        ci("a", serial="S-1"),
        ci("b", scope=CLOUD, serial="S-1", fqdn="a.example"),
        ci("c", scope=WATCH, fqdn="a.example"),
    ]
    assert load(store, *rows).counts == Counts(read=3, created=1)
    assert len(items(store)) == 1


def test_a_ci_without_any_evidence_is_found_by_its_binding(store: Store) -> None:
    load(store, ci("a", model="X"))
    assert load(store, ci("a", model="Y")).counts == Counts(read=1, updated=1)


def test_a_retired_ci_is_found_again_and_stays_retired_when_a_person_said_so(store: Store) -> None:
    load(store, ci("a", serial="S-1"))
    Editor(store).update(ByName("Host", "a"), ItemPatch(retired=True), Request("anna"))
    report = load(store, ci("a", serial="S-1", model="X"), ci("z", name="a", scope=CLOUD, serial="S-1"))
    assert report.counts == Counts(read=2, updated=1)
    assert item(store, "a").lifecycle is Lifecycle.RETIRED


def test_a_class_that_becomes_more_special_keeps_its_ci(store: Store) -> None:
    load(store, ci("a", "Gadget", motto="x"))
    load(store, ci("a", "Widget", motto="x"))
    (found,) = items(store)
    assert (found.cls, found.revision) == ("Widget", 2)


def test_what_one_store_does_the_other_does(any_store: Store) -> None:
    with MemoryPlace().open() as memory:
        for store in (memory, any_store):
            for case, rows in {**SAME, **APART}.items():
                load(store, *(replace(row, key=f"{case} {row.key}") for row in rows))
        assert plain(any_store) == plain(memory)
