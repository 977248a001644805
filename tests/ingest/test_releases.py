"""What people say holds for just that, survives imports, and can be handed back."""

from dataclasses import replace

import pytest

from cmdb.errors import (
    BadInput,
    DuplicateIdentity,
    IdempotencyMismatch,
    NotFound,
    Retired,
    RevisionConflict,
    UnknownAttribute,
)
from cmdb.ingest.edits import BY_HAND, Editor, ItemPatch, Release, Request
from cmdb.ingest.items import plan_targets
from cmdb.ingest.planning import Context, Planned
from cmdb.model.items import GroupSetting, Lifecycle
from cmdb.model.references import ById, ByName
from cmdb.reconcile import ItemClaim
from cmdb.store.port import Store
from tests.builders import DAY, Dropped, changes, write
from tests.ingest.graphs import item, items
from tests.ingest.rows import RACKS, ci, grouped, load, new_host
from tests.ingest.test_properties import unsettled

HOST = ByName("Host", "a")


def asks(request_id: str) -> Request:
    return Request("anna", "as told", request_id)


def by_hand(store: Store, item_id: str) -> ItemClaim | None:
    """What people say of an item."""
    record = store.records([(BY_HAND, item_id)]).get((BY_HAND, item_id))
    return None if record is None else ItemClaim.of(record.body)


def test_an_edit_speaks_of_what_was_edited_only(any_store: Store) -> None:
    load(any_store, ci("a", "Gadget", motto="m", weight=1))
    edited = Editor(any_store).update(ByName("Gadget", "a"), ItemPatch(attributes={"motto": "hand"}), asks("1"))
    assert by_hand(any_store, edited.id) == ItemClaim(None, "", {"motto": "hand"}, {}, {})
    load(any_store, ci("a", "Widget", motto="m2", weight=2))
    after = item(any_store, "a")
    assert (after.cls, after.attributes) == ("Widget", {"motto": "hand", "weight": 2})
    assert unsettled(any_store) == Planned()


def test_a_class_that_a_source_corrects_is_not_held_by_an_edit(store: Store) -> None:
    load(store, ci("a", "Widget"))
    Editor(store).update(ByName("Widget", "a"), ItemPatch(name="by hand"), asks("1"))
    load(store, ci("a", "Gadget"))
    assert item(store, "by hand").cls == "Gadget"


def test_values_are_handed_back_one_by_one(any_store: Store) -> None:
    load(any_store, grouped(ci("a", model="M", description="V"), power="1"))
    editor = Editor(any_store)
    pinned = ItemPatch("web", {"model": "X", "description": "Y"}, {"power": GroupSetting("2")})
    editor.update(HOST, pinned, asks("1"))
    load(any_store, grouped(ci("a", model="M2", description="V2"), power="50%"))
    back = editor.release(ByName("Host", "web"), Release(["model"]), asks("2"))
    assert (back.name, back.attributes) == ("web", {"model": "M2", "description": "Y"})
    back = editor.release(ByName("Host", "web"), Release(["name"], ["power"]), asks("3"))
    assert (back.name, back.attributes, back.groups) == (
        "a",
        {"model": "M2", "description": "Y"},
        {"power": GroupSetting("50%")},
    )
    back = editor.release(HOST, Release(["description"]), asks("4"))
    assert back.attributes == {"model": "M2", "description": "V2"}
    assert by_hand(any_store, back.id) is None
    assert unsettled(any_store) == Planned()


def test_what_nobody_pinned_is_as_it_was(store: Store) -> None:
    load(store, ci("a", model="M"))
    before = item(store, "a")
    assert Editor(store).release(HOST, Release(["model", "name"], ["power"]), asks("1")) == before


def test_what_only_a_person_said_is_gone_when_it_is_handed_back(store: Store) -> None:
    editor = Editor(store)
    editor.create(new_host("a", model="M", description="D"), asks("1"))
    assert editor.release(HOST, Release(["model"]), asks("2")).attributes == {"description": "D"}
    with pytest.raises(BadInput, match="Nobody else says a name"):
        editor.release(HOST, Release(["name"]), asks("3"))
    assert item(store, "a").attributes == {"description": "D"}


