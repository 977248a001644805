"""The store that keeps everything in this process, behind one lock."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cmp_to_key, partial
from threading import RLock
from uuid import uuid4

from typing_extensions import override

from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import ChangeSet, Commit, Delta
from cmdb.model.items import Item, Lifecycle, Relationship
from cmdb.model.queries import (
    Direction,
    ItemPage,
    ItemQuery,
    Order,
    RelationshipPage,
    RelationshipQuery,
    SearchResult,
)
from cmdb.model.sources import Bond, Lease, RecordKind, Run, Scope, SourceRecord
from cmdb.model.text import matches, rank, search_text, words
from cmdb.store.filters import check_limit, check_query
from cmdb.store.memory.book import Book
from cmdb.store.memory.drafting import Draft, plain
from cmdb.store.memory.matching import Position, compare, holds, position
from cmdb.store.memory.plans import PlanShelf
from cmdb.store.patches import same_item, same_relationship
from cmdb.store.points import Clock, not_before, resolve, utc_now
from cmdb.store.port import SCHEMA_VERSION, GraphRead, StoreInfo
from cmdb.store.refusals import check_base, replayed

CHUNK = 1000
"""Items or edges in one chunk of a graph read."""


class MemoryStore(PlanShelf):
    """The reference: simple rather than fast.  Reads are linear in what the store holds."""

    def __init__(self, catalogue: Catalogue, clock: Clock = utc_now) -> None:
        """Start empty; ``clock`` tells the instants of commits."""
        self.catalogue = catalogue
        self._clock = clock
        self._lock = RLock()
        self._book = Book()
        self._id = str(uuid4())

    # --- writing

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        with self._lock:
            known = self._book.requests.get(changes.request_id)
            if known is not None:
                return replayed(known, changes)
            check_base(changes, self._book.head, self.identified)
            draft = Draft(self._book, changes, self.catalogue)
            commit = self._commit_of(changes, draft)
            draft.write()
            self._write_records(changes)
            self._book.commits.append(commit)
            self._book.requests[commit.request_id] = commit
            return commit

    def _commit_of(self, changes: ChangeSet, draft: Draft) -> Commit:
        last = self._book.commits[-1].at if self._book.commits else None
        return Commit(
            seq=self._book.head + 1,
            at=not_before(self._clock(), last),
            actor=changes.actor,
            request_id=changes.request_id,
            fingerprint=changes.fingerprint,
            reason=changes.reason,
            run_id=changes.run_id,
            created=len(draft.created),
            updated=len(draft.updated),
            related=len(draft.related),
            unrelated=len(draft.removed),
        )

    def _write_records(self, changes: ChangeSet) -> None:
        for binding in changes.dropped_records:
            self._book.write_record(binding, None, changes.run_id)
        for record in changes.records:
            kept = replace(record, body=plain(record.body))
            self._book.write_record((record.scope, record.key), kept, changes.run_id)

    @override
    def see(self, bindings: Sequence[tuple[Scope, str]], run_id: str, at: datetime) -> None:
        with self._lock:
            for binding in bindings:
                record = self._book.records.get(binding)
                if record is not None:
                    self._book.records[binding] = replace(record, seen_run=run_id, seen_at=at)

    @override
    def put_run(self, run: Run) -> None:
        with self._lock:
            self._book.runs[run.id] = replace(run, counts=dict(run.counts), taken=dict(run.taken))

    @override
    def hold(self, leases: Sequence[Lease], now: datetime) -> Sequence[Lease]:
        with self._lock:
            held = [self._book.leases[lease.scope] for lease in leases if lease.scope in self._book.leases]
            runs = {lease.run_id for lease in leases}
            others = [lease for lease in held if lease.run_id not in runs and lease.until > now]
            if not others:
                self._book.leases |= {lease.scope: lease for lease in leases}
            return sorted(others, key=lambda lease: lease.scope)

    @override
    def free(self, run_id: str, holder: str | None = None) -> None:
        with self._lock:
            self._book.leases = {
                scope: lease
                for scope, lease in self._book.leases.items()
                if lease.run_id != run_id or holder not in {None, lease.holder}
            }

    # --- points in history

    @override
    def head(self) -> int:
        with self._lock:
            return self._book.head

    @override
    def seq_at(self, instant: datetime) -> int:
        with self._lock:
            return max((commit.seq for commit in self._book.commits if commit.at <= instant), default=0)

    @override
    def commits(self, after: int, limit: int = 100) -> Sequence[Commit]:
        with self._lock:
            return self._book.commits[max(after, 0) :][:limit]

    @override
    def commit_of(self, request_id: str) -> Commit | None:
        with self._lock:
            return self._book.requests.get(request_id)

    @override
    def difference(self, start: int, end: int) -> Delta:
        with self._lock:
            resolve(start, self._book.head)
            resolve(end, self._book.head)
            items = [(self._book.item(id_, start), self._book.item(id_, end)) for id_ in sorted(self._book.items)]
            edges = [(self._book.edge(key, start), self._book.edge(key, end)) for key in sorted(self._book.edges)]
        return Delta(
            tuple((old, new) for old, new in items if not (old and new and same_item(old, new)) and (old or new)),
            tuple(
                (old, new) for old, new in edges if not (old and new and same_relationship(old, new)) and (old or new)
            ),
        )

    @override
    def history(self, item_id: str) -> Sequence[Item]:
        with self._lock:
            return list(self._book.items.get(item_id, ()))

    @override
    def relationship_history(self, item_id: str) -> Sequence[Relationship]:
        with self._lock:
            keys = self._book.edges_at.get(item_id, set())
            versions = [version for key in keys for version in self._book.edges[key]]
        return sorted(versions, key=lambda version: (version.from_seq, version.key))

    # --- the graph

    @override
    def items(self, ids: Collection[str], at: int | None = None) -> Mapping[str, Item]:
        with self._lock:
            seq = resolve(at, self._book.head)
            return {id_: item for id_ in ids if (item := self._book.item(id_, seq))}

    @override
    def page(self, query: ItemQuery, at: int | None = None) -> ItemPage:
        check_query(query, self.catalogue)
        with self._lock:
            found = list(self._book.all_items(resolve(at, self._book.head)))
        matching = [item for item in found if self._matches(query, item)]
        placed = [(position(item, query.order, self.catalogue), item) for item in matching]
        placed.sort(key=cmp_to_key(partial(_compare_placed, query.order)))
        rest = [item for place, item in placed if query.after is None or compare(place, query.after, query.order) > 0]
        return ItemPage(tuple(rest[: query.limit]), len(rest) > query.limit, len(matching))

    def _matches(self, query: ItemQuery, item: Item) -> bool:
        return (
            (query.classes is None or item.cls in query.classes)
            and (query.retired or item.lifecycle is Lifecycle.LIVE)
            and holds(query.where, item)
        )

    @override
    def named(
        self, names: Collection[tuple[str, str]], at: int | None = None
    ) -> Mapping[tuple[str, str], Sequence[Item]]:
        wanted = set(names)
        found: dict[tuple[str, str], list[Item]] = {}
        with self._lock:
            for item in self._book.all_items(resolve(at, self._book.head)):
                if (item.cls, item.name) in wanted:
                    found.setdefault((item.cls, item.name), []).append(item)
        return found

    @override
    def identified(self, identifiers: Collection[str]) -> Mapping[str, Sequence[str]]:
        wanted = set(identifiers)
        found: dict[str, list[str]] = {}
        with self._lock:
            for item in self._book.all_items(self._book.head):
                for identifier in wanted & {item.identity_key, *item.identifiers}:
                    found.setdefault(identifier, []).append(item.id)
        return found

    @override
    def relationships(self, keys: Collection[str], at: int | None = None) -> Mapping[str, Relationship]:
        with self._lock:
            seq = resolve(at, self._book.head)
            return {key: edge for key in keys if (edge := self._book.edge(key, seq))}

    @override
    def relationships_of(
        self,
        ids: Collection[str],
        direction: Direction = Direction.BOTH,
        types: Collection[str] | None = None,
        at: int | None = None,
    ) -> Sequence[Relationship]:
        wanted = set(ids)
        with self._lock:
            seq = resolve(at, self._book.head)
            keys = {key for id_ in wanted for key in self._book.edges_at.get(id_, ())}
            edges = [edge for key in sorted(keys) if (edge := self._book.edge(key, seq))]
        return [
            edge
            for edge in edges
            if (types is None or edge.type in types)
            and (
                (direction is not Direction.IN and edge.from_id in wanted)
                or (direction is not Direction.OUT and edge.to_id in wanted)
            )
        ]

    @override
    def relationship_page(self, query: RelationshipQuery, at: int | None = None) -> RelationshipPage:
        check_limit(query.limit)
        with self._lock:
            edges = list(self._book.all_edges(resolve(at, self._book.head)))
        matching = [edge for edge in edges if _satisfies(edge, query)]
        rest = [edge for edge in matching if query.after is None or edge.key > query.after]
        return RelationshipPage(tuple(rest[: query.limit]), len(rest) > query.limit, len(matching))

    @override
    def search(self, text: str, classes: Collection[str] | None = None, limit: int = 20) -> SearchResult:
        check_limit(limit)
        query = words(text)
        with self._lock:
            items = list(self._book.all_items(self._book.head))
        hits = [
            item
            for item in items
            if query
            and item.lifecycle is Lifecycle.LIVE
            and (classes is None or item.cls in classes)
            and matches(search_text(item.name, item.attributes.values()), query)
        ]
        hits.sort(key=lambda item: (rank(item.name, query), item.id))
        return SearchResult(tuple(hits[:limit]), len(hits))

    @override
    def graph(self, at: int | None = None) -> GraphRead:
        with self._lock:
            seq = resolve(at, self._book.head)
            items, edges = list(self._book.all_items(seq)), list(self._book.all_edges(seq))
        return GraphRead(
            seq,
            (items[start : start + CHUNK] for start in range(0, len(items), CHUNK)),
            (edges[start : start + CHUNK] for start in range(0, len(edges), CHUNK)),
        )

    # --- who said so

    @override
    def records(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], SourceRecord]:
        with self._lock:
            return {binding: self._book.records[binding] for binding in bindings if binding in self._book.records}

    @override
    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
        with self._lock:
            records = self._book.records
            return {binding: records[binding].bond for binding in bindings if binding in records}

    @override
    def records_of(self, targets: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
        wanted = set(targets)
        found: dict[str, list[SourceRecord]] = {}
        for record in self._sorted_records():
            if record.target is not None and record.target in wanted:
                found.setdefault(record.target, []).append(record)
        return found

    @override
    def unresolved(self, after: tuple[Scope, str] | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        check_limit(limit)
        dangling = [record for record in self._sorted_records() if record.target is None]
        rest = [record for record in dangling if after is None or (record.scope, record.key) > after]
        return rest[:limit]

    @override
    def unseen(self, scope: Scope, run_id: str, after: str | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        check_limit(limit)
        records = self._records_in(scope, after)
        return [record for record in records if not record.gone and record.seen_run != run_id][:limit]

    @override
    def scope_sizes(self, scopes: Collection[Scope]) -> Mapping[Scope, Mapping[RecordKind, int]]:
        found: dict[Scope, Counter[RecordKind]] = {}
        for record in self._sorted_records():
            if record.scope in scopes and not record.gone:
                found.setdefault(record.scope, Counter())[record.kind] += 1
        return {scope: dict(kinds) for scope, kinds in found.items()}

    @override
    def written(self, scope: Scope, run_id: str, after: str | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        check_limit(limit)
        return [record for record in self._records_in(scope, after) if record.run_id == run_id][:limit]

    def _records_in(self, scope: Scope, after: str | None) -> list[SourceRecord]:
        records = self._sorted_records()
        return [record for record in records if record.scope == scope and (after is None or record.key > after)]

    @override
    def superseded(
        self, run_id: str, after: tuple[Scope, str] | None = None, limit: int = 1000
    ) -> Sequence[SourceRecord]:
        check_limit(limit)
        with self._lock:
            kept = sorted(self._book.superseded.get(run_id, {}).items(), key=lambda entry: entry[0])
        return [record for binding, record in kept if after is None or binding > after][:limit]

    @override
    def successors(self, run_id: str) -> Sequence[str]:
        with self._lock:
            return sorted(
                run
                for run, kept in self._book.superseded.items()
                if any(record.run_id == run_id for record in kept.values())
            )

    def _sorted_records(self) -> list[SourceRecord]:
        with self._lock:
            return [record for _, record in sorted(self._book.records.items(), key=lambda entry: entry[0])]

    @override
    def run(self, run_id: str) -> Run | None:
        with self._lock:
            return self._book.runs.get(run_id)

    @override
    def runs(self, limit: int = 20) -> Sequence[Run]:
        check_limit(limit)
        with self._lock:
            return sorted(self._book.runs.values(), key=lambda run: (run.started_at, run.id), reverse=True)[:limit]

    # --- the store itself

    @override
    def info(self) -> StoreInfo:
        with self._lock:
            head = self._book.head
            items, edges = sum(1 for _ in self._book.all_items(head)), sum(1 for _ in self._book.all_edges(head))
        return StoreInfo("memory:", self._id, SCHEMA_VERSION, head, items, edges)

    @override
    def close(self) -> None:
        """Nothing needs to be released; what is held stays."""


def _compare_placed(orders: Sequence[Order], one: tuple[Position, Item], other: tuple[Position, Item]) -> int:
    return compare(one[0], other[0], orders)


def _satisfies(edge: Relationship, query: RelationshipQuery) -> bool:
    return (
        (query.types is None or edge.type in query.types)
        and (query.from_ids is None or edge.from_id in query.from_ids)
        and (query.to_ids is None or edge.to_id in query.to_ids)
        and (query.touching is None or edge.from_id in query.touching or edge.to_id in query.touching)
    )
