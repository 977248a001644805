"""Edges with their evidence."""

from dataclasses import dataclass

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
