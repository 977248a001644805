"""The past stays as it was."""

from collections.abc import Callable

import pytest

from cmdb.errors import SeqUnavailable
from cmdb.model.commits import Delta, PutRelationship, UpdateItem
from cmdb.model.items import OPEN, Basis, Effect, GroupSetting, Lifecycle
from cmdb.model.queries import ItemQuery, RelationshipQuery
from cmdb.store.port import Store
from tests.builders import Part, create, grouped, link, patch, unlink, write
from tests.store.views import read, view

RETIRED, LIVE = Lifecycle.RETIRED, Lifecycle.LIVE
IDS = ["a", "b", "c", "d"]

STORY: tuple[tuple[Part, ...], ...] = (
    (create("a", weight=1), create("b", "Widget", weight=5, motto="x")),
    (link("a", "b"), link("a", "a"), link("b", "a", "DEPENDS_ON")),
    (patch("a", weight=3), create("c", "Widget", name="a")),
    (unlink("a", "b"), link("c", "a", note="n")),
    (UpdateItem("b", lifecycle=RETIRED),),
    (),
    (PutRelationship("LINKED_TO", "c", "a", group="g", effect=Effect.SOFT, basis=Basis.INFERRED),),
    (link("a", "b"), patch("c", weight=7), create("d")),
    (UpdateItem("b", lifecycle=LIVE, name="c", cls="Gadget"), unlink("a", "a")),
    (UpdateItem("a", groups={"g": GroupSetting("2")}), UpdateItem("d", lifecycle=RETIRED), patch("b", weight=None)),
    (unlink("a", "b"), unlink("c", "a"), unlink("b", "a", "DEPENDS_ON")),
)


def test_every_read_at_a_past_point_says_what_it_said_then(store: Store) -> None:
    views = [view(store, IDS)]
    for parts in STORY:
        write(store, *parts)
        views.append(view(store, IDS))
    for seq, then in enumerate(views):
        assert view(store, IDS, at=seq) == then, f"at {seq}"


def test_before_the_first_commit_there_is_nothing(store: Store) -> None:
    write(store, create("a"), link("a", "a"))
    assert read(store.graph(at=0)) == ([], [])
    assert store.items(["a"], at=0) == {}
    assert store.page(ItemQuery(), at=0).total == 0


def test_the_history_of_an_item_has_every_version_oldest_first(store: Store) -> None:
    for parts in STORY:
        write(store, *parts)
    versions = store.history("b")
    assert [(version.revision, version.from_seq, version.to_seq) for version in versions] == [
        (1, 1, 5),
        (2, 5, 9),
        (3, 9, 10),
        (4, 10, OPEN),
    ]
    assert {version.created_seq for version in versions} == {1}
    assert [version.lifecycle for version in versions] == [LIVE, RETIRED, LIVE, LIVE]
    assert [store.items(["b"], at=seq)["b"] for seq in (4, 5, 8, 9, 11)] == [versions[at] for at in (0, 1, 1, 2, 3)]


def test_the_history_of_edges_has_every_version_and_closes_removed_ones(store: Store) -> None:
    for parts in STORY:
        write(store, *parts)
    assert [
        (version.key, version.revision, version.from_seq, version.to_seq) for version in store.relationship_history("a")
    ] == [
        ("DEPENDS_ON|b|a", 1, 2, 11),
        ("LINKED_TO|a|a", 1, 2, 9),
        ("LINKED_TO|a|b", 1, 2, 4),
        ("LINKED_TO|c|a", 1, 4, 7),
        ("LINKED_TO|c|a", 2, 7, 11),
        ("LINKED_TO|a|b", 1, 8, 11),
    ]
    assert list(store.relationship_history("d")) == []
    assert list(store.relationship_history("unknown")) == []
    assert store.relationships(["LINKED_TO|c|a"], at=6)["LINKED_TO|c|a"] == store.relationship_history("c")[0]


def test_the_difference_of_a_point_to_itself_is_empty(store: Store) -> None:
    write(store, create("a"))
    assert store.difference(1, 1) == Delta((), ())
    assert store.difference(0, 0) == Delta((), ())


