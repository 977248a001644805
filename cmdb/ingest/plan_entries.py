"""What a plan keeps beside its header: the rows that it is applied from, its changes, what it does to impact.

Of a row that was refused only scope and key are kept, and of its refusal no word that could repeat what it said: what
the engine would not store is not stored by way of a plan either.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

import orjson

from cmdb.ingest.firsts import first_edges, first_items
from cmdb.ingest.guard import Judgement, Measured
from cmdb.ingest.packing import Packed, pack_edge, pack_item, unpack_edge, unpack_item
from cmdb.ingest.planning import Binding
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.ingest.reports import PlannedChange
from cmdb.ingest.spool import Spool
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity, Where
from cmdb.model.plans import PlanEntries, PlanPart
from cmdb.model.sources import RecordKind, Scope
from cmdb.model.values import JSONValue, fault_of
from cmdb.store.port import Store

ENTRIES: Final = 500
"""Entries of one part, at most."""
BYTES: Final = 512 * 1024
"""Bytes of one part, about: a new one begins when it has so many."""
REFUSED_MESSAGE: Final = "The row was refused when the plan was made."


def keep(store: Store, plan_id: str, spool: Spool, rehearsal: Rehearsal, judgement: Judgement) -> None:
    """Write all entries of a plan; what was kept under its id before goes."""
    store.drop_plan_parts(plan_id, list(PlanEntries))
    refused = {(row.scope, row.key) for row in rehearsal.refused}
    twice: list[Problem] = []
    items = (row.row for row in first_items(spool, twice.append) if _binding(row.row) not in refused)
    _write(store, plan_id, PlanEntries.ITEMS, map(_packed_item, items))
    edges = (row.row for row in first_edges(spool, twice.append) if _binding(row.row) not in refused)
    _write(store, plan_id, PlanEntries.RELATIONSHIPS, map(_packed_edge, edges))
    _write(store, plan_id, PlanEntries.REFUSED, _refused(rehearsal.refused))
    wordless = (replace(problem, message=REFUSED_MESSAGE) for problem in (*twice, *rehearsal.refusals))
    _write(store, plan_id, PlanEntries.PROBLEMS, map(_packed_problem, (*spool.problems, *wordless)))
    _write(store, plan_id, PlanEntries.CHANGES, map(pack_change, rehearsal.changes))
    _write(store, plan_id, PlanEntries.MEASURES, map(_packed_measure, judgement.measures))
    if judgement.effects is not None:
        store.put_plan_part(PlanPart(plan_id, PlanEntries.EFFECTS, 0, [judgement.effects]))


def rows_of(store: Store, plan_id: str) -> Iterator[Observation]:
    """The rows of a plan in their order, then the problems; a few parts in memory at a time."""
    for packed in entries_of(store, plan_id, PlanEntries.ITEMS):
        yield unpack_item(cast("Packed", packed))
    for packed in entries_of(store, plan_id, PlanEntries.RELATIONSHIPS):
        yield unpack_edge(cast("Packed", packed))
    for packed in entries_of(store, plan_id, PlanEntries.PROBLEMS):
        yield _unpacked_problem(packed)


def refused_of(store: Store, plan_id: str) -> Iterator[tuple[RecordKind, Binding]]:
    """The rows that were refused when the plan was made, by kind and binding."""
    for entry in entries_of(store, plan_id, PlanEntries.REFUSED):
        kind, source, boundary, key = cast("Sequence[str]", entry)
        yield RecordKind(kind), (Scope(source, boundary), key)


def changes_of(store: Store, plan_id: str, start: int = 0) -> Iterator[PlannedChange]:
    """The changes of a plan from a number on, in order."""
    return map(unpack_change, entries_of(store, plan_id, PlanEntries.CHANGES, start))


def measures_of(store: Store, plan_id: str) -> Iterator[Measured]:
    """What of a plan could be alarming, scope by scope."""
    return map(_unpacked_measure, entries_of(store, plan_id, PlanEntries.MEASURES))


def effects_of(store: Store, plan_id: str) -> Mapping[str, JSONValue] | None:
    """What a plan would do to impact; ``None`` when that was not asked."""
    entry = next(entries_of(store, plan_id, PlanEntries.EFFECTS), None)
    return entry if isinstance(entry, Mapping) else None


def entries_of(store: Store, plan_id: str, kind: PlanEntries, start: int = 0) -> Iterator[JSONValue]:
    """The entries of one kind from a number on, a part in memory at a time."""
    place = start
    while parts := store.plan_parts(plan_id, kind, place, 1):
        (part,) = parts
        rest = part.entries[max(0, place - part.first) :]
        if not rest:
            return
        yield from rest
        place = part.first + len(part.entries)


def pack_change(change: PlannedChange) -> JSONValue:
    """A change as an entry; :func:`unpack_change` reads it back."""
    fields: dict[str, JSONValue] = {name: [old, new] for name, (old, new) in change.fields.items()}
    return [change.action, change.subject, change.binding, fields]


def unpack_change(entry: JSONValue) -> PlannedChange:
    """What :func:`pack_change` packed."""
    action, subject, binding, fields = cast("tuple[str, str, str, Mapping[str, Sequence[JSONValue]]]", entry)
    return PlannedChange(action, subject, binding, {name: (pair[0], pair[1]) for name, pair in fields.items()})


@dataclass(slots=True)
class _Pages:
    """Entries of one kind on their way into parts."""

    store: Store
    plan_id: str
    kind: PlanEntries
    first: int = 0
    weight: int = 0
    entries: list[JSONValue] = field(default_factory=list)

    def add(self, entry: JSONValue) -> None:
        self.entries.append(entry)
        self.weight += len(orjson.dumps(entry))
        if len(self.entries) == ENTRIES or self.weight >= BYTES:
            self.flush()

    def flush(self) -> None:
        if self.entries:
            self.store.put_plan_part(PlanPart(self.plan_id, self.kind, self.first, self.entries))
            self.first += len(self.entries)
            self.weight, self.entries = 0, []


def _write(store: Store, plan_id: str, kind: PlanEntries, entries: Iterable[JSONValue]) -> None:
    pages = _Pages(store, plan_id, kind)
    for entry in entries:
        pages.add(entry)
    pages.flush()


def _binding(row: CIRecord | RelationshipRecord) -> Binding:
    return row.scope, row.key


def _packed(packed: Packed, bare: Callable[[], Packed]) -> JSONValue:
    """A row as an entry; one that stands in a place which is no text is packed without it."""
    try:
        orjson.dumps(packed)
    except TypeError:  # a file name, which may be anything
        return bare()
    return packed


def _packed_item(row: CIRecord) -> JSONValue:
    return _packed(pack_item(row), lambda: pack_item(replace(row, where=Where(), kind="")))


def _packed_edge(row: RelationshipRecord) -> JSONValue:
    return _packed(pack_edge(row), lambda: pack_edge(replace(row, where=Where())))


def _refused(rows: Iterable[CIRecord | RelationshipRecord]) -> Iterator[JSONValue]:
    """Kind and binding of rows; what has a key that no store can hold was never there before either."""
    for row in rows:
        kind = RecordKind.ITEM if isinstance(row, CIRecord) else RecordKind.RELATIONSHIP
        if fault_of(row.key) is None:
            yield [kind.value, row.scope.source, row.scope.boundary, row.key]


def _packed_measure(one: Measured) -> JSONValue:
    return [one.scope, one.measure, one.number, one.size, one.most, one.share, list(one.examples)]


def _unpacked_measure(entry: JSONValue) -> Measured:
    row = cast("tuple[str, str, int, int, int | None, float, Sequence[str]]", entry)
    scope, measure, number, size, most, share, examples = row
    return Measured(scope, measure, number, size, most, share, tuple(examples))


def _packed_problem(problem: Problem) -> JSONValue:
    where = problem.where
    texts = (problem.severity.value, problem.code, problem.message, where.file, where.pointer, problem.key)
    return [*(text.encode("utf-8", "backslashreplace").decode() for text in texts), where.line]


def _unpacked_problem(entry: JSONValue) -> Problem:
    severity, code, message, file, pointer, key, line = cast("tuple[str, str, str, str, str, str, int | None]", entry)
    return Problem(Severity(severity), code, message, Where(file, line, pointer), key)
