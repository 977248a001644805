"""The GraphQL endpoint over HTTP: one request, one worker thread, one answer."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import anyio
import orjson
from anyio import to_thread
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from cmdb.practices.services import Services
from cmdb_graphql.context import RequestContext
from cmdb_graphql.failures import ErrorCode, Refusal, answer_of
from cmdb_graphql.media_types import GRAPHQL_TYPE, JSON_TYPE, chosen
from cmdb_graphql.schema import Schema

METHODS: Final = ("GET", "POST")

LARGEST_BODY: Final = 1_048_576
"""Bytes of a request body."""


class Endpoint(GraphQL[RequestContext, None]):
    """``POST`` and ``GET`` of GraphQL; queries only over ``GET``."""

    def __init__(self, schema: Schema, services: Services, *, actor: str, time_limit: float) -> None:
        """Serve ``schema`` over ``services``; an execution is given up after ``time_limit`` seconds."""
        super().__init__(schema, graphql_ide=None, subscription_protocols=())
        self._services = services
        self._actor = actor
        self._time_limit = time_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it is."""
        request = Request(scope, _limited(receive))
        try:
            response = await self._answered(request)
        except Refusal as refusal:
            response = _refused(refusal, request)
        await response(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        if chosen(request.headers.get("accept")) is None:
            raise Refusal(406, ErrorCode.NOT_ACCEPTABLE, f"Accept {JSON_TYPE} or {GRAPHQL_TYPE}.")
        if request.method not in METHODS:
            raise Refusal(405, ErrorCode.METHOD_NOT_ALLOWED, "Use GET or POST.")
        try:
            return await self.run(request)
        except HTTPException as error:
            raise Refusal(error.status_code, ErrorCode.BAD_REQUEST, error.reason) from error

    def should_render_graphql_ide(self, request: object) -> bool:  # noqa: ARG002 - there is no page to render
        """Never: a request without a query is told so."""
        return False

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> RequestContext:  # noqa: ARG002
        """What resolvers are given."""
        return RequestContext(self._services, self._actor, request.state.request_id)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """The place where the media type of the answer is noted."""
        response = await super().get_sub_response(request)
        response.media_type = chosen(request.headers.get("accept"))
        return response

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """The one operation that a request holds.

        Raises:
            Refusal: it is not JSON, or several operations at once.
        """
        if request.method == "POST" and (request.content_type or "").split(";")[0].strip().lower() != JSON_TYPE:
            raise Refusal(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE, f"Send the body as {JSON_TYPE}.")
        data = (
            self.parse_query_params(request.query_params)
            if request.method == "GET"
            else self.parse_json(await request.get_body())
        )
        if not isinstance(data, dict):
            raise Refusal(400, ErrorCode.BAD_REQUEST, "Send one operation as a JSON object; batches are not served.")
        return _request_data(data)

    async def execute_single(
        self,
        request: Request,  # noqa: ARG002
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,  # noqa: ARG002
        context: RequestContext,
        root_value: None,  # noqa: ARG002
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        """Execute in a worker thread, for a bounded time."""
        run = partial(
            self.schema.execute_sync,
            request_data.query,
            variable_values=request_data.variables,
            context_value=context,
            operation_name=request_data.operation_name,
            allowed_operation_types=OperationType.from_http(request_adapter.method),
        )
        try:
            with anyio.fail_after(self._time_limit):
                return await to_thread.run_sync(run, abandon_on_cancel=True)
        except TimeoutError:
            raise Refusal(503, ErrorCode.TIMEOUT, f"No answer within {self._time_limit:g} seconds.") from None
        except MissingQueryError:
            raise Refusal(400, ErrorCode.BAD_REQUEST, "The request holds no query.") from None
        except CannotGetOperationTypeError as error:
            raise Refusal(400, ErrorCode.BAD_REQUEST, error.as_http_error_reason()) from None
        except InvalidOperationTypeError as error:
            reason = error.as_http_error_reason(request_adapter.method)
            raise Refusal(405, ErrorCode.METHOD_NOT_ALLOWED, reason) from None

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The body of the answer."""
        return answer_of(result, request.state.request_id)  # type: ignore[return-value]

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        """The answer in the media type asked for; status 400 when nothing was executed, where that type allows it."""
        media_type = sub_response.media_type or JSON_TYPE
        status = 400 if media_type == GRAPHQL_TYPE and "data" not in response_data else 200
        return Response(orjson.dumps(response_data), status, media_type=f"{media_type}; charset=utf-8")

    def decode_json(self, data: str | bytes) -> object:
        """JSON text as data."""
        return orjson.loads(data)


def _refused(refusal: Refusal, request: Request) -> Response:
    media_type = chosen(request.headers.get("accept")) or JSON_TYPE
    allowed = "POST" if request.method in METHODS else ", ".join(METHODS)
    headers = {"Allow": allowed} if refusal.code is ErrorCode.METHOD_NOT_ALLOWED else {}
    body = orjson.dumps(refusal.body(request.state.request_id))
    return Response(body, refusal.status, headers, media_type=f"{media_type}; charset=utf-8")


def _request_data(data: Mapping[str, object]) -> GraphQLRequestData:
    query, name = data.get("query"), data.get("operationName")
    variables, extensions = _given(data, "variables"), _given(data, "extensions")
    if not isinstance(query, str | None):
        raise Refusal(400, ErrorCode.BAD_REQUEST, "`query` must be a text.")
    if not isinstance(name, str | None):
        raise Refusal(400, ErrorCode.BAD_REQUEST, "`operationName` must be a text.")
    if not isinstance(variables, dict | None):
        raise Refusal(400, ErrorCode.BAD_REQUEST, "`variables` must be an object.")
    if not isinstance(extensions, dict | None):
        raise Refusal(400, ErrorCode.BAD_REQUEST, "`extensions` must be an object.")
    return GraphQLRequestData(query=query, variables=variables, operation_name=name or None, extensions=extensions)


def _given(data: Mapping[str, object], name: str) -> object:
    """A parameter; an empty one in a query string is absent."""
    value = data.get(name)
    return None if value == "" else value


def _limited(receive: Receive) -> Receive:
    """The same stream, refused as soon as its body exceeds the limit."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST_BODY:
            raise Refusal(413, ErrorCode.PAYLOAD_TOO_LARGE, f"A body has at most {LARGEST_BODY} bytes.")
        return message

    return counted
