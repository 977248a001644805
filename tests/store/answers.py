"""What the plain model answers to questions, worked out naively."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cmdb.model.items import OPEN, Item, Relationship
from cmdb.model.queries import AllOf, AnyOf, Comparison, Field, Filter, Not, Operator, Order
from cmdb.model.values import Scalar
from tests.store.model import Picture, said
from tests.store.views import Version, still_open


def picture_of(items: list[Item], edges: list[Relationship]) -> list[str]:
    """A graph as texts that tell ``1`` from ``1.0``."""
    return [*map(told, still_open(items)), *map(told, still_open(edges))]


def plainly(picture: Picture) -> list[str]:
    items = [item for _, item in sorted(picture.items.items())]
    return picture_of(items, [edge for _, edge in sorted(picture.edges.items())])


def told(version: Item | Relationship) -> str:
    if isinstance(version, Item):
        return (
            f"{said(version.attributes)} {sorted(version.groups.items())} {replace(version, attributes={}, groups={})}"
        )
    return f"{said(version.attributes)} {replace(version, attributes={})}"


def opened(pairs: Iterable[tuple[Version | None, Version | None]]) -> list[tuple[Version | None, Version | None]]:
    """Pairs of a difference, with the versions as if they held for ever."""
    return [(old and replace(old, to_seq=OPEN), new and replace(new, to_seq=OPEN)) for old, new in pairs]


def unequal(old: Mapping[str, Version], new: Mapping[str, Version]) -> list[tuple[Version | None, Version | None]]:
    """What differs in content between two pictures, in order of id or key."""
    pairs = [(old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
    return [(one, other) for one, other in pairs if content(one) != content(other)]


def content(version: Item | Relationship | None) -> str:
    """What a version says, whenever it was written."""
    return told(replace(version, revision=0, from_seq=0)) if version else ""


def value_of(item: Item, order: Order) -> int | float | None:
    if order.field == Field.CREATED_SEQ:
        return item.created_seq
    value = item.from_seq if order.field == Field.UPDATED_SEQ else item.attributes.get("weight")
    return value if isinstance(value, int | float) else None


def place_of(item: Item, order: Order) -> tuple[bool, int | float]:
    value = value_of(item, order)
    return (True, 0) if value is None else (False, -value if order.descending else value)


def satisfies(where: Filter | None, item: Item) -> bool:
    match where:
        case AllOf(several):
            return all(satisfies(part, item) for part in several)
        case AnyOf(several):
            return any(satisfies(part, item) for part in several)
        case Not(part):
            return not satisfies(part, item)
        case Comparison(field, operator, value):
            return compares(item.name if field == Field.NAME else item.attributes.get(field), operator, value)
        case None:
            return True


def compares(have: object, operator: Operator, value: Scalar | tuple[Scalar, ...]) -> bool:
    if operator is Operator.IS_NULL:
        return (have is None) == value
    if operator is Operator.CONTAINS:
        return str(value) in str(have)
    if operator is Operator.IN:
        return isinstance(value, tuple) and have in value
    if not isinstance(have, int | float) or not isinstance(value, int | float):
        return False
    relation = (have > value) - (have < value)
    return (
        relation
        in {
            Operator.EQ: (0,),
            Operator.GT: (1,),
            Operator.GTE: (0, 1),
            Operator.LT: (-1,),
            Operator.LTE: (-1, 0),
        }[operator]
    )
