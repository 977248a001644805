"""What a plan would do to impact results, as text and as plain JSON values."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final

from rich.console import RenderableType

from cmdb.app.rendering.lines import line, number_of, section
from cmdb.practices.answers import Step
from cmdb.practices.effects import Effects, Extent, GroupChange, Named, RadiusChange, SinglePoint, Strength

LISTED: Final = 20
"""Lines of each kind in text; JSON has all that are kept."""
NAMED: Final = 3
"""Services or members that are named in one line."""
HEADING: Final = "What it would do to services"


def effects_json(effects: Effects) -> dict[str, object]:
    """All of it; lists hold as many rows as are kept, ``totals`` counts all."""
    return {
        "base_seq": effects.base_seq,
        "complete": effects.complete,
        "totals": asdict(effects.totals),
        "spof_gained": [_point(row) for row in effects.spof_gained],
        "spof_lost": [_point(row) for row in effects.spof_lost],
        "groups_weakened": [_group(row) for row in effects.groups_weakened],
        "groups_broken": [_group(row) for row in effects.groups_broken],
        "radii_grown": [_radius(row) for row in effects.radii_grown],
        "radii_shrunk": [_radius(row) for row in effects.radii_shrunk],
        "omitted": [asdict(omission) for omission in effects.omitted],
    }


def _named(item: Named) -> dict[str, object]:
    return {"id": item.id, "class": item.cls, "name": item.name, "retired": item.retired}


def _point(row: SinglePoint) -> dict[str, object]:
    return {
        "service": _named(row.service),
        "criticality": row.criticality,
        "ci": _named(row.ci),
        "reason": row.reason,
        "chain": [_step(step) for step in row.chain],
    }


def _step(step: Step) -> dict[str, object]:
    return {"dependent": step.dependent, "type": step.type, "provider": step.provider, "basis": step.basis}


def _group(row: GroupChange) -> dict[str, object]:
    return {
        "owner": _named(row.owner),
        "group": row.group,
        "before": _strength(row.before),
        "after": _strength(row.after),
        "loses_redundancy": row.loses_redundancy,
        "lost": list(row.lost),
        "retired": list(row.retired),
    }


def _strength(strength: Strength) -> dict[str, object]:
    return {
        "members": strength.members,
        "min_up": strength.min_up,
        "needed": strength.needed,
        "broken": strength.is_broken,
    }


def _radius(row: RadiusChange) -> dict[str, object]:
    return {
        "ci": _named(row.ci),
        "before": asdict(row.before),
        "after": asdict(row.after),
        "at_least": row.at_least,
    }


def effects_report(effects: Effects) -> Iterator[RenderableType]:
    """One section: what may have been missed, then every kind of effect in lines, then what is not told."""
    yield from section(HEADING, map(line, _lines(effects)))


def _lines(effects: Effects) -> Iterator[str]:
    if not effects.complete:
        yield "This is not all: the comparison could not be brought to its end."
    totals = effects.totals
    yield from _limited(_points(effects.spof_gained, "gains"), totals.spof_gained - len(effects.spof_gained))
    yield from _limited(map(_broken, effects.groups_broken), totals.groups_broken - len(effects.groups_broken))
    yield from _limited(map(_weakened, effects.groups_weakened), totals.groups_weakened - len(effects.groups_weakened))
    yield from _limited(map(_reach, effects.radii_grown), totals.radii_grown - len(effects.radii_grown))
    yield from _limited(_points(effects.spof_lost, "loses"), totals.spof_lost - len(effects.spof_lost))
    yield from _limited(map(_reach, effects.radii_shrunk), totals.radii_shrunk - len(effects.radii_shrunk))
    if effects.is_empty and effects.complete and not effects.omitted:
        yield "Nothing: no single point of failure, redundancy group or blast radius changes."
    yield from (omission.message for omission in effects.omitted)


def _limited(lines: Iterable[str], unlisted: int) -> Iterator[str]:
    told = list(lines)
    yield from told[:LISTED]
    more = max(0, len(told) - LISTED) + unlisted
    if more:
        yield f"and {more:,} more of this kind; --json lists the first of them"


def _points(rows: Iterable[SinglePoint], verb: str) -> Iterator[str]:
    """One line for each CI and reason, with the services that it is one for."""
    services: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        services.setdefault((_label(row.ci), row.reason), []).append(row.service.label)
    for (ci, reason), labels in services.items():
        subject = labels[0] if len(labels) == 1 else _listed(labels)
        verbs = verb if len(labels) == 1 else verb.removesuffix("s")
        yield f"{subject} {verbs} a single point of failure: {ci} ({reason})"


def _broken(row: GroupChange) -> str:
    return f"{row.owner.label} {row.group} falls under what it needs: {_left(row)}{_members(row)}"


def _weakened(row: GroupChange) -> str:
    if row.group is None:
        return f"{row.owner.label} depends on {_listed(row.retired)}, which would be retired"
    if row.loses_redundancy:
        return f"{row.owner.label} {row.group} loses its redundancy: {_left(row)}{_members(row)}"
    if row.lost or row.after.spare < row.before.spare:
        return f"{row.owner.label} {row.group} is weaker: {_left(row)}{_members(row)}"
    return f"{row.owner.label} {row.group} counts on what would be retired: {_listed(row.retired)}"


def _left(row: GroupChange) -> str:
    needed = row.after.min_up if row.after.is_broken else f"{row.after.needed}"
    if row.after.members < row.before.members:
        return f"{row.after.members} of {row.before.members} left, needs {needed}"
    return f"has {row.after.members}, needs {needed}"


def _members(row: GroupChange) -> str:
    lost = f"; loses {_listed(row.lost)}" if row.lost else ""
    return lost + (f"; {_listed(row.retired)} would be retired" if row.retired else "")


def _reach(row: RadiusChange) -> str:
    more = "at least " if row.at_least else ""
    return f"{_label(row.ci)} takes down {more}{_extent(row.after)} instead of {_extent(row.before)}"


def _extent(extent: Extent) -> str:
    services = f" ({number_of(extent.services, 'service')})" if extent.services else ""
    return f"{number_of(extent.items, 'item')}{services}"


def _label(item: Named) -> str:
    return f"{item.label} (retired)" if item.retired else item.label


def _listed(labels: Iterable[str]) -> str:
    """The first few of some names.

    >>> _listed(["a", "b"]), _listed(["a", "b", "c", "d", "e"])
    ('a and b', 'a, b, c and 2 more')
    """
    told = list(labels)
    if len(told) > NAMED:
        return f"{', '.join(told[:NAMED])} and {len(told) - NAMED} more"
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
