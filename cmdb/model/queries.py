"""What can be asked of a store: filters, order, keyset pages, search hits."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from cmdb.model.items import Item, Relationship
from cmdb.model.values import Scalar


class Operator(StrEnum):
    """How a field is compared.  A missing value satisfies only ``IS_NULL``; text compares by code point."""

    EQ = "eq"
    IN = "in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    GTE = "gte"
    LTE = "lte"
    GT = "gt"
    LT = "lt"
    IS_NULL = "is_null"


class Field(StrEnum):
    """The fields every item has; any other field name is an attribute."""

    ID = "$id"
    CLASS = "$class"
    NAME = "$name"
    LIFECYCLE = "$lifecycle"
    CREATED_SEQ = "$created_seq"
    UPDATED_SEQ = "$updated_seq"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against one value; ``IN`` takes a tuple, ``IS_NULL`` a boolean.

    ``field`` is a member of :class:`Field` or the name of a declared attribute of type text, number, boolean, enum or
    date (stores refuse other names).  Two values of different kinds (text, number, boolean) are never equal or ordered.
    """

    field: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is; of no parts, true."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when some part is; of no parts, false."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is not: two-valued, also where a value is missing."""

    part: "Filter"


Filter: TypeAlias = Comparison | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Order:
    """One field to order by; items without a value come last in either direction."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """A keyset page of items.

    ``classes``: exact class names (the caller expands subclasses), ``None`` for all.  ``after``: the values of the
    order fields and, last, the id of the item before the page.  The id ends every order.  Retired items only with
    ``retired=True``.
    """

    classes: tuple[str, ...] | None = None
    where: Filter | None = None
    order: tuple[Order, ...] = (Order(Field.NAME),)
    after: tuple[Scalar | None, ...] | None = None
    limit: int = 50
    retired: bool = False


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One page, whether more follow, and how many match in all."""

    items: tuple[Item, ...]
    has_more: bool
    total: int


@dataclass(frozen=True, slots=True)
class RelationshipQuery:
    """A page of edges in order of their key; every condition given must hold, ``touching`` is either end."""

    types: tuple[str, ...] | None = None
    from_ids: tuple[str, ...] | None = None
    to_ids: tuple[str, ...] | None = None
    touching: tuple[str, ...] | None = None
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class RelationshipPage:
    """One page of edges, whether more follow, and how many match in all."""

    relationships: tuple[Relationship, ...]
    has_more: bool
    total: int


class Direction(StrEnum):
    """Which way to look along the arrows of an item."""

    OUT = "out"
    IN = "in"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits in order of :func:`cmdb.model.text.rank`, then id, and how many matched in all."""

    items: tuple[Item, ...]
    total: int
