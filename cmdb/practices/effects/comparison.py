"""The graph as it is beside the graph as it would be."""

from typing import Final

from cmdb.ingest.touched import TouchedGraph
from cmdb.practices.effects.answers import Effects, Limits, Omission, OmissionKind
from cmdb.store.port import Store

USUAL: Final = Limits()


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
        return Effects(0, complete=True, omitted=(Omission(OmissionKind.NOTHING_BEFORE, 1, message),))
    message = f"None of at most {limits.trials} CIs was failed at seq {store.head()}."
    return Effects(planned.base_seq, complete=False, omitted=(Omission(OmissionKind.TRIALS, 1, message),))
