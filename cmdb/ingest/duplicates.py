"""Deciding duplicate cases: two items are one, or they differ; a decision can be taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

from cmdb.errors import BadInput, Conflict, IdempotencyMismatch, NotFound, RevisionConflict
from cmdb.ingest.attempts import attempts
from cmdb.ingest.cases import CASE, Case, CaseState, Occasion, Pair, by_pair, cases_of, opening, put
from cmdb.ingest.decisions import different, undecided
from cmdb.ingest.handwork import Request
from cmdb.ingest.items import plan_targets
from cmdb.ingest.merging import Joining, Outcome
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.planning import Context, Planned
from cmdb.ingest.references import find_all, find_one
from cmdb.ingest.unmerging import Parting
from cmdb.model.commits import ChangeSet
from cmdb.model.items import Basis, Item, Lifecycle
from cmdb.model.references import Reference
from cmdb.model.sources import SourceRecord
from cmdb.store.port import Store

Plan: TypeAlias = Callable[[], "Decision"]

OPENED_BY_HAND: Final = "Somebody says that both may be one."


@dataclass(frozen=True, slots=True)
class Decision:
    """What was, or would be, done about a case.

    ``case`` is as it then stands.  ``survivor`` and ``other`` are the two items after it, ``None`` where nothing is
    merged or parted; the rest is what went from one to the other, as :class:`Outcome` says.
    """

    case: Item
    changes: ChangeSet
    survivor: Item | None = None
    other: Item | None = None
    bindings: tuple[str, ...] = ()
    relationships: int = 0
    set_aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which case is decided, by whom and why; ``expected_revision`` is that of the case as it was read."""

    case: Reference
    request: Request
    expected_revision: int | None = None


