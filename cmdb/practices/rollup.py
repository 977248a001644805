"""Rolling impact up: which parties must be called for what is raised."""

from collections import defaultdict

import impact
from cmdb.model.catalogue import Catalogue
from cmdb.practices.answers import Called
from cmdb.practices.dependencies import DependencyGraph


def called(graph: DependencyGraph, result: impact.Impact, catalogue: Catalogue, ancestor: str) -> tuple[Called, ...]:
    """The parties of one class (with subclasses) that answer for raised items, worst first.

    Linear in the raised items and their responsibilities.
    """
    states: dict[int, impact.FailureState] = {}
    roles: dict[int, set[str]] = defaultdict(set)
    items: dict[int, set[int]] = defaultdict(set)
    for number in result.raised():
        for role, party in graph.responsible.get(number, ()):
            if catalogue.is_a(graph.items[party].cls, ancestor):
                states[party] = max(states.get(party, impact.FailureState.UP), result.state(number))
                roles[party].add(role)
                items[party].add(number)
    order = sorted(states, key=lambda party: (-states[party], party))
    return tuple(
        Called(
            id=graph.items[party].id,
            cls=graph.items[party].cls,
            name=graph.items[party].name,
            state=states[party].label,
            roles=tuple(sorted(roles[party])),
            items=len(items[party]),
        )
        for party in order
    )


def counts(graph: DependencyGraph, result: impact.Impact) -> dict[str, dict[str, int]]:
    """How many raised items of each class are in each state, worst state first."""
    table: dict[str, dict[str, int]] = {}
    for number in result.raised():
        row = table.setdefault(graph.items[number].cls, {"down": 0, "degraded": 0, "at_risk": 0})
        row[result.state(number).label] += 1
    return dict(sorted(table.items()))
