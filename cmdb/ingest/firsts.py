"""Each row of an input once: of those that share a scope and key the first one counts."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

from cmdb.ingest.contents import edge_content, item_content
from cmdb.ingest.planning import Binding
from cmdb.ingest.spool import Spool, Weighed
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord, Severity

Row = TypeVar("Row", CIRecord, RelationshipRecord)
Tell: TypeAlias = Callable[[Problem], None]


def first_items(spool: Spool, tell: Tell) -> Iterator[Weighed[CIRecord]]:
    """The rows of CIs; ``tell`` is given a problem for each one whose key stood before with other content."""
    shelf = spool.items
    return _firsts(shelf, shelf.is_repeated, item_content, tell) if shelf.has_repeated else iter(shelf)


def first_edges(spool: Spool, tell: Tell) -> Iterator[Weighed[RelationshipRecord]]:
    """The rows of relationships, in the same way."""
    shelf = spool.edges
    return _firsts(shelf, shelf.is_repeated, edge_content, tell) if shelf.has_repeated else iter(shelf)


def _firsts(
    rows: Iterable[Weighed[Row]],
    is_repeated: Callable[[Binding], bool],
    content_of: Callable[[Row], str],
    tell: Tell,
) -> Iterator[Weighed[Row]]:
    seen: dict[Binding, str] = {}
    for weighed in rows:
        row = weighed.row
        binding = (row.scope, row.key)
        content = content_of(row) if is_repeated(binding) else ""
        first = seen.setdefault(binding, content) if content else content
        if first is content:
            yield weighed
        elif first != content:
            tell(_twice(row))


def _twice(row: CIRecord | RelationshipRecord) -> Problem:
    message = f"The key {row.key!r} stands twice with different content; the first row counts."
    return Problem(Severity.ERROR, "DUPLICATE_KEY", message, row.where, row.key)
