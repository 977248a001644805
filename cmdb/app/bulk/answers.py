"""Answers of the bulk endpoints: plain JSON, and every error of the tree with its status."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

import orjson
from starlette.requests import Request
from starlette.responses import Response

from cmdb.errors import (
    BadInput,
    CMDBError,
    Conflict,
    ImportRefused,
    InputStalled,
    InputTooLarge,
    MediaTypeUnsupported,
    NotFound,
    PartOutOfOrder,
    ScopeBusy,
    StoreError,
    TooHeavy,
    TooManyRequests,
)

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]

STATUSES: Final[tuple[tuple[type[CMDBError], int], ...]] = (
    (ScopeBusy, 429),
    (TooManyRequests, 429),
    (InputTooLarge, 413),
    (TooHeavy, 413),
    (InputStalled, 408),
    (MediaTypeUnsupported, 415),
    (NotFound, 404),
    (PartOutOfOrder, 409),
    (Conflict, 409),
    (BadInput, 400),
    (ImportRefused, 400),
    (StoreError, 503),
    (CMDBError, 500),
)
"""The status of each error: that of the first family it belongs to."""

RETRY_AFTER: Final[Mapping[int, int]] = {429: 5, 503: 10}
"""Seconds after which the same request may well be taken, by status."""


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Data as JSON."""
    return Response(orjson.dumps(value), status, headers, media_type="application/json")


def refusal(error: CMDBError) -> Response:
    """An error as ``{"errors": [{code, message, hint}]}``, with ``Retry-After`` where waiting helps.

    >>> refusal(ScopeBusy("The scope is busy.")).headers["retry-after"]
    '5'
    """
    status = next(status for family, status in STATUSES if isinstance(error, family))
    headers = {"Retry-After": str(RETRY_AFTER[status])} if status in RETRY_AFTER else {}
    if isinstance(error, MediaTypeUnsupported):
        headers["Accept-Encoding"] = "gzip"
    said = {"code": error.code, "message": error.message, "hint": error.hint}
    return answer({"errors": [said]}, status, headers)


def refusing(handler: Handler) -> Handler:
    """The same handler, its errors answered."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except CMDBError as error:
            return refusal(error)

    return answered
