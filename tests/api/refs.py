"""References as variables of operations."""

from cmdb.model.values import JSONValue


def key(cls: str, name: str) -> JSONValue:
    """By class and name."""
    return {"key": {"class": cls, "name": name}}


HOST_1 = key("Host", "host-1")
HOST_2 = key("Host", "host-2")
SHOP = key("Application", "shop")
DATABASE = key("DatabaseCluster", "orders-db")
CHANGE = key("Change", "Replace two hosts")
INCIDENT = key("Incident", "Shop is slow")
PROBLEM = key("Problem", "Weak power feed")
CASE = key("DuplicateCase", "PDU:pdu-a / PDU:pdu-b")
DECIDED = key("DuplicateCase", "Customer:Northwind / Customer:Southwind")
NOBODY = key("Host", "nobody")
