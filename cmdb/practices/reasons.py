"""Reasons in words: one sentence from the arithmetic of a reason, and the steps of a chain."""

from collections.abc import Iterable

import impact
from cmdb.practices.answers import Step
from cmdb.practices.dependencies import DependencyGraph

WORDS = {
    impact.FailureState.UP: "up",
    impact.FailureState.AT_RISK: "at risk",
    impact.FailureState.DEGRADED: "degraded",
    impact.FailureState.DOWN: "down",
}


def sentence(reason: impact.Reason, graph: DependencyGraph) -> str:
    """Why a raised CI is in its state: its seed, or the groups that fired."""
    parts = [_group(group, graph) for group in reason.fired]
    if reason.seed is not None and reason.seed is reason.state:
        parts.insert(0, f"given as {WORDS[reason.seed]}")
    return "; ".join(parts)


def holding(reason: impact.Reason, graph: DependencyGraph) -> str:
    """Why a dependent of a failing CI holds or falls less far: each group concerned."""
    return "; ".join(_group(group, graph) for group in reason.groups)


def chain(result: impact.Impact, graph: DependencyGraph, number: int) -> tuple[Step, ...]:
    """One shortest chain of causes of a raised CI, seed first."""
    return steps(graph, result.chain(number))


def steps(graph: DependencyGraph, edges: Iterable[int]) -> tuple[Step, ...]:
    """Relationships of the compiled graph, by index, as they are told."""
    return tuple(_step(graph, edge) for edge in edges)


def _step(graph: DependencyGraph, number: int) -> Step:
    edge = graph.edges[number]
    dependent = int(graph.graph.dependents[number])
    provider = int(graph.graph.providers[number])
    return Step(graph.label(dependent), edge.type, graph.label(provider), edge.basis)


def _group(group: impact.GroupReason, graph: DependencyGraph) -> str:
    if group.name is None:
        return _alone(group.failed[0], graph)
    failed = ", ".join(f"{graph.label(member.provider)} {WORDS[member.state]}" for member in group.failed[:3])
    more = f" and {len(group.failed) - 3} more" if len(group.failed) > 3 else ""  # noqa: PLR2004 - a sentence stays short
    short = " (it needs more members than it has)" if group.overcommitted else ""
    return f"{group.name}: {group.up} of {group.n} left, needs {group.needed}{short}; {failed}{more}"


def _alone(member: impact.FailedMember, graph: DependencyGraph) -> str:
    edge = graph.edges[member.edge]
    soft = ", a soft dependency" if member.effect is impact.Effect.SOFT else ""
    arrow = f"{edge.type} {graph.label(member.provider)}"
    if graph.numbers[edge.from_id] == member.provider:
        arrow = f"{graph.label(member.provider)} is {edge.type} it"
        return f"{arrow} and is {WORDS[member.state]}{soft}"
    return f"{arrow}, which is {WORDS[member.state]}{soft}"
