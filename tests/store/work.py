"""Random work: parts of change sets over few ids and values, so that they meet, and queries about them."""

from collections.abc import Iterable

from hypothesis import strategies as st

from cmdb.model.commits import CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import GroupSetting, Lifecycle, relationship_key
from cmdb.model.queries import AllOf, AnyOf, Comparison, Field, Filter, Not, Operator, Order
from tests.builders import SCOPE, Dropped, Part, Removed, said

NAMES = ("web", "web one", "db one", "db", "two")
NUMBERS: tuple[int | float | None, ...] = (None, 0, 1, 1.0, 2, -1.5, 2**53 + 1)
MOTTOS = (None, "", "one", "web two")
TYPES = ("LINKED_TO", "LINKED_TO", "FITS_INTO", "LEADS", "PAIRED_WITH")
SETTINGS = (None, GroupSetting("1"), GroupSetting("2", "50%"))


def sometimes(value: st.SearchStrategy[int]) -> st.SearchStrategy[int | None]:
    """Mostly nothing."""
    return st.one_of(st.none(), st.none(), st.none(), value)


ATTRIBUTES = st.fixed_dictionaries({}, optional={"weight": st.sampled_from(NUMBERS), "motto": st.sampled_from(MOTTOS)})


@st.composite
def creates(draw: st.DrawFn, id_: str) -> CreateItem:
    attributes = {name: value for name, value in draw(ATTRIBUTES).items() if value is not None}
    key = draw(st.sampled_from((f"own {id_}", f"own {id_}", f"own {id_}", "shared")))
    return CreateItem(id_, draw(st.sampled_from(("Gadget", "Widget"))), draw(st.sampled_from(NAMES)), attributes, key)


def updates(id_: str) -> st.SearchStrategy[UpdateItem]:
    return st.builds(
        UpdateItem,
        st.just(id_),
        expected_revision=sometimes(st.integers(1, 4)),
        name=st.sampled_from((None, None, *NAMES)),
        attributes=ATTRIBUTES,
        groups=st.dictionaries(st.sampled_from(("g", "h")), st.sampled_from(SETTINGS), max_size=1),
        lifecycle=st.sampled_from((None, None, *Lifecycle)),
        identity_key=st.sampled_from((None, None, None, f"own {id_}", "shared")),
    )


def puts(one: str, other: str) -> st.SearchStrategy[PutRelationship]:
    return st.builds(
        PutRelationship,
        st.sampled_from(TYPES),
        st.just(one),
        st.just(other),
        group=st.sampled_from((None, "g")),
        attributes=st.fixed_dictionaries({}, optional={"share": st.sampled_from((1, 1.0, 2))}),
        expected_revision=sometimes(st.integers(0, 2)),
    )


def parts(one: str, other: str) -> st.SearchStrategy[Part]:
    """One part of a change set, about these two items."""
    return st.one_of(
        updates(one),
        puts(one, other),
        st.sampled_from(TYPES).map(lambda type_: Removed(relationship_key(type_, one, other))),
        st.builds(said, st.sampled_from(("k", "l")), st.sampled_from((None, one)), value=st.integers(0, 3)),
        st.builds(Dropped, st.just(SCOPE), st.sampled_from(("k", "l"))),
        st.sampled_from(("x", "y", one)).flatmap(creates),
    )


def distinct(many: Iterable[Part]) -> list[Part]:
    """At most one part for each item, edge and binding."""
    chosen: dict[str, Part] = {}
    for part in many:
        thing = part.id if isinstance(part, CreateItem | UpdateItem) else f"{part.key}"
        chosen[thing] = part
    return list(chosen.values())


def filters() -> st.SearchStrategy[Filter]:
    numbers = st.sampled_from([number for number in NUMBERS if number is not None])
    ordering = st.sampled_from([Operator.EQ, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE])
    single: st.SearchStrategy[Filter] = st.one_of(
        st.builds(Comparison, st.just("weight"), ordering, numbers),
        st.builds(Comparison, st.just("weight"), st.just(Operator.IN), st.lists(numbers, max_size=2).map(tuple)),
        st.builds(Comparison, st.just("motto"), st.just(Operator.IS_NULL), st.booleans()),
        st.builds(Comparison, st.just(Field.NAME), st.just(Operator.CONTAINS), st.sampled_from(("o", "we", "", "one"))),
    )
    several = st.lists(single, max_size=2).map(tuple)
    return st.one_of(single, single.map(Not), several.map(AllOf), several.map(AnyOf), several.map(AnyOf).map(Not))


ORDERS = st.lists(
    st.builds(Order, st.sampled_from(("weight", Field.CREATED_SEQ.value, Field.UPDATED_SEQ.value)), st.booleans()),
    max_size=2,
).map(tuple)
