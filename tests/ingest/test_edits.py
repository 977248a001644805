"""What people change by hand: one commit each, above what sources say, once a request."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import pytest

from cmdb.errors import (
    AmbiguousName,
    BadInput,
    CardinalityExceeded,
    CMDBError,
    DuplicateIdentity,
    EndNotAllowed,
    IdempotencyMismatch,
    MissingAttribute,
    NotFound,
    RevisionConflict,
    UnknownAttribute,
    UnknownClass,
    WrongType,
)
from cmdb.ingest.attempts import ATTEMPTS
from cmdb.ingest.edits import SELF, Editor, ItemPatch, NewItem, NewRelationship, Request
from cmdb.ingest.planning import Planned
from cmdb.ingest.reports import Counts
from cmdb.model.items import Basis, Effect, GroupSetting, Lifecycle
from cmdb.model.references import ById, ByKey, ByName
from cmdb.store.port import Store
from tests.ingest.graphs import arrows, edges, item, items, plain
from tests.ingest.rows import CLOUD, RACKS, ci, edge, grouped, load, new_host
from tests.ingest.test_properties import unsettled
from tests.ingest.watched import OvertakenStore

Edit: TypeAlias = Callable[[Editor, Request], object]
HOST_A, HOST_B = ByName("Host", "a"), ByName("Host", "b")


def asks(request_id: str = "request-1", reason: str = "as told") -> Request:
    return Request("anna", reason, request_id)


def link(to: ByName | ById = HOST_B, **said: str) -> NewRelationship:
    return NewRelationship("LINKED_TO", HOST_A, to, attributes=said)


# --- creating


def test_a_ci_is_created_with_its_relationships_in_one_commit(any_store: Store) -> None:
    load(any_store, ci("rack", "Rack", code="R-1"), ci("b"))
    new = NewItem(
        "Host",
        "a",
        {"serial": "S-1", "verified_at": "2026-11-28T23:00:00+01:00", "model": None},
        {"power": GroupSetting("2")},
        (
            NewRelationship("LOCATED_IN", SELF, ByName("Rack", "rack")),
            NewRelationship("LINKED_TO", HOST_B, SELF, "g", Effect.SOFT, {"note": "x"}),
        ),
    )  # fmt: skip
    head = any_store.head()
    made = Editor(any_store).create(new, asks())
    assert any_store.head() == head + 1
    (commit,) = any_store.commits(head)
    assert (commit.actor, commit.reason, commit.created, commit.related) == ("anna", "as told", 1, 2)
    assert (made.label, made.attributes) == ("Host:a", {"serial": "S-1", "verified_at": "2026-11-28T22:00:00Z"})
    assert made.groups == {"power": GroupSetting("2")}
    assert arrows(any_store) == ["a LOCATED_IN rack", "b LINKED_TO a"]
    soft = next(entry for entry in edges(any_store) if entry.type == "LINKED_TO")
    assert (soft.group, soft.effect, soft.basis, dict(soft.attributes)) == (
        "g",
        Effect.SOFT,
        Basis.DECLARED,
        {"note": "x"},
    )


REFUSED: dict[str, tuple[NewItem, type[CMDBError]]] = {
    "unknown class": (NewItem("Spaceship", "x"), UnknownClass),
    "abstract class": (NewItem("Computer", "x"), BadInput),
    "unknown attribute": (new_host("x", wheels=4), UnknownAttribute),
    "wrong type": (new_host("x", serial=1), WrongType),
    "beyond 64 bits": (new_host("x", cpu_count=2**80), WrongType),
    "missing attribute": (NewItem("Agreement", "x"), MissingAttribute),
    "empty name": (new_host(" "), BadInput),
    "NUL in the name": (new_host("\x00"), BadInput),
    "a group that counts nothing": (NewItem("Host", "x", groups={"g": GroupSetting("all")}), WrongType),
    "the identity of another": (new_host("x", serial=" s-1 "), DuplicateIdentity),
    "an end that is not there": (NewItem("Host", "x", relationships=(link(ByName("Host", "ghost")),)), NotFound),
    "an end that is not allowed": (
        NewItem("Host", "x", relationships=(NewRelationship("POWERED_BY", SELF, HOST_A),)),
        EndNotAllowed,
    ),
    "an attribute that an edge has not": (
        NewItem("Host", "x", relationships=(NewRelationship("RUNS_ON", SELF, HOST_A, attributes={"note": 2**80}),)),
        UnknownAttribute,
    ),
    "an edge twice": (
        NewItem("Host", "x", relationships=(NewRelationship("LINKED_TO", SELF, HOST_A),) * 2),
        BadInput,
    ),
    "two edges where one is allowed": (
        NewItem("Host", "x", relationships=[NewRelationship("FITS_INTO", SELF, ref) for ref in (HOST_A, HOST_B)]),
        CardinalityExceeded,
    ),
    "a group of an edge without a name": (
        NewItem("Host", "x", relationships=(NewRelationship("LINKED_TO", SELF, HOST_A, ""),)),
        BadInput,
    ),
}


@pytest.mark.parametrize(("new", "kind"), REFUSED.values(), ids=REFUSED)
def test_a_creation_that_is_refused_writes_nothing(store: Store, new: NewItem, kind: type[CMDBError]) -> None:
    load(store, ci("a", serial="S-1"), ci("b"))
    before = plain(store), store.head()
    with pytest.raises(kind):
        Editor(store).create(new, asks())
    assert (plain(store), store.head()) == before


@pytest.mark.parametrize("text", ["", "\x00", "\ud800"], ids=["empty", "NUL", "surrogate"])
def test_who_asks_is_told_in_plain_text(store: Store, text: str) -> None:
    with pytest.raises(BadInput):
        Editor(store).create(new_host("x"), Request(text))
    if text:
        with pytest.raises(BadInput):
            Editor(store).create(new_host("x"), Request("anna", text))


def test_things_of_incompatible_classes_may_share_a_number(any_store: Store) -> None:
    load(any_store, ci("s", "Switch", serial="S-1"))
    Editor(any_store).create(new_host("a", serial="S-1"), asks())
    assert len(items(any_store)) == 2


def test_what_an_import_describes_later_finds_the_ci_made_by_hand(store: Store) -> None:
    made = Editor(store).create(new_host("a", serial="S-1"), asks())
    load(store, ci("x", serial="S-1", model="M"))
    (found,) = items(store)
    assert (found.id, found.name, found.attributes) == (made.id, "a", {"serial": "S-1", "model": "M"})


# --- patching


def test_what_people_say_stands_above_what_sources_say(any_store: Store) -> None:
    load(any_store, ci("a", serial="S-1", model="M", vendor="V"))
    after = Editor(any_store).update(HOST_A, ItemPatch(name="web", attributes={"model": "by hand"}), asks())
    assert (after.name, after.attributes) == ("web", {"serial": "S-1", "model": "by hand", "vendor": "V"})
    load(any_store, ci("a", serial="S-1", model="M2", vendor="V2"))
    assert item(any_store, "web").attributes == {"serial": "S-1", "model": "by hand", "vendor": "V2"}


def test_none_hands_a_value_and_a_group_back_to_the_sources(any_store: Store) -> None:
    load(any_store, grouped(ci("a", model="M"), power="1"))
    editor = Editor(any_store)
    editor.update(
        HOST_A, ItemPatch(attributes={"model": "X", "vendor": "X"}, groups={"power": GroupSetting("2")}), asks("1")
    )
    load(any_store, grouped(ci("a", model="M2"), power="50%"))
    back = editor.update(
        HOST_A, ItemPatch(attributes={"model": None, "vendor": None}, groups={"power": None}), asks("2")
    )
    assert (back.attributes, back.groups) == ({"model": "M2"}, {"power": GroupSetting("50%")})


def test_none_removes_what_no_source_says(store: Store) -> None:
    editor = Editor(store)
    editor.create(NewItem("Host", "a", {"model": "M"}, {"power": GroupSetting("2")}), asks("1"))
    assert (
        editor.update(HOST_A, ItemPatch(attributes={"model": None}, groups={"power": None}), asks("2")).attributes == {}
    )
    assert item(store, "a").groups == {}


def test_a_retired_ci_stays_retired_until_it_is_restored(any_store: Store) -> None:
    load(any_store, ci("a", serial="S-1"))
    editor = Editor(any_store)
    gone = editor.update(HOST_A, ItemPatch(retired=True), asks("1"))
    assert (gone.lifecycle, gone.attributes) == (Lifecycle.RETIRED, {"serial": "S-1"})
    assert load(any_store, ci("a", serial="S-1", model="M")).counts == Counts(read=1, updated=1)
    assert item(any_store, "a").lifecycle is Lifecycle.RETIRED
    back = editor.update(HOST_A, ItemPatch(retired=False), asks("2"))
    assert (back.id, back.lifecycle, back.attributes) == (gone.id, Lifecycle.LIVE, {"serial": "S-1", "model": "M"})


BAD_PATCHES: dict[str, tuple[ItemPatch, type[CMDBError]]] = {
    "unknown attribute": (ItemPatch(attributes={"wheels": None}), UnknownAttribute),
    "wrong type": (ItemPatch(attributes={"serial": 1}), WrongType),
    "beyond 64 bits": (ItemPatch(attributes={"cpu_count": 2**80}), WrongType),
    "empty name": (ItemPatch(name=""), BadInput),
    "NUL in the name": (ItemPatch(name="a\x00"), BadInput),
    "a group that counts nothing": (ItemPatch(groups={"g": GroupSetting("150%")}), WrongType),
    "the identity of another": (ItemPatch(attributes={"serial": "S-2"}), DuplicateIdentity),
    "a stale revision": (ItemPatch(name="x", expected_revision=7), RevisionConflict),
}


@pytest.mark.parametrize(("patch", "kind"), BAD_PATCHES.values(), ids=BAD_PATCHES)
def test_a_patch_that_is_refused_writes_nothing(store: Store, patch: ItemPatch, kind: type[CMDBError]) -> None:
    load(store, ci("a", serial="S-1"), ci("b", serial="S-2"))
    before = plain(store), store.head()
    with pytest.raises(kind):
        Editor(store).update(HOST_A, patch, asks())
    assert (plain(store), store.head()) == before


def test_a_patch_may_not_take_away_what_is_required(store: Store) -> None:
    editor = Editor(store)
    editor.create(NewItem("Agreement", "sla", {"agreement_type": "sla"}), asks("1"))
    with pytest.raises(MissingAttribute):
        editor.update(ByName("Agreement", "sla"), ItemPatch(attributes={"agreement_type": None}), asks("2"))
    assert store.head() == 1


def test_a_patch_of_an_ambiguous_or_unknown_name_is_refused(store: Store) -> None:
    load(store, ci("x", name="a"), ci("y", name="a"))
    with pytest.raises(AmbiguousName):
        Editor(store).update(HOST_A, ItemPatch(name="z"), asks())
    with pytest.raises(NotFound):
        Editor(store).update(HOST_B, ItemPatch(name="z"), asks())


def test_a_stale_revision_says_the_current_one_and_the_right_one_is_accepted(any_store: Store) -> None:
    load(any_store, ci("a"))
    editor = Editor(any_store)
    editor.update(HOST_A, ItemPatch(attributes={"model": "1"}, expected_revision=1), asks("1"))
    with pytest.raises(RevisionConflict) as refusal:
        editor.update(HOST_A, ItemPatch(attributes={"model": "2"}, expected_revision=1), asks("2"))
    assert refusal.value.current_revision == 2
    assert item(any_store, "a").attributes == {"model": "1"}
    assert any_store.commit_of("2") is None


def test_clones_can_still_be_edited(store: Store) -> None:
    load(store, ci("a", serial="S-1"), ci("b", serial="S-1"))
    assert Editor(store).update(HOST_B, ItemPatch(attributes={"model": "M"}), asks()).attributes["model"] == "M"


# --- relating


def test_an_edge_is_made_changed_and_removed(any_store: Store) -> None:
    load(any_store, ci("a"), ci("b"))
    editor = Editor(any_store)
    made = editor.relate(link(note="x"), asks("1"))
    assert (made.revision, dict(made.attributes), made.basis) == (1, {"note": "x"}, Basis.DECLARED)
    changed = editor.relate(NewRelationship("LINKED_TO", HOST_A, HOST_B, "g", Effect.NONE), asks("2"))
    assert (changed.revision, changed.group, changed.effect, dict(changed.attributes)) == (2, "g", Effect.NONE, {})
    assert editor.unrelate("LINKED_TO", HOST_A, HOST_B, asks("3")) == made.key
    assert edges(any_store) == []
    assert any_store.records_of([made.key]) == {}


def test_an_edge_that_people_and_sources_claim_follows_people_and_the_strongest_basis(store: Store) -> None:
    load(store, ci("a"), ci("b"), edge("a", "LINKED_TO", "b", group="theirs", basis=Basis.INFERRED))
    made = Editor(store).relate(NewRelationship("LINKED_TO", HOST_A, HOST_B, "ours"), asks())
    assert (made.group, made.basis, made.revision) == ("ours", Basis.DECLARED, 2)


def test_an_edge_that_was_removed_by_hand_is_back_when_a_source_still_says_so(store: Store) -> None:
    rows = ci("a"), ci("b"), edge("a", "LINKED_TO", "b")
    load(store, *rows)
    Editor(store).unrelate("LINKED_TO", HOST_A, HOST_B, asks())
    assert arrows(store) == []
    assert load(store, *rows).counts == Counts(read=3, unchanged=2, related=1)


BAD_EDGES: dict[str, tuple[Edit, type[CMDBError]]] = {
    "no such end": (lambda editor, asked: editor.relate(link(ByName("Host", "ghost")), asked), NotFound),
    "no end at all": (lambda editor, asked: editor.relate(link(SELF), asked), NotFound),
    "end not allowed": (
        lambda editor, asked: editor.relate(NewRelationship("POWERED_BY", HOST_A, HOST_B), asked),
        EndNotAllowed,
    ),
    "wrong type": (
        lambda editor, asked: editor.relate(
            NewRelationship("LINKED_TO", HOST_A, HOST_B, attributes={"share": 2**80}), asked
        ),
        WrongType,
    ),
    "too many": (
        lambda editor, asked: editor.relate(NewRelationship("FITS_INTO", HOST_A, ByName("Host", "c")), asked),
        CardinalityExceeded,
    ),
    "to itself": (lambda editor, asked: editor.relate(NewRelationship("LINKED_TO", HOST_A, HOST_A), asked), BadInput),
    "nothing to remove": (lambda editor, asked: editor.unrelate("LINKED_TO", HOST_A, HOST_B, asked), NotFound),
}


@pytest.mark.parametrize(("edit", "kind"), BAD_EDGES.values(), ids=BAD_EDGES)
def test_an_edge_that_is_refused_writes_nothing(store: Store, edit: Edit, kind: type[CMDBError]) -> None:
    load(store, ci("a"), ci("b"), ci("c"), edge("a", "FITS_INTO", "b"))
    before = plain(store), store.head()
    with pytest.raises(kind):
        edit(Editor(store), asks())
    assert (plain(store), store.head()) == before


# --- the same request twice

TWICE: dict[str, tuple[Edit, Edit]] = {
    "create": (
        lambda editor, asked: editor.create(new_host("new", serial="S-9"), asked),
        lambda editor, asked: editor.create(new_host("new", serial="S-8"), asked),
    ),
    "create with groups": (
        lambda editor, asked: editor.create(NewItem("Host", "new", groups={"g": GroupSetting("1")}), asked),
        lambda editor, asked: editor.create(NewItem("Host", "new", groups={"g": GroupSetting("2")}), asked),
    ),
    "update": (
        lambda editor, asked: editor.update(HOST_A, ItemPatch(attributes={"model": "1"}), asked),
        lambda editor, asked: editor.update(HOST_A, ItemPatch(attributes={"model": "2"}), asked),
    ),
    "retire": (
        lambda editor, asked: editor.update(HOST_A, ItemPatch(retired=True), asked),
        lambda editor, asked: editor.update(HOST_A, ItemPatch(retired=False), asked),
    ),
    "relate": (
        lambda editor, asked: editor.relate(link(note="1"), asked),
        lambda editor, asked: editor.relate(link(note="2"), asked),
    ),
    "unrelate": (
        lambda editor, asked: editor.unrelate("FITS_INTO", HOST_A, HOST_B, asked),
        lambda editor, asked: editor.unrelate("FITS_INTO", HOST_B, HOST_A, asked),
    ),
}


@pytest.mark.parametrize(("edit", "other"), TWICE.values(), ids=TWICE)
def test_a_request_takes_effect_once_and_cannot_be_used_for_another(any_store: Store, edit: Edit, other: Edit) -> None:
    load(any_store, ci("a"), ci("b"), edge("a", "FITS_INTO", "b"))
    editor = Editor(any_store)
    first = edit(editor, asks())
    before = plain(any_store), any_store.head()
    assert edit(editor, asks()) == first
    with pytest.raises(IdempotencyMismatch):
        other(editor, asks())
    assert (plain(any_store), any_store.head()) == before


def test_a_relation_that_was_removed_since_is_said_to_be_gone(store: Store) -> None:
    load(store, ci("a"), ci("b"))
    editor = Editor(store)
    editor.relate(link(), asks("1"))
    editor.unrelate("LINKED_TO", HOST_A, HOST_B, asks("2"))
    with pytest.raises(NotFound):
        editor.relate(link(), asks("1"))
    assert edges(store) == []


# --- several at once


def test_an_edit_without_an_expected_revision_is_repeated_when_somebody_was_first() -> None:
    store = OvertakenStore()
    load(store, ci("a"))
    store.waiting = [lambda: Editor(store).update(HOST_A, ItemPatch(attributes={"vendor": "V"}), asks("1"))]
    after = Editor(store).update(HOST_A, ItemPatch(attributes={"model": "M"}), asks("2"))
    assert after.attributes == {"vendor": "V", "model": "M"}


def test_an_edit_with_an_expected_revision_is_refused_when_somebody_was_first() -> None:
    store = OvertakenStore()
    load(store, ci("a"))
    store.waiting = [lambda: Editor(store).update(HOST_A, ItemPatch(attributes={"vendor": "V"}), asks("1"))]
    with pytest.raises(RevisionConflict):
        Editor(store).update(HOST_A, ItemPatch(attributes={"model": "M"}, expected_revision=1), asks("2"))
    assert item(store, "a").attributes == {"vendor": "V"}


@pytest.mark.usefixtures("no_pauses")
def test_an_edit_that_is_always_overtaken_gives_up() -> None:
    store = OvertakenStore()
    load(store, ci("a"))
    store.waiting = [partial(load, store, ci("a", model=str(n))) for n in range(ATTEMPTS)]
    with pytest.raises(RevisionConflict):
        Editor(store).update(HOST_A, ItemPatch(attributes={"vendor": "V"}), asks())


def test_an_edit_hands_back_what_a_source_said_in_the_meantime() -> None:
    store = OvertakenStore()
    load(store, ci("a", serial="S-1"))
    Editor(store).update(HOST_A, ItemPatch(attributes={"model": "M"}), asks("1"))
    store.waiting = [lambda: load(store, ci("x", name="a", scope=CLOUD, serial="S-1", model="M"))]
    after = Editor(store).update(HOST_A, ItemPatch(attributes={"model": None}), asks("2"))
    assert after.attributes == {"serial": "S-1", "model": "M"}
    assert unsettled(store) == Planned()


def test_an_item_is_named_by_its_key_as_well(store: Store) -> None:
    load(store, ci("a"))
    assert Editor(store).update(ByKey(RACKS, "a"), ItemPatch(name="z"), asks()).name == "z"
