"""Source records and import runs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cmdb.model.sources import Run, Scope, SourceRecord
from cmdb.model.values import micros
from cmdb.store.neo4j_store import cypher
from cmdb.store.neo4j_store.connection import Connection
from cmdb.store.neo4j_store.rows import binding_key, run_row, to_record, to_run


@dataclass(frozen=True, slots=True)
class Sources:
    """Who said what, over one connection."""

    connection: Connection

    def see(self, bindings: Sequence[tuple[Scope, str]], run_id: str, at: datetime) -> None:
        """Stamp source records as seen again."""
        seen = _keys(bindings)
        self.connection.write(
            lambda transaction: transaction.number(cypher.SEE_RECORDS, bindings=seen, run_id=run_id, at=micros(at))
        )

    def records(self, bindings: Collection[tuple[Scope, str]]) -> dict[tuple[Scope, str], SourceRecord]:
        """Source records by binding."""
        rows = self.connection.read(lambda transaction: transaction.rows(cypher.RECORDS, bindings=_keys(bindings)))
        found = {(record.scope, record.key): record for record in map(to_record, rows)}
        return {binding: found[binding] for binding in bindings if binding in found}

    def records_of(self, targets: Collection[str]) -> dict[str, Sequence[SourceRecord]]:
        """Source records by what they are bound to."""
        rows = self.connection.read(
            lambda transaction: transaction.rows(cypher.RECORDS_OF, targets=sorted(set(targets)))
        )
        found: dict[str, list[SourceRecord]] = {}
        for record in sorted(map(to_record, rows), key=lambda record: (record.scope, record.key)):
            if record.target is not None:
                found.setdefault(record.target, []).append(record)
        return dict(found)

    def put_run(self, run: Run) -> None:
        """Write an import run."""
        self.connection.write(lambda transaction: transaction.number(cypher.PUT_RUN, run=run_row(run)))

    def run(self, run_id: str) -> Run | None:
        """One import run."""
        rows = self.connection.read(lambda transaction: transaction.rows(cypher.RUN_OF, id=run_id))
        return to_run(rows[0]) if rows else None

    def runs(self, limit: int) -> list[Run]:
        """The latest runs, newest first."""
        return [
            to_run(row) for row in self.connection.read(lambda transaction: transaction.rows(cypher.RUNS, limit=limit))
        ]


def _keys(bindings: Iterable[tuple[Scope, str]]) -> list[str]:
    return sorted({binding_key(scope, key) for scope, key in bindings})
