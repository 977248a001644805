"""Asking the graph what a failure, a change, an incident or a problem does."""

from collections.abc import Mapping, Sequence

import impact
from cmdb.errors import BadInput, Retired
from cmdb.ingest.references import find_all, find_one
from cmdb.model.items import Basis, Item, Lifecycle
from cmdb.model.queries import Direction
from cmdb.model.references import ById, Reference
from cmdb.practices.answers import DETAIL, Affected, AsOf, Assessment, Question, Seed, SeedState, Spared
from cmdb.practices.dependencies import DependencyGraph, DependencyGraphs
from cmdb.practices.gaps import gaps
from cmdb.practices.moments import Moment, seq_of
from cmdb.practices.reasons import chain, holding, sentence
from cmdb.practices.rollup import called, counts
from cmdb.store.port import Store

AFFECTS = "AFFECTS"
ROLLED_UP = {
    "services": "Service",
    "offerings": "Offering",
    "customers": "Customer",
    "agreements": "Agreement",
    "processes": "BusinessProcess",
}
BASES = list(Basis)


class Assessor:
    """Impact of anything that can fail, on the whole graph, now or at a point in the past."""

    def __init__(self, store: Store) -> None:
        """Answer from this store."""
        self._store = store
        self._graphs = DependencyGraphs(store)

    def assess(self, question: Question) -> Assessment:
        """The whole answer to a question.

        Two reads find the seeds and the head; the graph is compiled once per ``seq``; the evaluation costs what it
        touches.

        Raises:
            NotFound, AmbiguousName: a seed.  Retired: a seed that was retired by then.  SeqUnavailable: ``as_of``.
            BadInput: no seed at all, a state that is none, a negative ``detail``, or an instant without its offset.
        """
        if not question.seeds:
            raise BadInput("The question names no CI.", hint="Name at least one CI that fails.")
        if question.detail < 0:
            raise BadInput(f"{question.detail} affected CIs cannot be listed.", hint="Ask for 0 or more.")
        seq = seq_of(self._store, question.as_of)
        items = find_all([seed.reference for seed in question.seeds], Moment(self._store, seq), self._store.catalogue)
        graph = self._graphs.at(seq)
        seeds = self._seeds(graph, items, question.seeds)
        result = impact.evaluate(graph.graph, seeds)
        return _Answer(self._store, graph, result, seeds, question).assessment()

    def of_record(self, reference: Reference, as_of: AsOf = None, detail: int = DETAIL) -> Assessment:
        """The impact of a change, incident, problem or outage: what it says of each CI it affects.

        Raises:
            BadInput: the record names no CI that fails.  And as :meth:`assess`.
        """
        return self.assess(self.question_of(reference, as_of, detail))

    def question_of(self, reference: Reference, as_of: AsOf = None, detail: int = DETAIL) -> Question:
        """The question that a record puts: a seed for each CI that it brings down, degrades or puts at risk."""
        seq = seq_of(self._store, as_of)
        record = find_one(reference, Moment(self._store, seq), self._store.catalogue)
        edges = self._store.relationships_of([record.id], Direction.OUT, [AFFECTS], seq)
        seeds = tuple(
            Seed(ById(edge.to_id), str(edge.attributes["state"]))
            for edge in edges
            if edge.attributes["state"] != "none"
        )
        if not seeds:
            msg = f"{record.label} names no CI that fails."
            raise BadInput(msg, hint="Relate it by AFFECTS with a state of down, degraded or at_risk.")
        times = {name: record.attributes.get(name) for name in ("window_start", "window_end", "started_at", "ended_at")}
        subject = {"id": record.id, "class": record.cls, "name": record.name}
        return Question(seeds, as_of, detail, subject | {name: value for name, value in times.items() if value})

    def _seeds(
        self, graph: DependencyGraph, items: Sequence[Item], asked: Sequence[Seed]
    ) -> dict[int, impact.FailureState]:
        seeds: dict[int, impact.FailureState] = {}
        for item, seed in zip(items, asked, strict=True):
            if item.lifecycle is Lifecycle.RETIRED:
                raise Retired(f"{item.label} is retired.", hint=f"Ask as of a seq before {self._retired_at(item)}.")
            number = graph.numbers[item.id]
            seeds[number] = max(seeds.get(number, impact.FailureState.UP), _state(seed.state))
        return seeds

    def _retired_at(self, item: Item) -> int:
        """The ``seq`` since which an item has been retired without a break."""
        since = item.from_seq
        for version in reversed(self._store.history(item.id)):
            if version.from_seq <= item.from_seq and version.lifecycle is Lifecycle.LIVE:
                break
            since = min(since, version.from_seq)
        return since


