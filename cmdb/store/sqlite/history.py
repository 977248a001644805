"""Reading history: commits, versions, and what changed between two points."""

from collections.abc import Callable, Mapping, Sequence
from sqlite3 import Connection
from typing import TypeVar

from cmdb.model.commits import Commit, Delta
from cmdb.model.items import Item, Relationship
from cmdb.store.patches import same_item, same_relationship
from cmdb.store.sqlite.parameters import Parameters, json_list, listed
from cmdb.store.sqlite.rows import commit_of, item_of, relationship_of
from cmdb.store.sqlite.versions import ITEMS, RELATIONSHIPS

Version = TypeVar("Version", Item, Relationship)

# Texts from outside come as JSON lists of one, which leaves out what no store can hold and SQLite cannot be asked.
_COMMIT_OF = "SELECT * FROM commits WHERE request_id IN (SELECT value FROM json_each(?))"
_IDS = listed(":ids")
_ITEM_VERSIONS = ITEMS.every(f"id IN {_IDS}", "ORDER BY from_seq")
_EDGE_VERSIONS = RELATIONSHIPS.every(f"(from_id IN {_IDS} OR to_id IN {_IDS})", "ORDER BY from_seq, key")
# An item's closed version is always followed by one that begins where it ends; an edge's need not be.
_CHANGED_ITEMS = """id IN (
    SELECT id FROM item WHERE from_seq > :start AND from_seq <= :end
    UNION SELECT id FROM item_past WHERE from_seq > :start AND from_seq <= :end
)"""
_CHANGED_EDGES = """key IN (
    SELECT key FROM relationship WHERE from_seq > :start AND from_seq <= :end
    UNION SELECT key FROM relationship_past WHERE from_seq > :start AND from_seq <= :end
    UNION SELECT key FROM relationship_past WHERE to_seq > :start AND to_seq <= :end
)"""


def head(connection: Connection) -> int:
    """The last ``seq``."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM commits").fetchone()[0])


def seq_at(connection: Connection, at: int) -> int:
    """The last ``seq`` at or before a number of microseconds since 1970."""
    row = connection.execute("SELECT seq FROM commits WHERE at <= ? ORDER BY at DESC, seq DESC LIMIT 1", (at,))
    return int((row.fetchone() or (0,))[0])


def commits(connection: Connection, after: int, limit: int) -> Sequence[Commit]:
    """The commits after a ``seq``, in order."""
    rows = connection.execute("SELECT * FROM commits WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    return list(map(commit_of, rows))


def commit_by_request(connection: Connection, request_id: str) -> Commit | None:
    """The commit of a request."""
    row = connection.execute(_COMMIT_OF, (json_list([request_id]),)).fetchone()
    return None if row is None else commit_of(row)


def last_commit(connection: Connection) -> Commit | None:
    """The commit at the head."""
    row = connection.execute("SELECT * FROM commits ORDER BY seq DESC LIMIT 1").fetchone()
    return None if row is None else commit_of(row)


def item_versions(connection: Connection, item_id: str) -> Sequence[Item]:
    """Every version of an item, oldest first."""
    rows = connection.execute(_ITEM_VERSIONS, {"ids": json_list([item_id])})
    return list(map(item_of, rows))


def relationship_versions(connection: Connection, item_id: str) -> Sequence[Relationship]:
    """Every version of every edge at an item."""
    rows = connection.execute(_EDGE_VERSIONS, {"ids": json_list([item_id])})
    return list(map(relationship_of, rows))


def difference(connection: Connection, start: int, end: int) -> Delta:
    """What changed between two points: linear in the number of versions that began or ended between them."""

    def items(at: int) -> dict[str, Item]:
        rows = connection.execute(ITEMS.select(at, _CHANGED_ITEMS), _points(start, end, at))
        return {item.id: item for item in map(item_of, rows)}

    def edges(at: int) -> dict[str, Relationship]:
        rows = connection.execute(RELATIONSHIPS.select(at, _CHANGED_EDGES), _points(start, end, at))
        return {edge.key: edge for edge in map(relationship_of, rows)}

    return Delta(
        _changes(items(start), items(end), same_item),
        _changes(edges(start), edges(end), same_relationship),
    )


def _points(start: int, end: int, at: int) -> Parameters:
    return {"start": min(start, end), "end": max(start, end), "at": at}


def _changes(
    before: Mapping[str, Version], after: Mapping[str, Version], same: Callable[[Version, Version], bool]
) -> tuple[tuple[Version | None, Version | None], ...]:
    """The pairs of states that differ, in order of id or key."""
    pairs = [(before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys())]
    return tuple((old, new) for old, new in pairs if old is None or new is None or not same(old, new))
