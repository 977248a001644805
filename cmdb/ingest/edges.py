"""Planning relationship records: resolve both ends, fold all claims of an edge, keep what cannot be resolved."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cmdb.errors import AmbiguousName, CardinalityExceeded, CMDBError, DuplicateKey
from cmdb.ingest.edge_names import named
from cmdb.ingest.edge_rows import EdgeRow, checked
from cmdb.ingest.places import Places, seniority, yielding
from cmdb.ingest.planning import NOBODY, Context, Planned
from cmdb.ingest.references import Found, find_current
from cmdb.ingest.reports import Dangling, PlannedChange
from cmdb.model.commits import PutRelationship
from cmdb.model.items import Relationship, relationship_key
from cmdb.model.observations import Problem, RelationshipRecord, Severity
from cmdb.model.sources import RecordKind, SourceRecord
from cmdb.model.values import digest
from cmdb.reconcile import fold_edge


def plan_edges(records: Sequence[RelationshipRecord], context: Context) -> Planned:
    """The changes that a batch of relationship records means, in a constant number of reads.

    An end that is not in the graph leaves the record unresolved: it is kept, listed as dangling and tried again later.
    A name or identifier is looked up at every import, for it may have passed to another item; a key may not.
    """
    planned = Planned()
    rows = list(checked(records, context.catalogue, planned))
    known = context.reader.bonds([row.binding for row in rows])
    open_rows: list[EdgeRow] = []
    for row in rows:
        row.old = known.get(row.binding)
        if row.old is not None and row.old.kind is not RecordKind.RELATIONSHIP:
            planned.refuse(row.record, _key_taken(row.record))
        elif row.is_settled and not row.is_by_meaning:
            planned.seen.append(row.binding)
            planned.unchanged_edges += 1
        else:
            open_rows.append(row)
    if open_rows:
        _plan_rows(open_rows, context, planned)
    return planned


def plan_keys(keys: Collection[str], context: Context, planned: Planned, said_by: Mapping[str, str] = NOBODY) -> None:
    """Bring edges in line with what sources say of them now; ``said_by`` names the binding that removes one."""
    _plan_keys(sorted(keys), context.reader.records_of(keys), _Words({}, said_by), context, planned)


def _key_taken(record: RelationshipRecord) -> DuplicateKey:
    return DuplicateKey(f"The key {record.key!r} is that of a CI of its scope.")


def _plan_rows(rows: Sequence[EdgeRow], context: Context, planned: Planned) -> None:
    references = {ref for row in rows for ref in (row.record.from_ref, row.record.to_ref)}
    found = find_current(references, context.reader, context.catalogue)
    resolved = list(_understood(rows, found, context, planned))
    fresh: list[EdgeRow] = []
    for row in resolved:
        if row.is_unchanged and row.old is not None and row.target == row.old.target:
            _see(row, planned)
        else:
            fresh.append(row)
        if row.target is None and not row.is_ambiguous:
            planned.dangling.append(_dangling(row.record, found))
        elif row.is_loop and not row.is_unchanged:
            planned.problems.append(_loop(row))
    _plan_fresh(fresh, context, planned)


def _understood(rows: Iterable[EdgeRow], found: Found, context: Context, planned: Planned) -> Iterator[EdgeRow]:
    """The rows, their ends filled in; what was once understood stays as it was when it no longer is.

    A row that may mean several things is refused and kept: one of them may become the other.
    """
    for row in rows:
        try:
            _resolve(row, found, context)
        except CMDBError as error:
            if row.is_settled:
                _see(row, planned)
                continue
            planned.refuse(row.record, error)
            row.is_ambiguous = isinstance(error, AmbiguousName)
            if not row.is_ambiguous:
                continue
        yield row


def _loop(row: EdgeRow) -> Problem:
    message = f"{row.label}: both ends are one and the same; it is kept, but no relationship is made of it."
    return Problem(Severity.WARNING, "SELF_RELATIONSHIP", message, row.record.where, row.record.key)


def _see(row: EdgeRow, planned: Planned) -> None:
    planned.seen.append(row.binding)
    planned.unchanged_edges += row.is_settled


def _resolve(row: EdgeRow, found: Found, context: Context) -> None:
    record = row.record
    origin, target = found.only(record.from_ref, record.scope), found.only(record.to_ref, record.scope)
    if origin is not None and target is not None:
        context.catalogue.check_ends(record.type, origin.cls, target.cls)
        row.ends, row.edge_key = (origin, target), relationship_key(record.type, origin.id, target.id)


def _plan_fresh(rows: Sequence[EdgeRow], context: Context, planned: Planned) -> None:
    """Fold what the rows say with what others say; rows beyond what an end may have fail, each alone, and are kept.

    Where different sources claim the only place at an end, the one that counts first has it, whoever was heard first.
    """
    touched = _touched(rows)
    before = context.reader.records_of(touched) if touched else {}
    places = Places.read(rows, context)
    if places.types:
        rows = sorted(rows, key=lambda row: seniority(row.record.scope))
    evicted: dict[str, Sequence[SourceRecord]] = {}
    while True:
        draft = _draft(rows, before, context)
        _evict(evicted, rows, context, draft)
        contests = places.contests(rows, draft.removals)
        if not contests:
            break
        holders = {holder for contest in contests for holder in contest.holders}.difference(evicted)
        claims = context.reader.records_of(sorted(holders)) if holders else {}
        leaving = yielding(contests, rows, claims)
        evicted |= {key: claims[key] for key in leaving}
        errors = {contest.key: contest.error for contest in contests} if not leaving else _outdone(leaving)
        rows = list(_without(errors, rows, planned))
    planned.take(draft)


def _evict(
    evicted: Mapping[str, Sequence[SourceRecord]], rows: Sequence[EdgeRow], context: Context, draft: Planned
) -> None:
    """Take edges from their place; the claims to them are kept unresolved, and tried again at later imports."""
    said = {row.binding for row in rows}
    for records in evicted.values():
        draft.records.extend(
            replace(record, target=None) for record in records if (record.scope, record.key) not in said
        )
    keys = [key for key in evicted if key not in draft.removals]
    by = {key: records[0].binding for key, records in evicted.items()}
    _plan_keys(keys, {}, _Words({}, by), context, draft)


def _outdone(keys: Iterable[str]) -> dict[str, CardinalityExceeded]:
    message = "Another source, which counts first, says something else of the only place at an end."
    return {key: CardinalityExceeded(message) for key in keys}


def _without(errors: Mapping[str, CardinalityExceeded], rows: Sequence[EdgeRow], planned: Planned) -> Iterator[EdgeRow]:
    """The rows without those that have no place; such a row is refused, and kept while it leads nowhere else."""
    for row in rows:
        if row.edge_key is None or row.edge_key not in errors:
            yield row
            continue
        planned.refuse(row.record, errors[row.edge_key])
        row.edge_key = None
        if row.target is None and row.is_unchanged:
            planned.seen.append(row.binding)
        elif row.target is None:
            yield row


def _touched(rows: Iterable[EdgeRow]) -> list[str]:
    """The edges that rows claim, and those that they claimed before, each once, in order of the rows."""
    keys = (key for row in rows for key in (row.target, row.old.target if row.old else None))
    return list(dict.fromkeys(key for key in keys if key is not None))


def _draft(rows: Sequence[EdgeRow], before: Mapping[str, Sequence[SourceRecord]], context: Context) -> Planned:
    draft = Planned()
    draft.records.extend(_source_record(row, context) for row in rows)
    bindings = {row.binding for row in rows}
    keys = _touched(rows)
    claims = {key: [r for r in before.get(key, ()) if (r.scope, r.key) not in bindings] for key in keys}
    for record in draft.records:
        if record.target is not None:
            claims[record.target].append(record)
    words = _Words(
        {row.target: row.label for row in rows if row.target is not None},
        {row.old.target: row.said_by for row in rows if row.old is not None and row.old.target is not None},
    )
    _plan_keys(keys, claims, words, context, draft)
    return draft


@dataclass(frozen=True, slots=True)
class _Words:
    """What people are told of edges: how those of the input are called, and whose word ends one."""

    labels: Mapping[str, str]
    said_by: Mapping[str, str]


def _plan_keys(
    keys: Sequence[str],
    claims: Mapping[str, Sequence[SourceRecord]],
    words: _Words,
    context: Context,
    planned: Planned,
) -> None:
    current = context.reader.relationships(keys) if keys else {}
    unnamed: list[PlannedChange] = []
    for key in keys:
        old, records = current.get(key), claims.get(key, ())
        type_, from_id, to_id = key.split("|")
        if not records or from_id == to_id:
            if old is not None:
                planned.removals.append(key)
                unnamed.append(PlannedChange("unrelate", key, words.said_by.get(key, "")))
            continue
        claim = fold_edge(records, context.catalogue.relationship(type_))
        wanted = PutRelationship(type_, from_id, to_id, claim.group, claim.effect, claim.basis, claim.attributes)
        if old is not None and _is_so(old, wanted):
            planned.unchanged_edges += key in words.labels
            continue
        planned.relationships.append(wanted)
        changes = planned.changes if key in words.labels else unnamed
        changes.append(PlannedChange("relate", words.labels.get(key, key), records[0].binding))
    planned.changes.extend(named(unnamed, context.reader))


def is_loop(key: str) -> bool:
    """Whether an edge would lead from an item to itself: what names one thing twice is no relationship of it."""
    _, from_id, to_id = key.split("|")
    return from_id == to_id


def _is_so(old: Relationship, new: PutRelationship) -> bool:
    return (old.group, old.effect, old.basis, digest(old.attributes)) == (
        new.group, new.effect, new.basis, digest(new.attributes),
    )  # fmt: skip


def _dangling(record: RelationshipRecord, found: Found) -> Dangling:
    missing = record.from_ref if not found.of(record.from_ref) else record.to_ref
    return Dangling(
        type=record.type,
        from_ref=str(record.from_ref),
        to_ref=str(record.to_ref),
        missing=str(missing),
        binding=f"{record.scope}#{record.key}",
        where=str(record.where),
        evidence=tuple(f"{evidence.origin} ({evidence.where})" for evidence in record.evidence),
    )


def _source_record(row: EdgeRow, context: Context) -> SourceRecord:
    return SourceRecord(
        scope=row.binding[0],
        key=row.binding[1],
        kind=RecordKind.RELATIONSHIP,
        target=row.target,
        digest=row.digest,
        body=row.body,
        run_id=context.run_id,
        seen_at=context.at,
        seen_run=context.run_id,
    )
