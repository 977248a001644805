"""What people say and ask for: their source records, and the write that a request is."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from cmdb.errors import BadInput
from cmdb.ingest.edge_claims import claim_body, said
from cmdb.model.commits import ChangeSet
from cmdb.model.items import relationship_key
from cmdb.model.observations import RelationshipRecord
from cmdb.model.sources import MANUAL, RecordKind, Scope, SourceRecord
from cmdb.model.values import JSONValue, digest, fault_of
from cmdb.reconcile import ItemClaim

BY_HAND: Final = Scope(MANUAL)
"""The scope of all edits; a record in it is keyed by the id of its item or by its edge."""

SILENCE: Final = ItemClaim(None, "", {}, {}, {})
"""What somebody says who says nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, and why.  The same ``request_id`` with the same input takes effect once."""

    actor: str
    reason: str = ""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def check(self) -> None:
        """Refuse what no store could hold.

        Raises:
            BadInput: an actor or reason that is empty or no plain text.
        """
        check_words(("actor", self.actor), ("reason", self.reason or "none"))

    def empty(self, asked: Sequence[JSONValue]) -> ChangeSet:
        """The write that this request is, still without content; ``asked`` tells one request from another."""
        return ChangeSet(self.request_id, digest(list(asked)), self.actor, self.reason)


def check_words(*texts: tuple[str, str]) -> None:
    """Refuse what no store could hold, each text by what it is.

    Raises:
        BadInput: an empty text, or one that is not plain.
    """
    for what, text in texts:
        if not text.strip():
            raise BadInput(f"The {what} is empty.", hint="Give it one.")
        if (fault := fault_of(text)) is not None:
            raise BadInput(f"The {what} {fault}.", hint="Send plain text.")


def own_claim(item_id: str, records: Sequence[SourceRecord]) -> ItemClaim:
    """What people said of this very item so far."""
    own = next((record for record in records if record.scope == BY_HAND and record.key == item_id), None)
    return ItemClaim.of(own.body) if own is not None else SILENCE


def item_record(item_id: str, claim: ItemClaim, request: Request, target: str | None = None) -> SourceRecord:
    """What a person says of an item, or said of one that became part of ``target``."""
    return _record(item_id, (RecordKind.ITEM, target or item_id), digest(claim.body()), claim.body(), request)


def edge_record(row: RelationshipRecord, ends: tuple[str, str], request: Request) -> SourceRecord:
    """What a person says of the edge between two items."""
    body, target = claim_body(row), relationship_key(row.type, *ends)
    return _record(row.key, (RecordKind.RELATIONSHIP, target), said(body), body, request)


def _record(
    key: str, what: tuple[RecordKind, str], digest_: str, body: Mapping[str, JSONValue], request: Request
) -> SourceRecord:
    kind, target = what
    return SourceRecord(BY_HAND, key, kind, target, digest_, body, request.request_id, datetime.now(UTC))
