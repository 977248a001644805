"""Top-level errors: a code from a closed list, the id of the request, and never an inside."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

import strawberry
from strawberry import enum_value as word
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.types.execution import ExecutionResult

from cmdb.errors import BadInput, CMDBError, NotFound, OutcomeUnknown, Retired, StoreError
from cmdb_graphql.validation import Misfit
from graphql import GraphQLError, GraphQLSyntaxError

Answer: TypeAlias = dict[str, object]
MOST_VALIDATION_ERRORS: Final = 5

logger = logging.getLogger(__name__)


@strawberry.enum(description="What `extensions.code` of a top-level error can be.")
class ErrorCode(Enum):
    """The closed list of codes; none is ever removed."""

    BAD_REQUEST = word("BAD_REQUEST", description="The HTTP request is not one of GraphQL.")
    BAD_USER_INPUT = word(
        "BAD_USER_INPUT", description="An argument or variable cannot be accepted; `extensions.reason` says which way."
    )
    GRAPHQL_PARSE_FAILED = word("GRAPHQL_PARSE_FAILED", description="The document is not GraphQL, or too long.")
    GRAPHQL_VALIDATION_FAILED = word("GRAPHQL_VALIDATION_FAILED", description="The document does not fit the schema.")
    INTERNAL = word("INTERNAL", description="Something unexpected; the log has it under the id of the request.")
    METHOD_NOT_ALLOWED = word("METHOD_NOT_ALLOWED", description="Another HTTP method is needed.")
    NOT_ACCEPTABLE = word("NOT_ACCEPTABLE", description="The media type asked for is not served.")
    NOT_FOUND = word("NOT_FOUND", description="Something that the question rests on is not there.")
    OUTCOME_UNKNOWN = word(
        "OUTCOME_UNKNOWN", description="The answer to a write was lost; repeat it with the same idempotency key."
    )
    PAYLOAD_TOO_LARGE = word("PAYLOAD_TOO_LARGE", description="The body is larger than 1 MiB.")
    STORE_UNAVAILABLE = word("STORE_UNAVAILABLE", description="The store does not answer; try again.")
    TIMEOUT = word(
        "TIMEOUT",
        description="The answer took too long and was given up; a write may still happen: repeat it with its key.",
    )
    UNAUTHENTICATED = word("UNAUTHENTICATED", description="A valid bearer token is needed.")
    UNSUPPORTED_MEDIA_TYPE = word("UNSUPPORTED_MEDIA_TYPE", description="The body must be application/json.")


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A request that is answered without being executed."""

    status: int
    code: ErrorCode
    message: str

    def body(self, request_id: str) -> Answer:
        """The answer that says so."""
        return {"errors": [_entry(self.message, {"code": self.code.name, "requestId": request_id})]}


def answer_of(result: ExecutionResult, request_id: str) -> Answer:
    """A result as the body of a response; without ``data`` when nothing was executed."""
    errors = list(_entries(result, request_id))
    answer: Answer = {"errors": errors} if errors else {}
    executed = result.data is not None or any(error.path for error in result.errors or ())
    return {**answer, "data": result.data} if executed else answer


def _entries(result: ExecutionResult, request_id: str) -> Iterator[Answer]:
    errors = result.errors or []
    for error in errors[:MOST_VALIDATION_ERRORS] if all(isinstance(error, Misfit) for error in errors) else errors:
        message, extensions = _explained(error, request_id)
        entry = _entry(message, {**extensions, "requestId": request_id})
        if error.locations:
            entry["locations"] = [location.formatted for location in error.locations]
        if error.path:
            entry["path"] = error.path
        yield entry


def _entry(message: str, extensions: Mapping[str, object]) -> Answer:
    return {"message": message, "extensions": dict(extensions)}


def _explained(error: GraphQLError, request_id: str) -> tuple[str, Mapping[str, object]]:
    cause = _cause(error)
    if isinstance(cause, CMDBError):
        return str(cause), _of_model(cause)
    if isinstance(error, GraphQLSyntaxError) or isinstance(cause, GraphQLSyntaxError):
        return error.message, {"code": ErrorCode.GRAPHQL_PARSE_FAILED.name}
    if isinstance(error, Misfit):
        return error.message, {"code": ErrorCode.GRAPHQL_VALIDATION_FAILED.name}
    if _is_coercion(error, cause):
        return error.message, {"code": ErrorCode.BAD_USER_INPUT.name}
    if isinstance(cause, RecursionError):
        return "The variables are nested too deeply.", {"code": ErrorCode.BAD_USER_INPUT.name}
    logger.error("Request %s failed unexpectedly.", request_id, exc_info=cause or error)
    return "Something unexpected happened.", {"code": ErrorCode.INTERNAL.name}


def _cause(error: GraphQLError) -> Exception | None:
    cause: Exception | None = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_coercion(error: GraphQLError, cause: Exception | None) -> bool:
    return isinstance(cause, StrawberryInputCoercionError | GraphQLError) or (cause is None and not error.path)


def _of_model(error: CMDBError) -> Mapping[str, object]:
    details = {"details": error.details} if isinstance(error, BadInput) and error.details else {}
    return {"code": _code(error).name, "reason": error.code, **details}


def _code(error: CMDBError) -> ErrorCode:
    if isinstance(error, OutcomeUnknown):
        return ErrorCode.OUTCOME_UNKNOWN
    if isinstance(error, StoreError):
        return ErrorCode.STORE_UNAVAILABLE
    if isinstance(error, NotFound):
        return ErrorCode.NOT_FOUND
    return ErrorCode.BAD_USER_INPUT if isinstance(error, BadInput | Retired) else ErrorCode.INTERNAL
