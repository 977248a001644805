"""The store on a Neo4j server."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final, cast

from typing_extensions import override

from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import ChangeSet, Commit, Delta
from cmdb.model.items import Item, Relationship
from cmdb.model.plans import Plan, PlanEntries, PlanPage, PlanPart, PlanQuery, PlanState
from cmdb.model.queries import Direction, ItemPage, ItemQuery, RelationshipPage, RelationshipQuery, SearchResult
from cmdb.model.sources import Bond, Lease, RecordKind, Run, Scope, SourceRecord
from cmdb.store.filters import check_limit
from cmdb.store.neo4j_store import cypher
from cmdb.store.neo4j_store.connection import Connection
from cmdb.store.neo4j_store.pages import Pager
from cmdb.store.neo4j_store.past import Historian
from cmdb.store.neo4j_store.plans import Plans
from cmdb.store.neo4j_store.reading import Reader
from cmdb.store.neo4j_store.rows import Codec
from cmdb.store.neo4j_store.runs import Runs
from cmdb.store.neo4j_store.schema import prepare, require
from cmdb.store.neo4j_store.settling import Settler
from cmdb.store.neo4j_store.sources import Sources
from cmdb.store.neo4j_store.writing import Writer
from cmdb.store.points import Clock, utc_now
from cmdb.store.port import SCHEMA_VERSION, GraphRead, Store, StoreInfo

DATABASE: Final = "neo4j"
"""The database of a server in which a store is, unless another is named."""


class Neo4jStore(Store):
    """A graph in one database of a Neo4j server, Community edition or above.

    The live graph is plain: ``:Item:CI:<Class>`` nodes joined by relationships of their type.  Every version ever is
    kept in nodes of its own beside it.
    """

    works_elsewhere: ClassVar[bool] = True

    def __init__(self, connection: Connection, catalogue: Catalogue, clock: Clock = utc_now) -> None:
        """Prepare the database and use it; :meth:`open` is the usual way."""
        self.catalogue = catalogue
        codec = Codec(catalogue)
        self._connection = connection
        self._id = prepare(connection, catalogue)
        self._settler = Settler(connection, Writer(catalogue, codec, clock))
        self._reader = Reader(connection, codec)
        self._pager = Pager(connection, codec, catalogue)
        self._historian = Historian(connection, codec)
        self._sources = Sources(connection)
        self._runs = Runs(connection, catalogue)
        self._plans = Plans(connection)

    @classmethod
    def open(
        cls,
        url: str,
        catalogue: Catalogue,
        user: str | None = None,
        password: str | None = None,
        database: str = DATABASE,
        clock: Clock = utc_now,
    ) -> "Neo4jStore":
        """Open the store at a ``neo4j://`` or ``bolt://`` URL, founding it in an empty database.

        Raises:
            StoreURLInvalid: the URL is none of Neo4j's, or holds credentials.
            StoreUnavailable: the server does not answer or refuses the credentials.
            StoreVersionUnsupported: the database holds a store of another version.
        """
        connection = Connection.open(url, (user, password or "") if user else None, database)
        try:
            return cls(connection, catalogue, clock)
        except BaseException:
            connection.close()
            raise

    @classmethod
    def open_existing(
        cls, url: str, catalogue: Catalogue, user: str | None = None, password: str | None = None
    ) -> "Neo4jStore":
        """Open the store at a URL; none is founded in an empty database.

        Raises:
            StoreMissing: the database is empty.
            StoreURLInvalid, StoreUnavailable, StoreVersionUnsupported: as for :meth:`open`.
        """
        connection = Connection.open(url, (user, password or "") if user else None, DATABASE)
        try:
            require(connection)
            return cls(connection, catalogue)
        except BaseException:
            connection.close()
            raise

    # --- writing

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        return self._settler.commit(changes)

    @override
    def see(self, bindings: Sequence[tuple[Scope, str]], run_id: str, at: datetime) -> None:
        self._sources.see(bindings, run_id, at)

    @override
    def put_run(self, run: Run) -> None:
        self._runs.put(run)

    @override
    def hold(self, leases: Sequence[Lease], now: datetime) -> Sequence[Lease]:
        return self._runs.hold(leases, now)

    @override
    def free(self, run_id: str, holder: str | None = None) -> None:
        self._runs.free(run_id, holder)

    @override
    def put_plan(self, plan: Plan) -> None:
        self._plans.put(plan)

    @override
    def move_plan(self, plan: Plan, state: PlanState) -> bool:
        return self._plans.move(plan, state)

    @override
    def put_plan_part(self, part: PlanPart) -> None:
        self._plans.put_part(part)

    @override
    def drop_plan_parts(self, plan_id: str, kinds: Collection[PlanEntries]) -> None:
        self._plans.drop_parts(plan_id, kinds)

    # --- points in history

    @override
    def head(self) -> int:
        return self._historian.head()

    @override
    def seq_at(self, instant: datetime) -> int:
        return self._historian.seq_at(instant)

    @override
    def commits(self, after: int, limit: int = 100) -> Sequence[Commit]:
        check_limit(limit)
        return self._historian.commits(after, limit)

    @override
    def commit_of(self, request_id: str) -> Commit | None:
        return self._historian.commit_of(request_id)

    @override
    def difference(self, start: int, end: int) -> Delta:
        return self._historian.difference(start, end)

    @override
    def history(self, item_id: str) -> Sequence[Item]:
        return self._historian.history(item_id)

    @override
    def relationship_history(self, item_id: str) -> Sequence[Relationship]:
        return self._historian.relationship_history(item_id)

    # --- the graph

    @override
    def items(self, ids: Collection[str], at: int | None = None) -> Mapping[str, Item]:
        return self._reader.items(ids, at)

    @override
    def page(self, query: ItemQuery, at: int | None = None) -> ItemPage:
        return self._pager.items(query, at)

    @override
    def named(
        self, names: Collection[tuple[str, str]], at: int | None = None
    ) -> Mapping[tuple[str, str], Sequence[Item]]:
        return self._reader.named(names, at)

    @override
    def identified(self, identifiers: Collection[str]) -> Mapping[str, Sequence[str]]:
        return self._reader.identified(identifiers)

    @override
    def relationships(self, keys: Collection[str], at: int | None = None) -> Mapping[str, Relationship]:
        return self._reader.relationships(keys, at)

    @override
    def relationships_of(
        self,
        ids: Collection[str],
        direction: Direction = Direction.BOTH,
        types: Collection[str] | None = None,
        at: int | None = None,
    ) -> Sequence[Relationship]:
        return self._reader.relationships_of(ids, direction, types, at)

    @override
    def relationship_page(self, query: RelationshipQuery, at: int | None = None) -> RelationshipPage:
        return self._pager.relationships(query, at)

    @override
    def search(self, text: str, classes: Collection[str] | None = None, limit: int = 20) -> SearchResult:
        check_limit(limit)
        return self._reader.search(text, classes, limit)

    @override
    def graph(self, at: int | None = None) -> GraphRead:
        return self._reader.graph(at)

    # --- who said so

    @override
    def records(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], SourceRecord]:
        return self._sources.records(bindings)

    @override
    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
        return self._sources.bonds(bindings)

    @override
    def records_of(self, targets: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
        return self._sources.records_of(targets)

    @override
    def unresolved(self, after: tuple[Scope, str] | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        return self._pager.unresolved(after, limit)

    @override
    def unseen(self, scope: Scope, run_id: str, after: str | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        return self._sources.unseen(scope, run_id, after, limit)

    @override
    def scope_sizes(self, scopes: Collection[Scope]) -> Mapping[Scope, Mapping[RecordKind, int]]:
        return self._sources.sizes(scopes)

    @override
    def written(self, scope: Scope, run_id: str, after: str | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        return self._sources.written(scope, run_id, after, limit)

    @override
    def superseded(
        self, run_id: str, after: tuple[Scope, str] | None = None, limit: int = 1000
    ) -> Sequence[SourceRecord]:
        return self._runs.superseded(run_id, after, limit)

    @override
    def successors(self, run_id: str) -> Sequence[str]:
        return self._runs.successors(run_id)

    @override
    def run(self, run_id: str) -> Run | None:
        return self._runs.one(run_id)

    @override
    def runs(self, limit: int = 20) -> Sequence[Run]:
        return self._runs.latest(limit)

    @override
    def plan(self, plan_id: str) -> Plan | None:
        return self._plans.one(plan_id)

    @override
    def plans(self, query: PlanQuery) -> PlanPage:
        return self._plans.page(query)

    @override
    def plan_parts(self, plan_id: str, kind: PlanEntries, start: int = 0, limit: int = 10) -> Sequence[PlanPart]:
        return self._plans.parts(plan_id, kind, start, limit)

    # --- the store itself

    @override
    def info(self) -> StoreInfo:
        found = self._connection.read(lambda transaction: transaction.record(cypher.INFO))
        head, items, relationships = (cast("int", found[name]) for name in ("head", "items", "relationships"))
        return StoreInfo(self._connection.url, self._id, SCHEMA_VERSION, head, items, relationships)

    @override
    def close(self) -> None:
        self._connection.close()
