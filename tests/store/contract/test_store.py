"""The store itself: what it says of itself, and the whole graph in bulk."""

import itertools

import pytest

from cmdb.model.commits import UpdateItem
from cmdb.model.items import Lifecycle
from cmdb.store.port import SCHEMA_VERSION, Store
from tests.builders import Part, create, gadgets, link, patch, unlink, write
from tests.store.places import Place
from tests.store.views import everything, read

MANY = 2_300


def test_a_store_says_what_it_holds(store: Store) -> None:
    write(store, create("a"), create("b"), create("c"), link("a", "b"), link("b", "c"))
    write(store, UpdateItem("a", lifecycle=Lifecycle.RETIRED), unlink("b", "c"), patch("b", motto="x"))
    info = store.info()
    assert (info.schema_version, info.head, info.items, info.relationships) == (SCHEMA_VERSION, 2, 3, 1)
    assert info.url
    assert info.store_id


def test_a_store_knows_its_catalogue(store: Store) -> None:
    assert store.catalogue is gadgets()


def test_a_store_opened_again_is_the_same_store(place: Place) -> None:
    with place.open() as store:
        write(store, create("a", motto="x"), create("b"), link("a", "b"))
        write(store, patch("a", motto=None))
        before, info = everything(store), store.info()
    with place.open() as store:
        assert everything(store) == before
        assert store.info() == info
        assert write(store, create("c")).seq == 3


def test_two_handles_see_each_others_commits_at_once(place: Place) -> None:
    with place.open() as one, place.open() as other:
        assert one.info().store_id == other.info().store_id
        for number in range(3):
            write(one, create(f"a{number}"))
            assert other.head() == one.head() == number * 2 + 1
            write(other, patch(f"a{number}", weight=number))
            assert one.items([f"a{number}"])[f"a{number}"].attributes == {"weight": number}


def test_closing_twice_is_harmless(place: Place) -> None:
    store = place.open()
    write(store, create("a"))
    store.close()
    store.close()


def test_the_graph_is_read_whole_and_in_order(store: Store) -> None:
    ids = [f"i{number:05}" for number in range(MANY)]
    write(store, *(create(id_) for id_ in reversed(ids)))
    write(store, *(link(one, other) for one, other in itertools.pairwise(ids)), link("i00000", "i00000", "LEADS"))
    write(store, UpdateItem(ids[7], lifecycle=Lifecycle.RETIRED))
    graph = store.graph()
    items, edges = read(graph)
    assert graph.seq == 3
    assert [item.id for item in items] == ids
    assert items[7].lifecycle is Lifecycle.RETIRED
    assert [edge.key for edge in edges] == [
        "LEADS|i00000|i00000",
        *(f"LINKED_TO|{a}|{b}" for a, b in itertools.pairwise(ids)),
    ]
    then = store.graph(at=1)
    assert then.seq == 1
    assert [len(part) for part in read(then)] == [MANY, 0]


def test_the_graph_of_an_empty_store_is_empty(store: Store) -> None:
    graph = store.graph()
    assert (graph.seq, read(graph)) == (0, ([], []))


@pytest.mark.parametrize("live", [True, False], ids=["live", "past"])
def test_the_graph_is_of_one_point_even_when_others_write_meanwhile(place: Place, live: bool) -> None:  # noqa: FBT001
    ids = [f"i{number:05}" for number in range(MANY)]
    later: list[Part] = [patch(id_, weight=1) for id_ in ids[::50]]
    with place.open() as reader, place.open() as writer:
        write(writer, *(create(id_) for id_ in ids), *(link(ids[0], id_) for id_ in ids))
        graph = reader.graph(None if live else 1)
        items = list(next(graph.items))
        write(writer, *later, create("z"), link("z", ids[-1]), unlink(ids[0], ids[1]), unlink(ids[0], ids[-1]))
        items += [item for chunk in graph.items for item in chunk]
        edges = [edge for chunk in graph.relationships for edge in chunk]
        assert graph.seq == 1
        assert ([item.id for item in items], {item.revision for item in items}) == (ids, {1})
        assert [edge.to_id for edge in edges] == ids
        assert reader.graph().seq == 2
