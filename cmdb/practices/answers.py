"""What an impact question and its answer hold: frozen data, rendered elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from cmdb.model.items import Basis
from cmdb.model.references import Reference
from cmdb.model.values import JSONValue

AsOf: TypeAlias = int | datetime | None
"""A ``seq``, an aware instant, or ``None`` for now."""

DETAIL = 1_000
"""How many affected CIs are listed one by one unless asked otherwise; all of them are computed and counted."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A CI and what happens to it: ``down``, ``degraded`` or ``at_risk``."""

    reference: Reference
    state: str = "down"


@dataclass(frozen=True, slots=True)
class Step:
    """One relationship of a chain of causes, from the dependent to its provider, and what it rests on."""

    dependent: str
    type: str
    provider: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Affected:
    """One raised CI or record.

    ``distance``: fewest relationships from a seed along causes.  ``chain``: one shortest chain, seed first.
    ``basis``: the weakest basis in the chain (``None`` for a seed).  ``proof``: the arithmetic, checkable alone.
    """

    id: str
    cls: str
    name: str
    state: str
    distance: int
    reason: str
    chain: tuple[Step, ...]
    basis: Basis | None
    criticality: str | None
    proof: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Spared:
    """One direct dependent of a raised CI that holds, or falls less far, and why."""

    id: str
    cls: str
    name: str
    state: str
    reason: str
    proof: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Called:
    """A team or supplier to be called: the worst state of what it answers for, in which roles, for how many CIs."""

    id: str
    cls: str
    name: str
    state: str
    roles: tuple[str, ...]
    items: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the answer could not know, inside its radius.

    ``dangling``: unresolved references of CIs in the radius (``None`` in the past: only the last word is kept).
    ``stale``: listed CIs that no source has seen for 30 days (``None`` in the past).  ``unverified``: listed CIs whose
    chain rests on an inferred relationship.  ``retired``: CIs in the radius that were retired.  ``hidden``: CIs that
    the reader may not see.
    ``overcommitted``: groups that need more members than they have.
    """

    dangling: tuple[str, ...] | None
    stale: int | None
    unverified: int
    retired: int
    hidden: int
    overcommitted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeedState:
    """A seed as it was found."""

    id: str
    cls: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole answer.

    ``complete`` is false when the record itself makes the result doubtful; ``incomplete`` says why.  ``counts`` gives,
    for every class, how many are in each state, over all raised items; ``affected`` lists them worst and nearest first,
    ``omitted`` says how many were cut from that list, ``spared_omitted`` how many from ``spared``.
    """

    complete: bool
    incomplete: tuple[str, ...]
    seq: int
    rules: str
    subject: Mapping[str, JSONValue] | None
    seeds: tuple[SeedState, ...]
    counts: Mapping[str, Mapping[str, int]]
    affected: tuple[Affected, ...]
    omitted: int
    spared: tuple[Spared, ...]
    spared_omitted: int
    services: tuple[Affected, ...]
    offerings: tuple[Affected, ...]
    customers: tuple[Affected, ...]
    agreements: tuple[Affected, ...]
    processes: tuple[Affected, ...]
    teams: tuple[Called, ...]
    suppliers: tuple[Called, ...]
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class Question:
    """Which CIs fail and how, as of when, and how many affected CIs to list (``detail``)."""

    seeds: tuple[Seed, ...]
    as_of: AsOf = None
    detail: int = DETAIL
    subject: Mapping[str, JSONValue] | None = field(default=None)
