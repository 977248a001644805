"""Items: created, patched, retired, restored, and their revisions."""

import pytest

from cmdb.errors import DuplicateIdentity, NotFound, RevisionConflict
from cmdb.model.commits import CreateItem, UpdateItem
from cmdb.model.items import OPEN, GroupSetting, Item, Lifecycle
from cmdb.store.port import Store
from tests.builders import changes, create, grouped, link, patch, write


def test_a_created_item_reads_back_complete(store: Store) -> None:
    groups = {"power": GroupSetting("2", "50%"), "links": GroupSetting()}
    seq = write(
        store, CreateItem("a", "Widget", "A name", {"motto": "x", "weight": 3}, "identity", ("h2", "h1"), groups)
    ).seq
    assert store.items(["a"]) == {
        "a": Item(
            id="a",
            cls="Widget",
            name="A name",
            attributes={"motto": "x", "weight": 3},
            identity_key="identity",
            revision=1,
            from_seq=seq,
            created_seq=seq,
            to_seq=OPEN,
            lifecycle=Lifecycle.LIVE,
            groups=groups,
            identifiers=("h2", "h1"),
        )
    }


def test_ids_that_do_not_exist_are_absent(store: Store) -> None:
    write(store, create("a"))
    assert set(store.items(["a", "b", "a"])) == {"a"}
    assert store.items([]) == {}
    assert list(store.history("b")) == []


def test_a_patch_sets_removes_and_leaves_alone(store: Store) -> None:
    write(store, create("a", motto="x", weight=1, active=True))
    write(store, patch("a", motto=None, weight=2, colour="red"))
    item = store.items(["a"])["a"]
    assert item.attributes == {"weight": 2, "active": True, "colour": "red"}
    assert (item.revision, item.from_seq, item.created_seq, item.to_seq) == (2, 2, 1, OPEN)


def test_a_patch_changes_name_class_identity_and_identifiers(store: Store) -> None:
    write(store, create("a"))
    write(store, UpdateItem("a", name="new", cls="Widget", identity_key="other", identifiers=("i1", "i2")))
    item = store.items(["a"])["a"]
    assert (item.name, item.cls, item.identity_key, item.identifiers) == ("new", "Widget", "other", ("i1", "i2"))
    assert list(store.named([("Widget", "new"), ("Gadget", "a")])) == [("Widget", "new")]
    assert store.identified(["i1", "other", "identity of a"]) == {"i1": ["a"], "other": ["a"]}


def test_a_patch_sets_and_removes_groups(store: Store) -> None:
    write(store, grouped("a", {"power": GroupSetting("2"), "pool": GroupSetting("1")}))
    write(store, UpdateItem("a", groups={"pool": None, "power": GroupSetting("3", "75%"), "new": GroupSetting("50%")}))
    assert store.items(["a"])["a"].groups == {"power": GroupSetting("3", "75%"), "new": GroupSetting("50%")}


def test_a_patch_that_changes_nothing_adds_no_version(store: Store) -> None:
    write(store, create("a", motto="x", weight=1))
    write(store, patch("a", motto="x", colour=None))
    write(store, UpdateItem("a", name="a", cls="Gadget", lifecycle=Lifecycle.LIVE, groups={"none": None}))
    assert [version.revision for version in store.history("a")] == [1]
    assert store.items(["a"])["a"].from_seq == 1


@pytest.mark.parametrize(("old", "new"), [(1, 1.0), (1, True), ("1", 1), (0, False), ([1], [1.0])])
def test_a_value_of_another_kind_is_another_value(store: Store, old: object, new: object) -> None:
    write(store, CreateItem("a", "Gadget", "a", {"extra": {"value": old}}, "identity"))  # type: ignore[dict-item]
    write(store, UpdateItem("a", attributes={"extra": {"value": new}}))  # type: ignore[dict-item]
    assert store.items(["a"])["a"].revision == 2


def test_revisions_are_compared(store: Store) -> None:
    write(store, create("a"))
    write(store, patch("a", revision=1, motto="x"))
    with pytest.raises(RevisionConflict) as refusal:
        write(store, patch("a", revision=1, motto="y"))
    assert (refusal.value.item_id, refusal.value.current_revision) == ("a", 2)
    assert store.items(["a"])["a"].attributes == {"motto": "x"}


def test_a_stale_revision_is_refused_even_when_nothing_would_change(store: Store) -> None:
    write(store, create("a", motto="x"))
    write(store, patch("a", motto="y"))
    with pytest.raises(RevisionConflict):
        write(store, patch("a", revision=1, motto="y"))


