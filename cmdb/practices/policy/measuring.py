"""What an import would do in every scope, beside the limits of a policy."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from cmdb.ingest.guard import Measured
from cmdb.ingest.measures import Count, Measure
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.model.sources import RecordKind, Scope
from cmdb.practices.policy.declarations import Limits, Policy
from cmdb.practices.policy.sentences import sentence

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


def measured(rehearsal: Rehearsal, policy: Policy) -> tuple[Measured, ...]:
    """Everything that is counted, scope by scope, then of all scopes together what the policy limits there."""
    counted = rehearsal.measures.counted(rehearsal.store, rehearsal.overlay)
    sizes = _sizes(rehearsal, counted)
    found = [
        one
        for scope in sorted(sizes)
        for one in _of(counted.get(scope, {}), sizes[scope], policy.of_scope(scope), scope)
    ]
    together = _of(_together(counted, rehearsal), _summed(sizes), policy.overall, "")
    return (*found, *(one for one in together if one.most is not None))


def reason(one: Measured) -> str:
    """Why a limit is gone beyond, in a sentence.

    >>> reason(Measured("racks/hall-1", "cis_renamed", 30, 179, 20, 0.0, ("Host:a becomes b",)))
    '30 of the 179 CIs of racks/hall-1 would be renamed, more than 20 (Host:a becomes b).'
    """
    what, words = _WORDS[Measure(one.measure)]
    return sentence(f"{_part(one, what)} {words}", one.most or 0, one.share, one.examples)


def _part(one: Measured, what: str) -> str:
    """So many of so many; a source that is heard for the first time has none yet, and speaks of those of others."""
    where = one.scope or "all scopes together"
    if one.number > one.size:
        return f"{one.number:,} {what} that {where} speaks of"
    return f"{one.number:,} of the {one.size:,} {what} of {where}"


def _of(counts: Mapping[Measure, Count], sizes: Sizes, limits: Limits, scope: str) -> Iterator[Measured]:
    for measure, count in sorted(counts.items()):
        limit, size = limits.limit(measure), sizes[_WORDS[measure][0]]
        if count.number:
            most, share = (None, 0.0) if limit is None else (limit.number, limit.share)
            yield Measured(scope, measure.value, count.number, size, most, share, tuple(count.examples))


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
