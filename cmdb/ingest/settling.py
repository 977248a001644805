"""Bringing what was just written in line with what others wrote since it was planned."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from cmdb.errors import CardinalityExceeded, Conflict
from cmdb.ingest.edges import plan_keys
from cmdb.ingest.items import plan_targets
from cmdb.ingest.planning import Context, Planned
from cmdb.model.commits import Commit
from cmdb.store.port import Store

ATTEMPTS = 10
"""How often a write is planned anew when somebody else wrote the same things first."""

OVERTAKEN = (Conflict, CardinalityExceeded)
"""What a store refuses when it is no longer as it was while the write was planned."""

Repair = Callable[[Planned], Commit | None]
"""Writes a plan; ``None`` when there was nothing to write."""


def settle(store: Store, items: Collection[str], edges: Collection[str], write: Repair) -> None:
    """Let the graph be the fold of all claims to some items and edges again.

    A claim that changes nothing in the graph bears no revision that could conflict with another writer's; so whoever
    commits last looks at all claims once more, and then no writer's word is lost whatever their order.

    Raises:
        Conflict: overtaken more than :data:`ATTEMPTS` times.
    """
    for attempt in range(ATTEMPTS):
        head = store.head()
        planned = Planned()
        context = Context(store, store.catalogue, "", datetime.now(UTC), frozenset)
        plan_targets(items, context, planned)
        plan_keys(edges, context, planned)
        try:
            commit = write(planned)
        except OVERTAKEN:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            if commit is None or commit.seq == head + 1:
                return
