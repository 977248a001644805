"""Reference fields of rows that say how things stand to one another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.observations import Evidence, RelationshipRecord
from cmdb.model.references import ByKey
from importers.servicenow.estate import Estate, item_class
from importers.servicenow.meanings import PARTS_GROUP
from importers.servicenow.rows import Row
from importers.servicenow.tables import ALL_CLASSES, CLUSTERS, EQUIPMENT, PARTIES, PLACES, RECORDS, SERVICES, Sort


@dataclass(frozen=True, slots=True)
class Rule:
    """One field: the classes it is read of and may lead to, the edge it becomes, and the one for any other ends."""

    field: str
    classes: frozenset[str]
    type: str
    targets: frozenset[str]
    otherwise: str | None = None
    group: str | None = None


_CIS: Final = ALL_CLASSES - RECORDS
_OWNED: Final = ALL_CLASSES - PARTIES
_LOCATED: Final = EQUIPMENT | PLACES | CLUSTERS | {"NetworkCircuit", "NetworkSegment"}
_NODES: Final = frozenset({"ApplicationComponent"})

RULES: Final = (
    Rule("support_group", _OWNED, "SUPPORTED_BY", frozenset({"Team", "Person", "Organization"}), "RELATES_TO"),
    Rule("supported_by", _OWNED, "SUPPORTED_BY", frozenset({"Team", "Person", "Organization"}), "RELATES_TO"),
    Rule("owned_by", _OWNED, "OWNED_BY", PARTIES, "RELATES_TO"),
    Rule("company", _OWNED, "OWNED_BY", PARTIES, "RELATES_TO"),
    Rule("vendor", _CIS | SERVICES, "SUPPLIED_BY", frozenset({"Supplier"}), "RELATES_TO"),
    Rule("location", _LOCATED, "LOCATED_IN", PLACES, "RELATES_TO"),
    Rule("location", _OWNED - _LOCATED, "RELATES_TO", ALL_CLASSES),
    Rule("parent", PLACES, "LOCATED_IN", PLACES),
    Rule("rack", EQUIPMENT, "LOCATED_IN", PLACES, "RELATES_TO"),
    Rule("cluster", _NODES, "PART_OF", _CIS, "RELATES_TO", PARTS_GROUP),
    Rule("server", _NODES, "RUNS_ON", _CIS, "RELATES_TO"),
    Rule("database_instance", frozenset({"Datastore"}), "RUNS_ON", _CIS, "RELATES_TO"),
    Rule("cmdb_ci", frozenset({"NetworkInterface"}), "CONTAINED_IN", _CIS, "RELATES_TO"),
    Rule("parent", frozenset({"Offering"}), "OFFERING_OF", SERVICES, "RELATES_TO"),
    Rule("parent", frozenset({"Team"}), "MEMBER_OF", frozenset({"Team", "Organization", "Customer"})),
    Rule("company", frozenset({"Person"}), "MEMBER_OF", frozenset({"Team", "Organization", "Customer"})),
)
READ_AS_EDGES: Final = frozenset(rule.field for rule in RULES)
"""Fields that are read as relationships."""


def reference_edges(estate: Estate) -> Iterator[RelationshipRecord]:
    """The edges that the reference fields of live rows speak for, and who belongs to which group, in input order.

    A reference to a row that is retired in the same input says nothing of what lives.
    """
    for row in estate.items.values():
        cls = item_class(row)
        for rule in RULES:
            if cls in rule.classes:
                yield from _edge(estate, row, rule)
    for row in estate.of_sort(Sort.MEMBERSHIP):
        yield from _membership(estate, row)


def _edge(estate: Estate, row: Row, rule: Rule) -> Iterator[RelationshipRecord]:
    lead = estate.lead(row.cell(rule.field))
    if lead is None or lead.to.key in estate.gone or lead.to.key == row.key:
        return
    target = estate.class_of(lead.to)
    type_ = rule.type if target is None or target in rule.targets else rule.otherwise
    if type_ is not None:
        where = row.at(rule.field)
        ends = (ByKey(estate.scope, row.key), lead.to)
        evidence = (Evidence(f"{row.table}.{rule.field}", where),)
        yield RelationshipRecord(
            estate.scope, type_, *ends, lead.basis, group=rule.group, evidence=evidence, where=where
        )


def _membership(estate: Estate, row: Row) -> Iterator[RelationshipRecord]:
    user, group = estate.lead(row.cell("user")), estate.lead(row.cell("group"))
    if user is None or group is None or {user.to.key, group.to.key} & estate.gone:
        return
    basis = max(user.basis, group.basis, key=_STRENGTHS.__getitem__)
    evidence = (Evidence(row.table, row.where),)
    yield RelationshipRecord(estate.scope, "MEMBER_OF", user.to, group.to, basis, evidence=evidence, where=row.where)


_STRENGTHS: Final[Mapping[str, int]] = {"declared": 0, "observed": 1, "inferred": 2}
