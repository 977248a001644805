"""A loopback relay before a Bolt server that can lose the answer to a COMMIT, or the COMMIT itself."""

import socket
import threading
import time
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Self

COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""A Bolt message on the wire: its length, a structure without fields, the signature of COMMIT, the end mark."""
SECONDS_TO_COMMIT = 1.0
"""How long the server may read and work before it notices that nobody waits for its answer."""


class Cut(Enum):
    """Where a connection breaks: before the server sees a COMMIT, or after it has seen it."""

    BEFORE = "before"
    AFTER = "after"


class Proxy:
    """Relays connections to one server; a cut that is armed happens at the next COMMITs, as often as it was armed."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._cuts: list[Cut] = []
        self._lock = threading.Lock()
        self.done = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def uri(self) -> str:
        host, port = self._listener.getsockname()
        return f"bolt://{host}:{port}"

    def arm(self, cut: Cut, times: int = 1) -> None:
        with self._lock:
            self._cuts += [cut] * times

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # the listener was closed
                return
            server = socket.create_connection(self._target)
            threading.Thread(target=self._upwards, args=(client, server), daemon=True).start()
            threading.Thread(target=_relay, args=(server, client), daemon=True).start()

    def _upwards(self, client: socket.socket, server: socket.socket) -> None:
        while data := _received(client):
            cut = self._cut_at(data)
            if cut is not None:
                _hang_up(client)
                if cut is Cut.AFTER and _sent(server, data):
                    time.sleep(SECONDS_TO_COMMIT)
                break
            if not _sent(server, data):
                break
        _hang_up(client)
        _hang_up(server)

    def _cut_at(self, data: bytes) -> Cut | None:
        with self._lock:
            if COMMIT not in data or not self._cuts:
                return None
            self.done += 1
            return self._cuts.pop(0)


def _relay(source: socket.socket, target: socket.socket) -> None:
    while data := _received(source):
        if not _sent(target, data):
            break
    _hang_up(target)


def _received(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except OSError:
        return b""


def _sent(target: socket.socket, data: bytes) -> bool:
    try:
        target.sendall(data)
    except OSError:
        return False
    return True


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