class Duplicates:
    """Opens and decides duplicate cases, each one atomic commit that holds only at the head it was planned at."""

    def __init__(self, store: Store) -> None:
        """Decide the cases of this store."""
        self._store = store

    def open(self, one: Reference, other: Reference, request: Request) -> Item:
        """Open a case by hand; the case of the pair when it has one, whatever was decided of it.

        Raises:
            NotFound, AmbiguousName: one of them.  BadInput: both are the same, or one is a case itself.
        """
        request.check()
        empty = request.empty(["open", str(one), str(other)])
        if self._store.commit_of(request.request_id) is not None:
            self._store.commit(empty)
            return self._known(self._pair(one, other))
        items = self._pair(one, other)
        pair = Pair.of(*(item.id for item in items))
        if pair not in by_pair(cases_of(pair.ids, self._store)):
            self._write(empty, lambda: self._opening(items, request))
        return self._known(items)

    def merge(self, verdict: Verdict, survivor: Reference | None = None) -> Decision:
        """Decide that both are one: the survivor, or the one that lives, or the older.

        Bindings, claims to relationships and so all records that named the other one go to the survivor, which is
        folded anew.  The other is retired, names the survivor, and can be told apart again by :meth:`undo`.

        Raises:
            NotFound, AmbiguousName: the case or the survivor.  Conflict: it was decided before.
            RevisionConflict: it was changed since it was read.
            BadInput and its kinds: both do not fit together in one item; the survivor is none of the two.
        """
        asked = ["merge", str(verdict.case), None if survivor is None else str(survivor)]
        return self._decided(verdict, asked, lambda: self._merging(verdict, survivor))

    def preview(self, verdict: Verdict, survivor: Reference | None = None) -> Decision:
        """What :meth:`merge` would do now, without doing it."""
        verdict.request.check()
        return self._merging(verdict, survivor)

    def preview_undo(self, verdict: Verdict) -> Decision:
        """What :meth:`undo` would do now, without doing it."""
        verdict.request.check()
        return self._undoing(verdict)

    def differ(self, verdict: Verdict) -> Decision:
        """Decide that they differ: they are kept apart from now on without a word.

        Raises:
            NotFound, AmbiguousName, Conflict, RevisionConflict: as :meth:`merge`.
        """
        return self._decided(verdict, ["differ", str(verdict.case)], lambda: self._differing(verdict))

    def undo(self, verdict: Verdict) -> Decision:
        """Take a decision back: the case is open again, and what was merged is two again, as its claims say now.

        Raises:
            NotFound, AmbiguousName, RevisionConflict: as :meth:`merge`.  Conflict: there is no decision.
            CardinalityExceeded: a relationship cannot go back, for its far end has another one by now.
        """
        return self._decided(verdict, ["undo", str(verdict.case)], lambda: self._undoing(verdict))

    def _decided(self, verdict: Verdict, asked: Sequence[str | None], plan: Plan) -> Decision:
        request = verdict.request
        request.check()
        empty = request.empty(asked)
        if self._store.commit_of(request.request_id) is not None:
            self._store.commit(empty)
            return Decision(find_one(verdict.case, self._store, self._store.catalogue), empty)
        made = self._write(empty, plan)
        ids = [item.id for item in (made.case, made.survivor, made.other) if item is not None]
        now = self._store.items(ids)
        return replace(
            made,
            case=now[made.case.id],
            survivor=now.get(made.survivor.id) if made.survivor else None,
            other=now.get(made.other.id) if made.other else None,
        )

    def _write(self, empty: ChangeSet, plan: Plan) -> Decision:
        """Commit what is planned; plan it anew when somebody else wrote anything meanwhile."""
        for is_last in attempts():
            head = self._store.head()
            made = plan()
            changes = replace(
                made.changes, request_id=empty.request_id, fingerprint=empty.fingerprint, expected_head=head
            )
            try:
                self._store.commit(changes)
            except (IdempotencyMismatch, RevisionConflict):
                raise
            except Conflict:
                if is_last:
                    raise
            else:
                return made
        raise AssertionError  # the last attempt has returned or raised

    def _pair(self, one: Reference, other: Reference) -> tuple[Item, Item]:
        first, second = find_all([one, other], self._store, self._store.catalogue)
        if first.id == second.id:
            raise BadInput(f"{one} and {other} are the same item.", hint="Name two.")
        if CASE in {first.cls, second.cls}:
            raise BadInput("A duplicate case is no duplicate itself.", hint="Name two CIs or two records.")
        return first, second

    def _opening(self, items: tuple[Item, Item], request: Request) -> Decision:
        ground = request.reason or OPENED_BY_HAND
        occasion = Occasion(request.request_id, datetime.now(UTC), ground, Basis.DECLARED)
        new = opening(Pair.of(*(item.id for item in items)), {item.id: item.label for item in items}, occasion)
        planned = Planned()
        put([new], self._store, self._store.catalogue, planned)
        return Decision(items[0], _filled(request.empty(()), planned))

    def _known(self, items: tuple[Item, Item]) -> Item:
        pair = Pair.of(*(item.id for item in items))
        return by_pair(cases_of(pair.ids, self._store))[pair].item

    def _merging(self, verdict: Verdict, survivor: Reference | None) -> Decision:
        case = self._case(verdict, CaseState.OPEN)
        staying, leaving = self._ends(case, survivor)
        outcome = Joining(self._store, case, staying, leaving, self._context()).plan(verdict.request)
        return self._decision(case, outcome, verdict)

    def _differing(self, verdict: Verdict) -> Decision:
        case = self._case(verdict, CaseState.OPEN)
        planned = Planned(records=[different((case.item, self._said(case)), verdict.request)])
        return self._planned(case, planned, verdict)

    def _undoing(self, verdict: Verdict) -> Decision:
        case = self._case(verdict, CaseState.MERGED, CaseState.DIFFERENT)
        if case.state is CaseState.MERGED:
            outcome = Parting.of(self._store, case, self._context()).plan(verdict.request)
            return self._decision(case, outcome, verdict)
        left = undecided((case.item, self._said(case)), verdict.request)
        planned = Planned(records=[left]) if isinstance(left, SourceRecord) else Planned(dropped=[left])
        return self._planned(case, planned, verdict)

    def _planned(self, case: Case, planned: Planned, verdict: Verdict) -> Decision:
        """What follows for the case alone."""
        overlay = Overlay(self._store, self._store.head())
        overlay.absorb(_filled(verdict.request.empty(()), planned))
        plan_targets([case.item.id], replace(self._context(), reader=overlay), planned)
        changes = _filled(verdict.request.empty(()), planned)
        return Decision(self._after(changes, [case.item.id])[0], changes)

    def _decision(self, case: Case, outcome: Outcome, verdict: Verdict) -> Decision:
        changes = _filled(verdict.request.empty(()), outcome.planned)
        after = self._after(changes, [case.item.id, outcome.survivor.id, outcome.other.id])
        return Decision(
            after[0], changes, after[1], after[2], outcome.bindings, outcome.relationships, outcome.set_aside
        )

    def _after(self, changes: ChangeSet, ids: Sequence[str]) -> list[Item]:
        """Some items as they will be."""
        overlay = Overlay(self._store, self._store.head())
        overlay.absorb(changes)
        items = overlay.items(ids)
        return [items[id_] for id_ in ids]

    def _case(self, verdict: Verdict, *states: CaseState) -> Case:
        """The case, if it is in one of the states that can be decided so.

        Raises:
            NotFound, RevisionConflict, Conflict.
        """
        item = find_one(verdict.case, self._store, self._store.catalogue)
        if item.cls != CASE:
            raise NotFound(f"{item.label} is no duplicate case.", hint="List the cases with `cmdb duplicates`.")
        expected = verdict.expected_revision
        if expected is not None and expected != item.revision:
            raise RevisionConflict(item.id, expected, item.revision)
        case = Case(item, ())
        if case.state not in states or item.lifecycle is Lifecycle.RETIRED:
            stands = "withdrawn" if item.lifecycle is Lifecycle.RETIRED else case.state.value
            hint = "There is nothing to undo." if case.state is CaseState.OPEN else "Undo the decision first."
            raise Conflict(f"The case {item.name} ({item.id}) is {stands}.", hint=hint)
        return case

    def _ends(self, case: Case, survivor: Reference | None) -> tuple[Item, Item]:
        """The survivor and the other one."""
        known = next(entry for entry in cases_of(self._suspects(case), self._store) if entry.item.id == case.item.id)
        items = sorted(self._store.items(known.suspects).values(), key=_seniority)
        if len(items) != 2:  # noqa: PLR2004 - a pair
            raise Conflict(f"The case {case.item.name} speaks of what is one already.", hint="Withdraw it.")
        if survivor is None:
            return items[0], items[1]
        (named,) = find_all([survivor], self._store, self._store.catalogue)
        if named.id not in known.suspects:
            raise BadInput(f"{survivor} is none of the two in question.", hint="Name one of them.")
        return named, next(item for item in items if item.id != named.id)

    def _suspects(self, case: Case) -> list[str]:
        return [edge.to_id for edge in self._store.relationships_of([case.item.id])]

    def _said(self, case: Case) -> Sequence[SourceRecord]:
        return self._store.records_of([case.item.id]).get(case.item.id, ())

    def _context(self) -> Context:
        return Context(self._store, self._store.catalogue, "", datetime.now(UTC), frozenset)


def _seniority(item: Item) -> tuple[bool, int, str]:
    """What lives before what is retired, the older before the younger."""
    return item.lifecycle is Lifecycle.RETIRED, item.created_seq, item.id


def _filled(empty: ChangeSet, planned: Planned) -> ChangeSet:
    return replace(
        empty,
        creates=tuple(planned.creates),
        updates=tuple(planned.updates),
        relationships=tuple(planned.relationships),
        removals=tuple(planned.removals),
        records=tuple(planned.records),
        dropped_records=tuple(planned.dropped),
    )
