"""Holding a rehearsed import against a policy: a sentence with numbers for each limit that it goes beyond."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from pydantic import TypeAdapter
from typing_extensions import override

from cmdb.ingest.guard import Guard, Judgement
from cmdb.ingest.measures import Count, Measure
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.ingest.touched import TouchedGraph
from cmdb.model.sources import RecordKind, Scope
from cmdb.model.values import JSONValue
from cmdb.practices.effects import Effects
from cmdb.practices.effects import effects as usual_effects
from cmdb.practices.policy.declarations import AnyNumber, EffectLimits, Limit, Limits, Policy
from cmdb.store.port import Store

Foresee: TypeAlias = Callable[[Store, TouchedGraph], Effects]
"""Says what a plan would do to impact."""

ADAPTER: Final = TypeAdapter(Effects)
"""Effects as plain data and back."""


class PolicyGuard(Guard):
    """Holds what goes beyond a policy; ``foresee`` is asked what an import would do to impact."""

    def __init__(self, policy: Policy, foresee: Foresee = usual_effects) -> None:
        """Judge by this policy."""
        self._policy = policy
        self._foresee = foresee

    @property
    @override
    def is_open(self) -> bool:
        return self._policy.is_empty

    @override
    def judge(self, rehearsal: Rehearsal) -> Judgement:
        reasons = tuple(self._reasons(rehearsal))
        if not reasons and (self._policy.effects.is_empty or not rehearsal.changes):
            return Judgement()
        return self._with_effects(reasons, rehearsal)

    @override
    def examine(self, rehearsal: Rehearsal) -> Judgement:
        return self._with_effects(tuple(self._reasons(rehearsal)), rehearsal)

    def _with_effects(self, reasons: tuple[str, ...], rehearsal: Rehearsal) -> Judgement:
        effects = self._foresee(rehearsal.store, rehearsal.overlay.touched())
        return Judgement((*reasons, *effect_reasons(effects, self._policy.effects)), plain(effects))

    def _reasons(self, rehearsal: Rehearsal) -> Iterator[str]:
        """A sentence for each limit of a measure that is gone beyond; what changes nothing goes beyond none."""
        if not rehearsal.changes:
            return
        counted = rehearsal.measures.counted(rehearsal.store, rehearsal.overlay)
        sizes = _sizes(rehearsal, counted)
        for scope in sorted(sizes):
            yield from _beyond(counted.get(scope, {}), sizes[scope], self._policy.of_scope(scope), scope)
        overall, all_sizes = _together(counted, rehearsal), _summed(sizes)
        yield from _beyond(overall, all_sizes, self._policy.overall, "all scopes together")


def plain(effects: Effects) -> Mapping[str, JSONValue]:
    """Effects as plain data; :func:`effects_of` reads them back."""
    data: Mapping[str, JSONValue] = ADAPTER.dump_python(effects, mode="json")
    return data


def effects_of(data: Mapping[str, JSONValue]) -> Effects:
    """What :func:`plain` wrote."""
    return ADAPTER.validate_python(data)


def effect_reasons(effects: Effects, limits: EffectLimits) -> Iterator[str]:
    """A sentence for each limit of effects that is gone beyond."""
    services = sorted({point.service.label for point in effects.spof_gained})
    broken = [f"{group.owner.label} {group.group}" for group in effects.groups_broken]
    without_spare = [
        f"{group.owner.label} {group.group}" for group in effects.groups_weakened if group.loses_redundancy
    ]
    growth = limits.radius_growth
    grown = [
        f"{radius.ci.label} from {radius.before.items:,} to {radius.after.items:,}"
        for radius in effects.radii_grown
        if growth is None
        or (
            radius.after.items > growth.factor * radius.before.items
            and radius.after.items - radius.before.items >= growth.cis
        )
    ]
    yield from _effect(
        "Services that would gain a single point of failure", services, limits.services_gaining_single_points
    )
    yield from _effect("Redundancy groups that would fall under what they need", broken, limits.groups_broken)
    yield from _effect(
        "Redundancy groups that would have no spare member left", without_spare, limits.groups_without_spare
    )
    yield from _effect("Blast radii that would grow", grown, limits.radii_grown)


def _effect(what: str, found: list[str], most: AnyNumber | None) -> Iterator[str]:
    if isinstance(most, int) and len(found) > most:
        yield _sentence(f"{what}: {len(found):,}", Limit(number=most), found)


Sizes: TypeAlias = Mapping[str, int]
"""How many CIs and relationships a scope has, and how many rows of the input speak for it."""

CIS, RELATIONSHIPS, ROWS = "CIs", "relationships", "rows"

_WORDS: Final[Mapping[Measure, tuple[str, str]]] = {
    Measure.RETIRED: (CIS, "would be retired"),
    Measure.REMOVED: (RELATIONSHIPS, "would be removed"),
    Measure.RENAMED: (CIS, "would be renamed"),
    Measure.RECLASSED: (CIS, "would change their class"),
    Measure.REIDENTIFIED: (CIS, "would have another identity"),
    Measure.MOVED: (CIS, "would take the identity of another one"),
    Measure.READDRESSED: (CIS, "would take addresses of others"),
    Measure.SUSPECTED: (CIS, "would be suspected to be duplicates"),
    Measure.FAILED: (ROWS, "are refused"),
}


def _beyond(counts: Mapping[Measure, Count], sizes: Sizes, limits: Limits, where: str) -> Iterator[str]:
    for measure, count in sorted(counts.items()):
        limit = limits.limit(measure)
        what, words = _WORDS[measure]
        if limit is not None and limit.is_exceeded(count.number, sizes[what]):
            seen = f"{_part(count.number, sizes[what], what, where)} {words}"
            yield _sentence(seen, limit, count.examples)


def _part(number: int, size: int, what: str, where: str) -> str:
    """So many of so many; a source that is heard for the first time has none yet, and speaks of those of others."""
    if number > size:
        return f"{number:,} {what} that {where} speaks of"
    return f"{number:,} of the {size:,} {what} of {where}"


def _sentence(seen: str, limit: Limit, examples: list[str]) -> str:
    shown = f" ({'; '.join(examples[:_EXAMPLES])}{' …' if len(examples) > _EXAMPLES else ''})" if examples else ""
    allowed = f"more than {limit}" if limit.number or limit.share else "none may"
    return f"{seen}, {allowed}{shown}."


_EXAMPLES: Final = 3


def _sizes(rehearsal: Rehearsal, counted: Mapping[str, object]) -> dict[str, Sizes]:
    """The sizes of every scope that the import speaks for or changes anything of: one read."""
    names = {str(scope) for scope in rehearsal.scopes}.union(scope for scope in counted if scope)
    there = rehearsal.store.scope_sizes([Scope.parse(name) for name in names])
    return {
        name: {
            CIS: there.get(Scope.parse(name), {}).get(RecordKind.ITEM, 0),
            RELATIONSHIPS: there.get(Scope.parse(name), {}).get(RecordKind.RELATIONSHIP, 0),
            ROWS: rehearsal.rows.get(name, 0),
        }
        for name in names
    }


def _summed(sizes: Mapping[str, Sizes]) -> Sizes:
    return {what: sum(size[what] for size in sizes.values()) for what in (CIS, RELATIONSHIPS, ROWS)}


def _together(counted: Mapping[str, Mapping[Measure, Count]], rehearsal: Rehearsal) -> dict[Measure, Count]:
    """The counts of all scopes; rows that were refused before it was known for what scope they speak count here."""
    total: dict[Measure, Count] = {}
    for counts in counted.values():
        for measure, count in counts.items():
            total.setdefault(measure, Count()).merge(count)
    failed = total.setdefault(Measure.FAILED, Count())
    failed.number = rehearsal.report.counts.failed
    return total
