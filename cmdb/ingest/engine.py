"""The one engine of every import: plan in batches, write each atomically, report every row honestly."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TypeAlias, TypeVar

from cmdb.errors import IdempotencyMismatch, StoreError
from cmdb.ingest.contents import edge_content, item_content
from cmdb.ingest.edges import plan_edges, record_of
from cmdb.ingest.items import plan_items
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.planning import Binding, Context, Input, Planned
from cmdb.ingest.reader import Reader
from cmdb.ingest.reports import ImportReport
from cmdb.ingest.settling import ATTEMPTS, OVERTAKEN, settle
from cmdb.ingest.tally import Tally
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity
from cmdb.model.sources import RecordKind, Run, RunState, SourceRecord
from cmdb.model.values import digest
from cmdb.store.port import Store
from cmdb.store.refusals import replayed

BATCH = 2_000
"""Rows a commit: large enough for bulk statements, small enough for people to work beside."""

T = TypeVar("T")
Row: TypeAlias = CIRecord | RelationshipRecord
Progress: TypeAlias = Callable[[int], None]
Write: TypeAlias = Callable[[ChangeSet, Sequence[Binding]], Commit | None]


@dataclass(frozen=True, slots=True)
class Order:
    """Who imports what, and why.

    ``request_id`` makes each batch of the run happen once: the same input again under it writes only what is missing.
    ``source`` names the input as a whole.
    """

    actor: str
    source: str
    reason: str = ""
    request_id: str | None = None


def _no_progress(_rows: int) -> None:
    """Nobody watches."""


class Ingest:
    """Imports observations into a store; a plan and a run take the same path."""

    def __init__(self, store: Store) -> None:
        """Work on this store with its catalogue."""
        self._store = store

    def plan(self, inputs: Sequence[Input], order: Order) -> ImportReport:
        """What :meth:`run` would do now, without writing anything (not even the run)."""
        work = _Work(self._store, inputs, order, _no_progress)
        overlay = Overlay(self._store, work.base_seq)
        work.go(overlay, lambda changes, _seen: overlay.absorb(changes))
        return work.report(dry_run=True)

    def run(self, inputs: Sequence[Input], order: Order, progress: Progress = _no_progress) -> ImportReport:
        """Import all inputs: items of all of them first, then relationships, then what was dangling before.

        Each batch is one commit; a batch that changes nothing commits nothing.  When another writer was first, the
        batch is planned anew, so that no update is lost.

        Raises:
            Conflict: the same batch was overtaken more than :data:`ATTEMPTS` times.
            StoreError: the store is away; what was committed stays, and the same import goes on where it stopped.
        """
        work = _Work(self._store, inputs, order, progress)
        self._store.put_run(work.state(RunState.RUNNING))
        try:
            work.go(self._store, work.write)
            report = work.report(dry_run=False)
        except BaseException as error:
            with suppress(StoreError):  # the store may be what is away; the run then stays as it was last seen
                self._store.put_run(work.state(RunState.FAILED if isinstance(error, Exception) else RunState.ABORTED))
            raise
        self._store.put_run(work.state(report.state))
        return report


class _Work:
    """One pass over the inputs."""

    def __init__(self, store: Store, inputs: Sequence[Input], order: Order, progress: Progress) -> None:
        self.store = store
        self.inputs = inputs
        self.order = order
        self.progress = progress
        self.run_id = order.request_id or str(uuid.uuid4())
        self.started_at = datetime.now(UTC)
        self.base_seq = store.head()
        self.tally = Tally()
        self.batches = 0
        self._edge_bindings: set[Binding] = set()
        self._present: set[Binding] | None = None

    def go(self, reader: Reader, write: Write) -> None:
        """Plan and write batch after batch."""
        context = Context(reader, self.store.catalogue, self.run_id, self.started_at, self.present)
        for lines in _chunks(self._items(), BATCH):
            rows = [row for row, _ in lines]
            self._batch(partial(plan_items, rows, context), self._numbered(content for _, content in lines), write)
            self.progress(len(rows))
        for edge_lines in _chunks(self._edges(), BATCH):
            edges = [row for row, _ in edge_lines]
            self._batch(partial(plan_edges, edges, context), self._numbered(said for _, said in edge_lines), write)
            self.progress(len(edges))
        self._retry_unresolved(context, write)

    def _numbered(self, contents: Iterable[str]) -> ChangeSet:
        """The next batch of the input, still empty: known by its number, told apart by its content."""
        self.batches += 1
        told = list(contents)
        return replace(self._unnumbered(), request_id=f"{self.run_id}/{self.batches}", fingerprint=digest(told))

    def _unnumbered(self) -> ChangeSet:
        """A write that follows from the state of the store, not from the input."""
        request_id = f"{self.run_id}/{uuid.uuid4()}"
        return ChangeSet(request_id, request_id, self.order.actor, self.order.reason, run_id=self.run_id)

    def _batch(self, plan: Callable[[], Planned], batch: ChangeSet, write: Write) -> None:
        done = self.store.commit_of(batch.request_id) if self.order.request_id is not None else None
        if done is not None:
            replayed(done, batch)
        for attempt in range(ATTEMPTS):
            head = self.store.head()
            planned = plan() if done is None else plan().without_changes()
            try:
                commit = write(_filled(batch, planned), planned.seen)
            except IdempotencyMismatch:
                raise
            except OVERTAKEN:
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                self.tally.add(planned)
                if commit is not None and commit.seq != head + 1:
                    self._settle(planned)
                return

    def _settle(self, written: Planned) -> None:
        edges = {*written.targets(RecordKind.RELATIONSHIP), *written.removals}
        settle(self.store, written.targets(RecordKind.ITEM), edges, self._repair)

    def _repair(self, planned: Planned) -> Commit | None:
        commit = self.write(_filled(self._unnumbered(), planned), ())
        self.tally.add(planned)
        return commit

    def write(self, changes: ChangeSet, seen: Sequence[Binding]) -> Commit | None:
        """Commit what there is, and stamp what was only seen."""
        commit = None if changes.is_empty else self.store.commit(changes)
        if seen:
            self.store.see(seen, self.run_id, self.started_at)
        return commit

    def present(self) -> set[Binding]:
        """Every item binding of the inputs; read once, and only when an identity is shared."""
        if self._present is None:
            rows = (row for read in self.inputs for row in read())
            self._present = {(row.scope, row.key) for row in rows if isinstance(row, CIRecord)}
        return self._present

    def _items(self) -> Iterator[tuple[CIRecord, str]]:
        seen: dict[Binding, str] = {}
        for observation in self._all():
            if isinstance(observation, Problem):
                self.tally.problem(observation)
            elif isinstance(observation, CIRecord):
                content = item_content(observation)
                if self._is_first(observation, content, seen):
                    self.tally.read(observation)
                    yield observation, content

    def _edges(self) -> Iterator[tuple[RelationshipRecord, str]]:
        seen: dict[Binding, str] = {}
        for observation in self._all():
            if isinstance(observation, RelationshipRecord):
                content = edge_content(observation)
                if self._is_first(observation, content, seen):
                    self._edge_bindings.add((observation.scope, observation.key))
                    self.tally.read_edge(observation)
                    yield observation, content

    def _is_first(self, row: Row, content: str, seen: dict[Binding, str]) -> bool:
        first = seen.setdefault((row.scope, row.key), content)
        if first is content:
            return True
        if first != content:
            message = f"The key {row.key!r} stands twice with different content; the first row counts."
            self.tally.problem(Problem(Severity.ERROR, "DUPLICATE_KEY", message, row.where, row.key))
        return False

    def _all(self) -> Iterator[Observation]:
        for read in self.inputs:
            yield from read()

    def _retry_unresolved(self, context: Context, write: Write) -> None:
        """Try what earlier imports left dangling; only those that resolve now count in this report."""
        after: Binding | None = None
        while page := self.store.unresolved(after, BATCH):
            after = (page[-1].scope, page[-1].key)
            left = [record for record in page if (record.scope, record.key) not in self._edge_bindings]
            if left:
                self._batch(partial(_resolvable, left, context), self._unnumbered(), write)

    def report(self, *, dry_run: bool) -> ImportReport:
        """What happened, or would."""
        state = RunState.SUCCEEDED_WITH_ERRORS if self.tally.has_errors else RunState.SUCCEEDED
        return self.tally.report(self.run_id, state, (self.base_seq, self.store.head()), dry_run=dry_run)

    def state(self, state: RunState) -> Run:
        """The run as it stands."""
        return Run(
            id=self.run_id,
            source=self.order.source,
            actor=self.order.actor,
            state=state,
            started_at=self.started_at,
            finished_at=None if state is RunState.RUNNING else datetime.now(UTC),
            counts=self.tally.plain_counts(),
        )


def _filled(batch: ChangeSet, planned: Planned) -> ChangeSet:
    return replace(
        batch,
        creates=tuple(planned.creates),
        updates=tuple(planned.updates),
        relationships=tuple(planned.relationships),
        removals=tuple(planned.removals),
        records=tuple(planned.records),
    )


def _resolvable(left: Sequence[SourceRecord], context: Context) -> Planned:
    """What of unresolved records resolves now; who said it when stays as it was."""
    before = {(record.scope, record.key): record for record in left}
    planned = plan_edges([record_of(record) for record in left], context)
    records = [
        replace(record, run_id=old.run_id, seen_at=old.seen_at)
        for record in planned.records
        for old in (before[record.scope, record.key],)
        if record.target is not None
    ]
    return replace(planned, dangling=[], problems=[], seen=[], unchanged_edges=0, records=records)


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk
