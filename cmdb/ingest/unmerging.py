"""Planning how two items that were taken for one become two again, each as its claims say now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cmdb.ingest.cases import Case
from cmdb.ingest.decisions import Memory, Spoken, restored, undecided
from cmdb.ingest.edge_claims import record_of
from cmdb.ingest.edges import plan_keys
from cmdb.ingest.handwork import Request, own_claim
from cmdb.ingest.items import plan_targets
from cmdb.ingest.merging import Outcome
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.planning import Binding, Context, Planned
from cmdb.ingest.references import MERGED_INTO, merged_into, survivors
from cmdb.model.commits import ChangeSet, UpdateItem
from cmdb.model.items import Item, Relationship, relationship_key
from cmdb.model.references import ById, ByKey, Reference
from cmdb.model.sources import SourceRecord
from cmdb.store.port import Store


@dataclass(frozen=True, slots=True)
class Parting:
    """One merge being undone: what belonged to ``other`` leaves ``survivor``, the item that it is part of now."""

    store: Store
    case: Case
    memory: Memory
    survivor: Item
    other: Item
    context: Context

    @classmethod
    def of(cls, store: Store, case: Case, context: Context) -> "Parting":
        """The merge that a case decided.

        Raises:
            Conflict: nothing is known of what it moved.
        """
        memory = Memory.of(own_claim(case.item.id, _said(store, case.item.id)))
        other = store.items([memory.other])[memory.other]
        return cls(store, case, memory, survivors([other], store)[other.id], other, context)

    def plan(self, request: Request) -> Outcome:
        """Everything that undoing writes; nothing is written here.

        Source records go back to the item that they were of, if they still are where the merge moved them.  Claims to
        relationships go back to the edge that they spoke of; those made since follow what their references name.
        O(records and relationships of both).  A constant number of reads.
        """
        back = [record for record in self._records(self.memory.bindings) if record.target == self.survivor.id]
        returning = {(record.scope, record.key) for record in back}
        targets = self._old_targets() | self._new_targets(returning)
        bindings = self.store.records(targets.keys()) if targets else {}
        moved = [
            replace(bindings[binding], target=target) for binding, target in targets.items() if binding in bindings
        ]
        planned = Planned(records=[*(replace(record, target=self.other.id) for record in back), *moved])
        cases = [_spoken(self.store, id_) for id_ in self.memory.withdrawn]
        own = _spoken(self.store, self.case.item.id)
        for left in (undecided(own, request), *(restored(case, request) for case in cases)):
            if isinstance(left, SourceRecord):
                planned.records.append(left)
            else:
                planned.dropped.append(left)
        keys = {key for record in bindings.values() if (key := record.target) is not None} | set(targets.values())
        self._refold(planned, keys, request.empty(()))
        names = tuple(sorted(record.binding for record in back))
        return Outcome(self.survivor, self.other, names, len(moved), (), planned)

    def _records(self, bindings: Sequence[Binding]) -> list[SourceRecord]:
        found = self.store.records(bindings) if bindings else {}
        return [found[binding] for binding in sorted(found)]

    def _old_targets(self) -> dict[Binding, str]:
        """The edges of the claims that the merge moved; the far ends may have become other items since."""
        remembered = dict(self.memory.edges)
        here = [
            record
            for record in self._records(list(remembered))
            if record.target is None or self.survivor.id in record.target.split("|")
        ]
        ends = {end for key in remembered.values() for end in key.split("|")[1:]} - {self.other.id}
        gone = [item for item in self.store.items(ends).values() if merged_into(item)]
        now = {id_: item.id for id_, item in survivors(gone, self.store).items()}
        return {
            binding: _renamed(remembered[binding], now) for record in here for binding in [(record.scope, record.key)]
        }

    def _new_targets(self, returning: set[Binding]) -> dict[Binding, str]:
        """Where claims that were made since the merge lead once the bindings have gone back."""
        keys = [edge.key for edge in self._edges()]
        keys += [
            relationship_key(t, self.survivor.id, self.survivor.id) for t in self.context.catalogue.relationship_types
        ]
        remembered = dict(self.memory.edges)
        found: dict[Binding, str] = {}
        for key, records in self.store.records_of(keys).items():
            for record in records:
                target = self._resolved(key, record, returning)
                if target != key and (record.scope, record.key) not in remembered:
                    found[record.scope, record.key] = target
        return found

    def _edges(self) -> Sequence[Relationship]:
        return self.store.relationships_of([self.survivor.id])

    def _resolved(self, key: str, record: SourceRecord, returning: set[Binding]) -> str:
        """The edge of a claim with the ends that its references name by a binding or id that goes back."""
        type_, from_id, to_id = key.split("|")
        row = record_of(record)
        return relationship_key(
            type_, self._end(from_id, row.from_ref, returning), self._end(to_id, row.to_ref, returning)
        )

    def _end(self, end: str, reference: Reference, returning: set[Binding]) -> str:
        if end != self.survivor.id:
            return end
        if isinstance(reference, ByKey) and (reference.scope, reference.key) in returning:
            return self.other.id
        return self.other.id if reference == ById(self.other.id) else end

    def _refold(self, planned: Planned, keys: set[str], empty: ChangeSet) -> None:
        """What follows from the records that went back."""
        overlay = Overlay(self.store, self.store.head())
        overlay.absorb(replace(empty, records=tuple(planned.records), dropped_records=tuple(planned.dropped)))
        context = replace(self.context, reader=overlay)
        both = [self.survivor.id, self.other.id]
        plan_targets([*both, self.case.item.id, *self.memory.withdrawn], context, planned)
        plan_keys(keys, context, planned)
        if all(MERGED_INTO not in update.attributes for update in planned.updates):  # nobody speaks of it any more
            planned.updates = [update for update in planned.updates if update.id != self.other.id]
            planned.updates.append(UpdateItem(self.other.id, attributes={MERGED_INTO: None}))


def _renamed(key: str, now: Mapping[str, str]) -> str:
    type_, *ends = key.split("|")
    from_id, to_id = (now.get(end, end) for end in ends)
    return relationship_key(type_, from_id, to_id)


def _said(store: Store, item_id: str) -> Sequence[SourceRecord]:
    return store.records_of([item_id]).get(item_id, ())


def _spoken(store: Store, item_id: str) -> Spoken:
    return store.items([item_id])[item_id], _said(store, item_id)
