"""Pages of items: what satisfies a filter, in which order, from where on."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cmdb.errors import BadInput, InvalidCursor, UnknownAttribute, WrongType
from cmdb.model.commits import CreateItem, UpdateItem
from cmdb.model.items import Item, Lifecycle
from cmdb.model.queries import AllOf, AnyOf, Comparison, Field, Filter, ItemQuery, Not, Operator, Order
from cmdb.model.values import Scalar
from cmdb.store.port import Store
from tests.builders import create, holding, patch, write

EQ, IN, CONTAINS, STARTS = Operator.EQ, Operator.IN, Operator.CONTAINS, Operator.STARTS_WITH
GT, GTE, LT, LTE, IS_NULL = Operator.GT, Operator.GTE, Operator.LT, Operator.LTE, Operator.IS_NULL


@pytest.fixture
def shelf(store: Store) -> Store:
    """Gadgets a to d and widget e; f is retired, d has no attributes."""
    write(store, create("a", name="alpha", motto="one 100% sure", weight=1, active=True, colour="red"))
    write(store, create("b", name="Beta", motto="ONE_\U00010348", weight=2.5, active=False, checked_on="2026-01-31"))
    write(store, create("c", name="gamma", motto="\uffee two", weight=2**53 + 1, active=True, colour="blue"))
    write(store, create("d", name="alpha"), create("e", "Widget", name="épsilon", motto="", weight=-3))
    write(store, create("f", name="zeta", motto="one", weight=1), patch("d"))
    write(store, UpdateItem("f", lifecycle=Lifecycle.RETIRED), patch("a", checked_on="2026-02-01T00:00:00Z"))
    return store


def names(store: Store, where: Filter | None) -> str:
    """Ids of the matching items as one word, in order of id."""
    page = store.page(ItemQuery(where=where, order=()))
    assert page.total == len(page.items)
    return "".join(item.id for item in page.items)


COMPARISONS: tuple[tuple[str, Operator, Scalar | tuple[Scalar, ...], str], ...] = (
    ("motto", EQ, "ONE_\U00010348", "b"),
    ("motto", EQ, "one_\U00010348", ""),
    ("motto", EQ, "", "e"),
    ("motto", CONTAINS, "one", "a"),
    ("motto", CONTAINS, "NE_", "b"),
    ("motto", CONTAINS, "\U00010348", "b"),
    ("motto", CONTAINS, "%", "a"),
    ("motto", CONTAINS, "_", "b"),
    ("motto", CONTAINS, "*", ""),
    ("motto", CONTAINS, ".", ""),
    ("motto", CONTAINS, "", "abce"),
    ("motto", STARTS, "one", "a"),
    ("motto", STARTS, "On", ""),
    ("motto", STARTS, "o_e", ""),
    ("motto", STARTS, "\uffee", "c"),
    ("motto", STARTS, "", "abce"),
    ("motto", GT, "one 100% sure", "c"),
    ("motto", GTE, "one 100% sure", "ac"),
    ("motto", LT, "a", "be"),
    ("motto", LTE, "", "e"),
    ("motto", GT, "\uffee two", ""),
    ("motto", LT, "\U00010000", "abce"),
    ("motto", IN, ("", "ONE_\U00010348", "nothing"), "be"),
    ("motto", IN, (), ""),
    ("motto", IS_NULL, True, "d"),
    ("motto", IS_NULL, False, "abce"),
    ("weight", EQ, 1, "a"),
    ("weight", EQ, 1.0, "a"),
    ("weight", EQ, 2**53 + 1, "c"),
    ("weight", EQ, 2**53, ""),
    ("weight", EQ, 2**53 + 2, ""),
    ("weight", IN, (1.0, 2, 2.5), "ab"),
    ("weight", GT, 1, "bc"),
    ("weight", GTE, 1, "abc"),
    ("weight", LT, 2.5, "ae"),
    ("weight", LTE, 2.5, "abe"),
    ("weight", GT, 2**53, "c"),
    ("weight", LT, -3, ""),
    ("active", EQ, True, "ac"),
    ("active", EQ, False, "b"),
    ("active", IN, (True, False), "abc"),
    ("active", GT, False, "ac"),
    ("active", LTE, False, "b"),
    ("active", IS_NULL, True, "de"),
    ("colour", EQ, "red", "a"),
    ("colour", IN, ("red", "blue"), "ac"),
    ("checked_on", GTE, "2026-01-31", "ab"),
    ("checked_on", LT, "2026-02", "b"),
    (Field.ID, EQ, "a", "a"),
    (Field.ID, IN, ("a", "c", "f", "x"), "ac"),
    (Field.ID, GT, "c", "de"),
    (Field.CLASS, EQ, "Widget", "e"),
    (Field.CLASS, STARTS, "Gad", "abcd"),
    (Field.NAME, EQ, "alpha", "ad"),
    (Field.NAME, CONTAINS, "a", "abcd"),
    (Field.NAME, LT, "a", "b"),
    (Field.NAME, GT, "z", "e"),
    (Field.NAME, IS_NULL, True, ""),
    (Field.NAME, IS_NULL, False, "abcde"),
    (Field.LIFECYCLE, EQ, "live", "abcde"),
    (Field.CREATED_SEQ, EQ, 4, "de"),
    (Field.CREATED_SEQ, LTE, 2.5, "ab"),
    (Field.UPDATED_SEQ, EQ, 6, "a"),
    (Field.UPDATED_SEQ, IN, (2, 3), "bc"),
)


def test_a_comparison_holds_for_these_items_and_its_opposite_for_all_others(
    shelf: Store, subtests: pytest.Subtests
) -> None:
    for field, operator, value, expected in COMPARISONS:
        where = Comparison(field, operator, value)
        with subtests.test(repr(where)):
            assert names(shelf, where) == expected
            assert names(shelf, Not(where)) == "".join(id_ for id_ in "abcde" if id_ not in expected)


RED, HEAVY = Comparison("colour", EQ, "red"), Comparison("weight", GT, 2)


FILTERS: tuple[tuple[Filter | None, str], ...] = (
    (None, "abcde"),
    (AllOf(()), "abcde"),
    (AnyOf(()), ""),
    (Not(AllOf(())), ""),
    (Not(AnyOf(())), "abcde"),
    (AllOf((RED, HEAVY)), ""),
    (AllOf((Not(RED), HEAVY)), "bc"),
    (AnyOf((RED, HEAVY)), "abc"),
    (Not(AnyOf((RED, HEAVY))), "de"),
    (Not(Not(HEAVY)), "bc"),
    (Not(Not(Not(HEAVY))), "ade"),
    (AllOf((AnyOf((RED, Comparison(Field.NAME, EQ, "alpha"))), Not(AllOf((RED, Not(HEAVY)))))), "d"),
    (AllOf((Comparison(Field.LIFECYCLE, EQ, "retired"),)), ""),
)


def test_filters_combine_by_two_valued_logic(shelf: Store, subtests: pytest.Subtests) -> None:
    for where, expected in FILTERS:
        with subtests.test(repr(where)):
            assert names(shelf, where) == expected


def test_values_of_different_kinds_are_never_equal_nor_ordered(store: Store) -> None:
    """A store may hold values from before the catalogue gave an attribute another type."""
    held: dict[str, Scalar] = {"i": 1, "f": 1.0, "t": "1", "b": True, "z": 0, "n": False}
    write(store, *(holding(id_, {"weight": value}) for id_, value in held.items()))
    assert names(store, Comparison("weight", EQ, 1)) == "fi"
    assert names(store, Comparison("weight", IN, (1.0, 0.0))) == "fiz"
    assert names(store, Comparison("weight", GTE, 0)) == "fiz"
    assert names(store, Not(Comparison("weight", GTE, 0))) == "bnt"
    assert names(store, Comparison("weight", IS_NULL, True)) == ""


def test_fields_that_cannot_be_compared_are_refused(store: Store, subtests: pytest.Subtests) -> None:
    for field in ("no_such_attribute", "parts", "extra", "$nid", "name", "id", "$", ""):
        with subtests.test(field):
            with pytest.raises(UnknownAttribute):
                store.page(ItemQuery(where=Not(AllOf((RED, Comparison(field, IS_NULL, True))))))
            with pytest.raises(UnknownAttribute):
                store.page(ItemQuery(order=(Order(Field.NAME), Order(field))))


IMPOSSIBLE: tuple[tuple[str, Operator, Scalar | tuple[Scalar, ...]], ...] = (
    ("weight", EQ, "1"),
    ("weight", EQ, True),
    ("motto", EQ, 1),
    ("active", EQ, 1),
    ("active", EQ, "true"),
    ("motto", IN, ("a", 1)),
    ("motto", IN, "abc"),
    ("motto", EQ, ("a",)),
    ("weight", CONTAINS, "1"),
    ("weight", STARTS, 1),
    ("active", CONTAINS, True),
    ("motto", IS_NULL, "yes"),
    ("motto", IS_NULL, 1),
    ("weight", GT, 2**63),
    ("weight", GT, float("nan")),
    ("motto", EQ, "a\x00b"),
    (Field.NAME, EQ, 1),
    (Field.CREATED_SEQ, EQ, "1"),
)


def test_values_that_a_field_cannot_have_are_refused(store: Store, subtests: pytest.Subtests) -> None:
    for field, operator, value in IMPOSSIBLE:
        with subtests.test(f"{field} {operator} {value!r}"), pytest.raises(WrongType):
            store.page(ItemQuery(where=Comparison(field, operator, value)))


ORDERS: tuple[tuple[tuple[Order, ...], str], ...] = (
    ((Order(Field.NAME),), "badce"),
    ((Order(Field.NAME, descending=True),), "ecadb"),
    ((), "abcde"),
    ((Order(Field.ID, descending=True),), "edcba"),
    ((Order("motto"),), "ebacd"),
    ((Order("motto", descending=True),), "cabed"),
    ((Order("weight"),), "eabcd"),
    ((Order("weight", descending=True),), "cbaed"),
    ((Order("active"),), "bacde"),
    ((Order("active", descending=True),), "acbde"),
    ((Order("colour"), Order(Field.NAME, descending=True)), "caedb"),
    ((Order("colour", descending=True), Order(Field.NAME)), "acbde"),
    ((Order(Field.CLASS, descending=True), Order("weight", descending=True)), "ecbad"),
    ((Order(Field.CREATED_SEQ, descending=True),), "decba"),
    ((Order(Field.UPDATED_SEQ),), "bcdea"),
    ((Order(Field.LIFECYCLE), Order("checked_on", descending=True)), "abcde"),
)


def test_items_come_in_order_and_page_by_page(shelf: Store, subtests: pytest.Subtests) -> None:
    for order, expected in ORDERS:
        query = ItemQuery(order=order)
        with subtests.test(repr(order)):
            assert "".join(item.id for item in shelf.page(query).items) == expected
            for limit in (1, 2, 3, 5, 6):
                assert "".join(item.id for item in paged(shelf, replace(query, limit=limit))) == expected


def paged(store: Store, query: ItemQuery) -> Iterator[Item]:
    """All pages, one after the other."""
    left = 10
    while left:
        left -= 1
        page = store.page(query)
        assert page.total == 5
        yield from page.items
        if not page.has_more:
            return
        query = replace(query, after=cursor(page.items[-1], query.order))
    pytest.fail("the pages never end")


def cursor(item: Item, orders: tuple[Order, ...]) -> tuple[Scalar | None, ...]:
    own: dict[str, str] = {
        Field.ID: item.id,
        Field.CLASS: item.cls,
        Field.NAME: item.name,
        Field.LIFECYCLE: item.lifecycle.value,
    }
    seqs: dict[str, int] = {Field.CREATED_SEQ: item.created_seq, Field.UPDATED_SEQ: item.from_seq}
    values = [item.attributes.get(order.field, own.get(order.field, seqs.get(order.field))) for order in orders]
    return (*(value if isinstance(value, str | int | float) else None for value in values), item.id)


CURSORS: tuple[tuple[tuple[Order, ...], tuple[Scalar | None, ...], str], ...] = (
    ((), ("b",), "cde"),
    ((), ("bb",), "cde"),
    ((), ("",), "abcde"),
    ((Order("weight"),), (1.0, "a"), "bcd"),
    ((Order("weight"),), (1, "A"), "abcd"),
    ((Order("weight"),), (None, "a"), "d"),
    ((Order("weight"),), (None, "d"), ""),
    ((Order("weight"),), (2**53, "x"), "cd"),
    ((Order("weight", descending=True),), (2, "x"), "aed"),
    ((Order("weight", descending=True),), (None, ""), "d"),
    ((Order("active", descending=True), Order("weight")), (True, None, "z"), "bed"),
    ((Order("active", descending=True), Order("weight")), (None, -3, "e"), "d"),
    ((Order(Field.NAME, descending=True),), ("alpha", "a"), "db"),
)


def test_a_cursor_may_stand_where_no_item_is(shelf: Store, subtests: pytest.Subtests) -> None:
    for order, after, expected in CURSORS:
        with subtests.test(f"{order} {after}"):
            page = shelf.page(ItemQuery(order=order, after=after))
            assert "".join(item.id for item in page.items) == expected
            assert (page.has_more, page.total) == (False, 5)


UNFIT: tuple[tuple[Scalar | None, ...], ...] = (
    *((), ("a",), ("a", "b", "c"), (1, "a"), (None, "a"), ("a", None), ("a", 1), ("a\x00", "a")),
)


def test_a_cursor_that_does_not_fit_the_order_is_refused(store: Store, subtests: pytest.Subtests) -> None:
    for after in UNFIT:
        with subtests.test(repr(after)), pytest.raises(InvalidCursor):
            store.page(ItemQuery(order=(Order(Field.NAME),), after=after))


def test_the_total_counts_what_matches_whatever_the_page(shelf: Store) -> None:
    first = shelf.page(ItemQuery(where=HEAVY, limit=1))
    assert (len(first.items), first.has_more, first.total) == (1, True, 2)
    last = shelf.page(ItemQuery(where=HEAVY, limit=1, after=("Beta", "b")))
    assert ([item.id for item in last.items], last.has_more, last.total) == (["c"], False, 2)
    none = shelf.page(ItemQuery(where=HEAVY, limit=0))
    assert (none.items, none.has_more, none.total) == ((), True, 2)


def test_a_negative_limit_is_refused(shelf: Store) -> None:
    with pytest.raises(BadInput):
        shelf.page(ItemQuery(limit=-1))


def test_classes_are_exact(shelf: Store) -> None:
    known: dict[tuple[str, ...] | None, str] = {
        None: "abcde",
        ("Widget",): "e",
        ("Gadget",): "abcd",
        ("Widget", "Host", "Gadget"): "abcde",
        (): "",
    }
    for classes, expected in known.items():
        page = shelf.page(ItemQuery(classes, order=()))
        assert ("".join(item.id for item in page.items), page.total) == (expected, len(expected))


def test_retired_items_come_only_when_asked_for(shelf: Store) -> None:
    assert [item.id for item in shelf.page(ItemQuery(order=(), retired=True)).items] == list("abcdef")
    retired = Comparison(Field.LIFECYCLE, EQ, Lifecycle.RETIRED)
    assert [item.id for item in shelf.page(ItemQuery(where=retired, retired=True)).items] == ["f"]
    assert shelf.page(ItemQuery(where=retired)).total == 0


def test_a_page_of_the_past_is_filtered_and_ordered_by_what_was_then(shelf: Store) -> None:
    write(shelf, patch("a", weight=9), patch("b", weight=None))
    order = (Order("weight", descending=True),)
    assert "".join(item.id for item in shelf.page(ItemQuery(order=order)).items) == "caebd"
    then = shelf.page(ItemQuery(where=Comparison("weight", LT, 10), order=order), at=5)
    assert "".join(item.id for item in then.items) == "bafe"


def test_attributes_of_other_classes_are_simply_missing(shelf: Store) -> None:
    write(shelf, CreateItem("h", "Host", "h", {"cpu_count": 4}, "kh"))
    page = shelf.page(ItemQuery(where=Comparison("cpu_count", GTE, 4)))
    assert [item.id for item in page.items] == ["h"]
    assert names(shelf, Comparison("cpu_count", IS_NULL, True)) == "abcde"
