"""Which redundancy groups a plan makes weaker, by count alone."""

from collections.abc import Collection, Iterator

from cmdb.model.items import Item, Lifecycle
from cmdb.practices.effects.answers import GroupChange, Named, Strength
from cmdb.practices.effects.groups import Group, GroupKey, OwnerPair, min_up
from cmdb.practices.effects.laid_over import LaidOver


def weaker(graph: LaidOver, pair: OwnerPair, retiring: Collection[str]) -> Iterator[GroupChange]:
    """The groups of one dependent that lose a member, redundancy or hold, or that keep a member being retired.

    A relationship that stands alone is told only when its provider is being retired.  A group that is dissolved, all
    its members being dependencies of the owner in another way, is not weaker.
    """
    for key in sorted(pair.before.keys() | pair.after.keys(), key=str):
        if key in pair.after or (key.name is not None and not _is_dissolved(pair, key)):
            change = _change(graph, pair, key, retiring)
            if is_newly_broken(change) or _has_lost(change) or change.retired:
                yield change


def is_newly_broken(change: GroupChange) -> bool:
    """Whether the group needs more members than it has, and did not before."""
    return change.after.is_broken and not change.before.is_broken


def named(item: Item) -> Named:
    """An item by id, class and name."""
    return Named(item.id, item.cls, item.name, item.lifecycle is Lifecycle.RETIRED)


def _change(graph: LaidOver, pair: OwnerPair, key: GroupKey, retiring: Collection[str]) -> GroupChange:
    owner = graph.item(pair.id).after
    after = pair.after.get(key) or Group(min_up(owner, key, graph.rules), {})
    before = pair.before.get(key)
    providers = before.providers if before is not None else frozenset()
    return GroupChange(
        owner=named(owner),
        group=key.name,
        before=before.strength if before is not None else Strength(0, after.min_up, 0, is_broken=False),
        after=after.strength,
        lost=_labels(graph, providers - after.providers),
        retired=_labels(graph, after.providers.intersection(retiring)),
    )


def _has_lost(change: GroupChange) -> bool:
    return change.after.members < change.before.members or change.after.spare < change.before.spare


def _is_dissolved(pair: OwnerPair, key: GroupKey) -> bool:
    left = {provider for group in pair.after.values() for provider in group.providers}
    return pair.before[key].providers <= left


def _labels(graph: LaidOver, ids: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(graph.item(id_).after.label for id_ in ids))
