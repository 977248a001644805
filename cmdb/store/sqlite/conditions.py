"""Filters, orders and cursors of an :class:`~cmdb.model.queries.ItemQuery` as SQL over the view of items.

The query was accepted by :func:`cmdb.store.filters.check_query`.  Names of columns come from a fixed table; names of
attributes are bound as JSON paths; values are bound.  Every condition is true or false, never unknown.
"""

import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import orjson

from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Lifecycle
from cmdb.model.queries import AllOf, AnyOf, Comparison, Field, Filter, ItemQuery, Not, Operator, Order
from cmdb.model.values import Scalar, fault_of
from cmdb.store.filters import Kind, kind_of_field
from cmdb.store.sqlite.parameters import Parameters, SQLValue, json_list, listed

_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        Field.ID: "id",
        Field.CLASS: "cls",
        Field.NAME: "name",
        Field.LIFECYCLE: "lifecycle",
        Field.CREATED_SEQ: "created_seq",
        Field.UPDATED_SEQ: "from_seq",
    }
)
_JSON_TYPES: Mapping[Kind, str] = MappingProxyType(
    {Kind.TEXT: "('text')", Kind.NUMBER: "('integer', 'real')", Kind.BOOLEAN: "('true', 'false')"}
)
_SIGNS: Mapping[Operator, str] = MappingProxyType(
    {Operator.EQ: "=", Operator.GTE: ">=", Operator.LTE: "<=", Operator.GT: ">", Operator.LT: "<"}
)
_SURROGATES = range(0xD800, 0xE000)


class ItemConditions:
    """Builds the parts of one statement and collects what they bind."""

    def __init__(self, catalogue: Catalogue, parameters: Parameters) -> None:
        self._catalogue = catalogue
        self.parameters = parameters
        self._names: dict[tuple[type, SQLValue], str] = {}

    def selection(self, query: ItemQuery) -> str:
        """Which items belong to the query, on whatever page."""
        parts = []
        if query.classes is not None:
            parts.append(self._of_classes(query.classes))
        if not query.retired:
            parts.append(f"lifecycle = {self._bound(Lifecycle.LIVE.value)}")
        if query.where is not None:
            parts.append(self.filter(query.where))
        return _joined(parts, "AND") if parts else "1"

    def filter(self, where: Filter) -> str:
        """A filter as a condition.  Nested as deep as the filter, plus the logarithm of the number of parts."""
        match where:
            case AllOf(parts):
                return _joined([self.filter(part) for part in parts], "AND") if parts else "1"
            case AnyOf(parts):
                return _joined([self.filter(part) for part in parts], "OR") if parts else "0"
            case Not(part):
                return f"(NOT {self.filter(part)})"
            case Comparison():
                return self._comparison(where)

    def order(self, orders: Sequence[Order]) -> str:
        """The terms of ``ORDER BY``."""
        terms = []
        for order in orders:
            value = self._value(order.field)
            terms += [] if order.field in _COLUMNS else [f"{value} IS NULL"]
            terms.append(f"{value} DESC" if order.descending else value)
        return ", ".join([*terms, "id"])

    def beyond(self, orders: Sequence[Order], after: Sequence[Scalar | None]) -> str:
        """What comes after a position: later in the first field, or equal there and later in the rest."""
        condition = f"id > {self._bound_as(Field.ID, after[-1])}"
        for order, value in zip(reversed(orders), reversed(after[:-1]), strict=True):
            condition = self._beyond(order, value, condition)
        return condition

    def _beyond(self, order: Order, value: Scalar | None, rest: str) -> str:
        have = self._value(order.field)
        if value is None:
            return f"({have} IS NULL AND {rest})"
        bound, sign = self._bound_as(order.field, value), "<" if order.descending else ">"
        if order.field in _COLUMNS:
            # The first part is implied by the second; it is what lets an index begin at the page.
            return f"({have} {sign}= {bound} AND ({have} {sign} {bound} OR {rest}))"
        return f"({have} IS NULL OR {have} {sign} {bound} OR ({have} = {bound} AND {rest}))"

    def _of_classes(self, classes: tuple[str, ...]) -> str:
        if len(classes) == 1 and fault_of(classes[0]) is None:
            return f"cls = {self._bound(classes[0])}"
        return f"cls IN {listed(self._bound(json_list(classes)))}"

    def _comparison(self, comparison: Comparison) -> str:
        field, operator, value = comparison.field, comparison.operator, comparison.value
        if operator is Operator.IS_NULL:
            return self._missing(field) if value else f"(NOT {self._missing(field)})"
        have = self._value(field)
        if isinstance(value, tuple):
            condition = f"{have} IN {listed(self._bound(orjson.dumps(value).decode()))}"
        elif operator is Operator.CONTAINS:
            condition = f"instr({have}, {self._bound_as(field, value)}) > 0"
        elif operator is Operator.STARTS_WITH:
            condition = self._starts_with(have, str(value))
        else:
            condition = f"{have} {_SIGNS[operator]} {self._bound_as(field, value)}"
        return f"({condition})" if field in _COLUMNS else f"ifnull({condition}, 0)"

    def _starts_with(self, have: str, prefix: str) -> str:
        """As a range, which an index can serve."""
        end = _end_of(prefix)
        begins = f"{have} >= {self._bound(prefix)}"
        return begins if end is None else f"({begins} AND {have} < {self._bound(end)})"

    def _missing(self, field: str) -> str:
        if field in _COLUMNS:
            return "0"
        return f"(json_type(attributes, {self._path(field)}) IS NULL)"

    def _value(self, field: str) -> str:
        """An expression for a field: its value, or NULL when it is missing or not of the declared kind."""
        if field in _COLUMNS:
            return _COLUMNS[field]
        path, types = self._path(field), _JSON_TYPES[kind_of_field(field, self._catalogue)]
        return f"iif(json_type(attributes, {path}) IN {types}, json_extract(attributes, {path}), NULL)"

    def _path(self, attribute: str) -> str:
        return self._bound(f'$."{attribute}"')

    def _bound_as(self, field: str, value: Scalar | None) -> str:
        """A value to compare with a field.

        A number that meets a number out of JSON is read out of JSON too: SQLite and Python do not read every decimal
        fraction as the same double.
        """
        if field in _COLUMNS or isinstance(value, str):
            return self._bound(value)
        return f"json_extract({self._bound(orjson.dumps(value).decode())}, '$')"

    def _bound(self, value: SQLValue) -> str:
        """The placeholder of a value; equal values of one type share one."""
        name = self._names.setdefault((type(value), value), f"p{len(self._names)}")
        self.parameters[name] = value
        return f":{name}"


def _joined(parts: Sequence[str], word: str) -> str:
    """Parts joined as a balanced tree: SQLite limits how deep an expression may be."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({_joined(parts[:middle], word)} {word} {_joined(parts[middle:], word)})"


def _end_of(prefix: str) -> str | None:
    """The first text by code point after all that start with a prefix, ``None`` when there is no such text.

    >>> _end_of("ab"), _end_of("")
    ('ac', None)
    """
    stem = prefix.rstrip(chr(sys.maxunicode))
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)
