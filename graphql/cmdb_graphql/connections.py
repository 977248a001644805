"""Connections: one page of a list, with the cursors to go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeAlias, TypeVar

import strawberry
from strawberry import field

from cmdb.errors import BadInput, InvalidCursor
from cmdb_graphql.cursors import Position, decode, encode

T = TypeVar("T")
R = TypeVar("R")

PAGE = 50
LARGEST_PAGE = 200

First: TypeAlias = Annotated[
    int, strawberry.argument(description="How many rows at most, from 0 (only the count is wanted) to 200.")
]
After: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Go on after this cursor; it is valid for the same arguments only."),
]


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Whether there is more, and where."""

    has_next_page: bool = field(description="Whether rows follow this page.")
    has_previous_page: bool = field(description="Whether the page was asked for with a cursor.")
    start_cursor: str | None = field(description="The cursor of the first row, null for an empty page.")
    end_cursor: str | None = field(description="The cursor of the last row, null for an empty page.")


@strawberry.type(description="One row of a page with its cursor.")
class Edge(Generic[T]):
    """A row and its place."""

    cursor: str = field(description="The place of this row in the list.")
    node: T = field(description="The row itself.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    """Rows, where they lie, and how many there are in all."""

    edges: list[Edge[T]] = field(description="The rows with their cursors.")
    nodes: list[T] = field(description="The rows themselves.")
    page_info: PageInfo = field(description="Where this page lies in the list.")
    total_count: int = field(description="How many rows the whole list has now.")


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some rows of a list with their positions, whether more follow, and how many there are in all."""

    rows: Sequence[tuple[Position, T]]
    has_more: bool
    total: int


def checked_size(first: int) -> int:
    """A page size that is served.

    Raises:
        BadInput: below 0 or above 200.
    """
    if not 0 <= first <= LARGEST_PAGE:
        raise BadInput(f"A page cannot have {first} rows.", hint=f"Ask for 0 to {LARGEST_PAGE} rows.")
    return first


def connection(part: Slice[T], mark: str, after: str | None, present: Callable[[T], R]) -> Connection[R]:
    """A slice as a page of whatever ``present`` makes of each row.  Linear in the slice."""
    edges = [Edge(cursor=encode(mark, position), node=present(row)) for position, row in part.rows]
    return Connection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=part.has_more,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        total_count=part.total,
    )


def slice_of(rows: Sequence[T], first: int, after: str | None, mark: str) -> Slice[T]:
    """A page of a list that is at hand as a whole and never changes under its mark; positions are numbers of rows.

    Raises:
        BadInput: the page size.  InvalidCursor: the cursor.
    """
    size = checked_size(first)
    start = row_number(after, mark)
    part = rows[start : start + size]
    return Slice([([start + index], row) for index, row in enumerate(part)], start + size < len(rows), len(rows))


def row_number(after: str | None, mark: str) -> int:
    """The number of the row that a page begins with, in a list whose positions are numbers of rows.

    Raises:
        InvalidCursor: the cursor.
    """
    if after is None:
        return 0
    position = decode(after, mark)
    if len(position) != 1 or isinstance(position[0], bool) or not isinstance(position[0], int) or position[0] < 0:
        raise InvalidCursor("The cursor is not one that was given out.")
    return position[0] + 1


def keyed_slice(rows: Sequence[T], key: Callable[[T], str], first: int, after: str | None) -> Slice[T]:
    """A page of rows in order of a unique key, after the row with the key ``after`` (which may be gone)."""
    following = rows if after is None else [row for row in rows if key(row) > after]
    return Slice([([key(row)], row) for row in following[:first]], len(following) > first, len(rows))


def key_of(after: str | None, mark: str) -> str | None:
    """The key that a cursor of a keyed list holds.

    Raises:
        InvalidCursor: it belongs to another list.
    """
    if after is None:
        return None
    position = decode(after, mark)
    if len(position) != 1 or not isinstance(position[0], str):
        raise InvalidCursor("The cursor is not one that was given out.")
    return position[0]
