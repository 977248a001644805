"""Filters, orders and cursors as Cypher conditions; every value becomes a parameter.

Neo4j compares a text that was computed or sent by UTF-16 units, not by code points.  The two differ only where one
text has a character above U+FFFF and the other one from U+E000 to U+FFFF, so only a compared value with such a
character needs :meth:`Conditions._text_after`'s corrections; stored values are ordered by code point.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from cmdb.model.catalogue import Catalogue
from cmdb.model.queries import AllOf, AnyOf, Comparison, Field, Filter, Not, Operator, Order
from cmdb.model.values import Scalar
from cmdb.store.filters import Kind, is_own_field, kind_of_field
from cmdb.store.neo4j_store.cypher import quoted

_OWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        Field.ID: "id",
        Field.CLASS: "cls",
        Field.NAME: "name",
        Field.LIFECYCLE: "lifecycle",
        Field.CREATED_SEQ: "created_seq",
        Field.UPDATED_SEQ: "from_seq",
    }
)
_SIGNS: Final[Mapping[Operator, str]] = MappingProxyType(
    {
        Operator.EQ: "=",
        Operator.IN: "IN",
        Operator.CONTAINS: "CONTAINS",
        Operator.STARTS_WITH: "STARTS WITH",
        Operator.GTE: ">=",
        Operator.LTE: "<=",
        Operator.GT: ">",
        Operator.LT: "<",
    }
)
_ORDERED: Final = frozenset({Operator.GTE, Operator.LTE, Operator.GT, Operator.LT})
_TYPES: Final[Mapping[Kind, str]] = MappingProxyType(
    {Kind.TEXT: "STRING", Kind.NUMBER: "INTEGER | FLOAT", Kind.BOOLEAN: "BOOLEAN"}
)
_HIGH: Final = "\ue000"
_ASTRAL: Final = "\U00010000"
_Ranges: TypeAlias = list[list[str | None]]


@dataclass(frozen=True, slots=True)
class Term:
    """One value to order by: its expression, its direction, and whether it can be missing."""

    expression: str
    descending: bool = False
    optional: bool = False

    @property
    def ordering(self) -> str:
        """The term in ``ORDER BY``: missing values last in either direction."""
        direction = f"{self.expression} DESC" if self.descending else self.expression
        return f"{self.expression} IS NULL, {direction}" if self.optional else direction


@dataclass(slots=True)
class Conditions:
    """Texts about one variable of a statement, and the parameters that they gather."""

    variable: str
    catalogue: Catalogue
    parameters: dict[str, object] = field(default_factory=dict)

    def parameter(self, value: object) -> str:
        """Take a value in; its name in the text."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"

    def holds(self, where: Filter) -> str:
        """A filter that :func:`cmdb.store.filters.check_query` accepted: true or false, never null."""
        match where:
            case AllOf(parts):
                return _joined(" AND ", [self.holds(part) for part in parts], empty="true")
            case AnyOf(parts):
                return _joined(" OR ", [self.holds(part) for part in parts], empty="false")
            case Not(part):
                return f"NOT {self.holds(part)}"
            case Comparison():
                return self._compared(where)

    def terms(self, orders: Sequence[Order]) -> list[Term]:
        """The values to order by; the id ends every order."""
        return [*(self._term(order) for order in orders), Term(self._field(Field.ID))]

    def beyond(self, terms: Sequence[Term], after: Sequence[Scalar | None]) -> str:
        """Whatever comes after a position in an order."""
        ways: list[str] = []
        same: list[str] = []
        for term, value in zip(terms, after, strict=True):
            step = self._term_after(term, value)
            if step is not None:
                ways.append(" AND ".join([*same, step]))
            same.append(
                f"{term.expression} IS NULL" if value is None else f"{term.expression} = {self.parameter(value)}"
            )
        return f"coalesce({_joined(' OR ', [f'({way})' for way in ways], empty='false')}, false)"

    def after(self, expression: str, value: str) -> str:
        """A text that is never missing, after a value by code point."""
        return self._text_ordered(expression, Operator.GT, value)

    def _field(self, name: str) -> str:
        return f"{self.variable}.{_OWN[name] if is_own_field(name) else quoted(name)}"

    def _term(self, order: Order) -> Term:
        expression = self._field(order.field)
        if is_own_field(order.field):
            return Term(expression, order.descending)
        declared = _TYPES[kind_of_field(order.field, self.catalogue)]
        return Term(f"CASE WHEN {expression} IS :: {declared} THEN {expression} END", order.descending, optional=True)

    def _compared(self, comparison: Comparison) -> str:
        expression, operator, value = self._field(comparison.field), comparison.operator, comparison.value
        if operator is Operator.IS_NULL:
            return f"({expression} IS {'' if value else 'NOT '}NULL)"
        if operator in _ORDERED and isinstance(value, str):
            text = self._text_ordered(expression, operator, value)
        else:
            sent = self.parameter(list(value) if isinstance(value, tuple) else value)
            text = f"{expression} {_SIGNS[operator]} {sent}"
        return f"({text})" if is_own_field(comparison.field) else f"coalesce({text}, false)"

    def _term_after(self, term: Term, value: Scalar | None) -> str | None:
        """The condition of coming after one value of a term; nothing comes after a missing one."""
        if value is None:
            return None
        operator = Operator.LT if term.descending else Operator.GT
        if isinstance(value, str):
            step = self._text_ordered(term.expression, operator, value)
        else:
            step = f"{term.expression} {_SIGNS[operator]} {self.parameter(value)}"
        return f"({step} OR {term.expression} IS NULL)" if term.optional else f"({step})"

    def _text_ordered(self, expression: str, operator: Operator, value: str) -> str:
        plain = f"{expression} {_SIGNS[operator]} {self.parameter(value)}"
        above, below = _misplaced(value)
        if operator in {Operator.LT, Operator.LTE}:
            above, below = below, above
        if above:
            plain = f"({plain} OR {self._within(expression, above)})"
        return f"({plain} AND NOT {self._within(expression, below)})" if below else plain

    def _within(self, expression: str, ranges: _Ranges) -> str:
        start = f"{expression} STARTS WITH r[0] AND {expression} >= r[1]"
        return f"any(r IN {self.parameter(ranges)} WHERE {start} AND (r[2] IS NULL OR {expression} < r[2]))"


def _misplaced(value: str) -> tuple[_Ranges, _Ranges]:
    """Texts that are after a value by code point but not by UTF-16 units, and the converse: ``(prefix, low, high)``."""
    above: _Ranges = []
    below: _Ranges = []
    for place, character in enumerate(value):
        prefix = value[:place]
        if character >= _ASTRAL:
            below.append([prefix, prefix + _HIGH, None])
        elif character >= _HIGH:
            above.append([prefix, prefix + _ASTRAL, prefix + _HIGH])
    return above, below


def _joined(sign: str, parts: Sequence[str], empty: str) -> str:
    return f"({sign.join(parts)})" if parts else empty
