"""Real connections: senders and readers that go away, stall, or come all at once."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import pytest
from typing_extensions import override

from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.sources import Run, RunState
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.app.bulk.serving import HOSTS, ROWS, application, body, listening
from tests.builders import gadgets
from tests.ingest.graphs import names

SOON: Final = 10.0


def ended(store: Store) -> Run:
    """The one run of a store, once it is over."""
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        runs = store.runs()
        if runs and runs[0].state.is_over:
            return runs[0]
        time.sleep(0.01)
    pytest.fail(f"no run has ended: {store.runs()}")


def begun(port: int, query: str, content: bytes) -> socket.socket:
    """A connection over which a body is being sent, in chunks, and is not at its end."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=SOON)
    head = f"POST /imports?{query} HTTP/1.1\r\nHost: x\r\nContent-Type: {ROWS['content-type']}\r\n"
    connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
    connection.sendall(b"%x\r\n%b\r\n" % (len(content), content))
    return connection


def asked(port: int, method: str, path: str, content: bytes | None = None) -> int:
    """The status of an answer that is read to its end."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=SOON)) as connection:
        connection.request(method, path, content, ROWS)
        with connection.getresponse() as answer:
            answer.read()
            return answer.status


def sent(port: int, query: str, content: bytes) -> int:
    return asked(port, "POST", f"/imports?{query}", content)


def test_a_sender_that_goes_away_half_way_leaves_nothing_behind_and_can_come_again(store: Store) -> None:
    with listening(application(store)) as port:
        begun(port, "source=lab&run=night&part=1", body(*HOSTS[:10])).close()
        run = ended(store)
        assert (run.id, run.state, run.message) == ("night", RunState.ABORTED, "the client went away")
        assert (store.head(), names(store)) == (0, [])
        assert sent(port, "source=lab&run=night&part=1&last=true", body(*HOSTS)) == 200
    assert (len(names(store)), ended(store).state, ended(store).counts["created"]) == (20, RunState.SUCCEEDED, 20)


def test_a_part_that_was_taken_is_not_lost_when_it_is_sent_again_in_vain() -> None:
    with MemoryStore(gadgets()) as store, listening(application(store)) as port:
        assert sent(port, "source=lab&run=night&part=1&last=true", body(*HOSTS)) == 200
        before = ended(store)
        begun(port, "source=lab&run=night&part=1&last=true", body(*HOSTS[:10])).close()
        begun(port, "source=lab&dryRun=true", body(*HOSTS[:10])).close()
        assert sent(port, "source=lab", b"") == 200  # by now the others are gone
        assert store.run("night") == before
        assert len(store.runs()) == 2


def test_a_sender_that_stalls_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.app.bulk.bodies.STALLED", 0.2)
    with MemoryStore(gadgets()) as store, listening(application(store)) as port:
        with begun(port, "source=lab", body(*HOSTS[:10])) as connection:
            assert connection.recv(4_096).startswith(b"HTTP/1.1 408 ")
        assert (ended(store).state, store.head()) == (RunState.FAILED, 0)


def test_what_is_too_large_is_refused_while_it_is_being_sent() -> None:
    with MemoryStore(gadgets()) as store, listening(application(store, import_bytes=500_000)) as port:
        with begun(port, "source=lab", b"\n" * 1_200_000) as connection:
            assert connection.recv(4_096).startswith(b"HTTP/1.1 413 ")
        assert (ended(store).state, store.head()) == (RunState.FAILED, 0)


class Gated(MemoryStore):
    """Commits when it is let to."""

    def __init__(self) -> None:
        super().__init__(gadgets())
        self.waiting = threading.Semaphore(0)
        self.gate = threading.Event()

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        self.waiting.release()
        self.gate.wait(SOON)
        return super().commit(changes)


def test_only_so_many_imports_go_on_at_once_and_short_questions_are_answered_meanwhile() -> None:
    with Gated() as store, listening(application(store, imports_at_once=2)) as port:
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda name=name: statuses.append(sent(port, f"source={name}", body(*HOSTS))))
            for name in ("one", "two")
        ]
        for thread in threads:
            thread.start()
        assert all(store.waiting.acquire(timeout=SOON) for _ in threads)
        assert sent(port, "source=three", body(*HOSTS)) == 429
        assert asked(port, "GET", "/imports") == 200
        assert {run.state for run in store.runs()} == {RunState.RUNNING}
        store.gate.set()
        for thread in threads:
            thread.join(SOON)
        assert statuses == [200, 200]
        assert sent(port, "source=three", body(*HOSTS)) == 200


@pytest.fixture
def large() -> Iterator[MemoryStore]:
    """A store whose export does not fit into the buffers of a connection."""
    with MemoryStore(gadgets()) as store:
        rows = ({"class": "Host", "name": f"h{n}", "attributes": {"description": "x" * 4_000}} for n in range(5_000))
        with listening(application(store)) as port:
            assert sent(port, "source=lab", body(*rows)) == 200
        yield store


def reading(port: int) -> socket.socket:
    """A connection over which an export has begun to come."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=SOON)
    connection.sendall(b"GET /exports HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.recv(1_000).startswith(b"HTTP/1.1 200 ")
    return connection


def test_a_reader_that_goes_away_frees_its_place(large: MemoryStore) -> None:
    with listening(application(large, exports_at_once=1)) as port:
        reading(port).close()
        deadline = time.monotonic() + SOON
        while (status := asked(port, "GET", "/exports")) == 429 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert status == 200


def test_a_reader_that_takes_nothing_is_given_up(large: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.app.bulk.downloads.STALLED", 0.2)
    with listening(application(large, exports_at_once=1)) as port, reading(port) as connection:
        time.sleep(0.5)
        assert asked(port, "GET", "/exports") == 200
        received = b"".join(iter(lambda: connection.recv(1_000_000), b""))
        assert not received.endswith(b"0\r\n\r\n")  # nobody takes a part for the whole
