"""``GET /exports``: the graph out, streamed, packed when wanted, and every way to be refused."""

import gzip
import logging
import threading
from collections.abc import Iterator, Sequence

import orjson
import pytest
from starlette.testclient import TestClient
from typing_extensions import override

from cmdb.errors import StoreUnavailable
from cmdb.model.items import Item
from cmdb.practices.exporting import canonical, rows
from cmdb.store.memory import MemoryStore
from cmdb.store.port import GraphRead
from tests.app.bulk.serving import HOSTS, Server, application, body, code
from tests.builders import gadgets

LINKS = [{"type": "LINKED_TO", "from": f"Host:h{n}", "to": f"Host:h{n + 1}"} for n in range(19)]


@pytest.fixture
def filled(server: Server) -> Server:
    server.imported(body(*HOSTS, *LINKS))
    return server


def test_everything_is_exported_as_rows(filled: Server) -> None:
    answer = filled.http.get("/exports", headers={"accept-encoding": "identity"})
    assert answer.content == b"".join(rows(filled.store))
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert "content-length" not in answer.headers
    first = orjson.loads(answer.content.partition(b"\n")[0])
    assert first["export"] == {"form": "rows", "seq": filled.store.head(), "store": filled.store.info().store_id}


def test_what_was_exported_is_imported_without_a_change(filled: Server) -> None:
    report = filled.imported(filled.http.get("/exports").content, "")
    assert (report.number("counts", "read"), report.number("counts", "changes")) == (39, 0)


def test_the_canonical_form_is_that_of_the_store(filled: Server) -> None:
    assert filled.http.get("/exports?form=canonical").content == b"".join(canonical(filled.store))


def test_classes_and_points_in_time_are_chosen(filled: Server) -> None:
    filled.imported(body({"class": "PDU", "name": "pdu"}), "source=power")
    now = filled.http.get("/exports?class=PowerSource&class=Switch").text.splitlines()
    assert ["PDU" in line for line in now] == [False, True]
    then = filled.http.get(f"/exports?class=PDU&asOf={filled.store.head() - 1}").text.splitlines()
    assert len(then) == 1
    assert len(filled.http.get("/exports?asOf=2000-01-01").text.splitlines()) == 1


def test_it_is_packed_when_that_is_accepted(filled: Server) -> None:
    with filled.http.stream("GET", "/exports", headers={"accept-encoding": "gzip"}) as answer:
        assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
        packed = b"".join(answer.iter_raw())
    assert gzip.decompress(packed) == b"".join(rows(filled.store))
    assert "content-encoding" not in filled.http.get("/exports", headers={"accept-encoding": "gzip;q=0"}).headers


def test_its_head_is_asked_for_without_reading_anything(filled: Server) -> None:
    answer = filled.http.head("/exports")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("asOf=99", "SEQ_UNAVAILABLE"),
        ("asOf=soon", "BAD_USER_INPUT"),
        ("class=Spaceship", "UNKNOWN_CLASS"),
        ("form=poem", "BAD_USER_INPUT"),
        ("retired=true", "BAD_USER_INPUT"),
        ("colour=red", "BAD_USER_INPUT"),
    ],
)
def test_what_is_not_understood_is_refused(light: Server, query: str, said: str) -> None:
    assert code(light.http.get(f"/exports?{query}")) == (400, said)


class Slow(MemoryStore):
    """Stops in the middle of its graph until it is told to go on, or breaks there."""

    def __init__(self) -> None:
        super().__init__(gadgets())
        self.reached = threading.Event()
        self.go_on = threading.Event()
        self.breaks = False

    @override
    def graph(self, at: int | None = None) -> GraphRead:
        read = super().graph(at)

        def items() -> Iterator[Sequence[Item]]:
            yield from read.items
            self.reached.set()
            self.go_on.wait(10)
            if self.breaks:
                raise StoreUnavailable("The store went away.")

        return GraphRead(read.seq, items(), read.relationships)


def test_only_so_many_exports_go_on_at_once() -> None:
    with Slow() as store, TestClient(application(store, exports_at_once=1)) as http:
        first = threading.Thread(target=lambda: http.get("/exports"))
        first.start()
        assert store.reached.wait(10)
        refused = http.get("/exports")
        assert (code(refused), refused.headers["retry-after"]) == ((429, "TOO_MANY_REQUESTS"), "5")
        store.go_on.set()
        first.join(10)
        assert http.get("/exports").status_code == 200


def test_an_export_that_breaks_is_said_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with Slow() as store, TestClient(application(store)) as http, caplog.at_level(logging.WARNING):
        store.go_on.set()
        store.breaks = True
        http.get("/exports")
    assert "An export was broken off: The store went away." in caplog.text
