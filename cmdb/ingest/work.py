"""One pass over an input: planned and written batch after batch, in the same way whether it is written or not."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeAlias, TypeVar

from cmdb.errors import IdempotencyMismatch, TooHeavy
from cmdb.ingest.batches import batches
from cmdb.ingest.contents import edge_content, item_content
from cmdb.ingest.edges import plan_edges, record_of
from cmdb.ingest.items import plan_items
from cmdb.ingest.orders import Order
from cmdb.ingest.planning import Binding, Context, Planned
from cmdb.ingest.reader import Reader
from cmdb.ingest.settling import ATTEMPTS, OVERTAKEN, settle
from cmdb.ingest.spool import Spool, Weighed
from cmdb.ingest.tally import Tally
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord, Severity
from cmdb.model.sources import RecordKind, Run, SourceRecord
from cmdb.model.values import digest
from cmdb.store.port import Store
from cmdb.store.refusals import replayed

Row = TypeVar("Row", CIRecord, RelationshipRecord)
Write: TypeAlias = Callable[[ChangeSet, Sequence[Binding]], Commit | None]
Watch: TypeAlias = Callable[[int], None]
"""Told how many more rows are done."""

PAGE: Final = 2_000
"""Source records that are looked at once more at a time."""
LEAST: Final = 50
"""A batch of so few rows is not halved any more."""


class Work:
    """One pass over one input, for one run."""

    def __init__(self, store: Store, spool: Spool, order: Order, run: Run, watch: Watch) -> None:
        """Begin with nothing done; ``run`` is as earlier parts of it left it, ``watch`` is told of each batch."""
        self.store = store
        self.spool = spool
        self.order = order
        self.run = run
        self.run_id = run.id
        self.watch = watch
        self.at = datetime.now(UTC)
        self.base_seq = store.head()
        self.tally = Tally()
        for problem in spool.problems:
            self.tally.problem(problem)

    def go(self, reader: Reader, write: Write) -> None:
        """Items of the whole input first, then relationships, then what earlier imports left dangling."""
        context = self.context(reader)
        for number, items in enumerate(batches(self._first_items()), 1):
            self._take(items, f"items/{number}", partial(plan_items, context=context), write)
        for number, edges in enumerate(batches(self._first_edges()), 1):
            self._take(edges, f"relationships/{number}", partial(plan_edges, context=context), write)
        self._retry_unresolved(context, write)

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

    def _take(self, rows: list[Row], number: str, plan: Callable[[list[Row]], Planned], write: Write) -> None:
        """One batch of the input, in halves when the store has not the memory for it."""
        try:
            self._batch(partial(plan, rows), self._numbered(number, rows), write)
        except TooHeavy:
            if len(rows) <= LEAST:
                raise
            self._take(rows[: len(rows) // 2], f"{number}a", plan, write)
            self._take(rows[len(rows) // 2 :], f"{number}b", plan, write)
        else:
            self.watch(len(rows))

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

    def _batch(self, plan: Callable[[], Planned], batch: ChangeSet, write: Write) -> None:
        done = self.store.commit_of(batch.request_id) if self.order.request_id is not None else None
        if done is not None:
            replayed(done, batch)
        for attempt in range(ATTEMPTS):
            head = self.store.head()
            planned = plan() if done is None else plan().without_changes()
            try:
                commit = write(replace(filled(batch, planned), planned_at=head), planned.seen)
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

    def apply(self, planned: Planned, write: Write) -> None:
        """Write what follows from the state of the store."""
        self._batch(lambda: planned, self.unnumbered(), write)

    def _settle(self, written: Planned) -> None:
        edges = {*written.targets(RecordKind.RELATIONSHIP), *written.removals}
        settle(self.store, written.targets(RecordKind.ITEM), edges, self._repair)

    def _repair(self, planned: Planned) -> Commit | None:
        commit = self.write(filled(self.unnumbered(), planned), ())
        self.tally.add(planned)
        return commit

    def write(self, changes: ChangeSet, seen: Sequence[Binding]) -> Commit | None:
        """Commit what there is, and stamp what was only seen."""
        commit = None if changes.is_empty else self.store.commit(changes)
        if seen:
            self.store.see(seen, self.run_id, self.at)
        return commit

    def _first_items(self) -> Iterator[Weighed[CIRecord]]:
        return self._firsts(self.spool.items, self.spool.items.is_repeated, item_content)

    def _first_edges(self) -> Iterator[Weighed[RelationshipRecord]]:
        return self._firsts(self.spool.edges, self.spool.edges.is_repeated, edge_content)

    def _firsts(
        self, rows: Iterable[Weighed[Row]], is_repeated: Callable[[Binding], bool], content_of: Callable[[Row], str]
    ) -> Iterator[Weighed[Row]]:
        """Each row but those whose key stood before; one that then said something else is a problem."""
        seen: dict[Binding, str] = {}
        for weighed in rows:
            row = weighed.row
            binding = (row.scope, row.key)
            if is_repeated(binding):
                content = content_of(row)
                first = seen.setdefault(binding, content)
                if first is not content:
                    if first != content:
                        self.tally.problem(_twice(row))
                    continue
            self.tally.read(row)
            yield weighed

    def _retry_unresolved(self, context: Context, write: Write) -> None:
        """Try what earlier imports left dangling; only those that resolve now count in this report."""
        after: Binding | None = None
        while page := self.store.unresolved(after, PAGE):
            after = (page[-1].scope, page[-1].key)
            left = [record for record in page if (record.scope, record.key) not in self.spool.edges]
            if left:
                self._batch(partial(_resolvable, left, context), self.unnumbered(), write)


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


def _twice(row: CIRecord | RelationshipRecord) -> Problem:
    message = f"The key {row.key!r} stands twice with different content; the first row counts."
    return Problem(Severity.ERROR, "DUPLICATE_KEY", message, row.where, row.key)


def _resolvable(left: Sequence[SourceRecord], context: Context) -> Planned:
    """What of unresolved records resolves now; who said it when stays as it was."""
    before = {(record.scope, record.key): record for record in left}
    planned = plan_edges([record_of(record) for record in left], context)
    records = [
        replace(record, run_id=old.run_id, seen_at=old.seen_at, seen_run=old.seen_run)
        for record in planned.records
        for old in (before[record.scope, record.key],)
        if record.target is not None
    ]
    return replace(planned, records=records, seen=[], unchanged_edges=0, problems=[], failed=[], dangling=[])
