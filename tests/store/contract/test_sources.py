"""Source records: who said so, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from cmdb.errors import BadInput
from cmdb.model.items import relationship_key
from cmdb.model.sources import RecordKind, Scope, SourceRecord
from cmdb.store.port import Store
from tests.builders import DAY, SCOPE, Dropped, an_import, create, link, said, unlink, write

OTHER = Scope("inventory/prod", "rack-2")
EDGE = RecordKind.RELATIONSHIP
LATER = DAY + timedelta(hours=1)


def test_a_source_record_reads_back_complete(store: Store) -> None:
    record = SourceRecord(
        SCOPE, "host/1", RecordKind.ITEM, "a", "digest-1", {"name": "x", "deep": [{"n": None}]}, "run-1", DAY
    )
    write(store, create("a"), record)
    assert store.records([(SCOPE, "host/1")]) == {(SCOPE, "host/1"): record}
    assert {target: list(records) for target, records in store.records_of(["a"]).items()} == {"a": [record]}


def test_what_a_record_is_bound_to_is_read_without_what_it_says(store: Store) -> None:
    records = [said("k", "a"), replace(said("k", None, OTHER), gone=True), replace(said("e", "a|b"), kind=EDGE)]
    write(store, create("a"), *records)
    found = store.bonds([*((record.scope, record.key) for record in records), (SCOPE, "unknown"), (SCOPE, "\x00")])
    assert found == {(record.scope, record.key): record.bond for record in records}
    assert store.bonds([]) == {}


def test_source_records_are_written_with_what_they_speak_of_or_not_at_all(store: Store) -> None:
    with pytest.raises(Exception, match="does not exist"):
        write(store, create("a"), said("k", "a"), link("a", "missing"))
    assert store.records([(SCOPE, "k")]) == {}


def test_a_binding_has_one_record_and_the_last_word_stands(store: Store) -> None:
    first = replace(said("k", None, name="old"), kind=RecordKind.ITEM)
    last = SourceRecord(SCOPE, "k", RecordKind.RELATIONSHIP, "a|b", "other", {"name": "new"}, "run-2", LATER)
    write(store, first)
    write(store, last)
    assert store.records([(SCOPE, "k")]) == {(SCOPE, "k"): last}
    assert list(store.unresolved()) == []
    write(store, replace(last, target=None))
    assert store.records_of(["a|b"]) == {}
    assert [record.target for record in store.unresolved()] == [None]


def test_the_same_key_in_another_scope_is_another_record(store: Store) -> None:
    write(store, said("k", "a"), said("k", "b", OTHER), said("K", "c"))
    found = store.records([(SCOPE, "k"), (OTHER, "k"), (SCOPE, "K"), (SCOPE, "unknown"), (Scope("x"), "k")])
    assert {str(scope) + "#" + key: record.target for (scope, key), record in found.items()} == {
        "inventory/prod/rack-1#k": "a",
        "inventory/prod/rack-2#k": "b",
        "inventory/prod/rack-1#K": "c",
    }


def test_scopes_that_print_alike_in_part_are_kept_apart(store: Store) -> None:
    scopes = [Scope("a", "b"), Scope("a/b", "default"), Scope("a"), Scope("a/default", "b")]
    write(store, *(said("k", f"t{at}", scope) for at, scope in enumerate(scopes)))
    found = store.records([(scope, "k") for scope in scopes])
    assert [found[scope, "k"].target for scope in scopes] == ["t0", "t1", "t2", "t3"]


def test_records_are_dropped(store: Store) -> None:
    write(store, said("k", "a"), said("l", None), said("m", "a"))
    commit = write(store, Dropped(SCOPE, "k"), Dropped(SCOPE, "l"), Dropped(SCOPE, "unknown"))
    assert commit.seq == 2
    assert set(store.records([(SCOPE, key) for key in "klm"])) == {(SCOPE, "m")}
    assert list(store.unresolved()) == []
    assert [record.key for record in store.records_of(["a"])["a"]] == ["m"]


def test_records_are_found_by_what_they_are_bound_to_in_order(store: Store) -> None:
    edge = relationship_key("LINKED_TO", "a", "b")
    scopes = (Scope("a", "z"), Scope("a-b", "c"), Scope("A", "z"))
    write(store, *(said(key, target, scope) for scope in scopes for key in ("k", "K", "é") for target in ("a",)))
    write(store, said("edge", edge, OTHER), said("dangling", None))
    found = store.records_of(["a", edge, "nobody"])
    assert [(record.scope, record.key) for record in found["a"]] == [
        (scope, key) for scope in (scopes[2], scopes[0], scopes[1]) for key in ("K", "k", "é")
    ]
    assert [record.kind for record in found[edge]] == [RecordKind.RELATIONSHIP]
    assert set(found) == {"a", edge}
    assert store.records_of([]) == {}


def test_dangling_references_come_in_order_and_page_by_page(store: Store) -> None:
    scopes = (Scope("A", "z"), Scope("a", "z"), Scope("a-b", "c"))
    expected = [(scope, key) for scope in scopes for key in ("K", "k", "é", "\uffee", "\U00010348")]
    write(store, *(said(key, None, scope) for scope, key in reversed(expected)), said("bound", "a"))
    assert [(record.scope, record.key) for record in store.unresolved()] == expected
    for size in (1, 4, 15, 20):
        seen: list[tuple[Scope, str]] = []
        page = store.unresolved(limit=size)
        while page:
            seen += [(record.scope, record.key) for record in page]
            assert len(page) <= size
            page = store.unresolved(after=seen[-1], limit=size)
        assert seen == expected
    assert [record.key for record in store.unresolved(after=(scopes[1], "kk"), limit=1)] == ["é"]
    assert list(store.unresolved(limit=0)) == []
    with pytest.raises(BadInput):
        store.unresolved(limit=-1)


def test_seeing_stamps_records_without_a_commit(store: Store) -> None:
    record, other = said("k", "a", name="x"), said("l", "a")
    write(store, create("a"), record, other)
    store.see([(SCOPE, "k"), (SCOPE, "unknown"), (OTHER, "k"), (SCOPE, "k")], "run-9", LATER)
    assert store.head() == 1
    assert store.records([(SCOPE, "k"), (SCOPE, "l"), (OTHER, "k")]) == {
        (SCOPE, "k"): replace(record, seen_run="run-9", seen_at=LATER),
        (SCOPE, "l"): other,
    }
    store.see([], "run-9", LATER)


def test_instants_are_kept_to_the_microsecond_in_any_zone(store: Store) -> None:
    moment = datetime(2026, 11, 28, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-9, minutes=-30)))
    early = datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC)
    write(store, replace(said("k", None), seen_at=moment), replace(said("l", None), seen_at=early))
    assert [record.seen_at for record in store.unresolved()] == [moment, early]
    assert all(record.seen_at.utcoffset() is not None for record in store.unresolved())
    store.put_run(replace(an_import("run"), started_at=moment, finished_at=early))
    run = store.run("run")
    assert run is not None
    assert (run.started_at, run.finished_at) == (moment, early)


def test_records_are_not_bound_to_the_life_of_their_target(store: Store) -> None:
    write(store, create("a"), said("e", "LINKED_TO|a|a"), said("n", "nowhere"), link("a", "a"))
    write(store, unlink("a", "a"))
    assert set(store.records_of(["LINKED_TO|a|a", "nowhere"])) == {"LINKED_TO|a|a", "nowhere"}
