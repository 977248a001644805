"""What filters and orders of callers mean to a store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from strawberry import Some

from cmdb.errors import BadInput
from cmdb.model.catalogue import Catalogue
from cmdb.model.queries import AllOf, AnyOf, Comparison, Field, Filter, Not, Operator, Order
from cmdb.model.values import Scalar
from cmdb_graphql.choices import OrderDirection
from cmdb_graphql.filters import (
    AttributeFilter,
    BooleanFilter,
    ClassFilter,
    ItemFilter,
    ItemOrder,
    LifecycleFilter,
    NumberFilter,
    SeqFilter,
    TextFilter,
)

DEEPEST = 10
"""Levels of ``and``, ``or`` and ``not``."""

MOST_PARTS = 100
"""Parts of one filter, over all levels."""

OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {
        "eq": Operator.EQ,
        "in_": Operator.IN,
        "contains": Operator.CONTAINS,
        "starts_with": Operator.STARTS_WITH,
        "gte": Operator.GTE,
        "lte": Operator.LTE,
        "is_null": Operator.IS_NULL,
    }
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter as stores take it, and whether retired items can satisfy it."""

    where: Filter | None
    retired: bool


def condition(given: ItemFilter | None, catalogue: Catalogue) -> Condition:
    """What a filter means.  Linear in its size.

    Raises:
        BadInput: it is too deep or too large.  UnknownClass, UnknownAttribute: it names what is not in the catalogue.
    """
    if given is None:
        return Condition(None, retired=False)
    reading = _Reading(catalogue)
    where = reading.all_of(given, 1)
    return Condition(where, reading.speaks_of_lifecycle)


def order(given: Sequence[ItemOrder] | None) -> tuple[Order, ...]:
    """What an order means; by name when there is none.

    Raises:
        BadInput: a part names no field, or two.
    """
    return tuple(_order(part) for part in given) if given else (Order(Field.NAME),)


def _order(part: ItemOrder) -> Order:
    names = [str(part.field.value.value)] if part.field is not None else []
    names += [_attribute(part.attribute.value)] if part.attribute is not None else []
    if len(names) != 1:
        raise BadInput("An order names exactly one of field and attribute.", hint="Give one of them.")
    return Order(names[0], descending=part.direction is OrderDirection.DESC)


def _attribute(name: str) -> str:
    """The name of an attribute; never one of a store's own fields, which begin with ``$``."""
    if name.startswith("$"):
        raise BadInput(f"{name!r} is not the name of an attribute.", hint="Use a name from the catalogue.")
    return name


@dataclass(slots=True)
class _Reading:
    """One pass over a filter."""

    catalogue: Catalogue
    parts: int = 0
    speaks_of_lifecycle: bool = False

    def all_of(self, given: ItemFilter, depth: int) -> Filter:
        """Everything that one filter object says."""
        self.parts += 1
        if depth > DEEPEST or self.parts > MOST_PARTS:
            raise BadInput("The filter is too large.", hint=f"Use at most {DEEPEST} levels and {MOST_PARTS} parts.")
        return AllOf((*self._joined(given, depth + 1), *self._own_fields(given)))

    def _joined(self, given: ItemFilter, depth: int) -> Iterator[Filter]:
        if given.and_ is not None:
            yield AllOf(tuple(self.all_of(part, depth) for part in given.and_.value))
        if given.or_ is not None:
            yield AnyOf(tuple(self.all_of(part, depth) for part in given.or_.value))
        if given.not_ is not None:
            yield Not(self.all_of(given.not_.value, depth))

    def _own_fields(self, given: ItemFilter) -> Iterator[Filter]:
        if given.id is not None:
            yield from _comparisons(Field.ID, given.id.value)
        if given.class_ is not None:
            yield from self._class(given.class_.value)
        if given.name is not None:
            yield from _comparisons(Field.NAME, given.name.value)
        if given.lifecycle is not None:
            self.speaks_of_lifecycle = True
            yield from _comparisons(Field.LIFECYCLE, given.lifecycle.value)
        if given.created_seq is not None:
            yield from _comparisons(Field.CREATED_SEQ, given.created_seq.value)
        if given.updated_seq is not None:
            yield from _comparisons(Field.UPDATED_SEQ, given.updated_seq.value)
        if given.attribute is not None:
            yield from self._attribute(given.attribute.value)

    def _class(self, given: ClassFilter) -> Iterator[Filter]:
        exact = [given.eq.value] if given.eq is not None else []
        exact += given.in_.value if given.in_ is not None else []
        for name in exact:
            self.catalogue.cls(name)
        yield from _comparisons(Field.CLASS, given)
        if given.is_a is not None:
            yield Comparison(Field.CLASS, Operator.IN, self.catalogue.descendants(given.is_a.value))

    def _attribute(self, given: AttributeFilter) -> Iterator[Filter]:
        operands = [some.value for some in (given.text, given.number, given.boolean) if some is not None]
        if len(operands) != 1:
            raise BadInput(
                f"The filter on {given.name!r} has {len(operands)} kinds of operators.",
                hint="Give exactly one of text, number and boolean.",
            )
        found = list(_comparisons(_attribute(given.name), operands[0]))
        if not found:
            raise BadInput(f"The filter on {given.name!r} has no operator.", hint="Give one, such as eq.")
        yield from found


Operands = TextFilter | NumberFilter | BooleanFilter | SeqFilter | ClassFilter | LifecycleFilter


def _comparisons(name: str, given: Operands) -> Iterator[Filter]:
    for attribute, operator in OPERATORS.items():
        operand: Some[object] | None = getattr(given, attribute, None)
        if operand is not None:
            yield Comparison(name, operator, _value(operand.value))


def _value(value: object) -> Scalar | tuple[Scalar, ...]:
    return tuple(_scalar(part) for part in value) if isinstance(value, list) else _scalar(value)


def _scalar(value: object) -> Scalar:
    word = value.value if isinstance(value, Enum) else value
    if not isinstance(word, str | int | float | bool):
        raise BadInput("A filter compares with texts, numbers and truth values only.")
    return word
