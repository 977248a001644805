"""What planning one batch yields, and what it needs to know of the run it belongs to."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

from cmdb.errors import CMDBError
from cmdb.ingest.reader import Reader
from cmdb.ingest.reports import Dangling, PlannedChange
from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import CreateItem, PutRelationship, UpdateItem
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord, Severity
from cmdb.model.sources import RecordKind, Scope, SourceRecord

Binding: TypeAlias = tuple[Scope, str]

NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
"""Names no binding for any item or edge."""


class Presence(Protocol):
    """Which bindings stand in an input."""

    def __contains__(self, binding: Binding, /) -> bool:
        """Whether this one does."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where and when a batch is planned.  ``present`` tells which bindings stand in the whole input."""

    reader: Reader
    catalogue: Catalogue
    run_id: str
    at: datetime
    present: Callable[[], "Presence"]


@dataclass(slots=True)
class Planned:
    """What one batch would do; filled while it is planned, then only read."""

    creates: list[CreateItem] = field(default_factory=list)
    updates: list[UpdateItem] = field(default_factory=list)
    relationships: list[PutRelationship] = field(default_factory=list)
    removals: list[str] = field(default_factory=list)
    records: list[SourceRecord] = field(default_factory=list)
    unshared: list[str] = field(default_factory=list)
    dropped: list[Binding] = field(default_factory=list)
    seen: list[Binding] = field(default_factory=list)
    unchanged: int = 0
    unchanged_edges: int = 0
    changes: list[PlannedChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    failed: list[CIRecord | RelationshipRecord] = field(default_factory=list)
    dangling: list[Dangling] = field(default_factory=list)
    fallen: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many rows of a class that the catalogue lacks became one of which class."""

    def targets(self, kind: RecordKind) -> set[str]:
        """The items, or edges, that the batch's records speak of."""
        return {record.target for record in self.records if record.kind is kind and record.target is not None}

    def refuse(self, row: CIRecord | RelationshipRecord, error: CMDBError) -> None:
        """One row cannot be taken over; the others go on."""
        name = f"{row.cls}:{row.name}" if isinstance(row, CIRecord) else row.key
        self.problems.append(Problem(Severity.ERROR, error.code, f"{name}: {error}", row.where, row.key))
        self.failed.append(row)

    def without_changes(self) -> "Planned":
        """The same for a batch that took effect before: nothing of it is written twice."""
        return Planned(
            seen=self.seen,
            unchanged=self.unchanged + len(self.creates) + len(self.updates),
            unchanged_edges=self.unchanged_edges + len(self.relationships),
            problems=self.problems,
            failed=self.failed,
            dangling=self.dangling,
            fallen=self.fallen,
        )

    def take(self, other: "Planned") -> None:
        """Add what another part of the batch would do."""
        for part in fields(self):
            mine, others = getattr(self, part.name), getattr(other, part.name)
            setattr(self, part.name, mine + others)
