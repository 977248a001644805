"""The one engine of every import: plan in batches, write each atomically, report every row honestly."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TypeAlias, TypeVar

from cmdb.errors import Conflict
from cmdb.ingest.edges import plan_edges, record_of
from cmdb.ingest.items import plan_items
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.planning import Binding, Context, Input, Planned
from cmdb.ingest.reader import Reader
from cmdb.ingest.reports import ImportReport
from cmdb.ingest.tally import Tally
from cmdb.model.commits import ChangeSet
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity
from cmdb.model.sources import Run, RunState
from cmdb.model.values import digest
from cmdb.store.port import Store

BATCH = 2_000
"""Rows a commit: large enough for bulk statements, small enough for people to work beside."""

ATTEMPTS = 10
"""How often a batch is planned anew when somebody else wrote the same things first."""

T = TypeVar("T")
Row: TypeAlias = CIRecord | RelationshipRecord
Progress: TypeAlias = Callable[[int], None]
Write: TypeAlias = Callable[[ChangeSet, Sequence[Binding]], object]


@dataclass(frozen=True, slots=True)
class Order:
    """Who imports what, and why.  ``request_id`` makes the whole run happen once; ``sources`` are the scopes' sources."""

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
        except BaseException:
            self._store.put_run(work.state(RunState.FAILED))
            raise
        report = work.report(dry_run=False)
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
        self._present: set[Binding] | None = None

    def go(self, reader: Reader, write: Write) -> None:
        """Plan and write batch after batch."""
        context = Context(reader, self.store.catalogue, self.run_id, self.started_at, self.present)
        for rows in _chunks(self._items(), BATCH):
            self._batch(partial(plan_items, rows, context), rows, write)
        for edges in _chunks(self._edges(), BATCH):
            self._batch(partial(plan_edges, edges, context), edges, write)
        self._retry_unresolved(context, write)

    def _batch(
        self,
        plan: Callable[[], Planned],
        rows: Sequence[Row],
        write: Write,
    ) -> None:
        self.batches += 1
        for attempt in range(ATTEMPTS):
            planned = plan()
            try:
                write(self._change_set(planned, rows), planned.seen)
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                self.tally.add(planned)
                self.progress(len(rows))
                return

    def _change_set(self, planned: Planned, rows: Sequence[Row]) -> ChangeSet:
        return ChangeSet(
            request_id=f"{self.run_id}/{self.batches}",
            fingerprint=digest([[str(row.scope), row.key] for row in rows]),
            actor=self.order.actor,
            reason=self.order.reason,
            creates=tuple(planned.creates),
            updates=tuple(planned.updates),
            relationships=tuple(planned.relationships),
            removals=tuple(planned.removals),
            records=tuple(planned.records),
            run_id=self.run_id,
        )

    def write(self, changes: ChangeSet, seen: Sequence[Binding]) -> None:
        """Commit what there is, and stamp what was only seen."""
        if not changes.is_empty:
            self.store.commit(changes)
        if seen:
            self.store.see(seen, self.run_id, self.started_at)

    def present(self) -> set[Binding]:
        """Every item binding of the inputs; read once, and only when an identity is shared."""
        if self._present is None:
            rows = (row for read in self.inputs for row in read())
            self._present = {(row.scope, row.key) for row in rows if isinstance(row, CIRecord)}
        return self._present

    def _items(self) -> Iterator[CIRecord]:
        seen: dict[Binding, str] = {}
        for observation in self._all():
            if isinstance(observation, Problem):
                self.tally.problem(observation)
            elif isinstance(observation, CIRecord) and self._is_first(observation, seen):
                self.tally.read(observation)
                yield observation

    def _is_first(self, record: CIRecord, seen: dict[Binding, str]) -> bool:
        content = digest([record.cls, record.name, record.attributes])
        first = seen.setdefault((record.scope, record.key), content)
        if first is content:
            return True
        if first != content:
            message = f"The key {record.key!r} stands twice with different content; the first row counts."
            self.tally.problem(Problem(Severity.ERROR, "DUPLICATE_KEY", message, record.where, record.key))
        return False

    def _edges(self) -> Iterator[RelationshipRecord]:
        seen: set[Binding] = set()
        for observation in self._all():
            if isinstance(observation, RelationshipRecord) and (observation.scope, observation.key) not in seen:
                seen.add((observation.scope, observation.key))
                self.tally.read_edge(observation)
                yield observation

    def _all(self) -> Iterator[Observation]:
        for read in self.inputs:
            yield from read()

    def _retry_unresolved(self, context: Context, write: Callable[[ChangeSet, Sequence[Binding]], object]) -> None:
        """Try what earlier imports left dangling; only those that resolve now count in this report."""
        if not self.tally.has_changes:
            return
        after: Binding | None = None
        while page := self.store.unresolved(after, BATCH):
            after = (page[-1].scope, page[-1].key)
            rows = [record_of(record) for record in page if record.run_id != self.run_id]
            if rows:
                self._batch(partial(_resolvable, rows, context), rows, write)

    def report(self, *, dry_run: bool) -> ImportReport:
        """What happened, or would."""
        state = RunState.SUCCEEDED_WITH_ERRORS if self.tally.has_errors else RunState.SUCCEEDED
        return self.tally.report(self.run_id, state, dry_run, (self.base_seq, self.store.head()))

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


def _resolvable(rows: Sequence[RelationshipRecord], context: Context) -> Planned:
    planned = plan_edges(rows, context)
    return replace(planned, dangling=[], problems=[], records=[r for r in planned.records if r.target is not None])


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk
