"""What an import did, or would do: plain data, rendered elsewhere."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from cmdb.model.observations import Problem
from cmdb.model.sources import RunState
from cmdb.model.values import JSONValue


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One change: create, update, retire, restore, suspect, relate or unrelate; ``fields`` has old and new values."""

    action: str
    subject: str
    binding: str
    fields: Mapping[str, tuple[JSONValue, JSONValue]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dangling:
    """A relationship whose end is not in the graph; it is kept and tried again at every later import."""

    type: str
    from_ref: str
    to_ref: str
    missing: str
    binding: str
    where: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeCount:
    """Relationships of one type in the input that lead somewhere, and the mentions they rest on."""

    relationships: int
    mentions: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of what; ``changes`` is what the graph gained, lost or altered."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    related: int = 0
    unrelated: int = 0
    relationships_unchanged: int = 0
    retired: int = 0
    restored: int = 0
    suspected: int = 0
    dangling: int = 0
    failed: int = 0

    @property
    def changes(self) -> int:
        """Items and edges created, updated, retired, restored or removed, and duplicate cases opened."""
        items = self.created + self.updated + self.retired + self.restored + self.suspected
        return items + self.related + self.unrelated


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What the source no longer reports: so many CIs and relationships of ``scopes``.

    ``refusal`` says why it was left alone, empty when it was retired; ``digest`` names exactly this set, so that a
    person who has seen it can confirm it.
    """

    scopes: tuple[str, ...]
    items: int
    relationships: int
    digest: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole outcome of one run or plan.

    ``objects`` counts the input's own kinds (``Deployment``), ``classes`` the CIs by class, ``relationships`` the edges
    by type.  ``base_seq`` is where planning began, ``seq`` the head afterwards.  ``problems``, ``dangling`` and
    ``changes`` list the first 10,000 of each; ``counts`` and ``problem_count`` count all, and ``digest`` is over all
    changes.  ``is_incomplete``: the reader could not tell what else the input held.  ``held_because`` has a sentence
    for each limit that it goes beyond, and ``plan_id`` is the plan that it was kept as, or that was applied.
    ``replayed``: the same input came before under the same key; this is what was done then, and nothing was done now.
    Of that no change is listed, and ``digest`` is empty.
    """

    run_id: str
    state: RunState
    dry_run: bool
    base_seq: int
    seq: int
    counts: Counts
    objects: Mapping[str, int]
    classes: Mapping[str, int]
    relationships: Mapping[str, TypeCount]
    problems: tuple[Problem, ...]
    dangling: tuple[Dangling, ...]
    changes: tuple[PlannedChange, ...]
    digest: str
    problem_count: int = 0
    is_incomplete: bool = False
    sweep: SweepReport | None = None
    held_because: tuple[str, ...] = ()
    plan_id: str = ""
    replayed: bool = False

    @property
    def complete(self) -> bool:
        """Whether every row of the input was read and taken over, and the sweep, when asked for, was done."""
        swept = self.sweep is None or not self.sweep.refusal
        return swept and self.counts.failed == 0 and not self.is_incomplete and self.state is not RunState.HELD

    def plain_counts(self) -> dict[str, int]:
        """The counts as a run and a plan keep them."""
        return {**asdict(self.counts), "changes": self.counts.changes}

    @property
    def changes_omitted(self) -> int:
        """How many changes are not listed one by one."""
        return self.counts.changes - len(self.changes)

    @property
    def problems_omitted(self) -> int:
        """How many problems are not listed one by one."""
        return self.problem_count - len(self.problems)

    @property
    def dangling_omitted(self) -> int:
        """How many dangling references are not listed one by one."""
        return self.counts.dangling - len(self.dangling)
