"""Search finds items by the beginnings of their words."""

import pytest

from cmdb.errors import BadInput
from cmdb.model.commits import CreateItem, UpdateItem
from cmdb.model.items import Lifecycle
from cmdb.store.port import Store
from tests.builders import create, patch, write


def hits(store: Store, text: str, classes: list[str] | None = None) -> str:
    """Ids of the hits as one word, best first."""
    result = store.search(text, classes)
    assert result.total == len(result.items)
    return "".join(item.id for item in result.items)


@pytest.fixture
def shelf(store: Store) -> Store:
    """Items whose words overlap; f is retired."""
    write(
        store,
        create("a", name="Redis-Cart v2", motto="keeps the carts"),
        create("b", name="redis", motto="in memory", parts=["Cart-Board", "10.0.0.7"]),
        create("c", "Widget", name="cart", motto="needs redis"),
        create("d", name="cart redis", colour="red", extra={"hidden": "nested"}, weight=77, active=True),
        create("e", name="Straße Ωmega ﬁne 漢字 20 000"),
        create("f", name="redis cart"),
    )
    write(store, UpdateItem("f", lifecycle=Lifecycle.RETIRED))
    return store


FOUND = (
    ("redis", "badc"),
    ("REDIS", "badc"),
    ("red", "adbc"),
    ("redis cart", "adcb"),
    ("cart redis", "dacb"),
    ("cart", "cadb"),
    ("redis car", "adcb"),
    ("edis", ""),
    ("redis-cart v2", "a"),
    ("v", "a"),
    ("memory", "b"),
    ("10.0.0.7", "b"),
    ("10 7", "b"),
    ("board cart", "b"),
    ("red needs", "c"),
    ("nested", ""),
    ("77", ""),
    ("true", ""),
    ("strasse", "e"),
    ("STRASSE ΩMEGA fine", "e"),
    ("漢", "e"),
    ("字", ""),
    ("redis nothing", ""),
    ("", ""),
    (" -!?* ", ""),
    ("redis*", "badc"),
    ("redis AND cart", ""),
    ('"redis cart"~', "adcb"),
    ("na:me redis", ""),
)


def test_every_word_must_begin_some_word_and_names_rank_first(shelf: Store, subtests: pytest.Subtests) -> None:
    for text, expected in FOUND:
        with subtests.test(text):
            assert hits(shelf, text) == expected


def test_hits_of_equal_rank_come_in_order_of_name_then_id(store: Store) -> None:
    write(store, create("c", name="db one"), create("b", name="db two"), create("a", name="db two"))
    write(store, create("z", name="db"), create("y", name="DB"), create("x", name="zebra", motto="db"))
    assert hits(store, "db") == "yzcabx"


def test_search_keeps_to_classes(shelf: Store) -> None:
    assert hits(shelf, "cart", ["Widget"]) == "c"
    assert hits(shelf, "cart", ["Gadget", "Host"]) == "adb"
    assert hits(shelf, "cart", []) == ""


def test_search_counts_all_and_gives_the_best(shelf: Store) -> None:
    result = shelf.search("redis", limit=2)
    assert ([item.id for item in result.items], result.total) == (["b", "a"], 4)
    assert (shelf.search("redis", limit=0).items, shelf.search("redis", limit=0).total) == ((), 4)
    with pytest.raises(BadInput):
        shelf.search("redis", limit=-1)


def test_search_gives_whole_items(shelf: Store) -> None:
    assert list(shelf.search("v2").items) == [shelf.items(["a"])["a"]]


def test_search_follows_every_change(shelf: Store) -> None:
    write(shelf, patch("c", motto=None), UpdateItem("a", name="Valkey-Cart"))
    assert hits(shelf, "redis") == "bd"
    assert hits(shelf, "valkey") == "a"
    write(shelf, UpdateItem("f", lifecycle=Lifecycle.LIVE), UpdateItem("b", lifecycle=Lifecycle.RETIRED))
    assert hits(shelf, "redis") == "df"


def test_search_goes_through_many_items(store: Store) -> None:
    write(store, *(CreateItem(f"i{n:03}", "Gadget", f"node {n:03}", {}, f"k{n}") for n in range(250)))
    result = store.search("node", limit=5)
    assert ([item.id for item in result.items], result.total) == (["i000", "i001", "i002", "i003", "i004"], 250)
    assert store.search("node 24").total == 10
