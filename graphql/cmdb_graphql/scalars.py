"""The scalars beside GraphQL's own: whole numbers of 64 bits, instants, and attribute values as JSON."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NewType

import strawberry
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from cmdb.model.values import INT64, JSONValue, iso

BigInt = NewType("BigInt", int)
"""A whole number that may be too large for ``Int``: sequence numbers and revisions."""


def _whole_number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -INT64 - 1 <= value <= INT64:
        raise StrawberryInputCoercionError("A BigInt is a whole number of at most 64 bits.")
    return value


def _aware_instant(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise StrawberryInputCoercionError("A DateTime is an ISO 8601 text with its offset: 2026-11-28T22:00:00Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise StrawberryInputCoercionError("A DateTime lies between the years 1 and 9999, in UTC.") from None


SCALARS: Final[Mapping[object, ScalarDefinition]] = {
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number of at most 64 bits, written as a JSON number.",
        serialize=int,
        parse_value=_whole_number,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant as ISO 8601 text with its offset, answered in UTC: `2026-11-28T22:00:00Z`.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=iso,
        parse_value=_aware_instant,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
"""How each of them is read and written."""


def as_json(value: JSONValue | Mapping[str, object]) -> JSON:
    """A plain value as the scalar that carries it."""
    return JSON(value)
