"""Undoing one run: every source says again what it said before, and the graph becomes what follows from that."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from cmdb.errors import NotFound, RevertRefused
from cmdb.ingest.attempts import OVERTAKEN, attempts
from cmdb.ingest.cases import CASES, left_open
from cmdb.ingest.edges import plan_keys
from cmdb.ingest.following import followed
from cmdb.ingest.items import plan_targets
from cmdb.ingest.leases import Leases
from cmdb.ingest.orders import Order
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.plan_making import held_plan_id
from cmdb.ingest.planning import Binding, Context, Planned
from cmdb.ingest.reports import PlannedChange
from cmdb.ingest.work import filled
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.sources import RecordKind, Run, RunState, Scope, SourceRecord
from cmdb.store.port import Store

PAGE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Reverted:
    """What a revert did: the run that it was itself, its commit (``None``: there was nothing to undo), the changes."""

    run: Run
    commit: Commit | None
    changes: tuple[PlannedChange, ...]


def revert(store: Store, run_id: str, order: Order) -> Reverted:
    """Undo one run in one commit, which is a run of its own and can be undone in turn.

    Source records that the run replaced or dropped become what they were, those that it added are dropped, and every
    CI and relationship that they speak of is folded anew from all that is said of it: edits by hand and the words of
    other sources stay.  A CI of which nobody speaks any more is retired.  Linear in what the run wrote, in memory too.

    Raises:
        NotFound: there is no such run.
        RevertRefused: it is still going on, is held, was reverted, or a later run changed what it had written.
        ScopeBusy: another run holds one of its scopes.
        Conflict: somebody wrote the same CIs meanwhile; nothing was done.
    """
    run = _revertible(store, run_id)
    undoing = Run(
        id=order.request_id or str(uuid.uuid4()),
        source=run.source,
        actor=order.actor,
        state=RunState.RUNNING,
        started_at=datetime.now(UTC),
        scopes=run.scopes,
        message=f"reverts run {run_id}",
        reverts=run_id,
    )
    leases = Leases(store, undoing.id, run.scopes, order.patience)
    leases.take(lambda _lease: None)
    try:
        store.put_run(undoing)
        planned, commit = _undo(store, run, undoing, order)
        done = replace(undoing, state=RunState.SUCCEEDED, finished_at=datetime.now(UTC), counts=_counts(planned))
        store.put_run(done)
        _mark(store, run, undoing)
    finally:
        leases.free()
    return Reverted(done, commit, tuple(planned.changes))


def _revertible(store: Store, run_id: str) -> Run:
    run = store.run(run_id)
    if run is None:
        raise NotFound(f"There is no run {run_id}.", hint="List them with `cmdb runs`.")
    if run.state is RunState.REVERTED:
        raise RevertRefused(f"The run {run_id} was reverted before.", hint=f"It is {run.message}; revert that one.")
    if run.state is RunState.HELD:
        plan_id = held_plan_id(run.id, run.batches + 1)
        hint = f"Decide that first: `cmdb plan discard {plan_id}`, or apply it."
        raise RevertRefused(f"The run {run_id} is held: the plan {plan_id} waits for a decision.", hint=hint)
    if run.state is RunState.RUNNING:
        raise RevertRefused(f"The run {run_id} is still going on.", hint="Wait until it has ended.")
    later = [id_ for id_ in store.successors(run_id) if _still_holds(store, id_)]
    if later:
        hint = "Revert the later ones first, newest first."
        raise RevertRefused(f"Later runs changed what run {run_id} had written: {', '.join(later)}.", hint=hint)
    return run


def _still_holds(store: Store, run_id: str) -> bool:
    """Whether what a run wrote stands: neither was it undone, nor did it only undo another one."""
    run = store.run(run_id)
    return run is None or (run.state is not RunState.REVERTED and not run.reverts)


def _mark(store: Store, run: Run, undoing: Run) -> None:
    """A run that was undone says so; one whose undoing was undone holds again."""
    store.put_run(replace(run, state=RunState.REVERTED, message=f"reverted by run {undoing.id}"))
    undone = store.run(run.reverts) if run.reverts else None
    if undone is not None:
        failed = undone.counts.get("failed", 0) or undone.counts.get("incomplete", 0)
        state = RunState.SUCCEEDED_WITH_ERRORS if failed else RunState.SUCCEEDED
        store.put_run(replace(undone, state=state, message=f"holds again after run {undoing.id}"))


def _undo(store: Store, run: Run, undoing: Run, order: Order) -> tuple[Planned, Commit | None]:
    """Plan and write, anew when somebody else wrote the same things first."""
    reason = order.reason or undoing.message
    nothing = ChangeSet(f"{undoing.id}/revert", undoing.message, order.actor, reason, run_id=undoing.id)
    for is_last in attempts():
        planned = _plan(store, run, nothing, undoing.started_at)
        changes = filled(nothing, planned)
        try:
            return planned, None if changes.is_empty else store.commit(changes)
        except OVERTAKEN:
            if is_last:
                raise
    raise AssertionError  # the last attempt has returned or raised


def _plan(store: Store, run: Run, nothing: ChangeSet, at: datetime) -> Planned:
    before = _by_binding(_all_superseded(store, run.id))
    added = _added(store, run, before)
    current = store.records(list(before))
    before = _by_binding(followed(before.values(), store))  # what was merged since stays merged
    planned = Planned()
    planned.records.extend(before.values())
    planned.dropped.extend(added)
    overlay = Overlay(store, store.head())
    overlay.absorb(filled(nothing, planned))
    context = Context(overlay, store.catalogue, nothing.run_id or "", at, frozenset)
    touched = [*before.values(), *added.values(), *current.values()]
    plan_targets(_targets(touched, RecordKind.ITEM), context, planned)
    plan_keys(_targets(touched, RecordKind.RELATIONSHIP), context, planned)
    return planned


def _added(store: Store, run: Run, before: Mapping[Binding, SourceRecord]) -> Mapping[Binding, SourceRecord]:
    """The records that were not there before the run and are there now.

    An import wrote them under its own id.  A revert put records back under the id of the run that had written them.

    Raises:
        RevertRefused: one that a revert put back was changed since.
    """
    if not run.reverts:
        written = _by_binding(record for scope in run.scopes for record in _all_written(store, scope, run.id))
        written |= _by_binding(left_open(list(_all_written(store, CASES, run.id)), store))
        return {binding: record for binding, record in written.items() if binding not in before}
    put_back = _by_binding(_all_superseded(store, run.reverts))
    current = store.records([*put_back, *before])
    for binding in {*put_back, *before}:
        then, now = put_back.get(binding), current.get(binding)
        if (then and then.run_id) != (now and now.run_id):
            raise RevertRefused(f"{binding[0]}#{binding[1]} was changed since run {run.id}.", hint="Import it again.")
    return {binding: record for binding, record in current.items() if binding not in before}


def _by_binding(records: Iterable[SourceRecord]) -> dict[Binding, SourceRecord]:
    return {(record.scope, record.key): record for record in records}


def _targets(records: Sequence[SourceRecord], kind: RecordKind) -> set[str]:
    return {record.target for record in records if record.kind is kind and record.target is not None}


def _counts(planned: Planned) -> dict[str, int]:
    counts: dict[str, int] = {}
    for change in planned.changes:
        counts[f"{change.action}d"] = counts.get(f"{change.action}d", 0) + 1
    return {**counts, "changes": len(planned.changes)}


def _all_superseded(store: Store, run_id: str) -> Iterator[SourceRecord]:
    after: Binding | None = None
    while page := store.superseded(run_id, after, PAGE):
        after = (page[-1].scope, page[-1].key)
        yield from page


def _all_written(store: Store, scope: Scope, run_id: str) -> Iterator[SourceRecord]:
    after: str | None = None
    while page := store.written(scope, run_id, after, PAGE):
        after = page[-1].key
        yield from page
