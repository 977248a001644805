"""Edges: put, changed, removed; their ends, their number, and how they are found."""

from dataclasses import replace

import pytest

from cmdb.errors import CardinalityExceeded, EndMissing, RevisionConflict
from cmdb.model.commits import PutRelationship, UpdateItem
from cmdb.model.items import OPEN, Basis, Effect, Lifecycle, Relationship
from cmdb.model.queries import Direction, RelationshipQuery
from cmdb.store.port import Store
from tests.builders import create, link, said, unlink, write

AB = "LINKED_TO|a|b"


def test_an_edge_reads_back_complete(store: Store) -> None:
    write(store, create("a"), create("b"))
    edge = replace(link("a", "b", note="x", share=0.5, detail={"deep": [None, 1]}), group="power")
    write(store, replace(edge, effect=Effect.SOFT, basis=Basis.OBSERVED))
    assert store.relationships([AB]) == {
        AB: Relationship(
            type="LINKED_TO",
            from_id="a",
            to_id="b",
            revision=1,
            from_seq=2,
            to_seq=OPEN,
            group="power",
            effect=Effect.SOFT,
            basis=Basis.OBSERVED,
            attributes={"note": "x", "share": 0.5, "detail": {"deep": [None, 1]}},
        )
    }


def test_an_edge_may_join_items_of_the_same_change_set(store: Store) -> None:
    write(store, create("a"))
    seq = write(store, create("b"), create("c"), link("a", "b"), link("c", "b"), link("c", "c")).seq
    assert {edge.key: edge.from_seq for edge in store.relationships_of(["b", "c"])} == {
        "LINKED_TO|a|b": seq,
        "LINKED_TO|c|b": seq,
        "LINKED_TO|c|c": seq,
    }


def test_a_put_replaces_the_whole_edge(store: Store) -> None:
    write(store, create("a"), create("b"))
    write(store, PutRelationship("LINKED_TO", "a", "b", "power", Effect.SOFT, Basis.OBSERVED, {"note": "x"}))
    write(store, link("a", "b", share=1))
    edge = store.relationships([AB])[AB]
    assert (edge.group, edge.effect, edge.basis, edge.attributes) == (None, None, Basis.DECLARED, {"share": 1})
    assert (edge.revision, edge.from_seq) == (2, 3)


def test_a_put_of_what_is_already_so_adds_no_version(store: Store) -> None:
    wanted = PutRelationship("LINKED_TO", "a", "b", "power", Effect.HARD, Basis.OBSERVED, {"note": "x"})
    write(store, create("a"), create("b"), wanted)
    assert write(store, wanted).related == 0
    assert [version.revision for version in store.relationship_history("a")] == [1]


def test_a_removed_edge_is_gone_and_may_come_back(store: Store) -> None:
    write(store, create("a"), create("b"), link("a", "b", note="first"))
    assert write(store, unlink("a", "b")).unrelated == 1
    assert store.relationships([AB]) == {}
    assert list(store.relationships_of(["a", "b"])) == []
    write(store, link("a", "b"))
    edge = store.relationships([AB])[AB]
    assert (edge.revision, edge.from_seq, edge.attributes) == (1, 3, {})


def test_removing_what_is_not_there_is_no_fault(store: Store) -> None:
    write(store, create("a"))
    assert write(store, unlink("a", "b"), unlink("x", "y", "NO_SUCH_TYPE")).unrelated == 0


@pytest.mark.parametrize(("one", "other"), [("a", "missing"), ("missing", "a"), ("no", "neither")])
def test_an_edge_needs_both_ends(store: Store, one: str, other: str) -> None:
    write(store, create("a"))
    with pytest.raises(EndMissing) as refusal:
        write(store, create("b"), link("b", "a"), link(one, other))
    assert refusal.value.details["ids"] == sorted({one, other} - {"a"})
    assert (store.head(), set(store.items(["a", "b"]))) == (1, {"a"})


def test_an_edge_may_be_put_to_a_retired_item_and_retiring_keeps_edges(store: Store) -> None:
    write(store, create("a"), create("b"), link("a", "b"))
    write(store, UpdateItem("b", lifecycle=Lifecycle.RETIRED))
    write(store, link("b", "a"))
    assert [edge.key for edge in store.relationships_of(["b"])] == ["LINKED_TO|a|b", "LINKED_TO|b|a"]