def _state(text: str) -> impact.FailureState:
    try:
        state = impact.FailureState.parse(text)
    except impact.ImpactError:
        state = impact.FailureState.UP
    if state is impact.FailureState.UP:
        raise BadInput(f"{text!r} is no failure state.", hint="Use down, degraded or at_risk.")
    return state


class _Answer:
    """One evaluation turned into the rows that people and programs read."""

    def __init__(
        self,
        store: Store,
        graph: DependencyGraph,
        result: impact.Impact,
        seeds: Mapping[int, impact.FailureState],
        question: Question,
    ) -> None:
        self.store = store
        self.graph = graph
        self.result = result
        self.seeds = seeds
        self.question = question

    def assessment(self) -> Assessment:
        raised = self._worst_first(self.result.raised())
        listed = tuple(self._affected(number) for number in raised[: self.question.detail])
        spared = impact.spared_nodes(self.graph.graph, self.result)
        radius = {*raised, *spared}
        doubts = gaps(self.store, self.graph, radius, listed, self.question.as_of is None)
        incomplete = tuple(f"{group}, and counts as all of them" for group in doubts.overcommitted)
        catalogue = self.store.catalogue
        rolled = {name: self._of_class(raised, cls) for name, cls in ROLLED_UP.items()}
        return Assessment(
            complete=not incomplete,
            incomplete=incomplete,
            seq=self.graph.seq,
            rules=catalogue.version,
            subject=self.question.subject,
            seeds=tuple(self._seed(number) for number in sorted(self.seeds)),
            counts=counts(self.graph, self.result),
            affected=listed,
            omitted=len(raised) - len(listed),
            spared=tuple(self._spared(number) for number in spared[: self.question.detail]),
            spared_omitted=max(0, len(spared) - self.question.detail),
            teams=called(self.graph, self.result, catalogue, "Team"),
            suppliers=called(self.graph, self.result, catalogue, "Supplier"),
            gaps=doubts,
            **rolled,
        )

    def _worst_first(self, numbers: Sequence[int]) -> list[int]:
        return sorted(numbers, key=lambda number: (-self.result.state(number), self.result.distance(number), number))

    def _of_class(self, raised: Sequence[int], ancestor: str) -> tuple[Affected, ...]:
        wanted = set(self.store.catalogue.descendants(ancestor)) if ancestor in self.store.catalogue.classes else set()
        return tuple(self._affected(number) for number in raised if self.graph.items[number].cls in wanted)

    def _seed(self, number: int) -> SeedState:
        item = self.graph.items[number]
        return SeedState(item.id, item.cls, item.name, self.seeds[number].label)

    def _affected(self, number: int) -> Affected:
        item = self.graph.items[number]
        why = impact.reason(self.graph.graph, self.result, number)
        steps = chain(self.result, self.graph, number)
        criticality = item.attributes.get("criticality")
        return Affected(
            id=item.id,
            cls=item.cls,
            name=item.name,
            state=why.state.label,
            distance=self.result.distance(number) or 0,
            reason=sentence(why, self.graph),
            chain=steps,
            basis=max((step.basis for step in steps), key=BASES.index, default=None),
            criticality=str(criticality) if criticality is not None else None,
            proof=_proof(why, self.graph),
        )

    def _spared(self, number: int) -> Spared:
        item = self.graph.items[number]
        why = impact.reason(self.graph.graph, self.result, number)
        return Spared(item.id, item.cls, item.name, why.state.label, holding(why, self.graph), _proof(why, self.graph))


def _proof(why: impact.Reason, graph: DependencyGraph) -> dict[str, object]:
    """The arithmetic of a reason with names in place of numbers."""
    return {
        "seed": why.seed.label if why.seed is not None else None,
        "groups": [
            {
                "group": group.name,
                "members": group.n,
                "minUp": str(group.min_up),
                "needed": group.needed,
                "degradedBelow": str(group.degraded_below) if group.degraded_below is not None else None,
                "up": group.up,
                "state": group.state.label,
                "failed": [
                    {
                        "type": graph.edges[member.edge].type,
                        "provider": graph.label(member.provider),
                        "effect": member.effect.label,
                        "state": member.state.label,
                        "contribution": member.contribution.label,
                    }
                    for member in group.failed
                ],
            }
            for group in why.groups
        ],
    }