def test_a_release_that_makes_no_sense_writes_nothing(store: Store) -> None:
    load(store, ci("a", serial="S-1"), ci("b", serial="S-2"))
    editor = Editor(store)
    editor.update(HOST, ItemPatch(attributes={"serial": "S-9"}), asks("1"))
    load(store, ci("a", serial="S-2"))
    head = store.head()
    for release, kind in (
        (Release(), BadInput),
        (Release(["wheels"]), UnknownAttribute),
        (Release(["model"], expected_revision=9), RevisionConflict),
        (Release(["serial"]), DuplicateIdentity),
    ):
        with pytest.raises(kind):
            editor.release(HOST, release, asks("2"))
    with pytest.raises(NotFound):
        editor.release(ByName("Host", "ghost"), Release(["model"]), asks("2"))
    assert store.head() == head


def test_the_same_release_takes_effect_once(any_store: Store) -> None:
    load(any_store, ci("a", model="M"))
    editor = Editor(any_store)
    editor.update(HOST, ItemPatch(attributes={"model": "X"}), asks("1"))
    first = editor.release(HOST, Release(["model"]), asks("2"))
    editor.update(HOST, ItemPatch(attributes={"model": "Y"}), asks("3"))
    head = any_store.head()
    editor.release(HOST, Release(["model"]), asks("2"))
    assert (first.attributes, item(any_store, "a").attributes, any_store.head()) == (
        {"model": "M"},
        {"model": "Y"},
        head,
    )
    with pytest.raises(IdempotencyMismatch):
        editor.release(HOST, Release(["name"]), asks("2"))


def test_a_ci_that_every_source_lost_lives_again_when_a_person_says_so(any_store: Store) -> None:
    load(any_store, ci("a", model="M", serial="S-1"))
    before = item(any_store, "a")
    lose(any_store)
    assert item(any_store, "a").lifecycle is Lifecycle.RETIRED
    back = Editor(any_store).update(ById(before.id), ItemPatch(retired=False), asks("1"))
    assert (back.lifecycle, back.attributes, back.cls) == (Lifecycle.LIVE, before.attributes, "Host")
    assert unsettled(any_store) == Planned()
    load(any_store, ci("a", model="M2", serial="S-1"))
    assert (len(items(any_store)), item(any_store, "a").attributes) == (1, {"model": "M2", "serial": "S-1"})


def lose(store: Store) -> None:
    """Let the source see nothing any more, as a sweep does."""
    records = [replace(record, gone=True) for record in store.records([(RACKS, "a")]).values()]
    write(store, *records)
    planned = Planned()
    plan_targets([entry.id for entry in items(store)], Context(store, store.catalogue, "", DAY, frozenset), planned)
    store.commit(replace(changes(), updates=tuple(planned.updates)))


def test_restoring_what_a_person_retired_leaves_no_word_behind(store: Store) -> None:
    load(store, ci("a"))
    editor = Editor(store)
    gone = editor.update(HOST, ItemPatch(retired=True), asks("1"))
    assert gone.lifecycle is Lifecycle.RETIRED
    back = editor.update(ById(gone.id), ItemPatch(retired=False), asks("2"))
    assert (back.lifecycle, by_hand(store, back.id)) == (Lifecycle.LIVE, None)
    lose(store)
    assert item(store, "a").lifecycle is Lifecycle.RETIRED


def test_what_nobody_speaks_of_any_more_is_retired_as_it_was(store: Store) -> None:
    load(store, ci("a", model="M"))
    Editor(store).update(HOST, ItemPatch(attributes={"description": "D"}), asks("1"))
    write(store, Dropped(RACKS, "a"))
    planned = unsettled(store)
    (update,) = planned.updates
    assert (update.lifecycle, update.attributes) == (Lifecycle.RETIRED, {})


def test_what_nobody_speaks_of_is_restored_before_it_is_edited(store: Store) -> None:
    load(store, ci("a", model="M"))
    write(store, Dropped(RACKS, "a"))
    planned = unsettled(store)
    store.commit(replace(changes(), updates=tuple(planned.updates)))
    gone = item(store, "a")
    with pytest.raises(Retired):
        Editor(store).update(ById(gone.id), ItemPatch(attributes={"model": "X"}), asks("1"))
    back = Editor(store).update(ById(gone.id), ItemPatch(attributes={"model": "X"}, retired=False), asks("2"))
    assert (back.lifecycle, back.name, back.attributes) == (Lifecycle.LIVE, "a", {"model": "X"})
