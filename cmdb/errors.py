"""Every error of the project, drawn once.

Each error says what was seen (``message``) and what to do (``hint``), carries a stable
``code`` and the objects it is about (``details``).  The tree::

    CMDBError
    ├── DeclarationsInvalid       a file of declarations is wrong; holds every fault with its place
    │   ├── CatalogueInvalid · PolicyInvalid
    ├── BadInput                  the caller sent something that cannot be accepted
    │   ├── UnknownClass · UnknownAttribute · UnknownRelationshipType
    │   ├── WrongType · MissingAttribute · EndNotAllowed · CardinalityExceeded
    │   ├── InvalidReference · AmbiguousName · InvalidCursor · SeqUnavailable
    │   ├── BatchTooLarge · PartOutOfOrder
    │   └── DuplicateKey
    ├── NotFound · Retired        nothing lives under that name, id or key
    ├── Conflict                  somebody else was there first; nothing was written
    │   ├── RevisionConflict · DuplicateIdentity · EndMissing
    │   ├── IdempotencyMismatch · ScopeBusy
    │   └── RunOver · RevertRefused · PlanStale · PlanDecided
    ├── RequestRefused            a request is not taken as it came; nothing of it was written
    │   ├── InputTooLarge · InputStalled · MediaTypeUnsupported · TooManyRequests
    ├── ImportRefused             an input as a whole cannot be read
    │   ├── FileMissing · FileMalformed · FormatUnknown
    └── StoreError
        ├── StoreUnavailable · StoreMissing · StoreVersionUnsupported · StoreURLInvalid
        ├── TooHeavy              more in one write than the store has memory for
        └── OutcomeUnknown        the answer to a commit was lost and could not be settled
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


class CMDBError(Exception):
    """Base of every error: ``message`` is what was seen, ``hint`` what to do about it."""

    code: ClassVar[str] = "INTERNAL"
    hint_default: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str = "", details: Mapping[str, object] | None = None) -> None:
        """Keep the sentence seen, the advice, and the objects concerned."""
        super().__init__(message)
        self.message = message
        self.hint = hint or self.hint_default
        self.details: dict[str, object] = dict(details or {})

    def __str__(self) -> str:
        """Both sentences, as a person reads them."""
        return f"{self.message} {self.hint}".strip()


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a catalogue file: its place (``file:line path``) and what is wrong there."""

    place: str
    message: str

    def __str__(self) -> str:
        """The fault on one line."""
        return f"{self.place}: {self.message}"


class DeclarationsInvalid(CMDBError):
    """A file of declarations is wrong; ``faults`` holds every fault found, each with its place."""

    hint_default = "Correct the places named; nothing was loaded."
    subject: ClassVar[str] = "file"

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep all faults: a person mends them in one go."""
        lines = "\n".join(f"  {fault}" for fault in faults)
        msg = f"The {self.subject} has {len(faults)} fault(s):\n{lines}\n"
        super().__init__(msg, details={"faults": list(faults)})
        self.faults = tuple(faults)


class CatalogueInvalid(DeclarationsInvalid):
    """A catalogue file is wrong; ``faults`` holds every fault found, each with its place."""

    code = "CATALOGUE_INVALID"
    subject = "catalogue"


class PolicyInvalid(DeclarationsInvalid):
    """A policy file is wrong; ``faults`` holds every fault found, each with its place."""

    code = "POLICY_INVALID"
    subject = "policy"


class BadInput(CMDBError):
    """What was sent cannot be accepted as it is."""

    code = "BAD_USER_INPUT"


class UnknownClass(BadInput):
    """A class that the catalogue does not declare."""

    code = "UNKNOWN_CLASS"
    hint_default = "List the classes with `cmdb schema classes`."


class UnknownAttribute(BadInput):
    """An attribute that the class does not declare."""

    code = "UNKNOWN_ATTRIBUTE"
    hint_default = "See the attributes of the class with `cmdb schema class NAME`."


class UnknownRelationshipType(BadInput):
    """A relationship type that the catalogue does not declare."""

    code = "UNKNOWN_RELATIONSHIP_TYPE"
    hint_default = "List the types with `cmdb schema relationships`."


class WrongType(BadInput):
    """A value that is not of the declared type."""

    code = "WRONG_TYPE"


class MissingAttribute(BadInput):
    """A required attribute has no value."""

    code = "MISSING_ATTRIBUTE"


class EndNotAllowed(BadInput):
    """A relationship type does not join these two classes in this direction."""

    code = "END_NOT_ALLOWED"


class CardinalityExceeded(BadInput):
    """An end already has as many relationships of the type as it may have."""

    code = "CARDINALITY_EXCEEDED"
    hint_default = "Remove the other relationship first."


class InvalidReference(BadInput):
    """A reference that is neither an id, nor ``Class:name``, nor ``source/scope#key``."""

    code = "INVALID_REFERENCE"
    hint_default = "Write an id, Class:name, or source/scope#key."


class AmbiguousName(BadInput):
    """A name that several CIs bear; ``details['candidates']`` lists them."""

    code = "AMBIGUOUS_NAME"
    hint_default = "Name one of the candidates by its id or source/scope#key."


class InvalidCursor(BadInput):
    """A cursor that is malformed or belongs to another query."""

    code = "BAD_USER_INPUT"
    hint_default = "Start again from the first page."


class SeqUnavailable(BadInput):
    """A point in history that does not exist."""

    code = "SEQ_UNAVAILABLE"
    hint_default = "Ask for a sequence number between 0 and the head."


