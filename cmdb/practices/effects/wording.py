"""What a plan does to a group or relationship, in one sentence."""

from cmdb.practices.effects.groups import Group, GroupKey, Groups, Member, OwnerPair
from cmdb.practices.effects.laid_over import LaidOver


def told(graph: LaidOver, owner: OwnerPair, key: GroupKey) -> str:
    """What becomes of a group that differs before and after."""
    if key.name is not None:
        return f"{graph.item(owner.id).after.label} {key.name}: {_counted(owner.before.get(key), owner.after.get(key))}"
    found = _members(owner.after).get(key.edge) or _members(owner.before)[key.edge]
    edge = found[1].edge
    arrow = f"{graph.item(edge.from_id).after.label} {edge.type} {graph.item(edge.to_id).after.label}"
    return f"{arrow} {_altered(_members(owner.before).get(key.edge), _members(owner.after).get(key.edge))}"


def _counted(before: Group | None, after: Group | None) -> str:
    if before is None or after is None:
        return "is gone" if after is None else f"is new, has {len(after.members)}, needs {after.strength.needed}"
    had, has, needs = before.strength.members, after.strength.members, after.strength.needed
    if has < had:
        return f"{has} of {had} left, needs {needs}"
    if has > had:
        return f"{has} instead of {had}, needs {needs}"
    if needs != before.strength.needed:
        return f"needs {needs} of {has} instead of {before.strength.needed}"
    return f"other members than before, has {has}, needs {needs}"


def _members(groups: Groups) -> dict[str, tuple[str | None, Member]]:
    """Every relationship by its key, with the name of the group it stands in."""
    return {edge: (key.name, member) for key, group in groups.items() for edge, member in group.members.items()}


def _altered(before: tuple[str | None, Member] | None, after: tuple[str | None, Member] | None) -> str:
    if before is None or after is None:
        return "is new" if before is None else "is removed"
    if before[0] != after[0]:
        return f"stands {_place(after[0])} instead of {_place(before[0])}"
    return f"is {after[1].effect} instead of {before[1].effect}"


def _place(group: str | None) -> str:
    return "alone" if group is None else f"in the group {group}"
