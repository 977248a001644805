"""Counting while an import goes on, and the report at its end: of constant size, however large the input."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Final

from cmdb.ingest.planning import Planned
from cmdb.ingest.reports import Counts, Dangling, ImportReport, PlannedChange, SweepReport, TypeCount
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord, Severity
from cmdb.model.sources import RunState
from cmdb.model.values import canonical

LISTED: Final = 10_000
"""How many changes, problems and dangling references are listed one by one; all are counted."""
_MODULUS: Final = 1 << 256
_PAST: Final[Mapping[str, str]] = MappingProxyType({"suspect": "suspected"})
"""Counts whose names do not follow from the action by a mere letter."""


class Reading:
    """What stands in an input: its rows by their kinds, and what is wrong with it as it was read."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.rows = 0
        self.objects: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()
        self.types: Counter[str] = Counter()
        self.mentions: Counter[str] = Counter()
        self.problems: list[Problem] = []

    def read(self, row: CIRecord | RelationshipRecord) -> None:
        """Count one row of the input."""
        self.rows += 1
        self.count(row, 1)

    def count(self, row: CIRecord | RelationshipRecord, number: int) -> None:
        """Count a row among the things of its kind, or with -1 take it off again."""
        if isinstance(row, CIRecord):
            self.classes[row.cls] += number
            if row.kind:
                self.objects[row.kind] += number
        else:
            self.types[row.type] += number
            self.mentions[row.type] += number * max(1, len(row.evidence))


class Tally:
    """Everything that the report will say, gathered batch by batch."""

    def __init__(self, reading: Reading) -> None:
        """Begin with what stands in the input, as far as it was read."""
        self._reading = reading
        self._lost = Reading()
        self._counts: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._dangling: list[Dangling] = []
        self._changes: list[PlannedChange] = []
        self._fallen: Counter[tuple[str, str]] = Counter()
        self._sum = 0
        self.sweep: SweepReport | None = None

    def add(self, planned: Planned) -> None:
        """Take over what one batch did."""
        for change in planned.changes:
            self._counts[_PAST.get(change.action, f"{change.action}d")] += 1
            self._sum = (self._sum + _number(change)) % _MODULUS
        self._counts["unchanged"] += planned.unchanged
        self._counts["relationships_unchanged"] += planned.unchanged_edges
        self._counts["dangling"] += len(planned.dangling)
        for edge in planned.dangling:
            self._lost.types[edge.type] -= 1
            self._lost.mentions[edge.type] -= max(1, len(edge.evidence))
        self._changes.extend(planned.changes[: LISTED - len(self._changes)])
        self._dangling.extend(planned.dangling[: LISTED - len(self._dangling)])
        self._counts["failed"] += _number_of(planned.problems, Severity.ERROR)
        self._counts["problems"] += len(planned.problems)
        self._problems.extend(planned.problems[: LISTED - len(self._problems)])
        for row in planned.failed:
            self._lost.count(row, -1)
        self._fallen.update(planned.fallen)

    @property
    def failed(self) -> int:
        """How many rows failed."""
        return self._counts["failed"] + _number_of(self._reading.problems, Severity.ERROR)

    @property
    def is_incomplete(self) -> bool:
        """Whether a reader could not tell what else there was."""
        return self._incomplete > 0

    @property
    def _incomplete(self) -> int:
        return _number_of(self._reading.problems, Severity.INCOMPLETE)

    @property
    def state(self) -> RunState:
        """How the run would end now."""
        bad = self.failed or self.is_incomplete or (self.sweep is not None and self.sweep.refusal)
        return RunState.SUCCEEDED_WITH_ERRORS if bad else RunState.SUCCEEDED

    def counts(self) -> Counts:
        """The counts so far."""
        told = {name: self._counts[name] for name in Counts.__dataclass_fields__}
        return Counts(**{**told, "read": self._reading.rows, "failed": self.failed})

    def plain_counts(self) -> dict[str, int]:
        """The counts as a run keeps them."""
        counts = self.counts()
        return {**asdict(counts), "changes": counts.changes, "incomplete": self._incomplete}

    def report(self, run_id: str, seqs: tuple[int, int], *, dry_run: bool) -> ImportReport:
        """All of it, as a report."""
        counts = self.counts()
        problems = [*self._reading.problems, *self._problems]
        fallen = [_fell(given, taken, count) for (given, taken), count in sorted(self._fallen.items())]
        return ImportReport(
            run_id=run_id,
            state=self.state,
            dry_run=dry_run,
            base_seq=seqs[0],
            seq=seqs[1],
            counts=counts,
            objects=_left(self._reading.objects, self._lost.objects),
            classes=_left(self._reading.classes, self._lost.classes),
            relationships=self._relationships(),
            problems=(*problems[:LISTED], *fallen),
            dangling=tuple(self._dangling),
            changes=tuple(self._changes),
            digest=f"{self._sum:064x}",
            problem_count=self._counts["problems"] + len(self._reading.problems) + len(fallen),
            is_incomplete=self.is_incomplete,
            sweep=self.sweep,
        )

    def _relationships(self) -> dict[str, TypeCount]:
        mentions = self._reading.mentions
        return {
            name: TypeCount(
                self._reading.types[name] + self._lost.types[name], mentions[name] + self._lost.mentions[name]
            )
            for name in sorted({*self._reading.types, *self._lost.types})
        }


def _left(read: Counter[str], lost: Counter[str]) -> dict[str, int]:
    return {name: count for name in sorted({*read, *lost}) if (count := read[name] + lost[name])}


def _number_of(problems: Iterable[Problem], severity: Severity) -> int:
    return sum(problem.severity is severity for problem in problems)


def _fell(given: str, taken: str, count: int) -> Problem:
    rows = f"{count:,} rows are" if count > 1 else "1 row is"
    message = f"{rows} of the class {given!r}, which is not in the catalogue; it was taken for {taken}."
    return Problem(Severity.WARNING, "CLASS_UNKNOWN", message)


def _number(change: PlannedChange) -> int:
    """A hash of one change; the sum of all is the same in whatever order they come."""
    fields = {name: list(values) for name, values in change.fields.items()}
    told = canonical([change.action, change.subject, change.binding, fields])
    return int.from_bytes(hashlib.sha256(told).digest(), "big")
