"""Why a service falls with one CI on one side only: where its way begins to differ, and one shortest chain."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import impact
from cmdb.practices.dependencies import DependencyGraph
from cmdb.practices.effects.answers import SinglePoint
from cmdb.practices.effects.groups import GroupKey, OwnerPair
from cmdb.practices.effects.laid_over import LaidOver
from cmdb.practices.effects.weakening import named
from cmdb.practices.effects.wording import told
from cmdb.practices.reasons import chain


class Origin(NamedTuple):
    """The group where the way of a failure begins to differ."""

    owner: str
    key: GroupKey


class Explainer:
    """Explains what falls on one of the two graphs (``here``) and not on the other (``there``)."""

    def __init__(
        self,
        graph: LaidOver,
        owners: Mapping[str, OwnerPair],
        here: DependencyGraph,
        there: DependencyGraph,
    ) -> None:
        """``owners`` are the dependents whose groups the plan may change."""
        self._graph = graph
        self._owners = owners
        self._here = here
        self._there = there

    def single_points(self, ci: str, services: Collection[str]) -> Iterator[SinglePoint]:
        """A row for each of ``services``, all of which fall with ``ci`` here and not there."""
        result = impact.evaluate(self._here.graph, {self._here.numbers[ci]: impact.FailureState.DOWN})
        walk = _Walk(self._here, result, self._fallen_there(ci), self._owners)
        for id_ in services:
            number = self._here.numbers[id_]
            service = self._graph.item(id_).after
            criticality = service.attributes.get("criticality")
            origin = walk.origin(number)
            yield SinglePoint(
                service=named(service),
                criticality=str(criticality) if criticality is not None else None,
                ci=named(self._graph.item(ci).after),
                reason=told(self._graph, self._owners[origin.owner], origin.key),
                chain=chain(result, self._here, number),
            )

    def _fallen_there(self, ci: str) -> frozenset[str]:
        nodes = [self._there.numbers[ci]] if ci in self._there.numbers else []
        failures = impact.single_failures(self._there.graph, nodes)
        return frozenset(self._there.items[number].id for fallen in failures for number in fallen.tolist())


class _Walk:
    """The ways of one failure, each walked once."""

    def __init__(
        self,
        here: DependencyGraph,
        result: impact.Impact,
        elsewhere: Collection[str],
        owners: Mapping[str, OwnerPair],
    ) -> None:
        self._here = here
        self._result = result
        self._elsewhere = elsewhere
        self._owners = owners
        self._origins: dict[int, Origin] = {}

    def origin(self, number: int) -> Origin:
        """Where the way to a node begins that falls here and not elsewhere.

        It leads along members that fall here only, each raised before the last, to a group that differs.  A group that
        is the same on both sides and fires on one has a member that falls on this side only and was raised before its
        owner; so the walk goes down in rank, and ends at a group that is not the same.
        """
        way: list[int] = []
        step: Origin | int = number
        while not isinstance(step, Origin):
            way.append(step)
            step = self._origins.get(step) or self._step(step)
        self._origins |= dict.fromkeys(way, step)
        return step

    def _step(self, number: int) -> Origin | int:
        owner = self._here.items[number].id
        changed = self._owners[owner].changed() if owner in self._owners else frozenset()
        fired = self._fired(impact.reason(self._here.graph, self._result, number))
        for key in fired:
            if key in changed:
                return Origin(owner, key)
        return min(
            (member.round, member.provider)
            for members in fired.values()
            for member in members
            if self._here.items[member.provider].id not in self._elsewhere
        )[1]

    def _fired(self, why: impact.Reason) -> Mapping[GroupKey, list[impact.FailedMember]]:
        """The groups that take a node DOWN, each with its members that were DOWN before the node was."""
        fired = {}
        for group in why.groups:
            early = [member for member in group.failed if _was_down_before(member, why)]
            if group.n - len(early) < group.needed:
                edge = self._here.edges[group.failed[0].edge].key if group.name is None else ""
                fired[GroupKey(group.name, edge)] = early
        return fired


def _was_down_before(member: impact.FailedMember, why: impact.Reason) -> bool:
    return member.contribution is impact.FailureState.DOWN and why.round is not None and member.round < why.round
