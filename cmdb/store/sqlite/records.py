"""Source records: the last word of every source."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection

from cmdb.model.commits import ChangeSet
from cmdb.model.sources import Bond, RecordKind, Scope, SourceRecord
from cmdb.model.values import micros
from cmdb.store.sqlite import runs
from cmdb.store.sqlite.parameters import Parameters, json_bindings, json_list, json_rows
from cmdb.store.sqlite.rows import record_columns, record_of

_BOUND = """(source, boundary, key) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(:bindings)
)"""
_READ = f"SELECT * FROM record WHERE {_BOUND}"  # noqa: S608 - words of this module only
_BONDS = f"SELECT source, boundary, key, kind, target, digest, gone FROM record WHERE {_BOUND}"  # noqa: S608 - as above
_SEE = f"UPDATE record SET seen_run = :run_id, seen_at = :at WHERE {_BOUND}"  # noqa: S608 - as above
_DROP = f"DELETE FROM record WHERE {_BOUND}"  # noqa: S608 - as above
_OF = """
SELECT * FROM record WHERE target IN (SELECT value FROM json_each(?)) ORDER BY source, boundary, key
"""
_UNRESOLVED = """
SELECT * FROM record WHERE target IS NULL AND (source, boundary, key) > (:source, :boundary, :key)
ORDER BY source, boundary, key LIMIT :rows
"""
_PUT = """
INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, boundary, key) DO UPDATE SET kind = excluded.kind, target = excluded.target,
    digest = excluded.digest, body = excluded.body, run_id = excluded.run_id, seen_at = excluded.seen_at,
    seen_run = excluded.seen_run, gone = excluded.gone
"""
_UNSEEN = """
SELECT * FROM record WHERE source = :source AND boundary = :boundary AND key > :key AND seen_run != :run_id AND gone = 0
ORDER BY key LIMIT :rows
"""
_WRITTEN = """
SELECT * FROM record WHERE source = :source AND boundary = :boundary AND key > :key AND run_id = :run_id
ORDER BY key LIMIT :rows
"""
_SIZES = """
SELECT source, boundary, kind, count(*) FROM record
WHERE gone = 0 AND (source, boundary) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:bindings)
) GROUP BY source, boundary, kind
"""


def by_binding(
    connection: Connection, bindings: Collection[tuple[Scope, str]]
) -> Mapping[tuple[Scope, str], SourceRecord]:
    """Source records by binding."""
    rows = connection.execute(_READ, {"bindings": json_bindings(bindings)})
    return {(record.scope, record.key): record for record in map(record_of, rows)}


def bonds(connection: Connection, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
    """What source records are bound to, by binding."""
    asked = {(scope.source, scope.boundary, key): (scope, key) for scope, key in bindings}
    return {
        asked[source, boundary, key]: Bond(RecordKind(kind), target, digest, bool(gone))
        for source, boundary, key, kind, target, digest, gone in connection.execute(
            _BONDS, {"bindings": json_rows(asked)}
        )
    }


def of_targets(connection: Connection, targets: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
    """Source records by what they are bound to."""
    found: dict[str, list[SourceRecord]] = {}
    for record in map(record_of, connection.execute(_OF, (json_list(targets),))):
        if record.target is not None:
            found.setdefault(record.target, []).append(record)
    return found


def unresolved(connection: Connection, after: tuple[Scope, str] | None, limit: int) -> Sequence[SourceRecord]:
    """Source records without a target after a binding."""
    source, boundary, key = ("", "", "") if after is None else (after[0].source, after[0].boundary, after[1])
    place: Parameters = {"source": source, "boundary": boundary, "key": key, "rows": limit}
    return list(map(record_of, connection.execute(_UNRESOLVED, place)))


def unseen(connection: Connection, scope: Scope, run_id: str, after: str | None, limit: int) -> Sequence[SourceRecord]:
    """Records of a scope that a run has not seen, after a key."""
    return _in_scope(connection, _UNSEEN, (scope, run_id, after, limit))


def written(connection: Connection, scope: Scope, run_id: str, after: str | None, limit: int) -> Sequence[SourceRecord]:
    """Records of a scope that a run wrote last, after a key."""
    return _in_scope(connection, _WRITTEN, (scope, run_id, after, limit))


def _in_scope(
    connection: Connection, statement: str, place: tuple[Scope, str, str | None, int]
) -> Sequence[SourceRecord]:
    scope, run_id, after, limit = place
    parameters: Parameters = {
        "source": scope.source,
        "boundary": scope.boundary,
        "run_id": run_id,
        "key": after or "",
        "rows": limit,
    }
    return list(map(record_of, connection.execute(statement, parameters)))


def sizes(connection: Connection, scopes: Collection[Scope]) -> Mapping[Scope, Mapping[RecordKind, int]]:
    """How many records each scope has, by kind."""
    found: dict[Scope, dict[RecordKind, int]] = {}
    rows = connection.execute(_SIZES, {"bindings": json_bindings((scope, "") for scope in scopes)})
    for source, boundary, kind, number in rows:
        found.setdefault(Scope(source, boundary), {})[RecordKind(kind)] = number
    return found


def see(connection: Connection, bindings: Iterable[tuple[Scope, str]], run_id: str, at: datetime) -> None:
    """Stamp records as seen."""
    connection.execute(_SEE, {"bindings": json_bindings(bindings), "run_id": run_id, "at": micros(at)})


def write(connection: Connection, changes: ChangeSet) -> None:
    """Drop and put the source records of a change set."""
    runs.keep_superseded(connection, changes)
    if changes.dropped_records:
        connection.execute(_DROP, {"bindings": json_bindings(changes.dropped_records)})
    connection.executemany(_PUT, map(record_columns, changes.records))
