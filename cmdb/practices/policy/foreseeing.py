"""What an import would do to impact, beside the limits of a policy; and kept as plain data."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydantic import TypeAdapter

from cmdb.model.values import JSONValue
from cmdb.practices.effects import Effects, RadiusChange
from cmdb.practices.effects.answers import MISSED
from cmdb.practices.policy.declarations import AnyNumber, EffectLimits, Growth
from cmdb.practices.policy.sentences import sentence

ADAPTER: Final = TypeAdapter(Effects)
"""Effects as plain data and back."""


def plain(effects: Effects) -> Mapping[str, JSONValue]:
    """Effects as plain data; :func:`effects_of` reads them back."""
    data: Mapping[str, JSONValue] = ADAPTER.dump_python(effects, mode="json")
    return data


def effects_of(data: Mapping[str, JSONValue]) -> Effects:
    """What :func:`plain` wrote."""
    return ADAPTER.validate_python(data)


def effect_reasons(effects: Effects, limits: EffectLimits) -> Iterator[str]:
    """A sentence for each limit of effects that is gone beyond, or of which it could not be told."""
    if limits.is_empty:
        return
    services = sorted({point.service.label for point in effects.spof_gained})
    broken = [f"{group.owner.label} {group.group}" for group in effects.groups_broken]
    weak = [f"{group.owner.label} {group.group}" for group in effects.groups_weakened if group.loses_redundancy]
    grown = [_grown(radius) for radius in effects.radii_grown if _counts(radius, limits.radius_growth)]
    single_points = limits.services_gaining_single_points
    yield from _beyond("Services that would gain a single point of failure", services, single_points)
    yield from _beyond("Redundancy groups that would fall under what they need", broken, limits.groups_broken)
    yield from _beyond("Redundancy groups that would have no spare member left", weak, limits.groups_without_spare)
    yield from _beyond("Blast radii that would grow", grown, limits.radii_grown)
    for omission in effects.omitted:
        if omission.kind in MISSED:
            yield f"What it would do to services cannot be told to the end: {omission.message}"


def _beyond(what: str, found: Sequence[str], most: AnyNumber | None) -> Iterator[str]:
    if isinstance(most, int) and len(found) > most:
        yield sentence(f"{what}: {len(found):,}", most, 0.0, found)


def _counts(radius: RadiusChange, growth: Growth | None) -> bool:
    """Whether a radius grows by more than what does not matter."""
    before, after = radius.before.items, radius.after.items
    return growth is None or (after > growth.factor * before and after - before >= growth.cis)


def _grown(radius: RadiusChange) -> str:
    return f"{radius.ci.label} from {radius.before.items:,} to {radius.after.items:,}"
