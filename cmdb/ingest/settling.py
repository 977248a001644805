"""Bringing what was just written in line with what others wrote since it was planned."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from cmdb.errors import Conflict
from cmdb.ingest.attempts import OVERTAKEN, attempts
from cmdb.ingest.edges import plan_keys
from cmdb.ingest.following import followed
from cmdb.ingest.items import plan_targets
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.planning import Context, Planned
from cmdb.ingest.reader import Reader
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.sources import RecordKind, SourceRecord
from cmdb.store.port import Store

Repair = Callable[[Planned], Commit | None]
"""Writes a plan; ``None`` when there was nothing to write."""


def settle(store: Store, items: Collection[str], edges: Collection[str], write: Repair) -> None:
    """Let the graph be the fold of all claims to some items and edges again.

    A claim that changes nothing in the graph bears no revision that could conflict with another writer's; so whoever
    commits last looks at all claims once more, and then no writer's word is lost whatever their order.  A claim to what
    somebody merged meanwhile goes to what it became.

    Raises:
        Conflict: others were faster at every attempt.
    """
    for is_last in attempts():
        head = store.head()
        planned = Planned(records=_strays(store, {*items, *edges}))
        context = Context(_over(store, planned), store.catalogue, "", datetime.now(UTC), frozenset)
        plan_targets(planned.targets(RecordKind.ITEM).union(items), context, planned)
        plan_keys(planned.targets(RecordKind.RELATIONSHIP).union(edges), context, planned)
        try:
            commit = write(planned)
        except OVERTAKEN:
            if is_last:
                raise
        else:
            if commit is None or commit.seq == head + 1:
                return
    raise Conflict("Others wrote at every attempt to bring things in line.", hint="Import again when they are done.")


def _strays(store: Store, targets: Collection[str]) -> list[SourceRecord]:
    """What is said of things that are no longer what they were, as it has to be written."""
    said = [record for records in store.records_of(targets).values() for record in records]
    return [now for old, now in zip(said, followed(said, store), strict=True) if old is not now]


def _over(store: Store, planned: Planned) -> Reader:
    if not planned.records:
        return store
    overlay = Overlay(store, store.head())
    overlay.absorb(ChangeSet("", "", "", records=tuple(planned.records)))
    return overlay
