"""What an :class:`~cmdb.model.queries.ItemQuery` may say: checked once, so that every store refuses the same things.

A store calls :func:`check_query` first and may then rely on it: every field is one of
:class:`~cmdb.model.queries.Field` or a declared attribute of one :class:`Kind`, every value is of that kind and can
be held by any store, ``IN`` has a tuple, ``IS_NULL`` a boolean, and the cursor fits the order.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType

from cmdb.errors import BadInput, InvalidCursor, UnknownAttribute, WrongType
from cmdb.model.catalogue import AttributeType, Catalogue
from cmdb.model.queries import AllOf, AnyOf, Comparison, Field, Filter, ItemQuery, Not, Operator
from cmdb.model.values import Scalar, fault_of


class Kind(StrEnum):
    """What a value is when it is compared; values of different kinds are neither equal nor ordered."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"


_OF_ATTRIBUTE: Mapping[AttributeType, Kind] = MappingProxyType(
    {
        AttributeType.TEXT: Kind.TEXT,
        AttributeType.ENUM: Kind.TEXT,
        AttributeType.DATE: Kind.TEXT,
        AttributeType.NUMBER: Kind.NUMBER,
        AttributeType.BOOLEAN: Kind.BOOLEAN,
    }
)
MAX_DEPTH = 20
"""How deep a filter may be nested: every store can evaluate that."""

_SEQ_FIELDS = frozenset({Field.CREATED_SEQ.value, Field.UPDATED_SEQ.value})
_FIELDS = frozenset(field.value for field in Field)
_TEXT_ONLY = frozenset({Operator.CONTAINS, Operator.STARTS_WITH})


def is_own_field(field: str) -> bool:
    """Whether a field is one that every item has (``$name``), not an attribute."""
    return field in _FIELDS


def kind_of_field(field: str, catalogue: Catalogue) -> Kind:
    """The kind of the values of a field.

    Raises:
        UnknownAttribute: no class declares it, or its values (lists, JSON) cannot be compared.
    """
    if field in _FIELDS:
        return Kind.NUMBER if field in _SEQ_FIELDS else Kind.TEXT
    declared = catalogue.attribute_types.get(field)
    if declared is None:
        raise UnknownAttribute(f"No class has an attribute {field!r}.", details={"attributes": [field]})
    if declared not in _OF_ATTRIBUTE:
        msg = f"The attribute {field!r} is of type {declared}, which can be neither compared nor ordered."
        raise UnknownAttribute(msg, details={"attributes": [field]})
    return _OF_ATTRIBUTE[declared]


def kind_of_value(value: object) -> Kind | None:
    """The kind of a value; ``None`` for what is never compared (nothing, lists, JSON).

    >>> kind_of_value(True), kind_of_value(1), kind_of_value([1])
    (<Kind.BOOLEAN: 'boolean'>, <Kind.NUMBER: 'number'>, None)
    """
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, str):
        return Kind.TEXT
    return Kind.NUMBER if isinstance(value, int | float) else None


def comparisons(where: Filter | None) -> Iterator[Comparison]:
    """Every comparison inside a filter, from left to right.  Linear in its size."""
    if where is None:
        return
    if isinstance(where, Comparison):
        yield where
        return
    for part in (where.part,) if isinstance(where, Not) else where.parts:
        yield from comparisons(part)


def check_query(query: ItemQuery, catalogue: Catalogue) -> None:
    """Accept a query that every store can answer.

    Raises:
        UnknownAttribute: a filter or an order names what no class declares, or what cannot be compared.
        WrongType: a value that the field can never have, or an operator that does not suit it.
        InvalidCursor: ``after`` does not fit the order.
        BadInput: a negative limit, or a filter nested deeper than :data:`MAX_DEPTH`.
    """
    check_limit(query.limit)
    _check_depth(query.where, MAX_DEPTH)
    for comparison in comparisons(query.where):
        _check_comparison(comparison, kind_of_field(comparison.field, catalogue))
    kinds = [(order.field, kind_of_field(order.field, catalogue)) for order in query.order]
    if query.after is not None:
        _check_cursor(query.after, kinds)


def _check_depth(where: Filter | None, left: int) -> None:
    if left == 0:
        raise BadInput(f"The filter is nested deeper than {MAX_DEPTH} levels.", hint="Write it flatter.")
    if isinstance(where, Not):
        _check_depth(where.part, left - 1)
    elif isinstance(where, (AllOf, AnyOf)):
        for part in where.parts:
            _check_depth(part, left - 1)


def check_limit(limit: int) -> None:
    """Accept a page size.

    Raises:
        BadInput: when it is negative.
    """
    if limit < 0:
        raise BadInput(f"A page cannot have {limit} entries.", hint="Ask for 0 or more.")


def _check_comparison(comparison: Comparison, kind: Kind) -> None:
    operator, value = comparison.operator, comparison.value
    if operator is Operator.IS_NULL:
        if not isinstance(value, bool):
            raise _wrong(comparison, "takes true or false")
        return
    if operator in _TEXT_ONLY and kind is not Kind.TEXT:
        raise _wrong(comparison, f"suits text only, and {comparison.field!r} is a {kind}")
    if (operator is Operator.IN) != isinstance(value, tuple):
        raise _wrong(comparison, "takes a list" if operator is Operator.IN else "takes one value")
    for entry in value if isinstance(value, tuple) else (value,):
        _check_value(comparison, entry, kind)


def _check_value(comparison: Comparison, value: Scalar, kind: Kind) -> None:
    if kind_of_value(value) is not kind:
        raise _wrong(comparison, f"needs a {kind} for {comparison.field!r}, and {value!r} is none")
    fault = fault_of(value)
    if fault:
        raise _wrong(comparison, f"cannot use a value that {fault}")


def _wrong(comparison: Comparison, why: str) -> WrongType:
    msg = f"The filter {comparison.operator} on {comparison.field!r} {why}."
    return WrongType(msg, hint="Correct the filter.", details={"field": comparison.field})


def _check_cursor(after: tuple[Scalar | None, ...], kinds: list[tuple[str, Kind]]) -> None:
    if len(after) != len(kinds) + 1:
        raise InvalidCursor(f"The cursor has {len(after)} part(s); this order needs {len(kinds) + 1}.")
    for value, (field, kind) in zip(after, [*kinds, (Field.ID.value, Kind.TEXT)], strict=True):
        missing = value is None and field not in _FIELDS
        if not missing and (kind_of_value(value) is not kind or fault_of(value)):
            raise InvalidCursor(f"The cursor does not fit the order: {value!r} cannot be a value of {field!r}.")