def test_edge_revisions_are_compared_and_an_absent_edge_is_at_zero(store: Store) -> None:
    write(store, create("a"), create("b"))
    write(store, PutRelationship("LINKED_TO", "a", "b", expected_revision=0))
    write(store, PutRelationship("LINKED_TO", "a", "b", group="g", expected_revision=1))
    for stale in (0, 1, 3):
        with pytest.raises(RevisionConflict) as refusal:
            write(store, PutRelationship("LINKED_TO", "a", "b", group="h", expected_revision=stale))
        assert (refusal.value.item_id, refusal.value.current_revision) == (AB, 2)
    with pytest.raises(RevisionConflict) as refusal:
        write(store, PutRelationship("LINKED_TO", "b", "a", expected_revision=1))
    assert refusal.value.current_revision == 0


def test_a_type_to_one_lets_an_origin_have_one_target(store: Store) -> None:
    write(store, create("a"), create("b"), create("c"), link("a", "b", "FITS_INTO"), link("c", "b", "FITS_INTO"))
    with pytest.raises(CardinalityExceeded):
        write(store, link("a", "c", "FITS_INTO"))
    assert store.head() == 1


def test_a_type_from_one_lets_a_target_have_one_origin(store: Store) -> None:
    write(store, create("a"), create("b"), create("c"), link("a", "b", "LEADS"), link("a", "c", "LEADS"))
    with pytest.raises(CardinalityExceeded):
        write(store, link("c", "b", "LEADS"))
    assert store.head() == 1


def test_a_type_of_one_to_one_holds_on_both_sides(store: Store) -> None:
    write(store, create("a"), create("b"), create("c"), link("a", "b", "PAIRED_WITH"), link("b", "a", "PAIRED_WITH"))
    for one, other in (("a", "c"), ("c", "b")):
        with pytest.raises(CardinalityExceeded):
            write(store, link(one, other, "PAIRED_WITH"))


def test_cardinality_counts_within_one_change_set(store: Store) -> None:
    with pytest.raises(CardinalityExceeded):
        write(store, create("a"), create("b"), create("c"), link("a", "b", "FITS_INTO"), link("a", "c", "FITS_INTO"))
    assert store.head() == 0


def test_cardinality_leaves_room_for_what_is_removed_in_the_same_change_set(store: Store) -> None:
    write(store, create("a"), create("b"), create("c"), link("a", "b", "FITS_INTO"))
    write(store, unlink("a", "b", "FITS_INTO"), link("a", "c", "FITS_INTO"))
    assert [edge.to_id for edge in store.relationships_of(["a"])] == ["c"]


def test_cardinality_counts_edges_to_retired_items_and_not_removed_ones(store: Store) -> None:
    write(store, create("a"), create("b"), create("c"), link("a", "b", "FITS_INTO"))
    write(store, UpdateItem("b", lifecycle=Lifecycle.RETIRED))
    with pytest.raises(CardinalityExceeded):
        write(store, link("a", "c", "FITS_INTO"))
    write(store, unlink("a", "b", "FITS_INTO"))
    write(store, link("a", "c", "FITS_INTO"))


def test_changing_the_one_edge_there_may_be_is_no_second_one(store: Store) -> None:
    write(store, create("a"), create("b"), link("a", "b", "PAIRED_WITH"))
    write(store, PutRelationship("PAIRED_WITH", "a", "b", group="g"))
    assert store.relationships_of(["a"])[0].group == "g"


@pytest.fixture
def net(store: Store) -> Store:
    """a → b → c → a, a loop at b, and a second type from a to b."""
    edges = (link("a", "b"), link("b", "c"), link("c", "a"), link("b", "b"), link("a", "b", "DEPENDS_ON"))
    write(store, create("a"), create("b"), create("c"), create("d"), *edges)
    return store


