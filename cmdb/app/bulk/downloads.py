"""A long answer: made piece by piece in one thread, no faster than it is taken."""

import logging
import zlib
from collections.abc import Generator
from concurrent.futures import CancelledError
from contextlib import closing
from itertools import chain
from typing import Final

import anyio
from anyio import CapacityLimiter, from_thread, to_thread
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from cmdb.app.bulk.answers import refusal
from cmdb.app.bulk.lanes import Lanes
from cmdb.errors import CMDBError

STALLED: Final = 60.0
"""Seconds after which a reader that takes nothing is given up."""
ROWS_TYPE: Final = "application/x-ndjson"
BODY: Final = "http.response.body"
_GZIP: Final = 16 + zlib.MAX_WBITS

logger = logging.getLogger(__name__)


class Download(Response):
    """The pieces of a generator as one body, packed with gzip when ``encoding`` says so.

    What fails before the first piece is answered as any error.  What fails later ends the connection in the middle, so
    that nobody takes a part for the whole.  The generator is closed in every case.
    """

    media_type = ROWS_TYPE

    def __init__(self, pieces: Generator[bytes], lanes: Lanes, encoding: str) -> None:
        """Nothing is read until it is sent."""
        self._is_packed = encoding == "gzip"
        super().__init__(
            headers={"Vary": "Accept-Encoding"} | ({"Content-Encoding": encoding} if self._is_packed else {})
        )
        del self.headers["content-length"]
        self._pieces = pieces
        self._lanes = lanes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all of it, for as long as somebody is there to take it."""
        if scope["method"] == "HEAD":
            await send(self._start())
            await send({"type": BODY})
            return
        try:
            with self._lanes.one():
                refused = await self._sent(receive, send)
        except CMDBError as error:
            refused = error
        if refused is not None:
            await refusal(refused)(scope, receive, send)

    async def _sent(self, receive: Receive, send: Send) -> CMDBError | None:
        """Send it; returns the error that came before anything was sent."""
        refused: CMDBError | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(_until_gone, receive, group.cancel_scope)
            refused = await to_thread.run_sync(self._pump, send, limiter=CapacityLimiter(1))
            group.cancel_scope.cancel()
        return refused

    def _pump(self, send: Send) -> CMDBError | None:
        """Make each piece and hand it over, waiting until it is taken; runs in a thread of its own."""
        with closing(self._pieces) as pieces:
            made = _packed(pieces) if self._is_packed else pieces
            try:
                first = next(made, b"")
            except CMDBError as error:
                return error
            try:
                from_thread.run(_taken, send, self._start())
                for piece in chain([first], made):
                    from_thread.run(_taken, send, {"type": BODY, "body": piece, "more_body": True})
                from_thread.run(_taken, send, {"type": BODY})
            except CMDBError as error:
                logger.warning("An export was broken off: %s", error)
            except TimeoutError:
                logger.warning("An export was broken off: nothing of it was taken for %g seconds.", STALLED)
            except CancelledError:
                logger.info("An export was broken off: nobody takes it any more.")
        return None

    def _start(self) -> Message:
        return {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}


def accepts_gzip(header: str) -> bool:
    """Whether an ``Accept-Encoding`` lets an answer be packed with gzip.

    >>> accepts_gzip("br, gzip;q=0.5"), accepts_gzip("gzip;q=0"), accepts_gzip("")
    (True, False, False)
    """
    for part in header.split(","):
        name, _, weight = part.partition(";")
        if name.strip().lower() in {"gzip", "*"}:
            return weight.replace(" ", "").lower() not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _packed(pieces: Generator[bytes]) -> Generator[bytes]:
    packing = zlib.compressobj(wbits=_GZIP)
    for piece in pieces:
        if packed := packing.compress(piece):
            yield packed
    yield packing.flush()


async def _taken(send: Send, message: Message) -> None:
    with anyio.fail_after(STALLED):
        await send(message)


async def _until_gone(receive: Receive, going: anyio.CancelScope) -> None:
    """Stop everything when the other side goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
    going.cancel()
