"""One Neo4j Community server as a child process."""

import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from neo4j import Driver, GraphDatabase
from neo4j.exceptions import ServiceUnavailable, SessionExpired, TransientError

from cmdb.app.neo4j_local.java import find_java
from cmdb.app.neo4j_local.layout import Footprint, command, configuration
from cmdb.app.neo4j_local.libraries import resolve_libraries
from cmdb.app.neo4j_local.releases import release
from cmdb.errors import StoreUnavailable

_READY_SECONDS = 60
_STOP_SECONDS = 30
_POLL_SECONDS = 0.2
_LOG_LINES = 30
_USER = "neo4j"
_FIRST_PASSWORD = "neo4j"  # noqa: S105 - what every new server has until it is replaced


class LocalNeo4j:
    """A Neo4j server of one version on loopback, kept under ``home``.

    ``port`` is a free one unless given and stays the same over restarts. With a ``password`` (at
    least eight characters) the server asks for it, with None it lets everybody in. The data stays
    in ``home`` when the server stops. As a context manager it runs inside the block.

    Starting raises BadInput for an unsupported version and StoreUnavailable when Java or Maven is
    missing or the server does not answer within a minute; the error then holds the end of its log.
    """

    def __init__(
        self,
        version: str,
        home: Path,
        port: int | None = None,
        password: str | None = None,
        footprint: Footprint | None = None,
    ) -> None:
        self.release = release(version)
        self.home = home.absolute()
        self.port = port or _free_port()
        self._password = password
        self._footprint = footprint or Footprint()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """The Bolt address."""
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def auth(self) -> tuple[str, str] | None:
        """User and password for a driver, None when the server asks for none."""
        return None if self._password is None else (_USER, self._password)

    @property
    def log(self) -> Path:
        """The file with everything the server printed."""
        return self.home / "console.log"

    def start(self) -> None:
        """Start the server and wait until it answers. Does nothing when it runs already."""
        if self._process is not None:
            return
        self._refuse_a_taken_port()
        java, libraries = find_java(self.release.version), resolve_libraries(self.release.version)
        is_new = not (self.home / "data").exists()
        self._write_configuration()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - a Java of this machine with arguments made here, no shell
                command(java, libraries, self.home, self._footprint),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._await_answer(_FIRST_PASSWORD if is_new else self._password)
            if is_new:
                self._replace_first_password()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask the server to shut down cleanly and wait; end it by force after half a minute."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End the server at once with SIGKILL, as a power cut would."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None

    def restart(self) -> None:
        """Stop the server if it runs and start it on the same home and port."""
        self.stop()
        self.start()

    def wait(self) -> None:
        """Block until the server ends of itself."""
        if self._process is not None:
            self._process.wait()

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self.stop()

    def _refuse_a_taken_port(self) -> None:
        # Otherwise a stranger on the port would answer in place of the server that failed to bind it.
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as refusal:
                message = f"Port {self.port} of 127.0.0.1 cannot be used: {refusal.strerror}."
                raise StoreUnavailable(message, hint="Name a free port.") from refusal

    def _write_configuration(self) -> None:
        conf = self.home / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        authentication = "false" if self._password is None else "true"
        text = configuration(self.release, self.port, self._footprint, authentication)
        (conf / "neo4j.conf").write_text(text, encoding="utf-8")

    def _driver(self, password: str | None) -> Driver:
        credentials = None if self._password is None else (_USER, password or "")
        return GraphDatabase.driver(self.uri, auth=credentials, connection_timeout=2)

    def _await_answer(self, password: str | None) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        with self._driver(password) as driver:
            while not _answers(driver):
                self._give_up_when(past=deadline)
                time.sleep(_POLL_SECONDS)

    def _give_up_when(self, past: float) -> None:
        if self._process is not None and self._process.poll() is not None:
            seen = f"ended with code {self._process.returncode} while it started"
        elif time.monotonic() > past:
            seen = f"did not answer within {_READY_SECONDS} s"
        else:
            return
        tail = "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])
        message = f"Neo4j {self.release.version} at {self.uri} {seen}. The end of {self.log}:\n{tail}\n"
        raise StoreUnavailable(message, hint="Mend what the log says, then start again.")

    def _replace_first_password(self) -> None:
        if self._password is None:
            return
        with self._driver(_FIRST_PASSWORD) as driver:
            driver.execute_query(
                "ALTER CURRENT USER SET PASSWORD FROM $old TO $new",
                {"old": _FIRST_PASSWORD, "new": self._password},
                database_="system",
            )


def _answers(driver: Driver) -> bool:
    try:
        driver.verify_connectivity()
    except (ServiceUnavailable, SessionExpired, TransientError):
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
