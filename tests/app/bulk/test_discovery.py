"""The scripts of ``docs/discovery.md``, run as they stand there against a server that listens on loopback."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from cmdb.model.items import Lifecycle
from cmdb.model.sources import Lease, RunState, Scope
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.app.bulk.serving import application, listening
from tests.builders import gadgets
from tests.ingest.graphs import item, names

PAGE: Final = (Path(__file__).parents[3] / "docs" / "discovery.md").read_text("utf-8")
TOOLS: Final = ("sh", "curl", "jq", "gzip", "split", "mktemp")
SCOPE: Final = Scope("discovery/office", "hosts")
TOKEN: Final = "a-token"
LINES: Final = 30


def block(language: str) -> str:
    """The text of the only code of a language on the page."""
    _, rest = PAGE.split(f"```{language}\n")
    return rest.split("```\n")[0]


@dataclass(frozen=True, slots=True)
class Script:
    """One of the scripts, and the hosts file that it reads."""

    command: tuple[str, ...]
    hosts: Path
    url: str
    store: Store

    def run(self, *hosts: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self.hosts.write_text("# address name alias\n\n" + "".join(f"{host}\n" for host in hosts), "utf-8")
        settings = {"HOSTS_FILE": str(self.hosts), "CMDB_URL": self.url, "CMDB_API_TOKEN": TOKEN, "PART_ROWS": "7"}
        return subprocess.run(
            self.command,
            env={"PATH": os.environ["PATH"], **settings, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=50,
        )


@pytest.fixture(params=["sh", "python"])
def script(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Script]:
    language = str(request.param)
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if language == "sh" and missing:
        pytest.skip(f"the script needs {', '.join(missing)}; the one in Python does the same")
    path = tmp_path / f"discover.{language}"
    path.write_text(block(language), "utf-8")
    command = ("sh", str(path)) if language == "sh" else (sys.executable, "-I", str(path))
    with MemoryStore(gadgets()) as store, listening(application(store, api_token=TOKEN)) as port:
        yield Script(command, tmp_path / "hosts", f"http://127.0.0.1:{port}", store)


HOSTS: Final = tuple(f"10.0.0.{number} host-{number}" for number in range(20))


def test_the_scripts_are_short() -> None:
    assert max(len(block(language).splitlines()) for language in ("sh", "python")) <= LINES


def test_what_is_seen_is_sent_in_parts_and_what_is_gone_is_retired(script: Script) -> None:
    first = script.run(*HOSTS, "10.1.0.1 host-1 # its second address", "::1")
    assert (first.returncode, first.stderr) == (0, "")
    (run,) = script.store.runs()
    assert (run.state, run.batches, run.counts["created"], run.scopes) == (RunState.SUCCEEDED, 3, 20, (SCOPE,))
    assert item(script.store, "host-1").attributes["addresses"] == ["10.0.0.1", "10.1.0.1"]
    second = script.run(*HOSTS[1:], "10.0.0.20 host-20")
    assert (second.returncode, '"retired": 1' in second.stdout) == (0, True)
    assert item(script.store, "host-0").lifecycle is Lifecycle.RETIRED
    assert len(names(script.store)) == 20
    third = script.run(*HOSTS[1:], "10.0.0.20 host-20")
    assert '"changes": 0' in third.stdout


def test_what_cannot_be_believed_ends_with_an_error_and_retires_nothing(script: Script) -> None:
    script.run(*HOSTS)
    refused = script.run(*HOSTS[:5])
    assert (refused.returncode, "more than a quarter" in refused.stdout) == (1, True)
    nothing = script.run()
    assert nothing.returncode == 1
    assert len(names(script.store)) == 20


def test_a_busy_scope_is_waited_for(script: Script) -> None:
    now = datetime.now(UTC)
    assert not script.store.hold([Lease(SCOPE, "another", "elsewhere/1", now + timedelta(seconds=3))], now)
    done = script.run(*HOSTS)
    assert (done.returncode, len(names(script.store))) == (0, 20), done.stderr
    assert datetime.now(UTC) - now > timedelta(seconds=3)


def test_a_refusal_is_shown(script: Script) -> None:
    refused = script.run(*HOSTS, CMDB_API_TOKEN="wrong")
    assert (refused.returncode, "UNAUTHENTICATED" in refused.stderr) == (1, True)
    assert script.store.head() == 0
