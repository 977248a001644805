"""Exports: rows that can be imported again, and one canonical form for equal graphs."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.errors import FileMalformed, SeqUnavailable
from cmdb.ingest.duplicates import Duplicates, Verdict
from cmdb.ingest.edits import Editor, ItemPatch, Request
from cmdb.ingest.engine import Ingest, Order, Sweep
from cmdb.ingest.reports import ImportReport
from cmdb.model.items import Basis, Effect, GroupSetting, Lifecycle
from cmdb.model.observations import Observation
from cmdb.model.references import ById, ByName
from cmdb.model.values import JSONValue
from cmdb.practices.exporting import Selection, canonical, lines, rows
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from importers.base import Document, ReadOptions
from importers.rows import NdjsonImporter
from tests.builders import gadgets
from tests.ingest.graphs import item, items
from tests.ingest.rows import CLOUD, RACKS, ci, edge, grouped, load, new_host
from tests.ingest.strategies import Rows, agreeing_inputs, doubtful_inputs
from tests.ingest.watched import CountingStore

ESTATE: Final[tuple[Observation, ...]] = (
    grouped(ci("db", "DatabaseCluster", criticality="high"), replicas=GroupSetting("2", "50%")),
    *(ci(f"db-{n}", "DatabaseInstance", engine="PostgreSQL") for n in (1, 2, 3)),
    *(ci(f"h{n}", serial=f"S{n}", addresses=[f"10.0.0.{n}"], cpu_count=8 * n) for n in (1, 2, 3)),
    *(edge(f"db-{n}", "PART_OF", "db", group="replicas", basis=Basis.OBSERVED) for n in (1, 2, 3)),
    *(edge(f"db-{n}", "RUNS_ON", f"h{n}", effect=Effect.SOFT) for n in (1, 2, 3)),
    ci("shop", "Application", scope=CLOUD, name="größer"),
    edge("shop", "DEPENDS_ON", "racks/hall-1#db", scope=CLOUD),
)


def text(pieces: Iterable[bytes]) -> bytes:
    return b"".join(pieces)


def parsed(pieces: Iterable[bytes]) -> list[dict[str, JSONValue]]:
    return [orjson.loads(line) for line in text(pieces).splitlines()]


def imported(store: Store, exported: bytes) -> ImportReport:
    read = lambda: NdjsonImporter().read(Document("export.ndjson", exported), ReadOptions())  # noqa: E731
    return Ingest(store).run([read], Order("tester"))


def shape(store: Store, at: int | None = None) -> list[JSONValue]:
    """The graph without who speaks of it: what a copy in another store has in common with the original."""
    found: list[JSONValue] = []
    for line in parsed(canonical(store, at))[1:]:
        said = {name: value for name, value in line.items() if name not in {"bindings", "sources", "from", "to"}}
        found.append(said)
    return sorted(found, key=orjson.dumps)


def test_the_first_line_says_what_it_is(any_store: Store) -> None:
    load(any_store, *ESTATE)
    first = parsed(rows(any_store))[0]
    store_id = any_store.info().store_id
    assert first == {
        "source": "~export",
        "scope": store_id,
        "export": {"form": "rows", "seq": any_store.head(), "store": store_id},
    }
    assert parsed(canonical(any_store))[0] == {"export": {"form": "canonical"}}


def test_an_export_imported_again_changes_nothing_and_makes_nothing_twice(any_store: Store) -> None:
    load(any_store, *ESTATE)
    exported, before, head = text(rows(any_store)), shape(any_store), any_store.head()
    report = imported(any_store, exported)
    assert (report.counts.changes, report.counts.failed, report.counts.read) == (0, 0, 15)
    assert (shape(any_store), report.complete) == (before, True)
    assert imported(any_store, exported).counts.changes == 0
    assert text(rows(any_store)).splitlines()[1:] == exported.splitlines()[1:]
    assert any_store.head() == head + 2  # who speaks is written once, the graph is as it was


def test_an_export_makes_an_equal_graph_in_another_store(any_store: Store) -> None:
    load(any_store, *ESTATE)
    with MemoryStore(gadgets()) as other:
        report = imported(other, text(rows(any_store)))
        assert (report.complete, report.counts.dangling) == (True, 0)
        assert shape(other) == shape(any_store)
        assert imported(other, text(rows(any_store))).counts.changes == 0


def test_an_edited_export_changes_the_very_ci(store: Store) -> None:
    load(store, *ESTATE)
    before = item(store, "h1")
    exported = text(rows(store)).replace(b'"engine":"PostgreSQL"', b'"engine":"PostgreSQL","version":"17"')
    report = imported(store, exported)
    assert (report.counts.updated, report.counts.created) == (3, 0)
    assert item(store, "db-1").attributes["version"] == "17"
    assert item(store, "h1") == before


def test_a_row_of_an_export_brings_back_what_its_source_lost(store: Store) -> None:
    order = Order("tester", scopes=(RACKS,), sweep=Sweep())
    load(store, ci("h"), ci("other"))
    exported, id_ = text(rows(store)), item(store, "h").id
    load(store, ci("other"), order=order)
    assert item(store, "h").lifecycle is Lifecycle.RETIRED
    assert imported(store, exported).counts.restored == 1
    assert (item(store, "h").id, item(store, "h").lifecycle) == (id_, Lifecycle.LIVE)


def test_a_row_of_what_became_part_of_another_ci_is_of_that_other_one(store: Store) -> None:
    load(store, ci("a", name="twin"))
    load(store, ci("b", scope=CLOUD, name="twin"))
    exported = text(rows(store))
    one, other = (ById(found.id) for found in items(store))
    duplicates = Duplicates(store)
    case = duplicates.open(one, other, Request("anna"))
    duplicates.merge(Verdict(ById(case.id), Request("anna")))
    hosts = Selection(frozenset({"Host"}))
    before = text(rows(store, selection=hosts))
    report = imported(store, exported)
    assert (report.counts.changes, report.counts.failed) == (0, 0)
    assert text(rows(store, selection=hosts)).splitlines()[1:] == before.splitlines()[1:]


def test_live_sources_prevail_over_an_export(store: Store) -> None:
    load(store, ci("h", model="old", scope=CLOUD))
    exported = text(rows(store))
    imported(store, exported)
    load(store, ci("h", model="new", scope=CLOUD))
    assert item(store, "h").attributes["model"] == "new"


def test_the_past_is_exported_as_it_was(any_store: Store) -> None:
    load(any_store, ci("h1"), ci("h2"), edge("h1", "LINKED_TO", "h2"))
    then, exported, form = any_store.head(), text(rows(any_store)), shape(any_store)
    load(any_store, ci("h1", model="X9"), ci("h3"))
    Editor(any_store).update(ByName("Host", "h2"), ItemPatch(retired=True), Request("anna"))
    assert text(rows(any_store, then)) == exported
    assert text(rows(any_store)) != exported
    assert shape(any_store, then) == form
    assert b'["manual","racks/hall-1#h2"]' in text(canonical(any_store, then))  # bindings are those of today
    with pytest.raises(SeqUnavailable):
        text(rows(any_store, any_store.head() + 1))


def test_of_some_classes_only_the_relationships_among_them_are_exported(any_store: Store) -> None:
    load(any_store, *ESTATE)
    databases = Selection(frozenset({"DatabaseInstance", "DatabaseCluster"}))
    kinds = [line.get("class") or line.get("type") for line in parsed(rows(any_store, selection=databases))[1:]]
    assert sorted(map(str, kinds)) == ["DatabaseCluster", *["DatabaseInstance"] * 3, *["PART_OF"] * 3]
    assert len(parsed(canonical(any_store, selection=databases))) == 8


def test_what_was_retired_is_exported_only_when_asked_for(any_store: Store) -> None:
    load(any_store, ci("h1"), ci("h2"), edge("h1", "LINKED_TO", "h2"))
    Editor(any_store).update(ByName("Host", "h2"), ItemPatch(retired=True), Request("anna"))
    assert [line.get("name") for line in parsed(canonical(any_store))[1:]] == ["h1"]
    everything = Selection(lifecycles=frozenset(Lifecycle))
    told = parsed(canonical(any_store, selection=everything))[1:]
    assert [line.get("lifecycle") for line in told] == ["retired", "live", None]


def test_the_canonical_form_says_who_speaks_and_nothing_that_differs_from_store_to_store(store: Store) -> None:
    load(store, *ESTATE)
    Editor(store).update(ByName("Host", "h1"), ItemPatch(attributes={"model": "X9"}), Request("anna"))
    load(store, ci("vm", scope=CLOUD, name="h1", serial="S1"))
    told = parsed(canonical(store))[1:]
    host = next(line for line in told if line.get("name") == "h1")
    assert host["bindings"] == ["cloud/eu#vm", "manual", "racks/hall-1#h1"]
    runs_on = next(line for line in told if line.get("type") == "RUNS_ON")
    assert runs_on == {
        "from": "racks/hall-1#db-1",
        "to": "cloud/eu#vm",
        "type": "RUNS_ON",
        "group": None,
        "effect": "soft",
        "basis": "declared",
        "attributes": {},
        "sources": ["racks/hall-1"],
    }
    assert item(store, "h1").id.encode() not in text(canonical(store))


def test_an_item_that_only_people_speak_of_is_called_by_its_name(store: Store) -> None:
    editor = Editor(store)
    editor.create(new_host("one"), Request("anna"))
    load(store, edge("Host:one", "LINKED_TO", "Host:two"), ci("two"))
    told = parsed(canonical(store))[1:]
    assert [line["bindings"] for line in told if "bindings" in line] == [["manual"], ["racks/hall-1#two"]]
    assert [(line["from"], line["to"]) for line in told if "from" in line] == [("Host:one", "racks/hall-1#two")]


RICH: Final[Mapping[str, JSONValue]] = {
    "motto": 'tab\t, quote " and line\nend',
    "weight": 2.50,
    "active": False,
    "colour": "red",
    "checked_on": "2026-11-28",
    "parts": ["b", "a"],
    "extra": {"z": [1, 1.0, -0.0, 1e300, 2**63 - 1, None, {}], "a": {"y": True, "b": "\u00e9"}},
}


def test_every_store_gives_the_same_bytes(any_store: Store) -> None:
    rich: list[Observation] = [
        replace(ci("gadget", "Gadget"), attributes=RICH),
        ci("ü", name="日本 \u2028 \U0001f600"),
        edge("ü", "LINKED_TO", "gadget", attributes={"share": 1.0, "detail": RICH["extra"]}),
        *ESTATE,
    ]
    with MemoryStore(gadgets()) as reference:
        for row in rich:
            load(reference, row)
        load(any_store, *rich)
        assert text(canonical(any_store)) == text(canonical(reference))
        assert text(canonical(any_store, any_store.head())) == text(canonical(reference))


def test_an_export_that_is_for_comparing_is_not_imported(store: Store) -> None:
    load(store, *ESTATE)
    with pytest.raises(FileMalformed, match="canonical"):
        imported(store, text(canonical(store)))


@settings(max_examples=60)
@given(agreeing_inputs(), st.randoms(use_true_random=False))
def test_equal_graphs_have_equal_bytes_whatever_the_order(inputs: list[Rows], chance: random.Random) -> None:
    shuffled = list(inputs)
    chance.shuffle(shuffled)
    with MemoryStore(gadgets()) as one, MemoryStore(gadgets()) as other:
        for part in inputs:
            load(one, *part)
        for part in shuffled:
            load(other, *part)
        assert text(canonical(one)) == text(canonical(other))


@settings(max_examples=60)
@given(st.lists(doubtful_inputs(), min_size=1, max_size=3))
def test_any_graph_comes_through_an_export_and_an_import(inputs: list[Rows]) -> None:
    with MemoryStore(gadgets()) as store:
        for part in inputs:
            load(store, *part)
        before = shape(store)
        report = imported(store, text(rows(store)))
        assert (report.counts.created, report.counts.failed, shape(store)) == (0, 0, before)


def test_an_export_asks_a_constant_number_of_times_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.store.memory.store.CHUNK", 10)
    with CountingStore() as store:
        load(store, *(ci(f"h{n}") for n in range(100)), *(edge(f"h{n}", "LINKED_TO", f"h{n + 1}") for n in range(99)))
        for export, reads in EXPECTED_READS.items():
            store.reads.clear()
            text(export(store))
            assert store.reads == reads, export


EXPECTED_READS: Mapping[Callable[[Store], Iterable[bytes]], Mapping[str, int]] = {
    rows: {"items": 10},
    canonical: {"items": 10, "records_of": 20},
}


@pytest.mark.parametrize("held", [1, 100, 10**9])
def test_lines_are_sorted_in_whatever_parts_they_are_held(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.practices.exporting.lines.HELD", held)
    monkeypatch.setattr("cmdb.practices.exporting.lines.PIECE", 30)
    unsorted = [b"%d\n%d\n" % (n * 7919 % 101, n) for n in range(100)]
    pieces = list(lines.sorted_lines(unsorted))
    assert text(pieces) == text(sorted(line for piece in unsorted for line in piece.splitlines(keepends=True)))
    assert max(map(len, pieces)) < 40
