"""Edges with their evidence; the same edge found in several places becomes one record."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

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


def merged(edges: Iterable[RelationshipRecord]) -> list[RelationshipRecord]:
    """One record per edge in order of first sight, with all its evidence, each piece once."""
    found: dict[str, RelationshipRecord] = {}
    for record in edges:
        known = found.get(record.key)
        if known is None:
            found[record.key] = record
        else:
            evidence = tuple(dict.fromkeys((*known.evidence, *record.evidence)))
            found[record.key] = replace(known, evidence=evidence)
    return list(found.values())
