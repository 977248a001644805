"""The server under test: in this process, or listening on loopback in a thread of it."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import orjson
import uvicorn
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cmdb.app.server import server
from cmdb.app.settings import Settings
from cmdb.practices.services import Services, services
from cmdb.store.port import Store
from tests.app.command_line import Reading

ROWS: Final = {"content-type": "application/x-ndjson"}
HOSTS: Final = tuple(
    {"class": "Host", "name": f"h{number}", "attributes": {"serial": f"S{number}"}} for number in range(20)
)


def body(*rows: Mapping[str, object]) -> bytes:
    """Rows, one a line."""
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def application(over: Store | Services, **settings: float | str) -> Starlette:
    """The server over a store; it does not wait for busy scopes unless told to."""
    found = over if isinstance(over, Services) else services(over)
    return server(found, Settings.model_validate({"import_patience": 0, **settings}))


@dataclass(frozen=True, slots=True)
class Server:
    """A server, and the store behind it."""

    http: TestClient
    store: Store

    def send(self, content: bytes | Iterator[bytes], query: str = "source=lab", **headers: str) -> Response:
        """An import of rows."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(f"/imports?{query}", content=content, headers={**ROWS, **named})

    def imported(self, content: bytes | Iterator[bytes], query: str = "source=lab", **headers: str) -> Reading:
        """The report of an import that was taken."""
        answer = self.send(content, query, **headers)
        assert answer.status_code == 200, answer.text
        return Reading(answer.json())


def code(answer: Response) -> tuple[int, str]:
    """Status and code of an answer that refuses; its error has a message and a hint."""
    (error,) = Reading(answer.json()).rows("errors")
    assert error.keys() == ["code", "message", "hint"]
    assert error.text("message")
    return answer.status_code, error.text("code")


@contextmanager
def listening(app: Starlette) -> Iterator[int]:
    """The port on loopback at which an application listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        while not running.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield listener.getsockname()[1]
        running.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
