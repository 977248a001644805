"""The root of all queries."""

import strawberry

from cmdb_graphql.connections import Connection
from cmdb_graphql.fields import drawn
from cmdb_graphql.graph_queries import GraphQueries
from cmdb_graphql.kinds import (
    CI,
    Agreement,
    Change,
    Customer,
    DuplicateCase,
    Incident,
    Offering,
    Problem,
    Service,
    Supplier,
    Team,
)
from cmdb_graphql.listings import listing, lookup
from cmdb_graphql.plan_queries import PlanQueries
from cmdb_graphql.timeline_queries import TimelineQueries


@strawberry.type(description="Everything that can be asked.")
class Query(GraphQueries, TimelineQueries, PlanQueries):
    """Look-ups and lists of every kind, and what the graph and its history are asked."""

    ci: CI | None = drawn(lookup(CI), "One CI; null when there is none.")
    cis: Connection[CI] = drawn(listing(CI), "CIs.")
    change: Change | None = drawn(lookup(Change), "One change; null when there is none.")
    changes: Connection[Change] = drawn(listing(Change), "Changes.")
    incident: Incident | None = drawn(lookup(Incident), "One incident; null when there is none.")
    incidents: Connection[Incident] = drawn(listing(Incident), "Incidents.")
    problem: Problem | None = drawn(lookup(Problem), "One problem; null when there is none.")
    problems: Connection[Problem] = drawn(listing(Problem), "Problems.")
    customers: Connection[Customer] = drawn(listing(Customer), "Customers.")
    services: Connection[Service] = drawn(listing(Service), "Services.")
    offerings: Connection[Offering] = drawn(listing(Offering), "Offerings.")
    agreements: Connection[Agreement] = drawn(listing(Agreement), "Agreements.")
    teams: Connection[Team] = drawn(listing(Team), "Teams.")
    suppliers: Connection[Supplier] = drawn(listing(Supplier), "Suppliers.")
    duplicate_case: DuplicateCase | None = drawn(lookup(DuplicateCase), "One duplicate case; null when there is none.")
    duplicate_cases: Connection[DuplicateCase] = drawn(listing(DuplicateCase), "Duplicate cases.")
