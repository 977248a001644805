"""The port that every store implements, synchronous and safe to call from several threads.

Reads take ``at``: ``None`` for the live graph, or a ``seq`` for the graph as it was after that commit
(:class:`cmdb.errors.SeqUnavailable` below 0 or above the head).  Bulk reads cost a constant number of round trips,
whatever the number of ids given.  Ids, keys and names that do not exist are absent from the answer, never an error.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import ClassVar, Self

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

SCHEMA_VERSION = 3
"""Version of what a store holds; a store of another version is refused."""


@dataclass(frozen=True, slots=True)
class GraphRead:
    """The whole graph at one ``seq``, in bulk: chunks of items, then chunks of edges.

    Consume ``items`` to its end before ``relationships``, on the thread that asked for it.
    Retired items and their edges are part of it.
    """

    seq: int
    items: Iterator[Sequence[Item]]
    relationships: Iterator[Sequence[Relationship]]


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a store says of itself."""

    url: str
    store_id: str
    schema_version: int
    head: int
    items: int
    relationships: int


class Store(ABC):
    """A graph with its whole history, in one of three places."""

    catalogue: Catalogue
    works_elsewhere: ClassVar[bool] = False
    """Whether another process does the work of a call, so that this one can go on with something else meanwhile."""

    # --- writing

    @abstractmethod
    def commit(self, changes: ChangeSet) -> Commit:
        """Write everything in ``changes`` atomically, once per request id.

        Order of effect: creates, updates, removals, relationships, source records.  An update or put that changes
        nothing adds no version; when nothing at all changes, the commit is still made (the request id must be known).
        A relationship may be put to a retired item; cardinality counts live edges.  Retiring keeps the edges.
        With a ``run_id``, each source record that another run wrote is kept as it was before this run first replaced
        or dropped it (:meth:`superseded`).

        Raises:
            Conflict: the head is not ``expected_head``.
            RevisionConflict: an ``expected_revision`` is not the current one.
            DuplicateIdentity: an ``identity_key``, or by now one of ``unshared``, belongs to another item
                (``details['id']`` names it).
            EndMissing: an end of a relationship does not exist.
            NotFound: an updated item does not exist.
            CardinalityExceeded: more edges of a type at an end than the catalogue allows.
            IdempotencyMismatch: the request id was used with another fingerprint.
            StoreUnavailable, OutcomeUnknown: the store is away; repeat with the same request id.
            TooHeavy: the store has not the memory for so much at once.
        """

    @abstractmethod
    def see(self, bindings: Sequence[tuple[Scope, str]], run_id: str, at: datetime) -> None:
        """Stamp source records as seen by a run; no commit, no history.  Unknown bindings are ignored."""

    @abstractmethod
    def put_run(self, run: Run) -> None:
        """Write the current state of an import run (upsert by id; not versioned)."""

    @abstractmethod
    def hold(self, leases: Sequence[Lease], now: datetime) -> Sequence[Lease]:
        """Take or renew leases, all of them or none; the answer is what other runs hold beyond ``now``, by scope.

        Empty when all were taken.  Atomic over all processes.
        """

    @abstractmethod
    def free(self, run_id: str, holder: str | None = None) -> None:
        """Give up every lease of a run, or only those that one process took for it; harmless when there are none."""

    @abstractmethod
    def put_plan(self, plan: Plan) -> None:
        """Write the header of a plan (upsert by id; not versioned)."""

    @abstractmethod
    def move_plan(self, plan: Plan, state: PlanState) -> bool:
        """Write the header of a plan that is still in a state; whether it was.  Of several at once one succeeds."""

    @abstractmethod
    def put_plan_part(self, part: PlanPart) -> None:
        """Write some entries of a plan (upsert by plan, kind and number of the first entry)."""

    @abstractmethod
    def drop_plan_parts(self, plan_id: str, kinds: Collection[PlanEntries]) -> None:
        """Remove all entries of some kinds; harmless when there are none."""

    # --- points in history

    @abstractmethod
    def head(self) -> int:
        """The last ``seq``, 0 for an empty store."""

    @abstractmethod
    def seq_at(self, instant: datetime) -> int:
        """The last ``seq`` at or before an aware instant."""

    @abstractmethod
    def commits(self, after: int, limit: int = 100) -> Sequence[Commit]:
        """The commits with ``seq > after`` in order: the feed.  A reader that goes on from the last one misses none."""

    @abstractmethod
    def commit_of(self, request_id: str) -> Commit | None:
        """The commit that a request became."""

    @abstractmethod
    def difference(self, start: int, end: int) -> Delta:
        """What changed between two points (``start <= end``): each item and edge at both, in order of id and key."""

    @abstractmethod
    def history(self, item_id: str) -> Sequence[Item]:
        """Every version of one item, oldest first."""

    @abstractmethod
    def relationship_history(self, item_id: str) -> Sequence[Relationship]:
        """Every version of every edge at one item, by ``(from_seq, key)``; a removed edge has a closed last version."""

    # --- the graph

    @abstractmethod
    def items(self, ids: Collection[str], at: int | None = None) -> Mapping[str, Item]:
        """Items by id, retired ones too."""

    @abstractmethod
    def page(self, query: ItemQuery, at: int | None = None) -> ItemPage:
        """One keyset page of items.

        Raises:
            UnknownAttribute: a filter or order names an attribute that no class declares.
        """

    @abstractmethod
    def named(
        self, names: Collection[tuple[str, str]], at: int | None = None
    ) -> Mapping[tuple[str, str], Sequence[Item]]:
        """Items by exact class and exact name, retired ones too, each list in order of id."""

    @abstractmethod
    def identified(self, identifiers: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Sorted ids of the live graph's items that carry a hash, in ``identifiers`` or as ``identity_key``."""

    @abstractmethod
    def relationships(self, keys: Collection[str], at: int | None = None) -> Mapping[str, Relationship]:
        """Edges by key."""

    @abstractmethod
    def relationships_of(
        self,
        ids: Collection[str],
        direction: Direction = Direction.BOTH,
        types: Collection[str] | None = None,
        at: int | None = None,
    ) -> Sequence[Relationship]:
        """All edges at the given items, each once, in order of key."""

    @abstractmethod
    def relationship_page(self, query: RelationshipQuery, at: int | None = None) -> RelationshipPage:
        """One keyset page of edges."""

    @abstractmethod
    def search(self, text: str, classes: Collection[str] | None = None, limit: int = 20) -> SearchResult:
        """Live, unretired items whose name and text attributes hold words starting with every word of ``text``."""

    @abstractmethod
    def graph(self, at: int | None = None) -> GraphRead:
        """The whole graph at one point, streamed; items in order of id, edges in order of key."""

    # --- who said so

    @abstractmethod
    def records(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], SourceRecord]:
        """Source records by binding."""

    @abstractmethod
    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
        """What source records are bound to, by binding, without what they say: less to read than :meth:`records`."""

    @abstractmethod
    def records_of(self, targets: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
        """All source records bound to items or edges (by id or key), each list in order of ``(scope, key)``."""

    @abstractmethod
    def unresolved(self, after: tuple[Scope, str] | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        """Source records without a target, in order of ``(scope, key)``, after a binding: the dangling references."""

    @abstractmethod
    def unseen(self, scope: Scope, run_id: str, after: str | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        """Records of a scope, not gone, that the run did not see, in order of key, after a key."""

    @abstractmethod
    def scope_sizes(self, scopes: Collection[Scope]) -> Mapping[Scope, Mapping[RecordKind, int]]:
        """How many records that are not gone each scope has, by kind; a scope without any is absent."""

    @abstractmethod
    def written(self, scope: Scope, run_id: str, after: str | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        """Records of a scope that the run was the last to write, in order of key after a key."""

    @abstractmethod
    def superseded(
        self, run_id: str, after: tuple[Scope, str] | None = None, limit: int = 1000
    ) -> Sequence[SourceRecord]:
        """What the run replaced or dropped: each record as it was before, in order of ``(scope, key)``."""

    @abstractmethod
    def successors(self, run_id: str) -> Sequence[str]:
        """Sorted ids of the runs that replaced or dropped something that this run had written."""

    @abstractmethod
    def run(self, run_id: str) -> Run | None:
        """One import run."""

    @abstractmethod
    def runs(self, limit: int = 20) -> Sequence[Run]:
        """The latest runs, newest first."""

    @abstractmethod
    def plan(self, plan_id: str) -> Plan | None:
        """One plan."""

    @abstractmethod
    def plans(self, query: PlanQuery) -> PlanPage:
        """One keyset page of plans, newest first."""

    @abstractmethod
    def plan_parts(self, plan_id: str, kind: PlanEntries, start: int = 0, limit: int = 10) -> Sequence[PlanPart]:
        """Parts of a plan in order of their entries, from the one that holds the entry number ``start`` on."""

    # --- the store itself

    @abstractmethod
    def info(self) -> StoreInfo:
        """What this store is and holds."""

    @abstractmethod
    def close(self) -> None:
        """Release connections; harmless twice."""

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
