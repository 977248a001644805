"""Planning what becomes of two items that are one: whose word goes where, and what follows for the graph.

The bindings of the one go to the other, and so do the claims to its relationships; then both items, and every
relationship concerned, are folded anew from what is said of them.  What was moved is remembered with the decision.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cmdb.identify import binding_key
from cmdb.ingest.cases import CASES, SUSPECTS, Case, CaseState, Pair, cases_of
from cmdb.ingest.decisions import Memory, merged, withdrawn
from cmdb.ingest.edges import is_loop, plan_keys
from cmdb.ingest.handwork import Request
from cmdb.ingest.items import effective_of, plan_targets
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.planning import Context, Planned
from cmdb.ingest.references import MERGED_INTO
from cmdb.model.commits import ChangeSet, UpdateItem
from cmdb.model.items import Item, Lifecycle, Relationship, relationship_key
from cmdb.model.sources import SourceRecord
from cmdb.store.port import Store


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision does: to which items, and what of the one goes to the other.

    ``bindings`` are those of the source records that go over, ``relationships`` says how many relationships follow.
    ``set_aside`` are the relationships that the survivor cannot have beside its own; they are kept unresolved.
    """

    survivor: Item
    other: Item
    bindings: tuple[str, ...]
    relationships: int
    set_aside: tuple[str, ...]
    planned: Planned


@dataclass(frozen=True, slots=True)
class Joining:
    """One merge being planned: ``other`` goes into ``survivor`` by the decision of a case."""

    store: Store
    case: Case
    survivor: Item
    other: Item
    context: Context

    def plan(self, request: Request) -> Outcome:
        """Everything that the merge writes; nothing is written here.

        O(records and relationships of both).  A constant number of reads.

        Raises:
            BadInput and its kinds: what is said of both does not fit together in one item.
            EndNotAllowed: a relationship of the one cannot be one of the other.
        """
        said = self.store.records_of([self.survivor.id, self.other.id])
        moved = [replace(record, target=self.survivor.id) for record in said.get(self.other.id, ())]
        effective = effective_of([*said.get(self.survivor.id, ()), *moved], self.context)
        edges = self._edges()
        self._check_ends(edges, effective.cls)
        aside = self._beyond(edges)
        claims = self.store.records_of([*(edge.key for edge in edges), *self._loops()])
        targets = {key: None if key in aside else self._rekeyed(key) for key in claims}
        following = [replace(record, target=targets[key]) for key, records in claims.items() for record in records]
        redundant = self._redundant()
        memory = Memory(
            self.other.id,
            tuple((record.scope, record.key) for record in moved),
            tuple(((record.scope, record.key), key) for key, records in claims.items() for record in records),
            tuple(case.item.id for case in redundant),
        )
        planned = Planned(records=[*moved, *following, merged(self._spoken(self.case), self.survivor, memory, request)])
        planned.records += [withdrawn(self._spoken(case), request) for case in redundant]
        keys = {*claims, *(key for key in targets.values() if key is not None)}
        self._refold(planned, keys, redundant, request.empty(()))
        followed = {key for key in targets.values() if key is not None and not is_loop(key)}
        bindings = tuple(sorted(record.binding for record in moved))
        return Outcome(self.survivor, self.other, bindings, len(followed), tuple(sorted(aside)), planned)

    def _edges(self) -> list[Relationship]:
        """The relationships of the other item; a case that was decided goes on to speak of what it decided."""
        decided_cases = {
            case.item.id for case in cases_of([self.other.id], self.store) if case.state is CaseState.MERGED
        } | {self.case.item.id}
        edges = self.store.relationships_of([self.other.id])
        return [edge for edge in edges if edge.type != SUSPECTS or edge.from_id not in decided_cases]

    def _loops(self) -> list[str]:
        """Under these keys the claims are kept that name the other item at both ends."""
        return [
            relationship_key(type_, self.other.id, self.other.id) for type_ in self.context.catalogue.relationship_types
        ]

    def _rekeyed(self, key: str) -> str:
        type_, *ends = key.split("|")
        from_id, to_id = (self.survivor.id if end == self.other.id else end for end in ends)
        return relationship_key(type_, from_id, to_id)

    def _check_ends(self, edges: Sequence[Relationship], cls: str) -> None:
        own = self.store.relationships_of([self.survivor.id]) if cls != self.survivor.cls else ()
        both = {self.survivor.id, self.other.id}
        far = self.store.items({id_ for edge in (*edges, *own) for id_ in (edge.from_id, edge.to_id)} - both)
        classes = {id_: item.cls for id_, item in far.items()} | dict.fromkeys(both, cls)
        for edge in (*edges, *own):
            if not is_loop(self._rekeyed(edge.key)):
                self.context.catalogue.check_ends(edge.type, classes[edge.from_id], classes[edge.to_id])

    def _beyond(self, edges: Iterable[Relationship]) -> set[str]:
        """The other's relationships that the survivor, who may have only one of the type, has with somebody else."""
        types = self.context.catalogue.relationship_types
        single = [edge for edge in edges if types[edge.type].one_to or types[edge.type].one_from]
        if not single:
            return set()
        there = self.store.relationships_of([self.survivor.id], types={edge.type for edge in single})
        taken = {
            (edge.type, side): edge.key
            for edge in there
            if not is_loop(self._rekeyed(edge.key))
            for side, end in (("from", edge.from_id), ("to", edge.to_id))
            if end == self.survivor.id and (types[edge.type].one_to if side == "from" else types[edge.type].one_from)
        }
        return {
            edge.key
            for edge in single
            for side, end in (("from", edge.from_id), ("to", edge.to_id))
            if end == self.other.id and not is_loop(key := self._rekeyed(edge.key))
            if taken.get((edge.type, side), key) != key
        }

    def _redundant(self) -> list[Case]:
        """Open cases of a pair that has another case as soon as both are one; a decision stands before them."""
        mine = {self.survivor.id, self.other.id}
        kept: dict[Pair, Case] = {}
        redundant: list[Case] = []
        near = [case for case in cases_of(sorted(mine), self.store) if case.item.id != self.case.item.id]
        for case in sorted(near, key=lambda case: (case.is_open, case.item.id)):
            ends = {self.survivor.id if id_ == self.other.id else id_ for id_ in case.suspects}
            if case.state is CaseState.MERGED:
                continue
            is_one = len(ends) < 2  # noqa: PLR2004 - both of a pair became one
            if (is_one or kept.setdefault(Pair.of(*ends), case) is not case) and case.is_open:
                redundant.append(case)
        return redundant

    def _spoken(self, case: Case) -> tuple[Item, Sequence[SourceRecord]]:
        return case.item, self.store.records_of([case.item.id]).get(case.item.id, ())

    def _refold(self, planned: Planned, keys: set[str], redundant: Sequence[Case], empty: ChangeSet) -> None:
        """What follows from the records that were moved."""
        overlay = Overlay(self.store, self.store.head())
        overlay.absorb(replace(empty, records=tuple(planned.records)))
        context = replace(self.context, reader=overlay)
        plan_targets([self.survivor.id, self.case.item.id, *(case.item.id for case in redundant)], context, planned)
        plan_keys(keys, context, planned)
        planned.updates.append(
            UpdateItem(
                self.other.id,
                lifecycle=Lifecycle.RETIRED,
                attributes={MERGED_INTO: self.survivor.id},
                identity_key=binding_key(CASES, self.other.id),
                identifiers=(),
            )
        )
