"""Rows of ``cmdb_rel_ci`` and the relations of instances, by the meaning of their type's label."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.items import Basis
from cmdb.model.observations import Evidence, Problem, RelationshipRecord, Severity, Where
from cmdb.model.references import ByKey
from importers.fields import mapping
from importers.redaction import kept_text
from importers.servicenow.cells import Cell, cell
from importers.servicenow.estate import Estate, Lead
from importers.servicenow.meanings import PARENT, Bond, Reading, edge_of, reading_of
from importers.servicenow.rows import Row
from importers.servicenow.tables import Sort

_UNKNOWN: Final = Reading(Bond.CONCERNS, PARENT)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation as it stands: its type's label, its two ends, and where."""

    label: str
    parent: Lead
    child: Lead
    where: Where


def relation_edges(estate: Estate) -> Iterator[RelationshipRecord | Problem]:
    """The edges that relations become, in input order, and reports of what has no meaning, or no ends.

    A relation of a row that is retired in the same input says nothing of what lives.
    """
    unknown: Counter[str] = Counter()
    first: dict[str, Where] = {}
    for relation in _relations(estate):
        if isinstance(relation, Problem):
            yield relation
        elif not {relation.parent.to.key, relation.child.to.key} & estate.gone:
            if reading_of(relation.label) is None:
                unknown[relation.label] += 1
                first.setdefault(relation.label, relation.where)
            yield _edge(estate, relation)
    for label, number in unknown.items():
        yield _without_meaning(label, number, first[label])


def _relations(estate: Estate) -> Iterator[Relation | Problem]:
    labels = {row.key: _label_of_type(row) for row in estate.of_sort(Sort.RELATION_TYPE)}
    for row in estate.of_sort(Sort.RELATION):
        leads = tuple(estate.lead(row.cell(end)) for end in ("parent", "child"))
        yield _relation(_label(row.cell("type"), labels), leads, row.where)
    for row in estate.items.values():
        own = Lead(ByKey(estate.scope, row.key), Basis.DECLARED)
        for way, found in (("outbound", row.outbound), ("inbound", row.inbound)):
            for index, entry in enumerate(found):
                pointer = f"{row.where.pointer.removesuffix('.attributes')}.{way}_relations[{index}]"
                other = estate.lead(cell(mapping(entry), "target"))
                leads = (own, other) if way == "outbound" else (other, own)
                label = _label(cell(mapping(entry), "type"), labels)
                yield _relation(label, leads, Where(row.where.file, pointer=pointer))


def _relation(label: str, leads: tuple[Lead | None, ...], where: Where) -> Relation | Problem:
    parent, child = leads
    if parent is None or child is None:
        message = "The relation does not tell both of its ends. Add parent and child to sysparm_fields."
        return Problem(Severity.ERROR, "RELATION_WITHOUT_END", message, where)
    if parent.to == child.to:
        message = f"The relation leads from {parent.to.key} to itself; nothing follows from that."
        return Problem(Severity.WARNING, "SELF_REFERENCE", message, where, parent.to.key)
    return Relation(label, parent, child, where)


def _label_of_type(row: Row) -> str:
    sides = "::".join(row.cell(f"{end}_descriptor").text for end in ("parent", "child"))
    return kept_text(row.cell("name").text or sides)


def _label(type_: Cell, labels: Mapping[str, str]) -> str:
    """The label of a relation's type, from its display value, from the table of types, or as it stands."""
    return kept_text(type_.shown or labels.get(type_.sys_id, "") or type_.value)


def _edge(estate: Estate, relation: Relation) -> RelationshipRecord:
    reading = reading_of(relation.label) or _UNKNOWN
    ends = (relation.parent, relation.child)
    first, other = ends if reading.first == PARENT else ends[::-1]
    edge = edge_of(reading.bond, estate.class_of(first.to), estate.class_of(other.to))
    from_, to = (other, first) if edge.turned else (first, other)
    basis = Basis.INFERRED if Basis.INFERRED in (first.basis, other.basis) else Basis.DECLARED
    evidence = (Evidence(relation.label or "a relation without a type", relation.where),)
    return RelationshipRecord(
        estate.scope,
        edge.type,
        from_.to,
        to.to,
        basis,
        edge.group,
        edge.effect,
        evidence=evidence,
        where=relation.where,
    )


def _without_meaning(label: str, number: int, where: Where) -> Problem:
    message = (
        f"What {label or 'a relation without a type'} means is not known; relations that became RELATES_TO: {number}. "
        "Export display values, or the table cmdb_rel_type with them, if this is only an id."
    )
    return Problem(Severity.WARNING, "RELATION_TYPE_UNKNOWN", message, where, label)
