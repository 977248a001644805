"""Edges with their evidence."""

from dataclasses import dataclass

from cmdb.model.items import Basis, Effect
from cmdb.model.observations import Evidence, RelationshipRecord
from cmdb.model.references import ByKey
from importers.kubernetes.manifests import Manifest


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in an object that speaks for an edge: the field, in words and as a pointer, and how it knows."""

    pointer: str
    basis: Basis = Basis.DECLARED
    origin: str = ""


def edge(
    manifest: Manifest, finding: Finding, type_: str, ends: tuple[ByKey, ByKey], effect: Effect | None = None
) -> RelationshipRecord:
    """The edge that a field of an object speaks for; it belongs to the scope of its first end."""
    where = manifest.place.at(finding.pointer)
    evidence = Evidence(finding.origin or finding.pointer, where)
    from_ref, to_ref = ends
    return RelationshipRecord(
        from_ref.scope, type_, from_ref, to_ref, finding.basis, effect=effect, evidence=(evidence,), where=where
    )
