"""Planning relationship records: resolve both ends, fold all claims of an edge, keep what cannot be resolved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cmdb.errors import CMDBError, InvalidReference
from cmdb.ingest.planning import Binding, Context, Planned
from cmdb.ingest.references import Found, find
from cmdb.ingest.reports import Dangling, PlannedChange
from cmdb.model.commits import PutRelationship
from cmdb.model.items import Basis, Effect, Item, Relationship, relationship_key
from cmdb.model.observations import Evidence, Problem, RelationshipRecord, Severity, Where
from cmdb.model.references import ById, ByIdentifier, ByKey, ByName, Reference
from cmdb.model.sources import RecordKind, Scope, SourceRecord
from cmdb.model.values import JSONValue, digest
from cmdb.reconcile import EdgeClaim, fold_edge


def plan_edges(records: Sequence[RelationshipRecord], context: Context) -> Planned:
    """The changes that a batch of relationship records means, in a constant number of reads.

    An end that is not in the graph leaves the record unresolved: it is kept, listed as dangling and tried again later.
    """
    planned = Planned()
    checked = list(_checked(records, context, planned))
    known = context.reader.records([(record.scope, record.key) for record in checked])
    news: list[RelationshipRecord] = []
    for record in checked:
        old = known.get((record.scope, record.key))
        if old is not None and old.target is not None and old.digest == said(claim_body(record)):
            planned.seen.append((record.scope, record.key))
            planned.unchanged_edges += 1
        else:
            news.append(record)
    if news:
        _plan_news(news, known, context, planned)
    return planned


def _checked(records: Iterable[RelationshipRecord], context: Context, planned: Planned) -> Iterable[RelationshipRecord]:
    for record in records:
        try:
            context.catalogue.check_relationship(record.type, record.attributes)
            for reference in (record.from_ref, record.to_ref):
                if isinstance(reference, ByName):
                    context.catalogue.cls(reference.cls)
        except CMDBError as error:
            planned.problems.append(_problem(record, error))
        else:
            yield record


def _problem(record: RelationshipRecord, error: CMDBError) -> Problem:
    return Problem(Severity.ERROR, error.code, f"{record.key}: {error}", record.where, record.key)


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A record and the edge it claims; ``edge`` is ``None`` while an end is missing."""

    record: RelationshipRecord
    ends: tuple[Item, Item] | None

    @property
    def edge_key(self) -> str | None:
        if self.ends is None:
            return None
        return relationship_key(self.record.type, self.ends[0].id, self.ends[1].id)


def _plan_news(
    news: Sequence[RelationshipRecord], known: Mapping[Binding, SourceRecord], context: Context, planned: Planned
) -> None:
    found = find(
        {ref for record in news for ref in (record.from_ref, record.to_ref)}, context.reader, context.catalogue
    )
    resolved = [entry for record in news if (entry := _resolve(record, found, context, planned)) is not None]
    claims: dict[str, list[SourceRecord]] = defaultdict(list)
    fresh: dict[Binding, SourceRecord] = {}
    for entry in resolved:
        source_record = _source_record(entry, context)
        binding = (entry.record.scope, entry.record.key)
        old = known.get(binding)
        if old is None or old.target != source_record.target or old.digest != source_record.digest:
            fresh[binding] = source_record
        if entry.edge_key is None:
            planned.dangling.append(_dangling(entry.record, found))
    planned.records.extend(fresh.values())
    left = {old.target for binding in fresh if (old := known.get(binding)) is not None and old.target is not None}
    touched = left | {record.target for record in fresh.values() if record.target is not None}
    for key, records in context.reader.records_of(touched).items():
        claims[key] = [record for record in records if (record.scope, record.key) not in fresh]
    for record in fresh.values():
        if record.target is not None:
            claims[record.target].append(record)
    _plan_keys(sorted(touched), claims, resolved, context, planned)


def _resolve(record: RelationshipRecord, found: Found, context: Context, planned: Planned) -> _Resolved | None:
    try:
        origin, target = (found.only(ref, record.scope) for ref in (record.from_ref, record.to_ref))
        if origin is None or target is None:
            return _Resolved(record, None)
        context.catalogue.check_ends(record.type, origin.cls, target.cls)
    except CMDBError as error:
        planned.problems.append(_problem(record, error))
        return None
    return _Resolved(record, (origin, target))


def _plan_keys(
    keys: Sequence[str],
    claims: Mapping[str, Sequence[SourceRecord]],
    resolved: Sequence[_Resolved],
    context: Context,
    planned: Planned,
) -> None:
    current = context.reader.relationships(keys)
    labels = {entry.edge_key: entry for entry in resolved if entry.edge_key is not None}
    for key in keys:
        old, said = current.get(key), claims.get(key, ())
        if not said:
            if old is not None:
                planned.removals.append(key)
                planned.changes.append(PlannedChange("unrelate", key, ""))
            continue
        wanted = _put(key, fold_edge(said))
        if old is not None and _is_so(old, wanted):
            planned.unchanged_edges += 1
            continue
        planned.relationships.append(wanted)
        entry = labels.get(key)
        label = f"{entry.ends[0].label} {wanted.type} {entry.ends[1].label}" if entry and entry.ends else key
        planned.changes.append(PlannedChange("relate", label, said[0].binding))


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


def _source_record(entry: _Resolved, context: Context) -> SourceRecord:
    body = claim_body(entry.record)
    return SourceRecord(
        scope=entry.record.scope,
        key=entry.record.key,
        kind=RecordKind.RELATIONSHIP,
        target=entry.edge_key,
        digest=said(body),
        body=body,
        run_id=context.run_id,
        seen_at=context.at,
    )


def claim_body(record: RelationshipRecord) -> dict[str, JSONValue]:
    """What a relationship record says, as its source record keeps it; :func:`record_of` reads it back."""
    body: dict[str, JSONValue] = {
        "type": record.type,
        "from": _reference_body(record.from_ref),
        "to": _reference_body(record.to_ref),
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
        from_ref=_reference(body["from"]),
        to_ref=_reference(body["to"]),
        basis=Basis(claim.basis),
        group=claim.group,
        effect=Effect(claim.effect) if claim.effect is not None else None,
        attributes=claim.attributes,
        evidence=tuple(Evidence(str(line[0]), Where(str(line[1]))) for line in lines),
    )


def _reference_body(reference: Reference) -> list[JSONValue]:
    if isinstance(reference, ById):
        return ["id", reference.id]
    if isinstance(reference, ByName):
        return ["name", reference.cls, reference.name]
    if isinstance(reference, ByKey):
        return ["key", reference.scope.source, reference.scope.boundary, reference.key]
    return ["identifier", reference.attribute, reference.value, reference.cls]


def _reference(body: JSONValue) -> Reference:
    parts = [None if part is None else str(part) for part in body] if isinstance(body, list) else []
    match parts:
        case ["id", str(id_)]:
            return ById(id_)
        case ["name", str(cls), str(name)]:
            return ByName(cls, name)
        case ["key", str(source), str(boundary), str(key)]:
            return ByKey(Scope(source, boundary), key)
        case ["identifier", str(attribute), str(value), cls_]:
            return ByIdentifier(attribute, value, cls_)
        case _:
            raise InvalidReference(f"A stored reference cannot be read: {body!r}.")
