"""Source records and import runs: the last word of every source, and what is being imported."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection

from cmdb.model.commits import ChangeSet
from cmdb.model.sources import Run, Scope, SourceRecord
from cmdb.model.values import micros
from cmdb.store.sqlite.parameters import Parameters, json_list, json_rows
from cmdb.store.sqlite.rows import record_columns, record_of, run_columns, run_of

_BOUND = """(source, boundary, key) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(:bindings)
)"""
_READ = f"SELECT * FROM record WHERE {_BOUND}"  # noqa: S608 - words of this module only
_SEE = f"UPDATE record SET run_id = :run_id, seen_at = :at WHERE {_BOUND}"  # noqa: S608 - as above
_DROP = f"DELETE FROM record WHERE {_BOUND}"  # noqa: S608 - as above
_OF = """
SELECT * FROM record WHERE target IN (SELECT value FROM json_each(?)) ORDER BY source, boundary, key
"""
_UNRESOLVED = """
SELECT * FROM record WHERE target IS NULL AND (source, boundary, key) > (:source, :boundary, :key)
ORDER BY source, boundary, key LIMIT :rows
"""
_PUT = """
INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, boundary, key) DO UPDATE SET kind = excluded.kind, target = excluded.target,
    digest = excluded.digest, body = excluded.body, run_id = excluded.run_id, seen_at = excluded.seen_at
"""
_RUN = "SELECT * FROM run WHERE id IN (SELECT value FROM json_each(?))"
_PUT_RUN = """
INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET source = excluded.source, actor = excluded.actor, state = excluded.state,
    started_at = excluded.started_at, finished_at = excluded.finished_at, counts = excluded.counts
"""


def by_binding(
    connection: Connection, bindings: Collection[tuple[Scope, str]]
) -> Mapping[tuple[Scope, str], SourceRecord]:
    """Source records by binding."""
    rows = connection.execute(_READ, {"bindings": _json_bindings(bindings)})
    return {(record.scope, record.key): record for record in map(record_of, rows)}


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


def see(connection: Connection, bindings: Iterable[tuple[Scope, str]], run_id: str, at: datetime) -> None:
    """Stamp records as seen."""
    connection.execute(_SEE, {"bindings": _json_bindings(bindings), "run_id": run_id, "at": micros(at)})


def write(connection: Connection, changes: ChangeSet) -> None:
    """Drop and put the source records of a change set."""
    if changes.dropped_records:
        connection.execute(_DROP, {"bindings": _json_bindings(changes.dropped_records)})
    connection.executemany(_PUT, map(record_columns, changes.records))


def put_run(connection: Connection, run: Run) -> None:
    """Write the state of a run."""
    connection.execute(_PUT_RUN, run_columns(run))


def run(connection: Connection, run_id: str) -> Run | None:
    """One run."""
    row = connection.execute(_RUN, (json_list([run_id]),)).fetchone()
    return None if row is None else run_of(row)


def runs(connection: Connection, limit: int) -> Sequence[Run]:
    """The latest runs, newest first."""
    rows = connection.execute("SELECT * FROM run ORDER BY started_at DESC, id DESC LIMIT ?", (limit,))
    return list(map(run_of, rows))


def _json_bindings(bindings: Iterable[tuple[Scope, str]]) -> str:
    return json_rows((scope.source, scope.boundary, key) for scope, key in bindings)
