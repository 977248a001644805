"""What a relationship row says, as its source record keeps it, and back."""

from collections.abc import Mapping

from cmdb.ingest.packing import pack_reference, unpack_reference
from cmdb.model.items import Basis, Effect
from cmdb.model.observations import Evidence, RelationshipRecord, Where
from cmdb.model.sources import SourceRecord
from cmdb.model.values import JSONValue, digest
from cmdb.reconcile import EdgeClaim


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
