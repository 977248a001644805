"""Rows of ``cmdb_rel_ci`` and the relations of instances, by the meaning of their type's label."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.items import Basis
from cmdb.model.observations import Evidence, Problem, RelationshipRecord, Severity, Where
from cmdb.model.references import ByKey
from importers.fields import mapping
from importers.keepable import kept_text
from importers.servicenow.cells import Cell, cell
from importers.servicenow.estate import Estate, Lead
from importers.servicenow.meanings import PARENT, Edge, edge_of, reading_of
from importers.servicenow.rows import Row
from importers.servicenow.tables import Sort


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
    unclear: dict[tuple[str, str], list[Where]] = {}
    for relation in _relations(estate):
        if isinstance(relation, Problem):
            yield relation
            continue
        if {relation.parent.to.key, relation.child.to.key} & estate.gone:
            continue
        edge = _edge(estate, relation)
        if isinstance(edge, RelationshipRecord):
            yield edge
        else:
            unclear.setdefault((edge, relation.label), []).append(relation.where)
            yield _record(estate, relation, (relation.parent, relation.child), Edge("RELATES_TO"))
    for (code, label), places in unclear.items():
        what = _UNCLEAR[code].format(label or _NO_LABEL)
        message = f"{what} Relations that became RELATES_TO: {len(places)}."
        yield Problem(Severity.WARNING, code, message, places[0], label)


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
    return row.cell("name").text or sides


def _label(type_: Cell, labels: Mapping[str, str]) -> str:
    """The label of a relation's type, from its display value, from the table of types, or as it stands."""
    return kept_text(type_.shown or labels.get(type_.sys_id, "") or type_.value)


def _edge(estate: Estate, relation: Relation) -> RelationshipRecord | str:
    """The edge that a relation means, or the code of why its meaning is not clear."""
    reading = reading_of(relation.label)
    if reading is None:
        return "RELATION_TYPE_UNKNOWN"
    ends = (relation.parent, relation.child) if reading.first == PARENT else (relation.child, relation.parent)
    edge = edge_of(reading.bond, *(estate.class_of(end.to) for end in ends))
    if edge is None:
        return "RELATION_ENDS_UNKNOWN"
    return _record(estate, relation, ends[::-1] if edge.turned else ends, edge)


def _record(estate: Estate, relation: Relation, ends: tuple[Lead, Lead], edge: Edge) -> RelationshipRecord:
    from_, to = ends
    basis = Basis.INFERRED if Basis.INFERRED in (from_.basis, to.basis) else Basis.DECLARED
    evidence = (Evidence(relation.label or _NO_LABEL, relation.where),)
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


_NO_LABEL: Final = "a relation without a type"
_UNCLEAR: Final[Mapping[str, str]] = {
    "RELATION_TYPE_UNKNOWN": "What {} means is not known. If it is only an id, give the table cmdb_rel_type, too.",
    "RELATION_ENDS_UNKNOWN": "What fails with what by {} hangs on the classes. Give the tables of both ends, too.",
}
