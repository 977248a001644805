"""Where the batches of an import go: into the store, or into a rehearsal of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from typing_extensions import override

from cmdb.ingest.drafts import Draft, Drafts
from cmdb.ingest.measures import Measures
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.reader import Reader
from cmdb.ingest.reports import PlannedChange
from cmdb.model.commits import Commit
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord, Severity
from cmdb.store.port import Store


class Stage(Protocol):
    """What a pass over an input reads, and where it writes."""

    @property
    def reader(self) -> Reader:
        """What planning reads: what was written before is in it."""

    def write(self, draft: Draft) -> Commit | None:
        """Write what was planned; the commit, if there was anything to commit."""


@dataclass(slots=True)
class Writing(Stage):
    """Into the store, for a run."""

    store: Store
    run_id: str
    at: datetime

    @property
    @override
    def reader(self) -> Reader:
        return self.store

    @override
    def write(self, draft: Draft) -> Commit | None:
        commit = None if draft.changes.is_empty else self.store.commit(draft.changes)
        if draft.planned.seen:
            self.store.see(draft.planned.seen, self.run_id, self.at)
        return commit


@dataclass(slots=True)
class Rehearsing(Stage):
    """Into a graph laid over the store: nothing is written, everything is measured, and kept where there is room."""

    overlay: Overlay
    measures: Measures
    drafts: Drafts | None = None
    changes: list[PlannedChange] = field(default_factory=list)
    refused: list[CIRecord | RelationshipRecord] = field(default_factory=list)
    refusals: list[Problem] = field(default_factory=list)

    def measuring(self, measures: Measures) -> "Rehearsing":
        """The same stage, with what comes next measured apart."""
        return replace(self, measures=measures)

    @property
    @override
    def reader(self) -> Reader:
        return self.overlay

    @override
    def write(self, draft: Draft) -> Commit | None:
        planned = draft.planned
        before = self.overlay.absorb(draft.changes)
        self.measures.add(planned, before, self.overlay)
        if self.drafts is not None:
            self.drafts.keep(draft)
        self.changes.extend(planned.changes)
        self.refused.extend(planned.failed)
        self.refusals.extend(problem for problem in planned.problems if problem.severity is Severity.ERROR)
        return None