class BatchTooLarge(BadInput):
    """More rows in one request than are allowed."""

    code = "BATCH_TOO_LARGE"
    hint_default = "Send smaller batches."


class DuplicateKey(BadInput):
    """A row of an import has a key that another row of its scope has, with other content."""

    code = "DUPLICATE_KEY"
    hint_default = "Give each row a key of its own; the first row was taken."


class PartOutOfOrder(BadInput):
    """A part of an import was sent before the one that goes before it."""

    code = "PART_OUT_OF_ORDER"


class NotFound(CMDBError):
    """Nothing lives under that id, name or key."""

    code = "NOT_FOUND"
    hint_default = "Look it up with `cmdb search`."


class Retired(CMDBError):
    """The CI was retired; it can be asked about as of an earlier point."""

    code = "RETIRED"


class Conflict(CMDBError):
    """Somebody else was there first; nothing was written."""

    code = "CONFLICT"


class RevisionConflict(Conflict):
    """The revision expected is not the current one."""

    code = "REVISION_CONFLICT"
    hint_default = "Read the current state and decide again."

    def __init__(self, item_id: str, expected: int, current: int) -> None:
        """Say both revisions; ``current_revision`` lets a client go on."""
        super().__init__(
            f"{item_id} is at revision {current}, not {expected}; nothing was written.",
            details={"id": item_id, "expected": expected, "current": current},
        )
        self.item_id = item_id
        self.current_revision = current


class DuplicateIdentity(Conflict):
    """Another CI already has this identity."""

    code = "DUPLICATE_IDENTITY"
    hint_default = "Update the CI that bears this identity instead."


class EndMissing(Conflict):
    """An end of a relationship does not exist."""

    code = "END_MISSING"
    hint_default = "Create both ends before relating them."


class IdempotencyMismatch(Conflict):
    """A request id was used before for another input."""

    code = "IDEMPOTENCY_MISMATCH"
    hint_default = "Use a new key for a new request."


class ScopeBusy(Conflict):
    """Another import is writing the scope; one run at a time may."""

    code = "SCOPE_BUSY"


class RunOver(Conflict):
    """The run has ended; nothing can be added to it any more."""

    code = "RUN_OVER"
    hint_default = "Start a new run."


class RevertRefused(Conflict):
    """A run cannot be reverted as things are."""

    code = "REVERT_REFUSED"


class PlanStale(Conflict):
    """The store has changed since the plan was made; nothing was written."""

    code = "PLAN_STALE"
    hint_default = "Make the plan anew, look at it, and apply that one."


class PlanDecided(Conflict):
    """A plan was applied, begun or discarded before."""

    code = "PLAN_DECIDED"


class RequestRefused(CMDBError):
    """A request is not taken as it came; nothing of it was written."""

    code = "REQUEST_REFUSED"


class InputTooLarge(RequestRefused):
    """More was sent than is taken in one request, or it unpacks to more."""

    code = "PAYLOAD_TOO_LARGE"
    hint_default = "Send it in several parts."


class InputStalled(RequestRefused):
    """Whoever sends has sent nothing for too long."""

    code = "REQUEST_TIMEOUT"
    hint_default = "Send it again."


class MediaTypeUnsupported(RequestRefused):
    """The input is packed or written in a way that is not read."""

    code = "UNSUPPORTED_MEDIA_TYPE"


class TooManyRequests(RequestRefused):
    """As many requests of this kind as the server takes at once are going on."""

    code = "TOO_MANY_REQUESTS"
    hint_default = "Try again in a moment."


class ImportRefused(CMDBError):
    """An input as a whole cannot be read."""

    code = "IMPORT_REFUSED"


class FileMissing(ImportRefused):
    """A file that is not there or may not be read."""

    code = "FILE_MISSING"
    hint_default = "Check the path and its permissions."


class FileMalformed(ImportRefused):
    """A file that is not what its format says; ``details['where']`` is the place."""

    code = "FILE_MALFORMED"
    hint_default = "Correct the file at the place named; nothing was imported from it."


class FormatUnknown(ImportRefused):
    """No importer, or more than one, recognises the input."""

    code = "FORMAT_UNKNOWN"


class StoreError(CMDBError):
    """The store cannot do what was asked."""

    code = "STORE_ERROR"


class StoreUnavailable(StoreError):
    """The store does not answer."""

    code = "STORE_UNAVAILABLE"
    hint_default = "Check that the store is running and that its URL is right."


class StoreMissing(StoreError):
    """There is no store yet where one is to be read; none was founded."""

    code = "STORE_MISSING"
    hint_default = "Found one with cmdb import, cmdb demo or cmdb serve, or name another with --store or CMDB_STORE."


class StoreVersionUnsupported(StoreError):
    """The store was written by another version of the schema."""

    code = "STORE_VERSION_UNSUPPORTED"
    hint_default = "Use the version of cmdb that wrote it, or migrate it."


class StoreURLInvalid(StoreError):
    """A store URL of no known kind."""

    code = "STORE_URL_INVALID"
    hint_default = "Use sqlite:///path, neo4j://host, bolt://host or memory:."


class TooHeavy(StoreError):
    """One write needs more memory than the store has; nothing was written."""

    code = "TOO_HEAVY"
    hint_default = "Send less at once, or give the server more memory."


class OutcomeUnknown(StoreError):
    """A commit's answer was lost and the store cannot be asked whether it happened."""

    code = "OUTCOME_UNKNOWN"
    hint_default = "Repeat the request with the same key: it takes effect once."
