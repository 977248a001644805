"""Writing the removals and edges of a change set: everything is read in bulk, worked out, then written in bulk."""

from collections.abc import Collection, Sequence
from sqlite3 import Connection

from cmdb.errors import RevisionConflict
from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import PutRelationship
from cmdb.model.items import Relationship
from cmdb.store.patches import put
from cmdb.store.refusals import end_missing, too_many
from cmdb.store.sqlite import relationships
from cmdb.store.sqlite.parameters import json_list, json_rows
from cmdb.store.sqlite.rows import relationship_columns

_CLOSE = """
INSERT INTO relationship_past (type, from_id, to_id, revision, from_seq, to_seq, group_name, effect, basis, attributes)
SELECT type, from_id, to_id, revision, from_seq, ?, group_name, effect, basis, attributes
FROM relationship WHERE key IN (SELECT value FROM json_each(?))
"""
_DELETE = "DELETE FROM relationship WHERE key IN (SELECT value FROM json_each(?))"
_INSERT = """
INSERT INTO relationship (type, from_id, to_id, revision, from_seq, group_name, effect, basis, attributes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_KNOWN_ENDS = "SELECT id FROM item WHERE id IN (SELECT value FROM json_each(?))"
_TOO_MANY_FROM = """
SELECT type, from_id FROM relationship
WHERE (from_id, type) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))
GROUP BY from_id, type HAVING count(*) > 1 ORDER BY from_id, type LIMIT 1
"""
_TOO_MANY_TO = """
SELECT type, to_id FROM relationship
WHERE (to_id, type) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))
GROUP BY to_id, type HAVING count(*) > 1 ORDER BY to_id, type LIMIT 1
"""


def remove_relationships(connection: Connection, keys: Collection[str], seq: int) -> int:
    """End the edges that are there; how many."""
    if not keys:
        return 0
    there = relationships.by_key(connection, keys, None)
    _end(connection, there, seq)
    return len(there)


def put_relationships(connection: Connection, wanted: Sequence[PutRelationship], catalogue: Catalogue, seq: int) -> int:
    """Write edges as they shall be; how many changed.

    Raises:
        RevisionConflict, EndMissing, CardinalityExceeded, UnknownRelationshipType.
    """
    if not wanted:
        return 0
    current = relationships.by_key(connection, [put.key for put in wanted], None)
    edges = [edge for entry in wanted if (edge := _next(current.get(entry.key), entry, seq)) is not None]
    _check_ends(connection, wanted)
    _end(connection, [edge.key for edge in edges if edge.key in current], seq)
    connection.executemany(_INSERT, map(relationship_columns, edges))
    _check_cardinality(connection, edges, catalogue)
    return len(edges)


def _next(current: Relationship | None, wanted: PutRelationship, seq: int) -> Relationship | None:
    revision = current.revision if current else 0
    if wanted.expected_revision is not None and wanted.expected_revision != revision:
        raise RevisionConflict(wanted.key, wanted.expected_revision, revision)
    return put(current, wanted, seq)


def _end(connection: Connection, keys: Collection[str], seq: int) -> None:
    if keys:
        connection.execute(_CLOSE, (seq, json_list(keys)))
        connection.execute(_DELETE, (json_list(keys),))


def _check_ends(connection: Connection, wanted: Sequence[PutRelationship]) -> None:
    ends = {end for entry in wanted for end in (entry.from_id, entry.to_id)}
    missing = ends - {id_ for (id_,) in connection.execute(_KNOWN_ENDS, (json_list(ends),))}
    if missing:
        raise end_missing(missing)


def _check_cardinality(connection: Connection, edges: Sequence[Relationship], catalogue: Catalogue) -> None:
    """Count the edges of limited types where one was written; the transaction undoes what was too much."""
    specs = {type_: catalogue.relationship(type_) for type_ in sorted({edge.type for edge in edges})}
    origins = [(edge.from_id, edge.type) for edge in edges if specs[edge.type].one_to]
    targets = [(edge.to_id, edge.type) for edge in edges if specs[edge.type].one_from]
    for sql, places, side in ((_TOO_MANY_FROM, origins, "from"), (_TOO_MANY_TO, targets, "to")):
        found = connection.execute(sql, (json_rows(places),)).fetchone() if places else None
        if found is not None:
            type_, id_ = found
            raise too_many(type_, id_, side)
