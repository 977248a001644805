"""Planning relationship records: resolve both ends, fold all claims of an edge, keep what cannot be resolved."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cmdb.errors import AmbiguousName, BadInput, CardinalityExceeded, CMDBError, DuplicateKey
from cmdb.ingest.edge_names import named
from cmdb.ingest.packing import pack_reference, unpack_reference
from cmdb.ingest.planning import NOBODY, Binding, Context, Planned
from cmdb.ingest.references import Found, find_current
from cmdb.ingest.reports import Dangling, PlannedChange
from cmdb.model.commits import PutRelationship
from cmdb.model.items import Basis, Effect, Item, Relationship, relationship_key
from cmdb.model.observations import Evidence, Problem, RelationshipRecord, Severity, Where
from cmdb.model.queries import Direction
from cmdb.model.references import ByIdentifier, ByName
from cmdb.model.sources import MANUAL, Bond, RecordKind, SourceRecord
from cmdb.model.values import JSONValue, canonical, digest, fault_of
from cmdb.reconcile import EdgeClaim, fold_edge


@dataclass(frozen=True, slots=True)
class _Row:
    """A checked record, what its source's word was bound to before, the items at its ends and the edge between them.

    ``ends`` and ``edge_key`` are ``None`` while an end is missing or may be one of several.
    """

    record: RelationshipRecord
    binding: Binding
    body: Mapping[str, JSONValue]
    digest: str
    old: Bond | None = None
    ends: tuple[Item, Item] | None = None
    edge_key: str | None = None
    is_ambiguous: bool = False

    @property
    def target(self) -> str | None:
        """The edge claimed: one that was found once is kept while the same words mean nothing any more."""
        return self.edge_key or (self.old.target if self.old else None)

    @property
    def is_unchanged(self) -> bool:
        return self.old is not None and self.old.digest == self.digest

    @property
    def is_settled(self) -> bool:
        return self.is_unchanged and self.old is not None and self.old.target is not None

    @property
    def is_loop(self) -> bool:
        return self.ends is not None and self.ends[0].id == self.ends[1].id

    @property
    def said_by(self) -> str:
        return f"{self.binding[0]}#{self.binding[1]}"

    @property
    def label(self) -> str:
        return f"{self.ends[0].label} {self.record.type} {self.ends[1].label}" if self.ends else self.record.key


def plan_edges(records: Sequence[RelationshipRecord], context: Context) -> Planned:
    """The changes that a batch of relationship records means, in a constant number of reads.

    An end that is not in the graph leaves the record unresolved: it is kept, listed as dangling and tried again later.
    A name or identifier is looked up at every import, for it may have passed to another item; a key may not.
    """
    planned = Planned()
    rows = list(_checked(records, context, planned))
    known = context.reader.bonds([row.binding for row in rows])
    open_rows: list[_Row] = []
    for unknown in rows:
        old = known.get(unknown.binding)
        row = unknown if old is None else replace(unknown, old=old)
        if old is not None and old.kind is not RecordKind.RELATIONSHIP:
            planned.refuse(row.record, _key_taken(row.record))
        elif row.is_settled and not _by_meaning(row.record):
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


def _checked(records: Iterable[RelationshipRecord], context: Context, planned: Planned) -> Iterable[_Row]:
    for record in records:
        try:
            yield _check(record, context)
        except CMDBError as error:
            planned.refuse(record, error)


def _check(record: RelationshipRecord, context: Context) -> _Row:
    """The record as a row, with its attributes in canonical form."""
    attributes = context.catalogue.check_relationship(record.type, record.attributes)
    for reference in (record.from_ref, record.to_ref):
        if isinstance(reference, ByName | ByIdentifier) and reference.cls is not None:
            context.catalogue.resolve(reference.cls)
    if record.scope.source == MANUAL:
        msg = f"The source {MANUAL!r} is what people edit; nothing is imported under it."
        raise BadInput(msg, hint="Import under another source.")
    checked = replace(record, attributes=attributes) if attributes or record.attributes else record
    body = claim_body(checked)
    if (fault := _fault(body)) is not None:
        raise BadInput(f"What is said of it {fault}.", hint="Send plain values.")
    if record.group is not None and not record.group.strip():
        raise BadInput("The name of its group is empty.", hint="Name the group, or leave it out.")
    return _Row(checked, (record.scope, record.key), body, said(body))


def _fault(body: Mapping[str, JSONValue]) -> str | None:
    """As :func:`fault_of`, which looks at each part, but only where the text as a whole is suspicious."""
    try:
        suspicious = b"\\u0000" in canonical(body)
    except TypeError:
        suspicious = True
    return fault_of(body) if suspicious else None


def _key_taken(record: RelationshipRecord) -> DuplicateKey:
    return DuplicateKey(f"The key {record.key!r} is that of a CI of its scope.")


def _by_meaning(record: RelationshipRecord) -> bool:
    return any(isinstance(reference, ByName | ByIdentifier) for reference in (record.from_ref, record.to_ref))


def _plan_rows(rows: Sequence[_Row], context: Context, planned: Planned) -> None:
    references = {ref for row in rows for ref in (row.record.from_ref, row.record.to_ref)}
    found = find_current(references, context.reader, context.catalogue)
    resolved = list(_understood(rows, found, context, planned))
    fresh: list[_Row] = []
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


def _understood(rows: Iterable[_Row], found: Found, context: Context, planned: Planned) -> Iterable[_Row]:
    """The rows with their ends; what was once understood stays as it was when it no longer is.

    A row that may mean several things is refused and kept: one of them may become the other.
    """
    for row in rows:
        try:
            yield _resolved(row, found, context)
        except CMDBError as error:
            if row.is_settled:
                _see(row, planned)
                continue
            planned.refuse(row.record, error)
            if isinstance(error, AmbiguousName):
                yield replace(row, is_ambiguous=True)


def _loop(row: _Row) -> Problem:
    message = f"{row.label}: both ends are one and the same; it is kept, but no relationship is made of it."
    return Problem(Severity.WARNING, "SELF_RELATIONSHIP", message, row.record.where, row.record.key)


def _see(row: _Row, planned: Planned) -> None:
    planned.seen.append(row.binding)
    planned.unchanged_edges += row.is_settled


def _resolved(row: _Row, found: Found, context: Context) -> _Row:
    record = row.record
    origin, target = (found.only(ref, record.scope) for ref in (record.from_ref, record.to_ref))
    if origin is None or target is None:
        return row
    context.catalogue.check_ends(record.type, origin.cls, target.cls)
    return replace(row, ends=(origin, target), edge_key=relationship_key(record.type, origin.id, target.id))


def _plan_fresh(rows: Sequence[_Row], context: Context, planned: Planned) -> None:
    """Fold what the rows say with what others say; rows beyond what an end may have fail, each alone."""
    touched = _touched(rows)
    before = context.reader.records_of(touched) if touched else {}
    limits = _Limits.read(rows, context)
    while True:
        draft = _draft(rows, before, context)
        beyond = limits.beyond(rows, draft)
        if not beyond:
            break
        for row in rows:
            if row.target in beyond:
                planned.refuse(row.record, beyond[row.target])
        rows = [row for row in rows if row.target not in beyond]
    planned.take(draft)


def _touched(rows: Iterable[_Row]) -> list[str]:
    """The edges that rows claim, and those that they claimed before, each once, in order of the rows."""
    keys = (key for row in rows for key in (row.target, row.old.target if row.old else None))
    return list(dict.fromkeys(key for key in keys if key is not None))


def _draft(rows: Sequence[_Row], before: Mapping[str, Sequence[SourceRecord]], context: Context) -> Planned:
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


@dataclass(frozen=True, slots=True)
class _Limits:
    """The edges there are at the ends of rows whose type allows only one."""

    context: Context
    edges: Sequence[Relationship]

    @classmethod
    def read(cls, rows: Sequence[_Row], context: Context) -> "_Limits":
        specs = context.catalogue.relationship_types
        limited = [
            row for row in rows if row.ends and (specs[row.record.type].one_to or specs[row.record.type].one_from)
        ]
        ids = {item.id for row in limited if row.ends for item in row.ends}
        types = {row.record.type for row in limited}
        edges = context.reader.relationships_of(ids, Direction.BOTH, types) if limited else ()
        return cls(context, edges)

    def beyond(self, rows: Sequence[_Row], draft: Planned) -> dict[str | None, CardinalityExceeded]:
        """The new edges that an end can not have as well, by key; in order of the rows the first ones stay."""
        removed = set(draft.removals)
        kept = [edge for edge in self.edges if edge.key not in removed]
        there = {edge.key for edge in kept}
        count = Counter(end for edge in kept for end in self._ends(edge.type, edge.from_id, edge.to_id))
        refused: dict[str | None, CardinalityExceeded] = {}
        for row in rows:
            if row.ends is None or row.edge_key is None or row.is_loop:
                continue
            if row.edge_key in there or row.edge_key in refused:
                continue
            ends = self._ends(row.record.type, row.ends[0].id, row.ends[1].id)
            full = next((end for end in ends if count[end]), None)
            if full is None:
                count.update(ends)
                there.add(row.edge_key)
            else:
                label = row.ends[0 if full[2] == "from" else 1].label
                refused[row.edge_key] = CardinalityExceeded(f"There can be only one {full[0]} {full[2]} {label}.")
        return refused

    def _ends(self, type_: str, from_id: str, to_id: str) -> list[tuple[str, str, str]]:
        spec = self.context.catalogue.relationship(type_)
        return [(type_, from_id, "from")] * spec.one_to + [(type_, to_id, "to")] * spec.one_from


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
        if not records or is_loop(key):
            if old is not None:
                planned.removals.append(key)
                unnamed.append(PlannedChange("unrelate", key, words.said_by.get(key, "")))
            continue
        wanted = _put(key, fold_edge(records, context.catalogue.relationship(key.partition("|")[0])))
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


def _put(key: str, claim: EdgeClaim) -> PutRelationship:
    type_, from_id, to_id = key.split("|")
    return PutRelationship(type_, from_id, to_id, claim.group, claim.effect, claim.basis, dict(claim.attributes))


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


def _source_record(row: _Row, context: Context) -> SourceRecord:
    return SourceRecord(
        scope=row.record.scope,
        key=row.record.key,
        kind=RecordKind.RELATIONSHIP,
        target=row.target,
        digest=row.digest,
        body=row.body,
        run_id=context.run_id,
        seen_at=context.at,
        seen_run=context.run_id,
    )


def claim_body(record: RelationshipRecord) -> dict[str, JSONValue]:
    """What a relationship record says, as its source record keeps it; :func:`record_of` reads it back."""
    body: dict[str, JSONValue] = {
        "type": record.type,
        "from": pack_reference(record.from_ref),
        "to": pack_reference(record.to_ref),
        "basis": str(record.basis),
        "evidence": [[evidence.origin, str(evidence.where)] for evidence in record.evidence],
    }
    if record.group is not None:
        body["group"] = record.group
    if record.effect is not None:
        body["effect"] = str(record.effect)
    if record.attributes:
        body["attributes"] = dict(record.attributes)
    return body


def said(body: Mapping[str, JSONValue]) -> str:
    """The digest of a claim: the places of its evidence do not matter, a file may be read from anywhere."""
    evidence = body.get("evidence")
    origins = [line[0] for line in evidence if isinstance(line, list)] if isinstance(evidence, list) else []
    return digest({**body, "evidence": origins})


def record_of(record: SourceRecord) -> RelationshipRecord:
    """The relationship record that a source record keeps: what an unresolved one is tried again with."""
    body = record.body
    claim = EdgeClaim.of(body)
    evidence = body.get("evidence")
    lines = evidence if isinstance(evidence, list) else []
    return RelationshipRecord(
        scope=record.scope,
        type=str(body["type"]),
        from_ref=unpack_reference(body["from"]),
        to_ref=unpack_reference(body["to"]),
        basis=Basis(claim.basis),
        group=claim.group,
        effect=Effect(claim.effect) if claim.effect is not None else None,
        attributes=claim.attributes,
        evidence=tuple(Evidence(str(line[0]), Where(str(line[1]))) for line in lines),
    )
