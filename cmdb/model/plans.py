"""Import plans as they are kept: what an import would do, until somebody decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue


class PlanState(StrEnum):
    """Whether a plan waits for a decision, or which one was taken."""

    OPEN = "open"
    """Somebody asked for it."""
    HELD = "held"
    """An import made it instead of writing, for it went beyond a limit."""
    APPLYING = "applying"
    """Begun; when it broke off it is applied again to its end."""
    APPLIED = "applied"
    STALE = "stale"
    """The graph had moved when it was to be applied, or a later import took its place."""
    DISCARDED = "discarded"

    @property
    def is_decided(self) -> bool:
        """Whether nothing can be done with the plan any more."""
        return self in {PlanState.APPLIED, PlanState.DISCARDED}


@dataclass(frozen=True, slots=True)
class PlannedSweep:
    """What the sources of a plan no longer report: so many CIs and relationships, which the plan retires.

    ``refusal`` says why they stay as they are, empty when they go.
    """

    items: int
    relationships: int
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do to the graph at ``base_seq``, and what became of it.

    ``digest`` is over all changes, of which there are ``changes``; ``counts`` are those of a run.  ``held_because``
    holds a sentence for each limit that the plan goes beyond.  ``sweep`` is ``None`` when none was asked for.
    ``run_id`` names the run that was held or applied it, empty while there is none; of a run that is sent in parts,
    the plan is ``part``, and the run ends with it when it ``is_last``.
    """

    id: str
    digest: str
    base_seq: int
    actor: str
    reason: str
    source: str
    scopes: tuple[Scope, ...]
    state: PlanState
    created_at: datetime
    changes: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    sweep: PlannedSweep | None = None
    held_because: tuple[str, ...] = ()
    run_id: str = ""
    part: int = 1
    is_last: bool = True
    decided_at: datetime | None = None
    decided_by: str = ""


class PlanEntries(StrEnum):
    """What a plan keeps beside its header."""

    ITEMS = "items"
    """Rows of CIs and records, packed."""
    RELATIONSHIPS = "relationships"
    """Rows of relationships, packed."""
    REFUSED = "refused"
    """Scope and key of the rows that were refused: of them nothing else is kept."""
    PROBLEMS = "problems"
    CHANGES = "changes"
    MEASURES = "measures"
    """What of it could be alarming, counted for each scope beside what the policy allowed."""
    EFFECTS = "effects"
    """What the plan would do to impact, as one entry."""


ROWS = frozenset({PlanEntries.ITEMS, PlanEntries.RELATIONSHIPS, PlanEntries.REFUSED, PlanEntries.PROBLEMS})
"""What a plan is applied from; of no use once it is decided."""


@dataclass(frozen=True, slots=True)
class PlanPart:
    """Some entries of a plan, all of one kind; ``first`` is the number of the first one, from 0."""

    plan_id: str
    kind: PlanEntries
    first: int
    entries: Sequence[JSONValue]


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """A keyset page of plans, newest first.

    ``states``: ``None`` for all.  ``after``: instant and id of the plan before the page.
    """

    states: tuple[PlanState, ...] | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One page of plans, whether more follow, and how many match in all."""

    plans: tuple[Plan, ...]
    has_more: bool
    total: int
