"""What a person decided of a duplicate case, as that person's word on it; what a merge moved is kept with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

from cmdb.errors import Conflict
from cmdb.ingest.cases import DECIDED_AT, DECIDED_BY, REASON, STATE, SURVIVOR, CaseState
from cmdb.ingest.handwork import BY_HAND, Request, item_record, own_claim
from cmdb.ingest.planning import Binding
from cmdb.model.items import Item
from cmdb.model.sources import Scope, SourceRecord
from cmdb.model.values import JSONValue, iso
from cmdb.reconcile import ItemClaim

Spoken: TypeAlias = tuple[Item, Sequence[SourceRecord]]
"""An item with all that is said of it."""

_MERGED: Final = "merged"


@dataclass(frozen=True, slots=True)
class Memory:
    """What a merge moved.

    The item that went into the other one and its bindings; those of its relationships, each with the edge that it
    spoke of; and the cases that had become redundant.
    """

    other: str
    bindings: tuple[Binding, ...]
    edges: tuple[tuple[Binding, str], ...]
    withdrawn: tuple[str, ...]

    def body(self) -> dict[str, JSONValue]:
        """As it is kept beside the decision."""
        return {
            "other": self.other,
            "bindings": [_packed(binding) for binding in self.bindings],
            "edges": [[*_packed(binding), key] for binding, key in self.edges],
            "withdrawn": list(self.withdrawn),
        }

    @classmethod
    def of(cls, claim: ItemClaim) -> "Memory":
        """Read what :meth:`body` wrote into a decision.

        Raises:
            Conflict: the decision was made somewhere else, and nothing is known of what it moved.
        """
        body = claim.unmapped.get(_MERGED)
        if not isinstance(body, Mapping):
            raise Conflict("Nothing is known of what this merge moved.", hint="It cannot be undone here.")
        edges = [(_binding(entry), str(entry[3])) for entry in _lists(body.get("edges"))]
        return cls(
            other=str(body.get("other")),
            bindings=tuple(_binding(entry) for entry in _lists(body.get("bindings"))),
            edges=tuple(edges),
            withdrawn=tuple(str(id_) for id_ in _list(body.get("withdrawn"))),
        )


def merged(case: Spoken, survivor: Item, memory: Memory, request: Request) -> SourceRecord:
    """The decision that both are one, which is ``survivor``."""
    return _decision(case, CaseState.MERGED, {SURVIVOR: survivor.id}, {_MERGED: memory.body()}, request)


def different(case: Spoken, request: Request) -> SourceRecord:
    """The decision that they differ."""
    return _decision(case, CaseState.DIFFERENT, {}, {}, request)


def _decision(
    case: Spoken,
    state: CaseState,
    attributes: Mapping[str, JSONValue],
    memory: Mapping[str, JSONValue],
    request: Request,
) -> SourceRecord:
    item, records = case
    said: dict[str, JSONValue] = {
        STATE: state.value,
        DECIDED_BY: request.actor,
        DECIDED_AT: iso(datetime.now(UTC)),
        **({REASON: request.reason} if request.reason else {}),
        **attributes,
    }
    claim = own_claim(item.id, records)
    spoken = replace(claim, attributes={**claim.attributes, **said}, unmapped={**claim.unmapped, **memory})
    return item_record(item.id, spoken, request)


def undecided(case: Spoken, request: Request) -> SourceRecord | Binding:
    """What people say of a case once its decision is taken back: a record, or the binding of one to drop."""
    item, records = case
    claim = own_claim(item.id, records)
    decided = {STATE, DECIDED_BY, DECIDED_AT, REASON, SURVIVOR}
    left = replace(
        claim,
        attributes={name: value for name, value in claim.attributes.items() if name not in decided},
        unmapped={name: value for name, value in claim.unmapped.items() if name != _MERGED},
    )
    return _kept(item.id, left, request)


def withdrawn(case: Spoken, request: Request) -> SourceRecord:
    """That a case need not be decided any more."""
    item, records = case
    return item_record(item.id, replace(own_claim(item.id, records), retired=True), request)


def restored(case: Spoken, request: Request) -> SourceRecord | Binding:
    """That a case has to be decided after all: a record, or the binding of one to drop."""
    item, records = case
    return _kept(item.id, replace(own_claim(item.id, records), retired=None), request)


def _kept(item_id: str, claim: ItemClaim, request: Request) -> SourceRecord | Binding:
    return (BY_HAND, item_id) if claim.says_nothing else item_record(item_id, claim, request)


def _packed(binding: Binding) -> list[JSONValue]:
    scope, key = binding
    return [scope.source, scope.boundary, key]


def _binding(entry: Sequence[JSONValue]) -> Binding:
    source, boundary, key = (str(part) for part in entry[:3])
    return Scope(source, boundary), key


def _lists(value: JSONValue) -> list[Sequence[JSONValue]]:
    return [entry for entry in _list(value) if isinstance(entry, list)]


def _list(value: JSONValue) -> Sequence[JSONValue]:
    return value if isinstance(value, list) else []
