"""What every response carries, and who is let in."""

import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cmdb_graphql.failures import ErrorCode, Refusal
from cmdb_graphql.media_types import JSON_TYPE

OPEN_PATHS: Final = frozenset({"/healthz"})
PLAIN_PATHS: Final = ("/imports", "/exports")
"""Where an error is code, message and hint, not an error of GraphQL."""
HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Perimeter:
    """Gives every request an id, every response its headers, and lets in only who bears the token, if there is one."""

    app: ASGIApp
    token: str | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update({**HEADERS, "X-Request-Id": request_id})
            await send(message)

        if self._may_pass(scope):
            await self.app(scope, receive, with_headers)
        else:
            await _unauthenticated(scope["path"], request_id)(scope, receive, with_headers)

    def _may_pass(self, scope: Scope) -> bool:
        if self.token is None or scope["path"] in OPEN_PATHS:
            return True
        scheme, _, credentials = Headers(scope=scope).get("authorization", "").partition(" ")
        matches = hmac.compare_digest(credentials.strip().encode(), self.token.encode())
        return matches and scheme.lower() == "bearer"


def _unauthenticated(path: str, request_id: str) -> Response:
    """Who is not known, told as the path tells its errors."""
    refusal = Refusal(401, ErrorCode.UNAUTHENTICATED, "A valid bearer token is needed.")
    hint = "Send the header Authorization: Bearer with the token that the server was given."
    plain = {"errors": [{"code": refusal.code.name, "message": refusal.message, "hint": hint}]}
    body = plain if path.startswith(PLAIN_PATHS) else refusal.body(request_id)
    headers = {"WWW-Authenticate": 'Bearer realm="cmdb"'}
    return Response(orjson.dumps(body), refusal.status, headers, media_type=JSON_TYPE)
