"""Keys and link objects to relationships."""

from collections.abc import Iterator
from dataclasses import replace

from cmdb.model.items import Basis
from cmdb.model.observations import Evidence, Problem, RelationshipRecord
from cmdb.model.references import ByKey
from cmdb.model.values import JSONValue
from importers.itop.classes import is_a, is_link
from importers.itop.index import Index
from importers.itop.keys import LINKS, SOLUTION_GROUP, Arrow, Key, Link, foreign_link, keys_of
from importers.itop.objects import ItopObject
from importers.itop.records import solution_is_redundant


def edges_of(item: ItopObject, index: Index) -> Iterator[RelationshipRecord | Problem]:
    """The relationships that an object bears in its keys, or is."""
    link = link_of(item)
    if link is not None:
        yield from _joined(item, link, index)
        return
    own = index.reference(item.cls, item.id)
    for key in keys_of(item.cls):
        other = index.resolve(item, key)
        if other.problem is not None:
            yield other.problem
        if other.reference is not None:
            ends = (own, other.reference) if key.arrow is Arrow.OUT else (other.reference, own)
            yield _edge(item, key, *ends, index)
    yield from _as_customer(item, index)


def link_of(item: ItopObject) -> Link | None:
    """What an object joins if it is a link that can be read."""
    return LINKS.get(item.cls) or (foreign_link(item.fields) if is_link(item.cls) else None)


def _joined(item: ItopObject, link: Link, index: Index) -> Iterator[RelationshipRecord | Problem]:
    origin, target = index.resolve(item, link.origin), index.resolve(item, link.target)
    yield from (end.problem for end in (origin, target) if end.problem is not None)
    if origin.reference is not None and target.reference is not None:
        yield _linked(_edge(item, link.origin, origin.reference, target.reference, index), item, index)


def _edge(item: ItopObject, key: Key, origin: ByKey, target: ByKey, index: Index) -> RelationshipRecord:
    evidence = (Evidence(f"{item.cls}.{key.field}", item.where),)
    return RelationshipRecord(
        index.scope(item.cls), key.type, origin, target, group=key.group, evidence=evidence, where=item.where
    )


def _linked(edge: RelationshipRecord, item: ItopObject, index: Index) -> RelationshipRecord:
    """The edge of a link object as the fields of the link shape it."""
    if edge.group == SOLUTION_GROUP and not solution_is_redundant(index, _key(edge.from_ref)):
        return replace(edge, group=None)
    if item.cls == "lnkFunctionalCIToTicket":
        return _of_ticket(edge, item)
    if item.get("connection_type").casefold() == "uplink":
        return _uplink(edge)
    return edge


def _of_ticket(edge: RelationshipRecord, item: ItopObject) -> RelationshipRecord:
    """What a ticket says of a CI: at risk is the least that it means; iTop does not say how bad it is.

    What iTop computed itself is a conclusion from relationships that are all here; of a request nothing fails.
    """
    ticket = _key(edge.from_ref).partition("/")[0]
    impact = item.get("impact_code").casefold()
    affects = ticket != "UserRequest" and is_a(ticket, "Ticket") and ticket != "Ticket"
    if not affects or impact == "computed":
        basis = Basis.INFERRED if impact == "computed" else Basis.DECLARED
        return replace(edge, type="RELATES_TO", basis=basis)
    state: JSONValue = "none" if impact == "not_impacted" else "at_risk"
    return replace(edge, attributes={"state": state})


def _uplink(edge: RelationshipRecord) -> RelationshipRecord:
    """The device leads the network device on, if it is one too; else the link says only that there is a cable."""
    leads_on = _key(edge.from_ref).startswith(("NetworkDevice/", "SANSwitch/"))
    if leads_on:
        return replace(edge, from_ref=edge.to_ref, to_ref=edge.from_ref)
    return replace(edge, type="LINKED_TO")


def _as_customer(item: ItopObject, index: Index) -> Iterator[RelationshipRecord]:
    """The organisation of a customer contract receives the services of the contract."""
    if item.cls == "CustomerContract" and (number := index.customers.get(item.id)) is not None:
        customer, organization = _customer(number, index), index.reference("Organization", number)
        yield _edge(item, Key("org_id", "Organization", "MEMBER_OF"), customer, organization, index)
    if item.cls == "lnkCustomerContractToService":
        key = Key("customercontract_id", "CustomerContract", "SUBSCRIBES_TO")
        contract = index.resolve(item, key).reference
        number = index.customers.get(contract.key.partition("/")[2]) if contract is not None else None
        if number is not None:
            own = index.reference(item.cls, item.id)
            yield _edge(item, key, _customer(number, index), own, index)


def _customer(number: str, index: Index) -> ByKey:
    return ByKey(index.scope("CustomerContract"), f"Customer/{number}")


def _key(reference: object) -> str:
    return reference.key if isinstance(reference, ByKey) else ""
