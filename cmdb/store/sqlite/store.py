"""The port, answered out of one SQLite file."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from typing_extensions import override

from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import ChangeSet, Commit, Delta
from cmdb.model.items import Item, Relationship
from cmdb.model.plans import Plan, PlanEntries, PlanPage, PlanPart, PlanQuery, PlanState
from cmdb.model.queries import (
    Direction,
    ItemPage,
    ItemQuery,
    RelationshipPage,
    RelationshipQuery,
    SearchResult,
)
from cmdb.model.sources import Bond, Lease, RecordKind, Run, Scope, SourceRecord
from cmdb.model.values import micros
from cmdb.store.filters import check_limit, check_query
from cmdb.store.points import Clock, resolve, utc_now
from cmdb.store.port import SCHEMA_VERSION, GraphRead, Store, StoreInfo
from cmdb.store.sqlite import commit_writing, history, items, plans, records, relationships, runs, schema, search
from cmdb.store.sqlite.database import Database
from cmdb.store.sqlite.graph import GraphStream

PATIENCE = 10.0
"""Seconds that a writer waits for another before it gives up."""


class SQLiteStore(Store):
    """A store in one file, for any number of threads and processes on one machine.

    Write-ahead log with ``synchronous = FULL``: a commit that was answered survives the death of the process and the
    loss of power.  Readers never wait; writers wait for each other at most ``patience`` seconds.
    """

    def __init__(self, path: Path, store_id: str, catalogue: Catalogue, *, clock: Clock, patience: float) -> None:
        """Bind a file that :func:`cmdb.store.sqlite.schema.prepare` accepted; :meth:`open` is how to get a store."""
        self.catalogue = catalogue
        self._path = path
        self._id = store_id
        self._clock = clock
        self._database = Database(path, patience)

    @classmethod
    def open(
        cls, path: Path, catalogue: Catalogue, *, clock: Clock = utc_now, patience: float = PATIENCE
    ) -> "SQLiteStore":
        """Open a file, made with its schema when it is missing.

        Raises:
            StoreVersionUnsupported: a store of another version, or a database that is no store.
            StoreUnavailable: the folder is missing, the file cannot be opened or written, or is no database.
        """
        return cls(path, schema.prepare(path, patience), catalogue, clock=clock, patience=patience)

    @classmethod
    def open_existing(
        cls, path: Path, catalogue: Catalogue, *, clock: Clock = utc_now, patience: float = PATIENCE
    ) -> "SQLiteStore":
        """Open a file that is a store; none is made.

        Raises:
            StoreMissing: there is no file, or nothing in it.
            StoreVersionUnsupported, StoreUnavailable: as for :meth:`open`.
        """
        return cls(path, schema.require(path, patience), catalogue, clock=clock, patience=patience)

    @contextmanager
    def _reading(self, at: int | None = None) -> Iterator[Connection]:
        """A read transaction in which the point asked for is known to exist."""
        with self._database.reading() as connection:
            if at is not None:
                resolve(at, history.head(connection))
            yield connection

    # --- writing

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        with self._database.writing() as connection:
            return commit_writing.write(connection, changes, self.catalogue, self._clock)

    @override
    def see(self, bindings: Sequence[tuple[Scope, str]], run_id: str, at: datetime) -> None:
        with self._database.writing() as connection:
            records.see(connection, bindings, run_id, at)

    @override
    def put_run(self, run: Run) -> None:
        with self._database.writing() as connection:
            runs.put(connection, run)

    @override
    def hold(self, leases: Sequence[Lease], now: datetime) -> Sequence[Lease]:
        with self._database.writing() as connection:
            return runs.hold(connection, leases, now)

    @override
    def free(self, run_id: str, holder: str | None = None) -> None:
        with self._database.writing() as connection:
            runs.free(connection, run_id, holder)

    @override
    def put_plan(self, plan: Plan) -> None:
        with self._database.writing() as connection:
            plans.put(connection, plan)

    @override
    def move_plan(self, plan: Plan, state: PlanState) -> bool:
        with self._database.writing() as connection:
            return plans.move(connection, plan, state)

    @override
    def put_plan_part(self, part: PlanPart) -> None:
        with self._database.writing() as connection:
            plans.put_part(connection, part)

    @override
    def drop_plan_parts(self, plan_id: str, kinds: Collection[PlanEntries]) -> None:
        with self._database.writing() as connection:
            plans.drop_parts(connection, plan_id, kinds)

    # --- points in history

    @override
    def head(self) -> int:
        with self._reading() as connection:
            return history.head(connection)

    @override
    def seq_at(self, instant: datetime) -> int:
        with self._reading() as connection:
            return history.seq_at(connection, micros(instant))

    @override
    def commits(self, after: int, limit: int = 100) -> Sequence[Commit]:
        check_limit(limit)
        with self._reading() as connection:
            return history.commits(connection, after, limit)

    @override
    def commit_of(self, request_id: str) -> Commit | None:
        with self._reading() as connection:
            return history.commit_by_request(connection, request_id)

    @override
    def difference(self, start: int, end: int) -> Delta:
        with self._reading(start) as connection:
            resolve(end, history.head(connection))
            return history.difference(connection, start, end)

    @override
    def history(self, item_id: str) -> Sequence[Item]:
        with self._reading() as connection:
            return history.item_versions(connection, item_id)

    @override
    def relationship_history(self, item_id: str) -> Sequence[Relationship]:
        with self._reading() as connection:
            return history.relationship_versions(connection, item_id)

    # --- the graph

    @override
    def items(self, ids: Collection[str], at: int | None = None) -> Mapping[str, Item]:
        with self._reading(at) as connection:
            return items.by_id(connection, ids, at)

    @override
    def page(self, query: ItemQuery, at: int | None = None) -> ItemPage:
        check_query(query, self.catalogue)
        with self._reading(at) as connection:
            return items.page(connection, self.catalogue, query, at)

    @override
    def named(
        self, names: Collection[tuple[str, str]], at: int | None = None
    ) -> Mapping[tuple[str, str], Sequence[Item]]:
        with self._reading(at) as connection:
            return items.named(connection, names, at)

    @override
    def identified(self, identifiers: Collection[str]) -> Mapping[str, Sequence[str]]:
        with self._reading() as connection:
            return items.identified(connection, identifiers)

    @override
    def relationships(self, keys: Collection[str], at: int | None = None) -> Mapping[str, Relationship]:
        with self._reading(at) as connection:
            return relationships.by_key(connection, keys, at)

    @override
    def relationships_of(
        self,
        ids: Collection[str],
        direction: Direction = Direction.BOTH,
        types: Collection[str] | None = None,
        at: int | None = None,
    ) -> Sequence[Relationship]:
        with self._reading(at) as connection:
            return relationships.at_items(connection, ids, direction, types, at)

    @override
    def relationship_page(self, query: RelationshipQuery, at: int | None = None) -> RelationshipPage:
        check_limit(query.limit)
        with self._reading(at) as connection:
            return relationships.page(connection, query, at)

    @override
    def search(self, text: str, classes: Collection[str] | None = None, limit: int = 20) -> SearchResult:
        check_limit(limit)
        with self._reading() as connection:
            return search.search(connection, text, classes, limit)

    @override
    def graph(self, at: int | None = None) -> GraphRead:
        return GraphStream(self._database, self._path, at).read()

    # --- who said so

    @override
    def records(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], SourceRecord]:
        with self._reading() as connection:
            return records.by_binding(connection, bindings)

    @override
    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
        with self._reading() as connection:
            return records.bonds(connection, bindings)

    @override
    def records_of(self, targets: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
        with self._reading() as connection:
            return records.of_targets(connection, targets)

    @override
    def unresolved(self, after: tuple[Scope, str] | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        check_limit(limit)
        with self._reading() as connection:
            return records.unresolved(connection, after, limit)

    @override
    def unseen(self, scope: Scope, run_id: str, after: str | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        check_limit(limit)
        with self._reading() as connection:
            return records.unseen(connection, scope, run_id, after, limit)

    @override
    def scope_sizes(self, scopes: Collection[Scope]) -> Mapping[Scope, Mapping[RecordKind, int]]:
        with self._reading() as connection:
            return records.sizes(connection, scopes)

    @override
    def written(self, scope: Scope, run_id: str, after: str | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        check_limit(limit)
        with self._reading() as connection:
            return records.written(connection, scope, run_id, after, limit)

    @override
    def superseded(
        self, run_id: str, after: tuple[Scope, str] | None = None, limit: int = 1000
    ) -> Sequence[SourceRecord]:
        check_limit(limit)
        with self._reading() as connection:
            return runs.superseded(connection, run_id, after, limit)

    @override
    def successors(self, run_id: str) -> Sequence[str]:
        with self._reading() as connection:
            return runs.successors(connection, run_id)

    @override
    def run(self, run_id: str) -> Run | None:
        with self._reading() as connection:
            return runs.one(connection, run_id)

    @override
    def runs(self, limit: int = 20) -> Sequence[Run]:
        check_limit(limit)
        with self._reading() as connection:
            return runs.latest(connection, limit)

    @override
    def plan(self, plan_id: str) -> Plan | None:
        with self._reading() as connection:
            return plans.one(connection, plan_id)

    @override
    def plans(self, query: PlanQuery) -> PlanPage:
        check_limit(query.limit)
        with self._reading() as connection:
            return plans.page(connection, query)

    @override
    def plan_parts(self, plan_id: str, kind: PlanEntries, start: int = 0, limit: int = 10) -> Sequence[PlanPart]:
        check_limit(limit)
        with self._reading() as connection:
            return plans.parts(connection, plan_id, kind, start, limit)

    # --- the store itself

    @override
    def info(self) -> StoreInfo:
        with self._reading() as connection:
            (item_count,) = connection.execute("SELECT count(*) FROM item").fetchone()
            (edge_count,) = connection.execute("SELECT count(*) FROM relationship").fetchone()
            head = history.head(connection)
        return StoreInfo(f"sqlite:///{self._path}", self._id, SCHEMA_VERSION, head, item_count, edge_count)

    @override
    def close(self) -> None:
        self._database.close()
