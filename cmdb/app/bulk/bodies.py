"""The body of a request, from the network into a file, in constant memory."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, Final

import anyio
from anyio import to_thread
from starlette.requests import Request

from cmdb.app.bulk.unpacking import Unpacking, too_large
from cmdb.errors import InputStalled

BLOCK: Final = 256 * 1024
"""Bytes that are gathered before they are unpacked and written."""
STALLED: Final = 60.0
"""Seconds after which a sender that sends nothing is given up."""


def require_small(request: Request, largest: int) -> None:
    """Refuse a body that says beforehand that it is too large.

    Raises:
        InputTooLarge.
    """
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told) > largest:
        raise too_large(largest)


async def receive(request: Request, path: Path, unpacking: Unpacking) -> None:
    """Write the body, unpacked, to a file; what is too large is refused as soon as it is.

    Raises:
        InputTooLarge, FileMalformed: as the unpacking.  InputStalled: nothing came for :data:`STALLED` seconds.
        starlette.requests.ClientDisconnect: the sender went away.
    """
    held = bytearray()
    stream = aiter(request.stream())
    with path.open("wb") as file:
        while (chunk := await _next(stream)) is not None:
            held += chunk
            if len(held) >= BLOCK:
                await to_thread.run_sync(_write, bytes(held), unpacking, file)
                held.clear()
        await to_thread.run_sync(_write, bytes(held), unpacking, file)
        unpacking.end()


async def _next(stream: AsyncIterator[bytes]) -> bytes | None:
    """The next bytes, or ``None`` at the end."""
    try:
        with anyio.fail_after(STALLED):
            return await anext(stream, None)
    except TimeoutError:
        raise InputStalled(f"Nothing came for {STALLED:g} seconds.") from None


def _write(packed: bytes, unpacking: Unpacking, file: BinaryIO) -> None:
    file.writelines(unpacking.feed(packed))
