"""Where the batches of an import go: into the store, or into a rehearsal of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from typing_extensions import override

from cmdb.ingest.measures import Measures
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.planning import Binding, Planned
from cmdb.ingest.reader import Reader
from cmdb.ingest.reports import PlannedChange
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord, Severity
from cmdb.store.port import Store


class Stage(Protocol):
    """What a pass over an input reads, and where it writes."""

    @property
    def reader(self) -> Reader:
        """What planning reads: what was written before is in it."""

    def draft(self, number: str, head: int, rows: Sequence[CIRecord | RelationshipRecord]) -> Planned | None:
        """What was planned before for the batch of a number, if it holds at this head."""

    def write(self, changes: ChangeSet, planned: Planned, number: str) -> Commit | None:
        """Write what was planned; the commit, if there was anything to commit.

        ``number`` is that of a batch of the input, empty for what follows from the state of the store.
        """


@dataclass(slots=True)
class Drafts:
    """What a rehearsal planned, batch by batch.  It holds as long as nobody else writes: at ``head`` and what follows.

    Memory grows with what would change: what is only seen is found again from the rows.
    """

    head: int
    by_number: dict[str, Planned] = field(default_factory=dict)

    def keep(self, number: str, planned: Planned) -> None:
        """Keep what was planned for a batch."""
        self.by_number[number] = replace(planned, seen=[])

    def take(self, number: str, head: int, rows: Sequence[CIRecord | RelationshipRecord]) -> Planned | None:
        """The draft of a batch, once.

        ``None`` when there is none or somebody else has written since; what is planned anew instead makes the drafts
        after it worthless, so that they are forgotten.
        """
        planned = self.by_number.pop(number, None)
        if planned is None or head != self.head:
            self.by_number.clear()
            return None
        return replace(planned, seen=_only_seen(rows, planned))

    def follow(self, commit: Commit) -> None:
        """Take note of a commit of what was drafted."""
        if commit.seq == self.head + 1:
            self.head = commit.seq


def _only_seen(rows: Sequence[CIRecord | RelationshipRecord], planned: Planned) -> list[Binding]:
    """The rows of a batch that were neither refused nor lead to anything new."""
    others = {(said.scope, said.key) for said in (*planned.records, *planned.failed)}
    return [(row.scope, row.key) for row in rows if (row.scope, row.key) not in others]


@dataclass(slots=True)
class Writing(Stage):
    """Into the store, for a run; what was drafted is written as it was planned, as long as nobody else writes."""

    store: Store
    run_id: str
    at: datetime
    drafts: Drafts = field(default_factory=lambda: Drafts(-1))

    @property
    @override
    def reader(self) -> Reader:
        return self.store

    @override
    def draft(self, number: str, head: int, rows: Sequence[CIRecord | RelationshipRecord]) -> Planned | None:
        return self.drafts.take(number, head, rows)

    @override
    def write(self, changes: ChangeSet, planned: Planned, number: str) -> Commit | None:
        commit = None if changes.is_empty else self.store.commit(changes)
        if commit is not None:
            self.drafts.follow(commit)
        if planned.seen:
            self.store.see(planned.seen, self.run_id, self.at)
        return commit


@dataclass(slots=True)
class Rehearsing(Stage):
    """Into a graph laid over the store: nothing is written, everything is measured and kept."""

    overlay: Overlay
    measures: Measures
    drafts: Drafts
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
    def draft(self, number: str, head: int, rows: Sequence[CIRecord | RelationshipRecord]) -> Planned | None:
        return None

    @override
    def write(self, changes: ChangeSet, planned: Planned, number: str) -> Commit | None:
        before = self.overlay.items([update.id for update in planned.updates])
        self.overlay.absorb(changes)
        self.measures.add(planned, before, self.overlay)
        if number:
            self.drafts.keep(number, planned)
        self.changes.extend(planned.changes)
        self.refused.extend(planned.failed)
        self.refusals.extend(problem for problem in planned.problems if problem.severity is Severity.ERROR)
        return None
