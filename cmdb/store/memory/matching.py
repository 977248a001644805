"""Whether an item satisfies a filter, and where it stands in an order."""

import operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item
from cmdb.model.queries import AllOf, AnyOf, Comparison, Field, Filter, Not, Operator, Order
from cmdb.model.values import JSONValue, Scalar
from cmdb.store.filters import kind_of_field, kind_of_value

Position: TypeAlias = tuple[Scalar | None, ...]

_OWN: Mapping[str, Callable[[Item], Scalar]] = MappingProxyType(
    {
        Field.ID: lambda item: item.id,
        Field.CLASS: lambda item: item.cls,
        Field.NAME: lambda item: item.name,
        Field.LIFECYCLE: lambda item: item.lifecycle.value,
        Field.CREATED_SEQ: lambda item: item.created_seq,
        Field.UPDATED_SEQ: lambda item: item.from_seq,
    }
)
_COMPARE: Mapping[Operator, Callable[..., bool]] = MappingProxyType(
    {
        Operator.EQ: operator.eq,
        Operator.CONTAINS: operator.contains,
        Operator.STARTS_WITH: str.startswith,
        Operator.GTE: operator.ge,
        Operator.LTE: operator.le,
        Operator.GT: operator.gt,
        Operator.LT: operator.lt,
    }
)


def value_of(item: Item, field: str) -> JSONValue:
    """The value of a field, ``None`` when the item has none."""
    own = _OWN.get(field)
    return own(item) if own else item.attributes.get(field)


def holds(where: Filter | None, item: Item) -> bool:
    """Whether an item satisfies a filter that :func:`cmdb.store.filters.check_query` accepted."""
    match where:
        case None:
            return True
        case AllOf(parts):
            return all(holds(part, item) for part in parts)
        case AnyOf(parts):
            return any(holds(part, item) for part in parts)
        case Not(part):
            return not holds(part, item)
        case Comparison(field, kind, value):
            return _compares(value_of(item, field), kind, value)


def position(item: Item, orders: Sequence[Order], catalogue: Catalogue) -> Position:
    """The values that place an item in an order, its id last; a value of another kind than the field's is none."""
    return (*(_orderable(item, order.field, catalogue) for order in orders), item.id)


def compare(one: Position, other: Position, orders: Sequence[Order]) -> int:
    """Negative, zero or positive as one position comes before, is, or comes after the other.

    Missing values come last in either direction; the id always rises.
    """
    for left, right, order in zip(one, other, (*orders, Order(Field.ID)), strict=True):
        if left == right:
            continue
        if left is None or right is None:
            return 1 if left is None else -1
        rises: bool = operator.lt(left, right)
        return -1 if rises is not order.descending else 1
    return 0


def _orderable(item: Item, field: str, catalogue: Catalogue) -> Scalar | None:
    value = value_of(item, field)
    if isinstance(value, str | int | float) and kind_of_value(value) is kind_of_field(field, catalogue):
        return value
    return None


def _compares(have: JSONValue, kind: Operator, value: Scalar | tuple[Scalar, ...]) -> bool:
    if kind is Operator.IS_NULL:
        return (have is None) is value
    if isinstance(value, tuple):
        return any(_compares(have, Operator.EQ, entry) for entry in value)
    same_kind = have is not None and kind_of_value(have) is kind_of_value(value)
    return same_kind and _COMPARE[kind](have, value)
