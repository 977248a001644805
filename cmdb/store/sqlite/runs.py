"""Import runs: how far they have come, which scopes they hold, and what they replaced."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from cmdb.model.commits import ChangeSet
from cmdb.model.sources import Lease, Run, Scope, SourceRecord
from cmdb.model.values import micros
from cmdb.store.sqlite.parameters import Parameters, json_bindings, json_list
from cmdb.store.sqlite.rows import lease_columns, lease_of, record_of, run_columns, run_of

_RUN = "SELECT * FROM run WHERE id IN (SELECT value FROM json_each(?))"
_PUT_RUN = """
INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET source = excluded.source, actor = excluded.actor, state = excluded.state,
    started_at = excluded.started_at, finished_at = excluded.finished_at, counts = excluded.counts,
    scopes = excluded.scopes, batches = excluded.batches, message = excluded.message,
    reverts = excluded.reverts, taken = excluded.taken, fingerprint = excluded.fingerprint
"""
_OTHERS = """
SELECT * FROM lease WHERE until > :now AND run_id != :run_id AND (source, boundary) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:scopes)
) ORDER BY source, boundary
"""
_HOLD = """
INSERT INTO lease VALUES (?, ?, ?, ?, ?)
ON CONFLICT (source, boundary) DO UPDATE SET run_id = excluded.run_id, holder = excluded.holder, until = excluded.until
"""
_KEEP = """
INSERT INTO superseded
SELECT :run_id, * FROM record WHERE run_id != :run_id AND (source, boundary, key) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(:bindings)
) ON CONFLICT DO NOTHING
"""
_SUPERSEDED = """
SELECT source, boundary, key, kind, target, digest, body, run_id, seen_at, seen_run, gone FROM superseded
WHERE superseded_by = :run_id AND (source, boundary, key) > (:source, :boundary, :key)
ORDER BY source, boundary, key LIMIT :rows
"""
_SUCCESSORS = "SELECT DISTINCT superseded_by FROM superseded WHERE run_id = ? ORDER BY superseded_by"


def put(connection: Connection, run: Run) -> None:
    """Write the state of a run."""
    connection.execute(_PUT_RUN, run_columns(run))


def one(connection: Connection, run_id: str) -> Run | None:
    """One run."""
    row = connection.execute(_RUN, (json_list([run_id]),)).fetchone()
    return None if row is None else run_of(row)


def latest(connection: Connection, limit: int) -> Sequence[Run]:
    """The latest runs, newest first."""
    rows = connection.execute("SELECT * FROM run ORDER BY started_at DESC, id DESC LIMIT ?", (limit,))
    return list(map(run_of, rows))


def hold(connection: Connection, leases: Sequence[Lease], now: datetime) -> Sequence[Lease]:
    """Take leases, all or none; the write transaction keeps others away."""
    others: list[Lease] = []
    for run_id in sorted({lease.run_id for lease in leases}):
        scopes = json_bindings((lease.scope, "") for lease in leases if lease.run_id == run_id)
        rows = connection.execute(_OTHERS, {"now": micros(now), "run_id": run_id, "scopes": scopes})
        others.extend(map(lease_of, rows))
    if not others:
        connection.executemany(_HOLD, map(lease_columns, leases))
    return others


def free(connection: Connection, run_id: str, holder: str | None) -> None:
    """Give up the leases of a run, or those that one process holds for it."""
    connection.execute("DELETE FROM lease WHERE run_id = ? AND holder = coalesce(?, holder)", (run_id, holder))


def keep_superseded(connection: Connection, changes: ChangeSet) -> None:
    """Remember the records that a change set is about to replace or drop, once for each run."""
    if changes.run_id is None:
        return
    bindings = [(record.scope, record.key) for record in changes.records]
    told = json_bindings([*bindings, *changes.dropped_records])
    connection.execute(_KEEP, {"run_id": changes.run_id, "bindings": told})


def superseded(
    connection: Connection, run_id: str, after: tuple[Scope, str] | None, limit: int
) -> Sequence[SourceRecord]:
    """What a run replaced, after a binding."""
    source, boundary, key = ("", "", "") if after is None else (after[0].source, after[0].boundary, after[1])
    place: Parameters = {"run_id": run_id, "source": source, "boundary": boundary, "key": key, "rows": limit}
    return list(map(record_of, connection.execute(_SUPERSEDED, place)))


def successors(connection: Connection, run_id: str) -> Sequence[str]:
    """The runs that replaced what a run had written."""
    return [str(row[0]) for row in connection.execute(_SUCCESSORS, (run_id,))]
