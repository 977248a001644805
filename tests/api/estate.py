"""A small estate: a 2-of-3 database under a shop, its power, services, customers, and what is planned for it."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from cmdb.ingest.engine import Order
from cmdb.ingest.reports import ImportReport
from cmdb.model.observations import Observation, Where
from cmdb.model.rows import observations_of, parse_row
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from cmdb.practices.services import Services

SCOPE = Scope("inventory/prod", "hall-1")
Row: TypeAlias = Mapping[str, JSONValue]


def item(cls: str, name: str, groups: JSONValue = None, **attributes: JSONValue) -> Row:
    """A CI or record."""
    return {"class": cls, "name": name, "attributes": attributes, "groups": groups or {}}


def edge(from_: str, type_: str, to: str, **attributes: JSONValue) -> Row:
    """A relationship."""
    return {"type": type_, "from": from_, "to": to, "attributes": attributes}


ITEMS: tuple[Row, ...] = (
    item("PDU", "pdu-a", vendor="Voltworks", serial="PA-1"),
    item("PDU", "pdu-b", vendor="Voltworks", serial="PB-1"),
    *(item("Host", f"host-{n}", vendor="Ironclad", serial=f"S-{n}", memory_mib=1024 * n) for n in (1, 2, 3)),
    *(item("DatabaseInstance", f"orders-db-{n}", engine="PostgreSQL") for n in (1, 2, 3)),
    item("DatabaseCluster", "orders-db", groups={"replicas": {"min_up": "2"}}, criticality="critical"),
    item("Application", "shop", criticality="high"),
    item("BusinessService", "Online shop", code="SVC-1", service_hours="24x7", criticality="critical"),
    item("TechnicalService", "Database hosting", code="SVC-2"),
    item("Offering", "Shop gold", code="OFF-1", level="gold"),
    item("BusinessProcess", "Order taking"),
    item("Customer", "Northwind", code="C-1", email="it@northwind.example"),
    item("Customer", "Southwind", code="C-2"),
    item(
        "Agreement", "Shop SLA", code="AGR-1", agreement_type="sla", availability_target=99.5, valid_from="2026-01-01"
    ),
    item("Team", "Database team", code="T-1", phone="555-0101"),
    item("Supplier", "Ironclad Ltd", code="SUP-1"),
    item(
        "Change",
        "Replace two hosts",
        code="CHG-1",
        change_type="normal",
        window_start="2026-11-28T22:00:00Z",
        window_end="2026-11-29T02:00:00Z",
    ),
    item("Incident", "Shop is slow", code="INC-1", started_at="2026-11-20T08:00:00Z"),
    item("Problem", "Weak power feed", code="PRB-1", workaround="Use the other feed"),
)

EDGES: tuple[Row, ...] = (
    *(edge(f"Host:host-{n}", "POWERED_BY", f"PDU:pdu-{feed}") for n in (1, 2, 3) for feed in "ab"),
    *(edge(f"DatabaseInstance:orders-db-{n}", "RUNS_ON", f"Host:host-{n}") for n in (1, 2, 3)),
    *(edge(f"DatabaseInstance:orders-db-{n}", "PART_OF", "DatabaseCluster:orders-db") for n in (1, 2, 3)),
    edge("Application:shop", "DEPENDS_ON", "DatabaseCluster:orders-db"),
    edge("BusinessService:Online shop", "DEPENDS_ON", "Application:shop"),
    edge("TechnicalService:Database hosting", "DEPENDS_ON", "DatabaseCluster:orders-db"),
    edge("Offering:Shop gold", "OFFERING_OF", "BusinessService:Online shop"),
    edge("BusinessProcess:Order taking", "DEPENDS_ON", "BusinessService:Online shop"),
    edge("Customer:Northwind", "SUBSCRIBES_TO", "Offering:Shop gold"),
    edge("Agreement:Shop SLA", "COVERS", "Offering:Shop gold"),
    edge("Agreement:Shop SLA", "AGREED_WITH", "Customer:Northwind"),
    edge("DatabaseCluster:orders-db", "SUPPORTED_BY", "Team:Database team"),
    *(edge(f"Host:host-{n}", "SUPPLIED_BY", "Supplier:Ironclad Ltd") for n in (1, 2, 3)),
    edge("Change:Replace two hosts", "AFFECTS", "Host:host-1", state="down"),
    edge("Change:Replace two hosts", "AFFECTS", "Host:host-2", state="down"),
    edge("Incident:Shop is slow", "AFFECTS", "Application:shop", state="degraded"),
    edge("Problem:Weak power feed", "AFFECTS", "PDU:pdu-a", state="at_risk"),
    edge("Problem:Weak power feed", "AFFECTS", "PDU:pdu-b", state="none"),
)


def observations() -> Iterator[Observation]:
    """The whole estate as an importer yields it."""
    for row in (*ITEMS, *EDGES):
        yield observations_of(parse_row(row), SCOPE, Where("estate"))


def furnish(services: Services) -> None:
    """Import the estate."""
    report = services.ingest.run([observations], Order("importer", "inventory/prod", "the estate"))
    assert report.problems == ()
    assert report.dangling == ()


def swap_serials(services: Services, request_id: str) -> ImportReport:
    """An import that is held: it says of two power units that each is the other."""
    units = (("pdu-a", "PB-1"), ("pdu-b", "PA-1"))
    rows = [item("PDU", name, vendor="Voltworks", serial=serial) for name, serial in units]
    seen = [observations_of(parse_row(row), SCOPE, Where("swapped")) for row in rows]
    return services.ingest.run([lambda: seen], Order("importer", "inventory/prod", request_id=request_id))
