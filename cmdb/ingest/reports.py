"""What an import did, or would do: plain data, rendered elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cmdb.model.observations import Problem, Severity
from cmdb.model.sources import RunState
from cmdb.model.values import JSONValue


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One change: ``action`` create, update, relate, unrelate; ``fields`` maps a field to its old and new value."""

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
    dangling: int = 0
    failed: int = 0

    @property
    def changes(self) -> int:
        """Items and edges created, updated or removed."""
        return self.created + self.updated + self.related + self.unrelated


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole outcome of one run or plan.

    ``objects`` counts the input's own kinds (``Deployment``), ``classes`` the CIs by class, ``relationships`` the edges
    by type.  ``base_seq`` is where planning began, ``seq`` the head afterwards.  ``problems`` and ``changes`` are
    whole.
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

    @property
    def complete(self) -> bool:
        """Whether every row of the input was read and taken over."""
        bad = {Severity.ERROR, Severity.INCOMPLETE}
        return not any(problem.severity in bad for problem in self.problems)
