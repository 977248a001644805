"""Filters and orders of items as a caller writes them."""

from typing import Annotated, TypeAlias

import strawberry
from strawberry import Maybe, field

from cmdb_graphql.choices import ItemOrderField, Lifecycle, OrderDirection
from cmdb_graphql.scalars import BigInt


@strawberry.input(description="Compares a text, by code point; every operator given must hold.")
class TextFilter:
    """Operators on texts."""

    eq: Maybe[str] = field(description="Equal to.")
    in_: Maybe[list[str]] = field(name="in", description="Equal to one of.")
    contains: Maybe[str] = field(description="Holds, exactly as written.")
    starts_with: Maybe[str] = field(description="Begins with, exactly as written.")
    gte: Maybe[str] = field(description="Not before.")
    lte: Maybe[str] = field(description="Not after.")
    is_null: Maybe[bool] = field(description="Whether it has no value.")


@strawberry.input(description="Compares a number; every operator given must hold.")
class NumberFilter:
    """Operators on numbers."""

    eq: Maybe[float] = field(description="Equal to.")
    in_: Maybe[list[float]] = field(name="in", description="Equal to one of.")
    gte: Maybe[float] = field(description="At least.")
    lte: Maybe[float] = field(description="At most.")
    is_null: Maybe[bool] = field(description="Whether it has no value.")


@strawberry.input(description="Compares a truth value; every operator given must hold.")
class BooleanFilter:
    """Operators on truth values."""

    eq: Maybe[bool] = field(description="Equal to.")
    is_null: Maybe[bool] = field(description="Whether it has no value.")


@strawberry.input(description="Compares a sequence number; every operator given must hold.")
class SeqFilter:
    """Operators on sequence numbers."""

    eq: Maybe[BigInt] = field(description="Equal to.")
    gte: Maybe[BigInt] = field(description="At least.")
    lte: Maybe[BigInt] = field(description="At most.")


@strawberry.input(description="Compares the class; every operator given must hold.")
class ClassFilter:
    """Operators on classes."""

    eq: Maybe[str] = field(description="Exactly this class.")
    in_: Maybe[list[str]] = field(name="in", description="Exactly one of these classes.")
    is_a: Maybe[str] = field(description="This class or one that inherits from it.")


@strawberry.input(description="Compares the lifecycle; every operator given must hold.")
class LifecycleFilter:
    """Operators on lifecycles."""

    eq: Maybe[Lifecycle] = field(description="Equal to.")
    in_: Maybe[list[Lifecycle]] = field(name="in", description="Equal to one of.")


@strawberry.input(description="Compares one attribute, by the operators of its type.")
class AttributeFilter:
    """An attribute by name, and what must hold for it."""

    name: str = field(description="The name, as the catalogue has it; an unknown one is an error.")
    text: Maybe[TextFilter] = field(description="For attributes of type text, enum or date.")
    number: Maybe[NumberFilter] = field(description="For attributes of type number.")
    boolean: Maybe[BooleanFilter] = field(description="For attributes of type boolean.")


@strawberry.input(description="Which items; every part given must hold.")
class ItemFilter:
    """Conditions on items, joined by and, or and not."""

    and_: Maybe[list["ItemFilter"]] = field(name="and", description="All of these hold.")
    or_: Maybe[list["ItemFilter"]] = field(name="or", description="One of these holds.")
    not_: Maybe["ItemFilter"] = field(name="not", description="This does not hold.")
    id: Maybe[TextFilter] = field(description="The id.")
    class_: Maybe[ClassFilter] = field(name="class", description="The class.")
    name: Maybe[TextFilter] = field(description="The name.")
    lifecycle: Maybe[LifecycleFilter] = field(
        description="The lifecycle; retired items are left out unless a filter speaks of it."
    )
    created_seq: Maybe[SeqFilter] = field(description="The sequence number of the commit that created it.")
    updated_seq: Maybe[SeqFilter] = field(description="The sequence number of the commit that last changed it.")
    attribute: Maybe[AttributeFilter] = field(description="One attribute; use `and` for several.")


@strawberry.input(description="What to order by: exactly one of an own field and an attribute, and which way.")
class ItemOrder:
    """One part of an order."""

    field: Maybe[ItemOrderField] = strawberry.field(description="A field that every item has.")
    attribute: Maybe[str] = strawberry.field(description="The name of an attribute.")
    direction: OrderDirection = strawberry.field(description="Which way.", default=OrderDirection.ASC)


FilterArgument: TypeAlias = Annotated[
    ItemFilter | None, strawberry.argument(name="filter", description="Which of them; all live ones when absent.")
]
OrderArgument: TypeAlias = Annotated[
    list[ItemOrder] | None,
    strawberry.argument(description="In which order; by name when absent. The id always decides last."),
]
