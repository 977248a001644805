"""The ASGI application: the endpoint, the schema as text, and whether all is well."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

import anyio
from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cmdb.errors import StoreError
from cmdb.practices.services import Services
from cmdb_graphql.failures import ErrorCode, Refusal
from cmdb_graphql.perimeter import Perimeter
from cmdb_graphql.schema import build_schema
from cmdb_graphql.sdl import text_of
from cmdb_graphql.view import Endpoint

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]

ACTOR: Final = "api"
"""Who is written into the history for what comes over the network."""

TIME_LIMIT: Final = 60.0
"""Seconds after which an execution is given up, unless another limit is given."""

READY_WITHIN: Final = 5.0
"""Seconds that a store has to say that it is there."""


def create_app(
    services: Services,
    *,
    token: str | None = None,
    actor: str = ACTOR,
    time_limit: float = TIME_LIMIT,
    routes: Sequence[Route] = (),
) -> Starlette:
    """An application over the services of one store.

    ``token`` is the bearer token that every request but ``/healthz`` must have, none when it is ``None``.  ``actor`` is
    written into the commits that come this way.  ``time_limit`` bounds an execution, in seconds.  ``routes`` are served
    beside the endpoint, behind the same token.

    Raises:
        ValueError: an empty token, or a limit that is not positive.
    """
    if token is not None and not token.strip():
        raise ValueError("The token is empty: give one, or none at all.")
    if time_limit <= 0:
        raise ValueError("The time limit must be positive.")
    schema = build_schema()
    return Starlette(
        routes=[
            Route("/", _root([route.path for route in routes if not route.param_convertors])),
            Route("/graphql", Endpoint(schema, services, actor=actor, time_limit=time_limit)),
            Route("/schema.graphql", _text(text_of(schema))),
            Route("/healthz", _alive),
            Route("/readyz", _readiness(services)),
            *routes,
        ],
        middleware=[Middleware(Perimeter, token=token)],
    )


def _root(others: Sequence[str]) -> Handler:
    """Where everything is."""
    places = {"graphql": "/graphql", "schema": "/schema.graphql", "alive": "/healthz", "ready": "/readyz"}
    places |= {path.strip("/"): path for path in others}

    async def answer(_request: Request) -> Response:
        return JSONResponse(places)

    return answer


async def _alive(_request: Request) -> Response:
    return JSONResponse({"status": "alive"})


def _text(schema: str) -> Handler:
    async def answer(_request: Request) -> Response:
        return PlainTextResponse(schema)

    return answer


def _readiness(services: Services) -> Handler:
    """Whether the store says its head within a few seconds; 503 with the reason when it does not."""

    async def answer(request: Request) -> Response:
        try:
            with anyio.fail_after(READY_WITHIN):
                head = await to_thread.run_sync(services.store.head, abandon_on_cancel=True)
        except TimeoutError:
            return _not_ready(request, "The store does not answer.")
        except StoreError as error:
            return _not_ready(request, str(error))
        return JSONResponse({"status": "ready", "head": head})

    return answer


def _not_ready(request: Request, reason: str) -> Response:
    refusal = Refusal(503, ErrorCode.STORE_UNAVAILABLE, reason)
    return JSONResponse(refusal.body(request.state.request_id), refusal.status)
