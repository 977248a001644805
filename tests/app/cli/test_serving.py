"""``cmdb serve``: where it listens, and whom it refuses."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.command_line import CommandLine

ADDRESS = re.compile(r"GraphQL at (http://\S+/graphql)")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", "from cmdb.app.cli import main; main()"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CMDB_STORE": f"sqlite:///{tmp_path}/s.db"}
    with subprocess.Popen(
        [*command, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    ) as process:
        yield process
        process.kill()


def test_beyond_loopback_it_serves_only_with_a_token(cmdb: CommandLine) -> None:
    outcome = cmdb("serve", "--host", "0.0.0.0")  # noqa: S104 - this is what must be refused
    assert outcome.code == 2
    assert "CMDB_API_TOKEN" in outcome.err


def test_a_taken_port_is_told(cmdb: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = cmdb("serve", "--port", str(taken.getsockname()[1]))
    assert outcome.code == 1
    assert "cannot be used" in outcome.err


@pytest.mark.slow
def test_it_says_where_it_listens_answers_there_and_stops_quietly(server: subprocess.Popen[str]) -> None:
    assert server.stderr is not None
    found = ADDRESS.search(server.stderr.readline())
    assert found is not None
    request = urllib.request.Request(  # noqa: S310 - an address that the server itself printed
        found[1], data=b'{"query": "{ __typename }"}', headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - as above
        assert b'"Query"' in answer.read()
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=20) == 0
    assert "Traceback" not in server.stderr.read()
