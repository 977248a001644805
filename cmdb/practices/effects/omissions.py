"""What a comparison leaves out, and why."""

from collections.abc import Collection, Iterator

from cmdb.practices.effects.answers import Effects, Omission, OmissionKind
from cmdb.practices.effects.laid_over import LaidOver
from cmdb.practices.effects.points import lives_throughout
from cmdb.practices.effects.region import Region
from cmdb.practices.effects.search import Search


def left_out(
    graph: LaidOver, region: Region, search: Search, services: Collection[str], told: Effects
) -> Iterator[Omission]:
    """Everything that was not compared, or not told; ``services`` are those that fall differently."""
    yield from _beyond_limits(region, search)
    if graph.has_moved:
        message = f"The graph has moved on from seq {graph.seq} while it was compared: compare anew."
        yield Omission(OmissionKind.MOVED, 1, message)
    yield from _without_sides(graph, services)
    unlisted = told.totals.rows - told.rows
    if unlisted:
        yield Omission(OmissionKind.UNLISTED, unlisted, f"{unlisted} further rows were found and are not listed.")


def _beyond_limits(region: Region, search: Search) -> Iterator[Omission]:
    if region.unread:
        message = f"{region.unread} items and whatever they stand on were not read: the limit was reached before."
        yield Omission(OmissionKind.REGION, region.unread, message)
    if search.untried:
        message = f"{search.untried} CIs that a changed group stands on were not failed: the limit was reached before."
        yield Omission(OmissionKind.TRIALS, search.untried, message)


def _without_sides(graph: LaidOver, services: Collection[str]) -> Iterator[Omission]:
    """What has no two sides that could be compared."""
    new = sum(graph.item(id_).before is None for id_ in services)
    retired = sum(not lives_throughout(graph, id_) for id_ in services) - new
    if new:
        message = f"{new} services are new: there is nothing to compare their single points of failure with."
        yield Omission(OmissionKind.NEW, new, message)
    if retired:
        message = f"{retired} services are retired before or after: their single points of failure are not told."
        yield Omission(OmissionKind.RETIRED, retired, message)