FOUND: tuple[tuple[str, Direction, list[str] | None, str], ...] = (
    ("a", Direction.OUT, None, "DEPENDS_ON|a|b LINKED_TO|a|b"),
    ("a", Direction.IN, None, "LINKED_TO|c|a"),
    ("a", Direction.BOTH, None, "DEPENDS_ON|a|b LINKED_TO|a|b LINKED_TO|c|a"),
    ("a", Direction.BOTH, ["DEPENDS_ON"], "DEPENDS_ON|a|b"),
    ("a", Direction.BOTH, [], ""),
    ("a", Direction.BOTH, ["RUNS_ON", "NO_SUCH_TYPE"], ""),
    ("b", Direction.OUT, ["LINKED_TO"], "LINKED_TO|b|b LINKED_TO|b|c"),
    ("b", Direction.IN, ["LINKED_TO"], "LINKED_TO|a|b LINKED_TO|b|b"),
    ("bb", Direction.BOTH, ["LINKED_TO"], "LINKED_TO|a|b LINKED_TO|b|b LINKED_TO|b|c"),
    ("abc", Direction.OUT, ["LINKED_TO"], "LINKED_TO|a|b LINKED_TO|b|b LINKED_TO|b|c LINKED_TO|c|a"),
    ("dx", Direction.BOTH, None, ""),
    ("", Direction.BOTH, None, ""),
)


def test_edges_are_found_by_their_ends_each_once(net: Store, subtests: pytest.Subtests) -> None:
    for ids, direction, types, expected in FOUND:
        with subtests.test(f"{direction} of {ids} by {types}"):
            assert " ".join(edge.key for edge in net.relationships_of(list(ids), direction, types)) == expected


def test_edges_are_found_by_key_and_unknown_keys_are_absent(net: Store) -> None:
    assert set(net.relationships([AB, "LINKED_TO|b|a", "nonsense", "", "A|B|C|D"])) == {AB}
    assert net.relationships([]) == {}


QUERIES: tuple[tuple[RelationshipQuery, str], ...] = (
    (RelationshipQuery(), "DEPENDS_ON|a|b LINKED_TO|a|b LINKED_TO|b|b LINKED_TO|b|c LINKED_TO|c|a"),
    (RelationshipQuery(types=("DEPENDS_ON", "RUNS_ON")), "DEPENDS_ON|a|b"),
    (RelationshipQuery(types=()), ""),
    (RelationshipQuery(from_ids=("b", "c")), "LINKED_TO|b|b LINKED_TO|b|c LINKED_TO|c|a"),
    (RelationshipQuery(to_ids=("b",), types=("LINKED_TO",)), "LINKED_TO|a|b LINKED_TO|b|b"),
    (RelationshipQuery(touching=("c",)), "LINKED_TO|b|c LINKED_TO|c|a"),
    (RelationshipQuery(touching=("c",), from_ids=("b",)), "LINKED_TO|b|c"),
    (RelationshipQuery(touching=("b", "a"), to_ids=("a",)), "LINKED_TO|c|a"),
    (RelationshipQuery(touching=()), ""),
    (RelationshipQuery(from_ids=()), ""),
)


def test_edge_pages_hold_what_satisfies_every_condition(net: Store, subtests: pytest.Subtests) -> None:
    for query, expected in QUERIES:
        with subtests.test(repr(query)):
            page = net.relationship_page(query)
            assert " ".join(edge.key for edge in page.relationships) == expected
            assert (page.has_more, page.total) == (False, len(page.relationships))


def test_edge_pages_follow_one_another_and_count_all(net: Store) -> None:
    for limit in (1, 2, 4, 5, 6):
        assert paged(net, limit) == "DEPENDS_ON|a|b LINKED_TO|a|b LINKED_TO|b|b LINKED_TO|b|c LINKED_TO|c|a"


def paged(net: Store, limit: int) -> str:
    """All pages, one after the other."""
    seen: list[str] = []
    after: str | None = None
    more = True
    while more and len(seen) < 10:
        page = net.relationship_page(RelationshipQuery(touching=("b", "a", "c"), after=after, limit=limit))
        assert page.total == 5
        seen += [edge.key for edge in page.relationships]
        after, more = seen[-1], page.has_more
    return " ".join(seen)


def test_a_cursor_may_stand_where_no_edge_is(net: Store) -> None:
    page = net.relationship_page(RelationshipQuery(after="LINKED_TO|b|bb", limit=1))
    assert [edge.key for edge in page.relationships] == ["LINKED_TO|b|c"]
    assert (page.has_more, page.total) == (True, 5)


def test_a_source_record_stays_when_its_edge_is_removed(net: Store) -> None:
    write(net, said("k", AB))
    write(net, unlink("a", "b"))
    assert [record.key for record in net.records_of([AB])[AB]] == ["k"]
