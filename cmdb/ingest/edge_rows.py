"""Checking relationship rows against the catalogue."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cmdb.errors import BadInput, CMDBError
from cmdb.ingest.edge_claims import claim_body, said
from cmdb.ingest.planning import Binding, Planned
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item
from cmdb.model.observations import RelationshipRecord
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
