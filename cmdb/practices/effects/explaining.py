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
from cmdb.practices.reasons import steps


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
        most: int,
    ) -> None:
        """``owners`` are the dependents whose groups the plan may change; ``most`` items are followed, with chains."""
        self._graph = graph
        self._owners = owners
        self._changed = {id_: pair.changed() for id_, pair in owners.items()}
        self._here = here
        self._there = there
        self._downfalls = impact.Downfalls(here.graph), impact.Downfalls(there.graph)
        self._left = most

    def single_points(self, ci: str, services: Collection[str]) -> Iterator[SinglePoint]:
        """A row for each of ``services``, all of which fall with ``ci`` here and not there, until the limit ends it."""
        if self._left <= 0:
            return
        fall = self._downfalls[0].follow(self._here.numbers[ci])
        walk = _Walk(self._here, fall, self._fallen_there(ci), self._changed)
        self._left -= len(fall.rounds)
        for id_ in services:
            if self._left <= 0:
                return
            number = self._here.numbers[id_]
            service = self._graph.item(id_).after
            criticality = service.attributes.get("criticality")
            origin = walk.origin(number)
            way = steps(self._here, fall.chain(number))
            self._left -= len(way)
            yield SinglePoint(
                service=named(service),
                criticality=str(criticality) if criticality is not None else None,
                ci=named(self._graph.item(ci).after),
                reason=told(self._graph, self._owners[origin.owner], origin.key),
                chain=way,
            )

    def _fallen_there(self, ci: str) -> frozenset[int]:
        """What falls on the other graph, in the numbers of this one."""
        if ci not in self._there.numbers:
            return frozenset()
        fallen = self._downfalls[1].follow(self._there.numbers[ci]).rounds
        ids = (self._there.items[number].id for number in fallen)
        return frozenset(self._here.numbers[id_] for id_ in ids if id_ in self._here.numbers)


class _Walk:
    """The ways of one failure, each walked once."""

    def __init__(
        self,
        here: DependencyGraph,
        fall: impact.Downfall,
        elsewhere: Collection[int],
        changed: Mapping[str, Collection[GroupKey]],
    ) -> None:
        self._here = here
        self._fall = fall
        self._elsewhere = elsewhere
        self._changed = changed
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
        changed = self._changed.get(owner, ())
        fired = self._fall.firing(number)
        keys = [key for members in fired if (key := self._key(members[0])) in changed] if changed else []
        if keys:
            return Origin(owner, min(keys, key=str))
        early = (edge.provider for members in fired for edge in members if edge.provider not in self._elsewhere)
        return min(early, key=lambda provider: (self._fall.rounds[provider], provider))

    def _key(self, member: impact.HardEdge) -> GroupKey:
        """The group in which a relationship stands."""
        edge = self._here.edges[member.edge]
        name = None if member.group == impact.ALONE else self._here.graph.groups[member.group].name
        return GroupKey(name, "" if name is not None else edge.key)
