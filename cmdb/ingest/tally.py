"""Counting while an import goes on, and the report at its end."""

from collections import Counter
from dataclasses import asdict

from cmdb.ingest.planning import Planned
from cmdb.ingest.reports import Counts, Dangling, ImportReport, PlannedChange, TypeCount
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord, Severity
from cmdb.model.sources import RunState
from cmdb.model.values import JSONValue, canonical, digest


class Tally:
    """Everything that the report will say, gathered batch by batch."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._counts: Counter[str] = Counter()
        self._objects: Counter[str] = Counter()
        self._classes: Counter[str] = Counter()
        self._types: Counter[str] = Counter()
        self._mentions: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._dangling: list[Dangling] = []
        self._changes: list[PlannedChange] = []

    def read(self, record: CIRecord) -> None:
        """Count one CI record of the input."""
        self._counts["read"] += 1
        self._classes[record.cls] += 1
        if record.kind:
            self._objects[record.kind] += 1

    def read_edge(self, record: RelationshipRecord) -> None:
        """Count one relationship record of the input and its mentions; dangling ones are taken off later."""
        self._counts["read"] += 1
        self._types[record.type] += 1
        self._mentions[record.type] += max(1, len(record.evidence))

    def problem(self, problem: Problem) -> None:
        """Keep one problem; errors count as failed rows."""
        self._problems.append(problem)
        if problem.severity is Severity.ERROR:
            self._counts["failed"] += 1

    def add(self, planned: Planned) -> None:
        """Take over what one batch did."""
        for change in planned.changes:
            self._counts[f"{change.action}d"] += 1
        self._counts["unchanged"] += planned.unchanged
        self._counts["relationships_unchanged"] += planned.unchanged_edges
        self._counts["dangling"] += len(planned.dangling)
        self._dangling.extend(planned.dangling)
        for edge in planned.dangling:
            self._types[edge.type] -= 1
            self._mentions[edge.type] -= max(1, len(edge.evidence))
        self._changes.extend(planned.changes)
        for problem in planned.problems:
            self.problem(problem)

    @property
    def has_errors(self) -> bool:
        """Whether any row failed or the read was incomplete."""
        return any(problem.severity in {Severity.ERROR, Severity.INCOMPLETE} for problem in self._problems)

    def counts(self) -> Counts:
        """The counts so far."""
        return Counts(**{name: self._counts[name] for name in Counts.__dataclass_fields__})

    def plain_counts(self) -> dict[str, int]:
        """The counts as a run keeps them."""
        counts = self.counts()
        return {**asdict(counts), "changes": counts.changes}

    def report(self, run_id: str, state: RunState, seqs: tuple[int, int], *, dry_run: bool) -> ImportReport:
        """All of it, as a report."""
        plan: list[JSONValue] = [
            [change.action, change.subject, change.binding, {k: list(v) for k, v in change.fields.items()}]
            for change in self._changes
        ]
        return ImportReport(
            run_id=run_id,
            state=state,
            dry_run=dry_run,
            base_seq=seqs[0],
            seq=seqs[1],
            counts=self.counts(),
            objects=dict(sorted(self._objects.items())),
            classes=dict(sorted(self._classes.items())),
            relationships={name: TypeCount(count, self._mentions[name]) for name, count in sorted(self._types.items())},
            problems=tuple(self._problems),
            dangling=tuple(self._dangling),
            changes=tuple(self._changes),
            digest=digest(sorted(plan, key=canonical)),
        )
