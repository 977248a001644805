"""Checking relationship rows against the catalogue, and how many of a type an end may have."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cmdb.errors import BadInput, CardinalityExceeded, CMDBError
from cmdb.ingest.edge_claims import claim_body, said
from cmdb.ingest.planning import Binding, Context, Planned
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item, Relationship
from cmdb.model.observations import RelationshipRecord
from cmdb.model.queries import Direction
from cmdb.model.references import ByIdentifier, ByName
from cmdb.model.sources import MANUAL, Bond
from cmdb.model.values import JSONValue, canonical, fault_of

_BY_MEANING: Final = (ByName, ByIdentifier)


@dataclass(slots=True)
class EdgeRow:
    """A checked record, what its source's word was bound to before, the items at its ends and the edge between them.

    ``ends`` and ``edge_key`` are ``None`` until they are found: while an end is missing or may be one of several.
    """

    record: RelationshipRecord
    binding: Binding
    body: Mapping[str, JSONValue]
    digest: str
    old: Bond | None = None
    ends: tuple[Item, Item] | None = None
    edge_key: str | None = None
    is_ambiguous: bool = False

    @property
    def target(self) -> str | None:
        """The edge claimed: one that was found once is kept while the same words mean nothing any more."""
        return self.edge_key or (self.old.target if self.old else None)

    @property
    def is_unchanged(self) -> bool:
        """Whether its source said the same before."""
        return self.old is not None and self.old.digest == self.digest

    @property
    def is_settled(self) -> bool:
        """Whether its source said the same before, and it was understood."""
        return self.old is not None and self.old.digest == self.digest and self.old.target is not None

    @property
    def is_by_meaning(self) -> bool:
        """Whether an end is named by what may pass to another item, as a name may and a key may not."""
        return isinstance(self.record.from_ref, _BY_MEANING) or isinstance(self.record.to_ref, _BY_MEANING)

    @property
    def is_loop(self) -> bool:
        """Whether both ends are one and the same."""
        return self.ends is not None and self.ends[0].id == self.ends[1].id

    @property
    def said_by(self) -> str:
        """``source/scope#key``."""
        return f"{self.binding[0]}#{self.binding[1]}"

    @property
    def label(self) -> str:
        """How people are told of it."""
        return f"{self.ends[0].label} {self.record.type} {self.ends[1].label}" if self.ends else self.binding[1]


def checked(records: Iterable[RelationshipRecord], catalogue: Catalogue, planned: Planned) -> Iterator[EdgeRow]:
    """The rows that can be taken over; the others are refused in the plan."""
    for record in records:
        try:
            yield _checked(record, catalogue)
        except CMDBError as error:
            planned.refuse(record, error)


def _checked(record: RelationshipRecord, catalogue: Catalogue) -> EdgeRow:
    """The record as a row, with its attributes in canonical form."""
    attributes = catalogue.check_relationship(record.type, record.attributes)
    for reference in (record.from_ref, record.to_ref):
        if isinstance(reference, _BY_MEANING) and reference.cls is not None:
            catalogue.resolve(reference.cls)
    if record.scope.source == MANUAL:
        msg = f"The source {MANUAL!r} is what people edit; nothing is imported under it."
        raise BadInput(msg, hint="Import under another source.")
    canonically = replace(record, attributes=attributes) if attributes or record.attributes else record
    body = claim_body(canonically)
    if (fault := _fault(body)) is not None:
        raise BadInput(f"What is said of it {fault}.", hint="Send plain values.")
    if record.group is not None and not record.group.strip():
        raise BadInput("The name of its group is empty.", hint="Name the group, or leave it out.")
    return EdgeRow(canonically, (record.scope, record.key), body, said(body))


def _fault(body: Mapping[str, JSONValue]) -> str | None:
    """As :func:`fault_of`, which looks at each part, but only where the text as a whole is suspicious."""
    try:
        suspicious = b"\\u0000" in canonical(body)
    except TypeError:
        suspicious = True
    return fault_of(body) if suspicious else None


@dataclass(frozen=True, slots=True)
class Limits:
    """The edges there are at the ends of rows whose type allows only one; ``types`` are those types."""

    catalogue: Catalogue
    types: Collection[str]
    edges: Sequence[Relationship]

    @classmethod
    def read(cls, rows: Sequence[EdgeRow], context: Context) -> "Limits":
        """Those of some rows: one read where there is such a type, none otherwise."""
        specs = context.catalogue.relationship_types
        types = {type_ for type_ in {row.record.type for row in rows} if specs[type_].one_to or specs[type_].one_from}
        ids = {item.id for row in rows if row.ends and row.record.type in types for item in row.ends}
        edges = context.reader.relationships_of(ids, Direction.BOTH, types) if ids else ()
        return cls(context.catalogue, types, edges)

    def beyond(self, rows: Sequence[EdgeRow], removals: Collection[str]) -> dict[str | None, CardinalityExceeded]:
        """The new edges that an end can not have as well, by key; in order of the rows the first ones stay.

        ``removals`` are the edges that go.
        """
        gone = set(removals)
        kept = [edge for edge in self.edges if edge.key not in gone]
        there = {edge.key for edge in kept}
        count = Counter(end for edge in kept for end in self._ends(edge.type, edge.from_id, edge.to_id))
        refused: dict[str | None, CardinalityExceeded] = {}
        for row in rows:
            if row.record.type not in self.types or row.ends is None or row.edge_key is None or row.is_loop:
                continue
            if row.edge_key in there or row.edge_key in refused:
                continue
            ends = self._ends(row.record.type, row.ends[0].id, row.ends[1].id)
            full = next((end for end in ends if count[end]), None)
            if full is None:
                count.update(ends)
                there.add(row.edge_key)
            else:
                label = row.ends[0 if full[2] == "from" else 1].label
                refused[row.edge_key] = CardinalityExceeded(f"There can be only one {full[0]} {full[2]} {label}.")
        return refused

    def _ends(self, type_: str, from_id: str, to_id: str) -> list[tuple[str, str, str]]:
        spec = self.catalogue.relationship(type_)
        return [(type_, from_id, "from")] * spec.one_to + [(type_, to_id, "to")] * spec.one_from
