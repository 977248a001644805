"""Root fields that find items: one of a kind by reference, or a page of a kind by filter."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item as Version
from cmdb.model.queries import Field, ItemQuery, Order
from cmdb.model.values import JSONValue, Scalar
from cmdb_graphql.cohort import Cohort
from cmdb_graphql.conditions import condition, order
from cmdb_graphql.connections import PAGE, After, Connection, First, Slice, checked_size, connection
from cmdb_graphql.context import Info
from cmdb_graphql.cursors import Position, decode, question_mark
from cmdb_graphql.filters import FilterArgument, OrderArgument
from cmdb_graphql.items import Item
from cmdb_graphql.kinds import shown
from cmdb_graphql.references import AsOfArgument, RefArgument, point, sought

K = TypeVar("K", bound=Item)

OWN: dict[str, Callable[[Version], Scalar]] = {
    Field.ID: lambda item: item.id,
    Field.CLASS: lambda item: item.cls,
    Field.NAME: lambda item: item.name,
    Field.LIFECYCLE: lambda item: item.lifecycle.value,
    Field.CREATED_SEQ: lambda item: item.created_seq,
    Field.UPDATED_SEQ: lambda item: item.from_seq,
}


def lookup(kind: type[K]) -> Callable[..., K | None]:
    """The resolver of a root field that finds one item of a kind, null when there is none."""

    def resolve(info: Info, ref: RefArgument, as_of: AsOfArgument = None) -> K | None:
        services = info.context.services
        at = point(services, as_of)
        item = sought(services, ref, at)
        found = None if item is None else shown(item, Cohort.of(services, [item], at))
        return found if isinstance(found, kind) else None

    return resolve


def listing(kind: type[K]) -> Callable[..., Connection[K]]:
    """The resolver of a root field that pages through the items of a kind."""

    def resolve(
        info: Info,
        filter_: FilterArgument = None,
        order_by: OrderArgument = None,
        first: First = PAGE,
        after: After = None,
        as_of: AsOfArgument = None,
    ) -> Connection[K]:
        services = info.context.services
        at = point(services, as_of)
        asked = condition(filter_, services.catalogue)
        query = ItemQuery(
            classes=services.catalogue.descendants(kind.__name__),
            where=asked.where,
            order=order(order_by),
            limit=checked_size(first),
            retired=asked.retired,
        )
        mark = _mark(query, at, services.catalogue)
        page = services.store.page(query if after is None else replace(query, after=decode(after, mark)), at)
        cohort = Cohort.of(services, page.items, at)
        part = Slice([(_position(item, query.order), item) for item in page.items], page.has_more, page.total)
        return connection(part, mark, after, lambda item: cast("K", shown(item, cohort)))

    return resolve


def _mark(query: ItemQuery, at: int | None, catalogue: Catalogue) -> str:
    orders: list[JSONValue] = [[part.field, part.descending] for part in query.order]
    return question_mark(list(query.classes or ()), catalogue.version, repr(query.where), orders, query.retired, at)


def _position(item: Version, orders: Sequence[Order]) -> Position:
    return [*(_value(item, part.field) for part in orders), item.id]


def _value(item: Version, field: str) -> Scalar | None:
    if field in OWN:
        return OWN[field](item)
    value = item.attributes.get(field)
    return value if isinstance(value, str | int | float | bool) else None