def test_the_difference_of_any_two_points_is_what_their_graphs_say(store: Store) -> None:
    for parts in STORY:
        write(store, *parts)
    contents = [contents_at(store, seq) for seq in range(len(STORY) + 1)]
    for start in range(len(contents)):
        for end in range(start, len(contents)):
            delta = store.difference(start, end)
            told = [described(old, new) for old, new in (*delta.items, *delta.relationships)]
            assert told == changed(contents[start], contents[end]), f"{start} to {end}"


def contents_at(store: Store, seq: int) -> dict[tuple[int, str], str]:
    """What is said of each item and edge, without revision and seq."""
    items, edges = read(store.graph(seq))
    said = {(0, item.id): content(item) for item in items}
    return said | {(1, edge.key): content(edge) for edge in edges}


def content(version: object) -> str:
    hidden = {"revision", "from_seq", "to_seq", "created_seq"}
    slots: tuple[str, ...] = getattr(version, "__slots__", ())
    return repr([(name, plainly(getattr(version, name))) for name in slots if name not in hidden])


def plainly(value: object) -> object:
    return sorted(value.items()) if isinstance(value, dict) else value


def described(old: object, new: object) -> tuple[str | None, str | None]:
    return content(old) if old else None, content(new) if new else None


def changed(start: dict[tuple[int, str], str], end: dict[tuple[int, str], str]) -> list[tuple[str | None, str | None]]:
    keys = sorted(start.keys() | end.keys())
    return [(start.get(key), end.get(key)) for key in keys if start.get(key) != end.get(key)]


def test_the_difference_gives_the_versions_that_held(store: Store) -> None:
    write(store, create("a", motto="old"), create("b"), link("a", "b"))
    write(store, patch("a", motto="between"))
    write(store, patch("a", motto="new"), unlink("a", "b"), create("c"))
    delta = store.difference(1, 3)
    versions = store.history("a")
    assert delta.items == ((versions[0], versions[2]), (None, store.history("c")[0]))
    assert delta.relationships == ((store.relationship_history("a")[0], None),)


def test_what_went_and_came_back_is_no_difference(store: Store) -> None:
    write(store, create("a", motto="x"), create("b"), link("a", "b", note="n"))
    write(store, patch("a", motto="y"), unlink("a", "b"), UpdateItem("b", lifecycle=RETIRED))
    write(store, patch("a", motto="x"), link("a", "b", note="n"), UpdateItem("b", lifecycle=LIVE), link("b", "b"))
    write(store, unlink("b", "b"))
    assert store.difference(1, 4) == Delta((), ())
    assert store.items(["a"])["a"].revision == 3


def test_groups_count_in_a_difference(store: Store) -> None:
    write(store, grouped("a", {"g": GroupSetting("1")}))
    write(store, UpdateItem("a", groups={"g": GroupSetting("2")}))
    assert [new.groups for _, new in store.difference(1, 2).items if new] == [{"g": GroupSetting("2")}]


AT_A_POINT: tuple[tuple[str, Callable[[Store, int], object]], ...] = (
    ("items", lambda store, seq: store.items(["a"], seq)),
    ("page", lambda store, seq: store.page(ItemQuery(), seq)),
    ("named", lambda store, seq: store.named([("Gadget", "a")], seq)),
    ("relationships", lambda store, seq: store.relationships(["LINKED_TO|a|a"], seq)),
    ("relationships_of", lambda store, seq: store.relationships_of(["a"], at=seq)),
    ("relationship_page", lambda store, seq: store.relationship_page(RelationshipQuery(), seq)),
    ("graph", lambda store, seq: read(store.graph(seq))),
    ("difference from", lambda store, seq: store.difference(seq, 1)),
    ("difference to", lambda store, seq: store.difference(0, seq)),
)


@pytest.mark.parametrize("ask", [pytest.param(ask, id=name) for name, ask in AT_A_POINT])
def test_points_that_do_not_exist_are_refused_by_every_read(store: Store, ask: Callable[[Store, int], object]) -> None:
    write(store, create("a"), link("a", "a"))
    for seq in (-1, 2, 2**62):
        with pytest.raises(SeqUnavailable):
            ask(store, seq)
