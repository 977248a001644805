"""Errors of business input: data in the payload of a mutation, each a member of the mutation's union."""

from collections.abc import Callable
from enum import Enum
from typing import Final, TypeAlias, TypeVar

import strawberry
from strawberry import enum_value as word
from strawberry import field

from cmdb import errors as model
from cmdb_graphql.scalars import BigInt

T = TypeVar("T")

REFUSALS: Final = (model.BadInput, model.NotFound, model.Retired, model.Conflict)
"""What the model raises when it refuses an input; everything else is a top-level error."""


@strawberry.enum(description="Why an input was refused. No code is ever removed.")
class UserErrorCode(Enum):
    """The codes of the error tree that inputs can cause."""

    BAD_USER_INPUT = word("BAD_USER_INPUT", description="The input cannot be accepted as it is.")
    UNKNOWN_CLASS = word("UNKNOWN_CLASS", description="The catalogue does not have the class.")
    UNKNOWN_ATTRIBUTE = word("UNKNOWN_ATTRIBUTE", description="The class does not have the attribute.")
    UNKNOWN_RELATIONSHIP_TYPE = word("UNKNOWN_RELATIONSHIP_TYPE", description="The catalogue does not have the type.")
    WRONG_TYPE = word("WRONG_TYPE", description="A value is not of the declared type.")
    MISSING_ATTRIBUTE = word("MISSING_ATTRIBUTE", description="A required attribute has no value.")
    END_NOT_ALLOWED = word("END_NOT_ALLOWED", description="The type does not join these classes in this direction.")
    CARDINALITY_EXCEEDED = word("CARDINALITY_EXCEEDED", description="An end has as many relationships as it may have.")
    INVALID_REFERENCE = word("INVALID_REFERENCE", description="The reference names nothing that could exist.")
    AMBIGUOUS_NAME = word("AMBIGUOUS_NAME", description="Several items bear the name.")
    SEQ_UNAVAILABLE = word("SEQ_UNAVAILABLE", description="There is no such point in history.")
    BATCH_TOO_LARGE = word("BATCH_TOO_LARGE", description="More rows than are allowed in one request.")
    NOT_FOUND = word("NOT_FOUND", description="Nothing lives under that id, name or key.")
    RETIRED = word("RETIRED", description="The item was retired.")
    CONFLICT = word("CONFLICT", description="Somebody else was there first.")
    REVISION_CONFLICT = word("REVISION_CONFLICT", description="The revision expected is not the current one.")
    DUPLICATE_IDENTITY = word("DUPLICATE_IDENTITY", description="Another item has this identity.")
    END_MISSING = word("END_MISSING", description="An end of a relationship does not exist.")
    IDEMPOTENCY_MISMATCH = word("IDEMPOTENCY_MISMATCH", description="The key was used before for another input.")
    DUPLICATE_KEY = word("DUPLICATE_KEY", description="Another row of the scope has the key, with other content.")
    PART_OUT_OF_ORDER = word("PART_OUT_OF_ORDER", description="A part was sent before the one that goes before it.")
    SCOPE_BUSY = word("SCOPE_BUSY", description="Another import is writing the scope; try again.")
    RUN_OVER = word("RUN_OVER", description="The run has ended; nothing can be added to it.")
    REVERT_REFUSED = word("REVERT_REFUSED", description="The run cannot be reverted as things are.")
    PLAN_STALE = word("PLAN_STALE", description="The store has changed since the plan was made.")
    PLAN_DECIDED = word("PLAN_DECIDED", description="The plan was applied, begun or discarded before.")


@strawberry.interface(description="Why an input was refused; nothing was written.")
class UserError:
    """What every refusal says."""

    message: str = field(description="What was seen.")
    hint: str = field(description="What to do about it; may be empty.")
    code: UserErrorCode = field(description="The kind of refusal.")
    path: list[str] = field(description="The part of the arguments that it is about, from the outside in.")


@strawberry.type(description="The input cannot be accepted.")
class InvalidInput(UserError):
    """Bad input of any kind."""


@strawberry.type(description="A name is borne by several items.")
class AmbiguousName(UserError):
    """Several candidates."""

    candidates: list[strawberry.ID] = field(description="The ids of the items that bear it.")


@strawberry.type(description="Nothing lives under a reference.")
class NotFound(UserError):
    """Nothing there."""


@strawberry.type(description="An item was retired.")
class Retired(UserError):
    """Gone."""


@strawberry.type(description="The item was changed since it was read.")
class RevisionConflict(UserError):
    """A stale revision."""

    current_revision: BigInt = field(description="Its revision now.")


@strawberry.type(description="Another item has this identity.")
class DuplicateIdentity(UserError):
    """A duplicate."""

    existing_id: strawberry.ID | None = field(description="The id of that item, if it is known.")


@strawberry.type(description="The idempotency key was used before for another input.")
class IdempotencyMismatch(UserError):
    """A key used twice."""


@strawberry.type(description="Somebody else was there first.")
class Conflict(UserError):
    """Any other conflict."""


Refused: TypeAlias = (
    InvalidInput
    | AmbiguousName
    | NotFound
    | Retired
    | RevisionConflict
    | DuplicateIdentity
    | IdempotencyMismatch
    | Conflict
)
"""The members of every mutation's union."""


def attempted(write: Callable[[], T]) -> tuple[T | None, list[Refused]]:
    """What a write gave, or why it was refused."""
    try:
        return write(), []
    except REFUSALS as error:
        return None, [refused(error)]


def refused(error: model.CMDBError) -> Refused:
    """A refusal of the model as data."""
    code, path = UserErrorCode[error.code], _path(error)
    if isinstance(error, model.RevisionConflict):
        current = BigInt(error.current_revision)
        return RevisionConflict(message=error.message, hint=error.hint, code=code, path=path, current_revision=current)
    if isinstance(error, model.DuplicateIdentity):
        existing = error.details.get("id")
        known = strawberry.ID(existing) if isinstance(existing, str) else None
        return DuplicateIdentity(message=error.message, hint=error.hint, code=code, path=path, existing_id=known)
    if isinstance(error, model.AmbiguousName):
        listed = error.details.get("candidates")
        candidates = [strawberry.ID(str(id_)) for id_ in listed] if isinstance(listed, list) else []
        return AmbiguousName(message=error.message, hint=error.hint, code=code, path=path, candidates=candidates)
    kind = next(kind for family, kind in _PLAIN if isinstance(error, family))
    return kind(message=error.message, hint=error.hint, code=code, path=path)


_Plain: TypeAlias = InvalidInput | NotFound | Retired | Conflict | IdempotencyMismatch
_PLAIN: Final[tuple[tuple[type[model.CMDBError], type[_Plain]], ...]] = (
    (model.NotFound, NotFound),
    (model.Retired, Retired),
    (model.IdempotencyMismatch, IdempotencyMismatch),
    (model.Conflict, Conflict),
    (model.CMDBError, InvalidInput),
)


def _path(error: model.CMDBError) -> list[str]:
    named = error.details.get("attributes")
    if isinstance(named, list) and named:
        return ["input", "attributes", str(named[0])]
    return ["input", "class"] if isinstance(error, model.UnknownClass) else ["input"]
