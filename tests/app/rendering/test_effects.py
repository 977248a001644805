"""What a plan would do to services, line by line."""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from cmdb.app.rendering.effects import LISTED, effects_report
from cmdb.practices.effects import (
    Effects,
    Extent,
    GroupChange,
    Named,
    Omission,
    OmissionKind,
    RadiusChange,
    SinglePoint,
    Strength,
    Totals,
)

HOST = Named("1", "Host", "web-1")
CORE = Named("2", "Switch", "core-1")
OLD_CORE = Named("3", "Switch", "core-2", retired=True)
REASON = "Host:web-1 uplinks: 1 of 2 left, needs 1"


def service(name: str) -> Named:
    return Named(name, "BusinessService", name)


def point(name: str, ci: Named = CORE, reason: str = REASON) -> SinglePoint:
    return SinglePoint(service(name), None, ci, reason, ())


def group(before: Strength, after: Strength, *lost: str, name: str | None = "uplinks") -> GroupChange:
    return GroupChange(HOST, name, before, after, lost, ())


def counted(members: int, needed: int) -> Strength:
    return Strength(members, str(needed), min(needed, members), needed > members)


LINES: dict[str, tuple[Effects, str]] = {
    "a service that gains": (
        Effects(1, spof_gained=(point("Shop"),)),
        f"BusinessService:Shop gains a single point of failure: Switch:core-1 ({REASON})",
    ),
    "two services that lose the same": (
        Effects(1, spof_lost=(point("Shop"), point("Till"))),
        f"BusinessService:Shop and BusinessService:Till lose a single point of failure: Switch:core-1 ({REASON})",
    ),
    "a retired CI": (
        Effects(1, spof_gained=(point("Shop", OLD_CORE, "x"),)),
        "BusinessService:Shop gains a single point of failure: Switch:core-2 (retired) (x)",
    ),
    "a group that loses its redundancy": (
        Effects(1, groups_weakened=(group(counted(2, 1), counted(1, 1), "Switch:core-2"),)),
        "Host:web-1 uplinks loses its redundancy: 1 of 2 left, needs 1; loses Switch:core-2",
    ),
    "a group that is weaker": (
        Effects(1, groups_weakened=(group(counted(4, 1), counted(3, 1), "Switch:d"),)),
        "Host:web-1 uplinks is weaker: 3 of 4 left, needs 1; loses Switch:d",
    ),
    "a group that needs more": (
        Effects(1, groups_weakened=(group(counted(3, 1), counted(3, 2)),)),
        "Host:web-1 uplinks is weaker: has 3, needs 2",
    ),
    "a group that is broken": (
        Effects(1, groups_broken=(group(counted(2, 2), counted(1, 2), "Switch:core-2"),)),
        "Host:web-1 uplinks falls under what it needs: 1 of 2 left, needs 2; loses Switch:core-2",
    ),
    "a group with a member being retired": (
        Effects(1, groups_weakened=(replace(group(counted(2, 1), counted(2, 1)), retired=("Switch:core-2",)),)),
        "Host:web-1 uplinks counts on what would be retired: Switch:core-2",
    ),
    "a group that loses one member and keeps one being retired": (
        Effects(1, groups_weakened=(replace(group(counted(3, 1), counted(2, 1), "Switch:c"), retired=("Switch:b",)),)),
        "Host:web-1 uplinks is weaker: 2 of 3 left, needs 1; loses Switch:c; Switch:b would be retired",
    ),
    "a dependency alone on what is being retired": (
        Effects(1, groups_weakened=(replace(group(counted(1, 1), counted(1, 1), name=None), retired=("Rack:r",)),)),
        "Host:web-1 depends on Rack:r, which would be retired",
    ),
    "a radius": (
        Effects(1, radii_grown=(RadiusChange(CORE, Extent(1, 0), Extent(1_094, 8)),)),
        "Switch:core-1 takes down 1,094 items (8 services) instead of 1 item",
    ),
    "a radius that was not followed to its end": (
        Effects(1, radii_shrunk=(RadiusChange(CORE, Extent(9, 1), Extent(0, 0), at_least=True),)),
        "Switch:core-1 takes down at least 0 items instead of 9 items (1 service)",
    ),
    "nothing": (Effects(1), "Nothing: no single point of failure, redundancy group or blast radius changes."),
}


def whole(effects: Effects) -> Effects:
    """The same, with every row that there is listed."""
    lists = (effects.spof_gained, effects.spof_lost, effects.groups_weakened, effects.groups_broken)
    return replace(effects, totals=Totals(*map(len, (*lists, effects.radii_grown, effects.radii_shrunk))))


def told(effects: Effects) -> list[str]:
    out = StringIO()
    Console(file=out, width=200).print(*effects_report(effects), sep="\n")
    return [line.strip() for line in out.getvalue().splitlines() if line.strip()]


@pytest.mark.parametrize(("effects", "expected"), LINES.values(), ids=LINES)
def test_one_line_tells_of(effects: Effects, expected: str) -> None:
    assert told(whole(effects)) == ["What it would do to services", expected]


def many() -> Iterator[SinglePoint]:
    return (point(f"s-{number}", reason=f"reason {number}") for number in range(LISTED + 5))


def test_lines_of_one_kind_that_are_too_many_are_counted() -> None:
    effects = Effects(1, spof_gained=tuple(many()), totals=Totals(spof_gained=LISTED + 12))
    lines = told(effects)
    assert len(lines) == LISTED + 2
    assert lines[-1] == "and 12 more of this kind; --json lists the first of them"


def test_what_is_not_complete_says_so_first_and_why_last() -> None:
    omission = Omission(OmissionKind.TRIALS, 3, "3 CIs were not.")
    effects = whole(Effects(1, spof_gained=(point("Shop"),), omitted=(omission,)))
    lines = told(effects)
    assert lines[1] == "This is not all: the comparison could not be brought to its end."
    assert lines[-1] == "3 CIs were not."
