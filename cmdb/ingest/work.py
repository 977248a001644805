"""One pass over an input: planned and written batch after batch, in the same way whether it is written or not."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final, Protocol, TypeAlias, TypeVar

from cmdb.errors import IdempotencyMismatch, TooHeavy
from cmdb.ingest.attempts import OVERTAKEN, attempts
from cmdb.ingest.batches import batches
from cmdb.ingest.contents import edge_content, item_content
from cmdb.ingest.drafts import Draft, Drafts
from cmdb.ingest.edge_claims import record_of
from cmdb.ingest.edges import plan_edges
from cmdb.ingest.firsts import first_edges, first_items
from cmdb.ingest.items import plan_items
from cmdb.ingest.orders import Order
from cmdb.ingest.planning import Binding, Context, Planned
from cmdb.ingest.reader import Reader
from cmdb.ingest.settling import settle
from cmdb.ingest.spool import Spool, Weighed
from cmdb.ingest.stages import Stage
from cmdb.ingest.tally import Reading, Tally
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord
from cmdb.model.sources import RecordKind, Run, SourceRecord
from cmdb.model.values import digest
from cmdb.store.port import Store
from cmdb.store.refusals import replayed

Row = TypeVar("Row", CIRecord, RelationshipRecord)
Watch: TypeAlias = Callable[[int], None]
"""Told how many more rows are done."""
Plan: TypeAlias = Callable[[Sequence[Row], Context], Planned]
"""What a batch of rows means."""

PAGE: Final = 2_000
"""Source records that are looked at once more at a time."""
LEAST: Final = 50
"""A batch of so few rows is not halved any more."""


class Take(Protocol):
    """Plans and writes a batch of the input, known by its number."""

    def __call__(self, rows: list[Row], number: str, plan: Plan[Row], /) -> None:
        """All of it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A write that is still empty: with its number and size when it is a batch of the input."""

    changes: ChangeSet
    number: str = ""
    rows: int = 0

    def draft(self, planned: Planned, head: int) -> Draft:
        """What was planned for it at a head."""
        return Draft(self.number, self.rows, replace(filled(self.changes, planned), planned_at=head), planned)


class Work:
    """One pass over one input, for one run."""

    def __init__(
        self,
        store: Store,
        spool: Spool,
        order: Order,
        run: Run,
        watch: Watch,
        reading: Reading | None = None,
    ) -> None:
        """Begin with nothing done.

        ``run`` is as earlier parts of it left it, ``watch`` is told of each batch, ``reading`` is what an earlier pass
        found in the input.
        """
        self.store = store
        self.spool = spool
        self.order = order
        self.run = run
        self.run_id = run.id
        self.watch = watch
        self.at = datetime.now(UTC)
        self.base_seq = store.head()
        self.reading = reading or Reading()
        self.tally = Tally(self.reading)
        self._is_read = reading is not None
        self._written: set[str] = set()
        self._rows = 0
        if not self._is_read:
            self.reading.problems.extend(spool.problems)

    def go(self, stage: Stage) -> None:
        """Items of the whole input first, then relationships, then what earlier imports left dangling."""

        def take(rows: list[Row], number: str, plan: Plan[Row]) -> None:
            self.take(rows, number, plan, stage)

        self.take_in(take)
        self.retry_unresolved(stage)

    def take_in(self, take: Take) -> None:
        """Pass on the batches of the input, in their order, to who plans and writes them; not what is written yet."""
        for number, items in enumerate(batches(self._first_items()), 1):
            if (name := f"items/{number}") not in self._written:
                take(items, name, plan_items)
        for number, edges in enumerate(batches(self._first_edges()), 1):
            if (name := f"relationships/{number}") not in self._written:
                take(edges, name, plan_edges)

    def replay(self, drafts: Drafts, stage: Stage) -> bool:
        """Write what was rehearsed as it was planned, as long as nobody else writes; whether all of it was written.

        If not, :meth:`go` plans and writes the rest.
        """
        head = drafts.head
        for draft in drafts:
            if self.store.head() != head:
                return False
            try:
                commit = stage.write(replace(draft, changes=replace(draft.changes, planned_at=head)))
            except IdempotencyMismatch:
                raise
            except (TooHeavy, *OVERTAKEN):
                return False
            if not self.has_written(draft, commit, stage):
                return False
            head = head if commit is None else commit.seq
        return True

    def has_written(self, draft: Draft, commit: Commit | None, stage: Stage) -> bool:
        """Count what is written; whether it followed on the head that it was planned at.  If not, it is settled."""
        self.tally.add(draft.planned)
        self._written.add(draft.number)
        self._rows += draft.rows
        if draft.rows:
            self.watch(draft.rows)
        if commit is None or draft.changes.planned_at is None or commit.seq == draft.changes.planned_at + 1:
            return True
        self._settle(draft.planned, stage)
        return False

    def counts(self) -> dict[str, int]:
        """The counts so far as a run keeps them; ``read`` are the rows that are done."""
        return {**self.tally.plain_counts(), "read": self._rows}

    @property
    def failed(self) -> int:
        """How many rows of the whole run failed so far."""
        return self.tally.failed + self.run.counts.get("failed", 0)

    @property
    def is_incomplete(self) -> bool:
        """Whether a reader of any part of the run could not tell what else there was."""
        return self.tally.is_incomplete or self.run.counts.get("incomplete", 0) > 0

    def context(self, reader: Reader) -> Context:
        """Where and when this run plans."""
        return Context(reader, self.store.catalogue, self.run_id, self.at, lambda: self.spool.items)

    def take(self, rows: list[Row], number: str, plan: Plan[Row], stage: Stage) -> None:
        """One batch of the input, in halves when the store has not the memory for it."""
        try:
            self._batch(partial(plan, rows, self.context(stage.reader)), self.batch(rows, number), stage)
        except TooHeavy:
            if len(rows) <= LEAST:
                raise
            self.take(rows[: len(rows) // 2], f"{number}a", plan, stage)
            self.take(rows[len(rows) // 2 :], f"{number}b", plan, stage)

    def batch(self, rows: Sequence[CIRecord | RelationshipRecord], number: str) -> Batch:
        """A batch of the input, to be written under its number."""
        return Batch(self._numbered(number, rows), number, len(rows))

    def _numbered(self, number: str, rows: Sequence[CIRecord | RelationshipRecord]) -> ChangeSet:
        """The write of a batch, still empty: known by its number, told apart by its content."""
        unnumbered = self.unnumbered()
        if self.order.request_id is None:  # nobody can send it again
            return unnumbered
        told = digest([item_content(row) if isinstance(row, CIRecord) else edge_content(row) for row in rows])
        return replace(unnumbered, request_id=f"{self.run_id}/{self.run.batches + 1}/{number}", fingerprint=told)

    def unnumbered(self) -> ChangeSet:
        """A write that follows from the state of the store, not from the input."""
        request_id = f"{self.run_id}/{uuid.uuid4()}"
        return ChangeSet(request_id, request_id, self.order.actor, self.order.reason, run_id=self.run_id)

    def is_done(self, batch: Batch) -> bool:
        """Whether a batch was written before, by an earlier attempt at the run.

        Raises:
            IdempotencyMismatch: its request was another one then.
        """
        done = self.store.commit_of(batch.changes.request_id) if self.order.request_id is not None else None
        if done is not None:
            replayed(done, batch.changes)
        return done is not None

    def _batch(self, plan: Callable[[], Planned], batch: Batch, stage: Stage) -> None:
        """Plan, write, and plan anew when somebody else was first."""
        is_done = self.is_done(batch)
        for is_last in attempts():
            head = self.store.head()
            planned = plan().without_changes() if is_done else plan()
            draft = batch.draft(planned, head)
            try:
                commit = stage.write(draft)
            except IdempotencyMismatch:
                raise
            except OVERTAKEN:
                if is_last:
                    raise
            else:
                self.has_written(draft, commit, stage)
                return

    def apply(self, planned: Planned, stage: Stage) -> None:
        """Write what follows from the state of the store."""
        self._batch(lambda: planned, Batch(self.unnumbered()), stage)

    def _settle(self, written: Planned, stage: Stage) -> None:
        edges = {*written.targets(RecordKind.RELATIONSHIP), *written.removals}
        settle(self.store, written.targets(RecordKind.ITEM), edges, partial(self._repair, stage))

    def _repair(self, stage: Stage, planned: Planned) -> Commit | None:
        commit = stage.write(Draft("", 0, filled(self.unnumbered(), planned), planned))
        self.tally.add(planned)
        return commit

    def _first_items(self) -> Iterator[Weighed[CIRecord]]:
        return self._read(first_items(self.spool, self._tell))

    def _first_edges(self) -> Iterator[Weighed[RelationshipRecord]]:
        return self._read(first_edges(self.spool, self._tell))

    def _read(self, rows: Iterable[Weighed[Row]]) -> Iterator[Weighed[Row]]:
        for weighed in rows:
            if not self._is_read:
                self.reading.read(weighed.row)
            yield weighed

    def _tell(self, problem: Problem) -> None:
        if not self._is_read:
            self.reading.problems.append(problem)

    def retry_unresolved(self, stage: Stage) -> None:
        """Try what earlier imports left dangling; only those that resolve now count in this report."""
        context = self.context(stage.reader)
        after: Binding | None = None
        while page := self.store.unresolved(after, PAGE):
            after = (page[-1].scope, page[-1].key)
            left = [record for record in page if (record.scope, record.key) not in self.spool.edges]
            if left:
                self._batch(partial(_resolvable, left, context), Batch(self.unnumbered()), stage)


def filled(batch: ChangeSet, planned: Planned) -> ChangeSet:
    """The write with what was planned for it."""
    return replace(
        batch,
        creates=tuple(planned.creates),
        updates=tuple(planned.updates),
        relationships=tuple(planned.relationships),
        removals=tuple(planned.removals),
        records=tuple(planned.records),
        dropped_records=tuple(planned.dropped),
        unshared=tuple(planned.unshared),
    )


def _resolvable(left: Sequence[SourceRecord], context: Context) -> Planned:
    """What of unresolved records resolves now; who said it when stays as it was."""
    before = {(record.scope, record.key): record for record in left}
    planned = plan_edges([record_of(record) for record in left], context)
    records: list[SourceRecord] = []
    for record in planned.records:
        old = before.get((record.scope, record.key))
        if old is None:  # it gives up its place to one of them
            records.append(record)
        elif record.target is not None:
            records.append(replace(record, run_id=old.run_id, seen_at=old.seen_at, seen_run=old.seen_run))
    return replace(planned, records=records, seen=[], unchanged_edges=0, problems=[], failed=[], dangling=[])
