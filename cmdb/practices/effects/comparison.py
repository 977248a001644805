"""The graph as it is beside the graph as it would be."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from cmdb.ingest.touched import TouchedGraph
from cmdb.model.items import Lifecycle
from cmdb.practices.effects.answers import Effects, GroupChange, Limits, Omission, OmissionKind, RadiusChange
from cmdb.practices.effects.explaining import Explainer
from cmdb.practices.effects.groups import owner_pairs
from cmdb.practices.effects.laid_over import LaidOver
from cmdb.practices.effects.omissions import beyond_limits, not_compared
from cmdb.practices.effects.points import explained, points
from cmdb.practices.effects.radii import growth, notable, radius_changes
from cmdb.practices.effects.region import Region
from cmdb.practices.effects.search import Fall, differences
from cmdb.practices.effects.touching import touched
from cmdb.practices.effects.weakening import is_newly_broken, weaker
from cmdb.store.port import Store

USUAL: Final = Limits()
Row = TypeVar("Row")


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


class _Comparison:
    """One comparison, from what is touched to the rows that are told."""

    def __init__(self, store: Store, planned: TouchedGraph, limits: Limits) -> None:
        self._graph = LaidOver(store, planned)
        self._region = Region(self._graph, self._graph.size + limits.region)
        self._limits = limits
        self._touched = touched(planned, self._graph.rules)
        self._owners = owner_pairs(self._graph, self._touched.old | self._touched.new)
        self._unlisted = 0

    def effects(self) -> Effects:
        """Groups by count; then each CI that may take more or less down, failed on both sides; then what is told."""
        for dependents in (self._touched.old, self._touched.new):
            self._region.close(dependents)
        suspects = self._suspects()
        falls = list(differences(self._region, suspects[: self._limits.trials]))
        groups = sorted(self._weaker(), key=_weakest_first)
        gained = self._listed(points(self._graph, ((fall.ci, fall.gained) for fall in falls)))
        lost = self._listed(points(self._graph, ((fall.ci, fall.lost) for fall in falls)))
        sides = self._region.sides()
        radii = notable(self._graph, falls, self._limits)
        told = Effects(
            base_seq=self._graph.seq,
            spof_gained=explained(Explainer(self._graph, self._owners, sides.after, sides.before), gained),
            spof_lost=explained(Explainer(self._graph, self._owners, sides.before, sides.after), lost),
            groups_weakened=tuple(self._listed([change for change in groups if not is_newly_broken(change)])),
            groups_broken=tuple(self._listed([change for change in groups if is_newly_broken(change)])),
            radii_grown=self._measured([fall for fall in radii if growth(fall) > (0, 0)]),
            radii_shrunk=self._measured([fall for fall in radii if growth(fall) < (0, 0)]),
        )
        untried = max(0, len(suspects) - self._limits.trials)
        left_out = (*beyond_limits(self._region, untried, self._unlisted), *not_compared(self._graph, falls))
        return replace(told, omitted=left_out)

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
        return [id_ for part in (old, new) for id_ in sorted(part, key=self._name)]

    def _beneath(self, dependents: Collection[str]) -> set[str]:
        pairs = [self._owners[id_] for id_ in dependents]
        return self._region.beneath({provider for pair in pairs for provider in pair.hard_providers(pair.changed())})

    def _name(self, id_: str) -> tuple[str, str]:
        item = self._graph.item(id_).after
        return item.label, item.identity_key

    def _listed(self, rows: Sequence[Row]) -> Sequence[Row]:
        """As many as may be listed; the others are counted."""
        self._unlisted += max(0, len(rows) - self._limits.listed)
        return rows[: self._limits.listed]

    def _measured(self, falls: Sequence[Fall]) -> tuple[RadiusChange, ...]:
        return radius_changes(self._graph, self._region, self._listed(falls))


def _weakest_first(change: GroupChange) -> tuple[bool, int, str, str]:
    return not change.loses_redundancy, change.after.spare, change.owner.label, change.group or ""
