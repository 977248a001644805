"""Import runs: how far they have come, which scopes they hold, and what they replaced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cmdb.model.catalogue import Catalogue
from cmdb.model.sources import Lease, Run, Scope, SourceRecord
from cmdb.model.values import micros
from cmdb.store.filters import check_limit
from cmdb.store.neo4j_store import run_cypher
from cmdb.store.neo4j_store.conditions import Conditions, Term
from cmdb.store.neo4j_store.connection import Connection, Transaction
from cmdb.store.neo4j_store.rows import lease_row, run_row, to_lease, to_record, to_run


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of one store, over one connection."""

    connection: Connection
    catalogue: Catalogue

    def put(self, run: Run) -> None:
        """Write an import run."""
        self.connection.write(lambda transaction: transaction.number(run_cypher.PUT_RUN, run=run_row(run)))

    def one(self, run_id: str) -> Run | None:
        """One import run."""
        rows = self.connection.read(lambda transaction: transaction.rows(run_cypher.RUN_OF, id=run_id))
        return to_run(rows[0]) if rows else None

    def latest(self, limit: int) -> list[Run]:
        """The latest runs, newest first."""
        check_limit(limit)
        rows = self.connection.read(lambda transaction: transaction.rows(run_cypher.RUNS, limit=limit))
        return list(map(to_run, rows))

    def hold(self, leases: Sequence[Lease], now: datetime) -> list[Lease]:
        """Take leases, all or none; the nodes are locked in one order before anything is decided."""
        rows = [lease_row(lease) for lease in sorted(leases, key=lambda lease: lease.scope)]

        def work(transaction: Transaction) -> list[Lease]:
            others = transaction.rows(run_cypher.LOCK_LEASES, rows=rows, now=micros(now))
            if not others:
                transaction.number(run_cypher.HOLD, rows=rows)
            return list(map(to_lease, others))

        return self.connection.write(work) if rows else []

    def free(self, run_id: str, holder: str | None) -> None:
        """Give up the leases of a run, or those that one process holds for it."""
        self.connection.write(lambda transaction: transaction.number(run_cypher.FREE, run_id=run_id, holder=holder))

    def superseded(self, run_id: str, after: tuple[Scope, str] | None, limit: int) -> list[SourceRecord]:
        """What a run replaced, after a binding."""
        check_limit(limit)
        built = Conditions("s", self.catalogue)
        terms = [Term("s.source"), Term("s.boundary"), Term("s.key")]
        condition = "true" if after is None else built.beyond(terms, (after[0].source, after[0].boundary, after[1]))
        parameters = built.parameters | {"limit": limit, "run_id": run_id}
        rows = self.connection.read(
            lambda transaction: transaction.rows(run_cypher.superseded(condition), **parameters)
        )
        return list(map(to_record, rows))

    def successors(self, run_id: str) -> list[str]:
        """The runs that replaced what a run had written."""
        rows = self.connection.read(lambda transaction: transaction.rows(run_cypher.SUCCESSORS, run_id=run_id))
        return [str(row["id"]) for row in rows]
