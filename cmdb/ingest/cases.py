"""Duplicate cases: two items that may be one, as records of the same graph."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cmdb.ingest.edge_claims import claim_body, said
from cmdb.ingest.planning import Planned
from cmdb.ingest.reader import Reader
from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import Basis, Item, Lifecycle, relationship_key
from cmdb.model.observations import Evidence, RelationshipRecord
from cmdb.model.queries import Direction
from cmdb.model.references import ById
from cmdb.model.sources import MANUAL, RecordKind, Scope, SourceRecord
from cmdb.model.values import JSONValue, digest
from cmdb.reconcile import ItemClaim, fold_item

CASE: Final = "DuplicateCase"
SUSPECTS: Final = "SUSPECTS"
CASES: Final = Scope("cmdb", "duplicates")
"""The scope of what the CMDB itself says of cases."""

STATE, DECIDED_BY, DECIDED_AT, REASON, SURVIVOR = (
    "case_state", "decided_by", "decided_at", "decision_reason", "survivor",
)  # fmt: skip
"""Attributes of a case."""


class CaseState(StrEnum):
    """Whether a case waits for a decision, or which one was taken."""

    OPEN = "open"
    MERGED = "merged"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two items, in order of their ids: there is at most one case for them."""

    one: str
    other: str

    @classmethod
    def of(cls, one: str, other: str) -> "Pair":
        """The pair of two different ids, whichever is given first."""
        return cls(*sorted((one, other)))

    @property
    def ids(self) -> tuple[str, str]:
        """Both."""
        return self.one, self.other


@dataclass(frozen=True, slots=True)
class Case:
    """A case and the items that it suspects now: what was merged into another one is that other one."""

    item: Item
    suspects: tuple[str, ...]

    @property
    def state(self) -> CaseState:
        """What was decided."""
        return CaseState(str(self.item.attributes.get(STATE, CaseState.OPEN)))

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide it: neither decided nor withdrawn."""
        return self.state is CaseState.OPEN and self.item.lifecycle is Lifecycle.LIVE


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one case: to be written with whatever made the two alike."""

    create: CreateItem
    relationships: Sequence[PutRelationship]
    records: Sequence[SourceRecord]


def put(openings: Sequence[Opening], reader: Reader, catalogue: Catalogue, planned: Planned) -> None:
    """Plan cases to be opened; one that was withdrawn with what had made the two alike comes back as it was decided.

    Two reads when there is anything to open.
    """
    ids = [opening.create.id for opening in openings]
    there = reader.items(ids) if ids else {}
    said = reader.records_of(there.keys()) if there else {}
    for opening in openings:
        planned.relationships.extend(opening.relationships)
        planned.records.extend(opening.records)
        item = there.get(opening.create.id)
        if item is None:
            planned.creates.append(opening.create)
        else:
            planned.updates.append(_reopened(item, [*said.get(item.id, ()), opening.records[0]], catalogue))


def _reopened(item: Item, records: Sequence[SourceRecord], catalogue: Catalogue) -> UpdateItem:
    effective = fold_item(records, catalogue)
    old = dict.fromkeys(item.attributes)
    return UpdateItem(
        item.id,
        item.revision,
        effective.name,
        attributes={**old, **effective.attributes},
        lifecycle=effective.lifecycle,
    )


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who suspects, when, on what ground, and on what the suspicion rests."""

    run_id: str
    at: datetime
    ground: str
    basis: Basis


def opening(pair: Pair, names: Mapping[str, str], occasion: Occasion) -> Opening:
    """A new case for two items of some names.

    Its id and identity follow from the pair, so that two writers who open it at once cannot both do so.
    """
    case_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"duplicate {pair.one} {pair.other}"))
    name = " / ".join(sorted(names[id_] for id_ in pair.ids))
    attributes: dict[str, JSONValue] = {STATE: CaseState.OPEN.value, "description": occasion.ground}
    body = ItemClaim(CASE, name, attributes, {}, {}).body()
    key = f"{pair.one} {pair.other}"
    record = SourceRecord(
        CASES, key, RecordKind.ITEM, case_id, digest(body), body, occasion.run_id, occasion.at
    )  # fmt: skip
    create = CreateItem(case_id, CASE, name, attributes, digest(["duplicate", *pair.ids]))
    suspicions = [_suspicion(case_id, id_, occasion) for id_ in pair.ids]
    return Opening(create, [edge for edge, _ in suspicions], [record, *(record for _, record in suspicions)])


def _suspicion(case_id: str, item_id: str, occasion: Occasion) -> tuple[PutRelationship, SourceRecord]:
    row = RelationshipRecord(
        CASES, SUSPECTS, ById(case_id), ById(item_id), occasion.basis, evidence=(Evidence(occasion.ground),)
    )  # fmt: skip
    body, target = claim_body(row), relationship_key(SUSPECTS, case_id, item_id)
    record = SourceRecord(
        CASES, row.key, RecordKind.RELATIONSHIP, target, said(body), body, occasion.run_id, occasion.at
    )  # fmt: skip
    return PutRelationship(SUSPECTS, case_id, item_id, basis=occasion.basis), record


def cases_of(ids: Collection[str], reader: Reader) -> list[Case]:
    """The cases that suspect some items, in order of their ids: three reads, however many there are."""
    near = reader.relationships_of(ids, Direction.IN, [SUSPECTS]) if ids else ()
    case_ids = {edge.from_id for edge in near}
    items = reader.items(case_ids) if case_ids else {}
    suspects: defaultdict[str, list[str]] = defaultdict(list)
    for edge in reader.relationships_of(case_ids, Direction.OUT, [SUSPECTS]) if case_ids else ():
        suspects[edge.from_id].append(edge.to_id)
    return [Case(item, tuple(sorted(suspects[id_]))) for id_, item in sorted(items.items())]


def by_pair(cases: Collection[Case]) -> dict[Pair, Case]:
    """The case of each pair; of several, one that was decided, for a decision stands, else one that is open."""
    found: dict[Pair, Case] = {}
    for case in sorted(cases, key=lambda case: (case.state is CaseState.OPEN, not case.is_open, case.item.id)):
        if len(case.suspects) == 2:  # noqa: PLR2004 - of one that became part of the other, nothing is left to suspect
            found.setdefault(Pair(*case.suspects), case)
    return found


def left_open(records: Sequence[SourceRecord], reader: Reader) -> list[SourceRecord]:
    """Of records of cases and their suspicions, those of cases that nobody has said anything about: one read."""
    cases = {_case_id(record) for record in records}
    touched = {key for _, key in reader.records([(Scope(MANUAL), case) for case in cases])} if cases else set()
    return [record for record in records if _case_id(record) not in touched]


def _case_id(record: SourceRecord) -> str:
    target = record.target or ""
    return target if record.kind is RecordKind.ITEM else target.split("|")[1]
