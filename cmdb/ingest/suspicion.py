"""What a batch finds to be alike without being sure: warned of, and kept as a case to be decided."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from cmdb.ingest.binding import Candidate, Subject
from cmdb.ingest.cases import Occasion, Opening, Pair, by_pair, cases_of, opening, put
from cmdb.ingest.planning import Context, Planned
from cmdb.ingest.reports import PlannedChange
from cmdb.model.items import Basis
from cmdb.model.observations import Problem, Severity

_LISTED = 5
"""How many others a warning names."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A row, the item that it is of, and the others that it may be of as well."""

    candidate: Candidate
    subject: Subject
    near: Sequence[Subject]


@dataclass(slots=True)
class Suspicions:
    """Those of one batch, in order of its rows."""

    found: list[Suspicion] = field(default_factory=list)

    def add(self, candidate: Candidate, subject: Subject, near: Iterable[Subject]) -> None:
        """Keep one, unless there is nothing to suspect."""
        others = [other for other in near if other is not subject]
        if others:
            self.found.append(Suspicion(candidate, subject, others))

    def plan(self, there: Collection[str], context: Context, planned: Planned) -> None:
        """Warn of each and open cases; a pair that was decided to differ is left in peace.

        Things that are alike are linked by cases, not each with each: a thousand clones need 999 cases.  ``there`` are
        the ids of the items that the batch leaves; an item whose rows were all refused is not among them.  Five reads
        at most when anything is suspected, none otherwise.
        """
        real = [each for each in self.found if each.subject.id in there]
        ids = {id_ for each in real for id_ in (each.subject.id, *(other.id for other in each.near))}
        known = by_pair(cases_of(sorted(ids), context.reader))
        groups = _Groups()
        for pair, case in known.items():
            if case.is_open:
                groups.join(*pair.ids)
        decided = {pair for pair, case in known.items() if not case.is_open}
        openings: list[Opening] = []
        for each in real:
            doubted = [
                other
                for other in sorted(each.near, key=lambda other: other.label)
                if other.id in there and Pair.of(each.subject.id, other.id) not in decided
            ]
            if doubted:
                planned.problems.append(_warning(each.candidate, doubted))
            openings += [
                _opening(each, other, context, planned) for other in doubted if groups.join(each.subject.id, other.id)
            ]
        put(openings, context.reader, context.catalogue, planned)


@dataclass(slots=True)
class _Groups:
    """Which items are linked by open cases (disjoint sets; near-constant time an operation)."""

    above: dict[str, str] = field(default_factory=dict)

    def join(self, one: str, other: str) -> bool:
        """Link two items; whether they were not linked before."""
        first, second = self._top(one), self._top(other)
        self.above[first] = second
        return first != second

    def _top(self, id_: str) -> str:
        while (next_ := self.above.get(id_, id_)) != id_:
            self.above[id_] = self.above.get(next_, next_)
            id_ = next_
        return id_


def _opening(each: Suspicion, other: Subject, context: Context, planned: Planned) -> Opening:
    names = {each.subject.id: each.subject.name, other.id: other.name}
    occasion = Occasion(context.run_id, context.at, _ground(each, other), Basis.INFERRED)
    case = opening(Pair.of(each.subject.id, other.id), names, occasion)
    binding = f"{each.candidate.record.scope}#{each.candidate.record.key}"
    planned.changes.append(PlannedChange("suspect", case.create.name, binding))
    return case


def _ground(each: Suspicion, other: Subject) -> str:
    """What both share, as people read it: the attributes of the rules that both satisfy alike."""
    record, told = each.candidate.record, set(each.candidate.description.evidence.values())
    shared: dict[str, None] = {}
    for description in each.subject.descriptions:
        for (_, attributes), hash_ in description.evidence.items():
            if hash_ in other.hashes:
                values = {**record.attributes, "name": record.name} if hash_ in told else {}
                words = (f"{part} {values[part]}" if part in values else f"the same {part}" for part in attributes)
                shared[" and ".join(words)] = None
    return f"Both are said to have {'; '.join(shared)}."


def _warning(candidate: Candidate, near: Sequence[Subject]) -> Problem:
    record = candidate.record
    others = "; ".join(subject.label for subject in near[:_LISTED])
    more = f" and {len(near) - _LISTED} more" if len(near) > _LISTED else ""
    message = f"{record.cls}:{record.name} may be the same as {others}{more}; it is kept apart, decide by hand."
    return Problem(Severity.WARNING, "DUPLICATE_SUSPECTED", message, record.where, record.key)