def test_an_update_of_an_unknown_item_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        write(store, create("a"), patch("b", motto="x"))
    assert (store.head(), store.items(["a"])) == (0, {})


def test_an_identity_belongs_to_one_item(store: Store) -> None:
    write(store, create("a", key="same"))
    with pytest.raises(DuplicateIdentity) as refusal:
        write(store, create("b", key="same"))
    assert refusal.value.details["id"] == "a"


def test_two_items_of_one_change_set_cannot_share_an_identity(store: Store) -> None:
    with pytest.raises(DuplicateIdentity):
        write(store, create("a", key="same"), create("b", key="same"))
    assert store.head() == 0


def test_an_update_cannot_take_the_identity_of_another(store: Store) -> None:
    write(store, create("a"), create("b"))
    with pytest.raises(DuplicateIdentity) as refusal:
        write(store, UpdateItem("b", identity_key="identity of a"))
    assert refusal.value.details["id"] == "a"


def test_a_retired_item_keeps_its_identity_from_others(store: Store) -> None:
    write(store, create("a", key="same"))
    write(store, UpdateItem("a", lifecycle=Lifecycle.RETIRED))
    with pytest.raises(DuplicateIdentity):
        write(store, create("b", key="same"))


def test_an_identity_given_up_is_free_for_others(store: Store) -> None:
    write(store, create("a", key="same"))
    write(store, UpdateItem("a", identity_key="another"))
    write(store, create("b", key="same"))
    assert store.identified(["same"]) == {"same": ["b"]}


def test_an_id_is_given_once(store: Store) -> None:
    write(store, create("a"))
    with pytest.raises(DuplicateIdentity):
        write(store, create("a", key="another identity"))


def test_a_retired_item_stays_where_it_is_looked_up_by_what_it_is(store: Store) -> None:
    write(store, create("a", key="k"), create("b"), link("a", "b"))
    write(store, UpdateItem("a", lifecycle=Lifecycle.RETIRED))
    assert store.items(["a"])["a"].lifecycle is Lifecycle.RETIRED
    assert [item.id for item in store.named([("Gadget", "a")])["Gadget", "a"]] == ["a"]
    assert store.identified(["k"]) == {"k": ["a"]}
    assert [edge.key for edge in store.relationships_of(["a"])] == ["LINKED_TO|a|b"]
    assert [item.id for chunk in store.graph().items for item in chunk] == ["a", "b"]


def test_an_item_restored_is_the_same_item(store: Store) -> None:
    write(store, create("a", motto="x"))
    write(store, UpdateItem("a", lifecycle=Lifecycle.RETIRED))
    write(store, UpdateItem("a", lifecycle=Lifecycle.LIVE))
    item = store.items(["a"])["a"]
    assert (item.lifecycle, item.revision, item.created_seq, item.attributes) == (Lifecycle.LIVE, 3, 1, {"motto": "x"})


def test_items_are_found_by_exact_class_and_name(store: Store) -> None:
    write(
        store,
        create("b", name="web"),
        create("a", name="web"),
        create("c", "Widget", name="web"),
        create("d", name="Web"),
    )
    found = store.named([("Gadget", "web"), ("Widget", "web"), ("Gadget", "WEB"), ("Host", "web")])
    assert {pair: [item.id for item in items] for pair, items in found.items()} == {
        ("Gadget", "web"): ["a", "b"],
        ("Widget", "web"): ["c"],
    }


def test_items_are_found_by_any_of_their_identifiers(store: Store) -> None:
    write(
        store,
        CreateItem("b", "Gadget", "b", {}, "kb", ("shared", "only-b")),
        CreateItem("a", "Gadget", "a", {}, "ka", ("shared",)),
    )
    assert store.identified(["shared", "only-b", "ka", "nothing"]) == {
        "shared": ["a", "b"],
        "only-b": ["b"],
        "ka": ["a"],
    }


def test_a_change_set_may_touch_many_items(store: Store) -> None:
    write(store, *(create(f"i{number:03}") for number in range(300)))
    write(store, *(patch(f"i{number:03}", weight=number) for number in range(300)))
    found = store.items([f"i{number:03}" for number in range(300)])
    assert [found[f"i{number:03}"].attributes["weight"] for number in range(300)] == list(range(300))


def test_a_change_set_of_creates_and_updates_has_one_seq(store: Store) -> None:
    write(store, create("a"))
    seq = store.commit(changes(create("b"), patch("a", motto="x"))).seq
    assert [item.from_seq for item in store.items(["a", "b"]).values()] == [seq, seq]
