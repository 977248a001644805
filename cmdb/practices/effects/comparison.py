"""The graph as it is beside the graph as it would be."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from cmdb.ingest.touched import TouchedGraph
from cmdb.model.items import Lifecycle
from cmdb.practices.dependencies import DependencyGraph
from cmdb.practices.effects.answers import (
    Effects,
    GroupChange,
    Limits,
    Omission,
    OmissionKind,
    SinglePoint,
    Totals,
)
from cmdb.practices.effects.explaining import Explainer
from cmdb.practices.effects.groups import owner_pairs
from cmdb.practices.effects.laid_over import LaidOver
from cmdb.practices.effects.omissions import left_out
from cmdb.practices.effects.points import Point, Points, Ranking, explained
from cmdb.practices.effects.radii import notable, radius_changes
from cmdb.practices.effects.region import Region
from cmdb.practices.effects.search import Differences, Growth, Search
from cmdb.practices.effects.touching import touched
from cmdb.practices.effects.weakening import is_newly_broken, weaker
from cmdb.store.port import Store

USUAL: Final = Limits()
TOGETHER: Final = 2_000
"""Touched dependents that are read together: where the limit ends, the parts before are complete."""


def effects(store: Store, planned: TouchedGraph, limits: Limits = USUAL) -> Effects:
    """What a plan would do to single points of failure, redundancy groups and blast radii.

    ``planned`` comes from :meth:`cmdb.ingest.engine.Ingest.rehearse` (``rehearsal.overlay.touched()``), or from the
    history: ``TouchedGraph(start, store.difference(start, end))``.  Nothing is written.

    A CI is a *single point of failure* of a service when the least fixpoint of failure states from that CI alone being
    DOWN has the service DOWN; its *radius* is everything else that this fixpoint has DOWN.  Compared are the services,
    offerings and CIs that are there before and after; retired CIs count as they do for every impact.

    Only what the plan touches costs: what its changed groups stand on, and what stands on them as long as that
    falls differently.  A first import costs one look.

    Raises:
        StoreUnavailable: the store is away.  SeqUnavailable: ``planned`` is of a later time than the store.
    """
    if planned.base_seq == 0:
        message = "The store is empty: there is nothing to compare with."
        return Effects(0, omitted=(Omission(OmissionKind.NOTHING_BEFORE, 1, message),))
    return _Comparison(store, planned, limits).effects()


@dataclass(frozen=True, slots=True)
class _Findings:
    """Everything that was found, in the order in which it is told."""

    gained: Points
    lost: Points
    weakened: Sequence[GroupChange]
    broken: Sequence[GroupChange]
    grown: Sequence[Growth]
    shrunk: Sequence[Growth]

    @property
    def totals(self) -> Totals:
        """How much of each."""
        groups, radii = (self.weakened, self.broken), (self.grown, self.shrunk)
        return Totals(self.gained.count, self.lost.count, *map(len, (*groups, *radii)))


class _Comparison:
    """One comparison, from what is touched to the rows that are told."""

    def __init__(self, store: Store, planned: TouchedGraph, limits: Limits) -> None:
        self._graph = LaidOver(store, planned)
        self._region = Region(self._graph, self._graph.size + limits.region)
        self._ranking = Ranking(self._graph)
        self._search = Search(self._region, limits, self._ranking)
        self._limits = limits
        self._touched = touched(planned, self._graph.rules)
        self._owners = owner_pairs(self._graph, self._touched.old | self._touched.new)

    def effects(self) -> Effects:
        """Fail whatever may take more or less down, on both sides, and tell the differences."""
        for dependents in (self._touched.old, self._touched.new):
            ordered = iter(self._ranking.in_order(dependents))
            while part := list(islice(ordered, TOGETHER)):
                self._region.close(part)
        differences = self._search.differences(self._suspects())
        told = self._told(self._found(differences))
        omitted = left_out(self._graph, self._region, self._search, differences.services, told)
        return replace(told, omitted=tuple(omitted))

    def _found(self, differences: Differences) -> _Findings:
        groups = sorted(self._weaker(), key=_weakest_first)
        radii = notable(self._graph, differences.growths, self._limits)
        return _Findings(
            gained=differences.gained,
            lost=differences.lost,
            weakened=[change for change in groups if not is_newly_broken(change)],
            broken=[change for change in groups if is_newly_broken(change)],
            grown=[change for change in radii if (change.items, change.services) > (0, 0)],
            shrunk=[change for change in radii if (change.items, change.services) < (0, 0)],
        )

    def _told(self, found: _Findings) -> Effects:
        """The rows that may be listed, with their reasons and full extents."""
        most = self._limits.listed
        return Effects(
            base_seq=self._graph.seq,
            spof_gained=self._gained(found.gained.first),
            spof_lost=self._lost(found.lost.first),
            groups_weakened=tuple(found.weakened[:most]),
            groups_broken=tuple(found.broken[:most]),
            radii_grown=radius_changes(self._graph, self._search, found.grown[:most]),
            radii_shrunk=radius_changes(self._graph, self._search, found.shrunk[:most]),
            totals=found.totals,
        )

    def _gained(self, listed: Sequence[Point]) -> tuple[SinglePoint, ...]:
        before, after = self._compiled(listed)
        return explained(Explainer(self._graph, self._owners, after, before, self._limits.followed), listed)

    def _lost(self, listed: Sequence[Point]) -> tuple[SinglePoint, ...]:
        before, after = self._compiled(listed)
        return explained(Explainer(self._graph, self._owners, before, after, self._limits.followed), listed)

    def _compiled(self, listed: Sequence[Point]) -> tuple[DependencyGraph, DependencyGraph]:
        return self._region.compiled({id_ for point in listed for id_ in point})

    def _weaker(self) -> Iterator[GroupChange]:
        """Of dependents that are there before and live after: groups that differ, or keep what is being retired."""
        retiring = self._touched.retiring
        relying = {pair.dependent for pairs in self._graph.above(retiring).values() for pair in pairs}
        owners = owner_pairs(self._graph, (self._touched.old | relying) - self._touched.new)
        for id_, pair in owners.items():
            if self._graph.item(id_).after.lifecycle is Lifecycle.LIVE:
                yield from weaker(self._graph, pair, retiring)

    def _suspects(self) -> list[str]:
        """The CIs that a changed group stands on, by name; first those under dependents that are there before."""
        old = self._beneath(self._touched.old)
        new = {id_ for id_ in self._beneath(self._touched.new) - old if self._graph.item(id_).before is not None}
        return [id_ for part in (old, new) for id_ in self._ranking.in_order(part)]

    def _beneath(self, dependents: Collection[str]) -> set[str]:
        pairs = [self._owners[id_] for id_ in dependents]
        return self._region.beneath({provider for pair in pairs for provider in pair.hard_providers(pair.changed())})


def _weakest_first(change: GroupChange) -> tuple[bool, int, str, str]:
    return not change.loses_redundancy, change.after.spare, change.owner.label, change.group or ""
