"""Edges with their evidence; the same edge found in several places becomes one record."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cmdb.model.items import Effect
from cmdb.model.observations import Evidence, RelationshipRecord
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.netbox.rows import Row


@dataclass(frozen=True, slots=True)
class Finding:
    """What speaks for an edge: the scope that says it, the row, and the field in words."""

    scope: Scope
    row: Row
    origin: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """The type of an edge, the group that it joins, and an effect other than the type's."""

    type: str
    group: str | None = None
    effect: Effect | None = None


def edge(finding: Finding, meaning: Meaning, from_ref: ByKey, to_ref: ByKey) -> RelationshipRecord:
    """The edge that a row speaks for."""
    return RelationshipRecord(
        finding.scope,
        meaning.type,
        from_ref,
        to_ref,
        group=meaning.group,
        effect=meaning.effect,
        evidence=(Evidence(finding.origin, finding.row.where),),
        where=finding.row.where,
    )


def merged(records: Iterable[RelationshipRecord]) -> list[RelationshipRecord]:
    """One record per edge in order of first sight, with all its evidence; none from a thing to itself.

    An edge that carries failure once carries it: an idle second line takes nothing away from a working one.
    """
    found: dict[tuple[Scope, str], RelationshipRecord] = {}
    for record in records:
        if record.from_ref == record.to_ref:
            continue
        known = found.get((record.scope, record.key))
        if known is None:
            found[record.scope, record.key] = record
            continue
        effect = known.effect if record.effect is known.effect else None
        evidence = tuple(dict.fromkeys((*known.evidence, *record.evidence)))
        found[record.scope, record.key] = replace(known, effect=effect, evidence=evidence)
    return list(found.values())
