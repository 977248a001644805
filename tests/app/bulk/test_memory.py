"""Memory does not grow with what is sent or fetched: measured in a server of its own."""

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.app.bulk.serving import ROWS, body

MIB: Final = 1_024
"""Kibibytes, as the system counts."""
TENS: Final = 40
FEW, MANY = 20_000, 200_000


@dataclass(frozen=True, slots=True)
class Child:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    port: int

    def peak(self) -> float:
        """The most memory that it ever held, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / MIB

    def ask(self, method: str, path: str, content: Iterator[bytes] | None = None) -> bytes:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=240)) as connection:
            connection.request(method, path, content, ROWS, encode_chunked=content is not None)
            with connection.getresponse() as answer:
                read = answer.read()
                assert answer.status == 200, read
                return read


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    if not Path("/proc/self/status").exists():
        pytest.skip("the system does not say how much memory a process holds")
    command = [sys.executable, "-c", "from cmdb.app.cli import main; main()", "serve", "--port", "0"]
    settings = {"CMDB_STORE": f"sqlite:///{tmp_path}/s.db", "CMDB_IMPORT_POLICY": "none"}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **settings}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        found = re.search(r":(\d+)/", process.stderr.readline())
        assert found is not None
        yield Child(process, int(found[1]))
        process.kill()


def hosts(start: int, end: int, cls: str = "Host") -> Iterator[bytes]:
    """Rows, so many at a time."""
    for first in range(start, end, 500):
        numbers = range(first, min(first + 500, end))
        yield body(*({"class": cls, "name": f"h{n}", "attributes": {"serial": f"S{n}"}} for n in numbers))


def mostly_refused(rows: int) -> Iterator[bytes]:
    """So many rows, of which only the first are of a class that there is: what is not written does not take long."""
    yield from hosts(0, FEW)
    yield from hosts(FEW, rows, "Spaceship")


@pytest.mark.slow
def test_ten_times_the_rows_take_hardly_more_memory(child: Child) -> None:
    child.ask("POST", "/imports?source=lab", hosts(0, FEW))
    before = child.peak()
    report = child.ask("POST", "/imports?source=lab", mostly_refused(MANY))
    assert b'"read":200000' in report
    assert len(report) < 1_000_000
    assert child.peak() - before < TENS
    before = child.peak()
    for path in ("/exports", "/exports?form=canonical"):
        assert child.ask("GET", path).count(b"\n") == FEW + 1
    assert child.peak() - before < TENS
