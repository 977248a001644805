"""The jars of a Neo4j server, fetched by Maven once a version and kept in the user's cache."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cmdb.app.neo4j_local.releases import release
from cmdb.errors import StoreUnavailable

_DOWNLOAD_SECONDS = 900
_LOG_LINES = 15
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>cmdb</groupId>
  <artifactId>neo4j-local</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version></dependency>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{version}</version></dependency>
  </dependencies>
</project>
"""


def resolve_libraries(version: str, cache: Path | None = None) -> Path:
    """Return the folder with all jars of Neo4j ``version``, fetching them when it is not there yet.

    ``cache`` defaults to ``cmdb/neo4j`` under ``XDG_CACHE_HOME`` or ``~/.cache``. The folder appears in
    one step when complete, and processes that ask at the same time wait for one download (about
    130-160 MB). Raises BadInput for an unsupported version, StoreUnavailable when Maven is missing or fails.
    """
    exact = release(version).version
    root = cache or _default_cache()
    folder = root / exact
    if folder.is_dir():
        return folder
    root.mkdir(parents=True, exist_ok=True)
    with _locked(root / f"{exact}.lock"):
        if not folder.is_dir():
            _download(exact, folder)
    return folder


def _default_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "cmdb" / "neo4j"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _download(version: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{version}-") as temporary:
        pom = Path(temporary) / "pom.xml"
        pom.write_text(_POM.format(version=version), encoding="utf-8")
        jars = Path(temporary) / "jars"
        _run_maven(version, pom, jars)
        jars.rename(folder)


def _run_maven(version: str, pom: Path, jars: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        message = f"Neo4j {version} is fetched by Maven, and there is no mvn on the PATH."
        raise StoreUnavailable(message, hint="Install Maven, or start Neo4j with docker compose up.")
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
    try:
        subprocess.run(  # noqa: S603 - Maven found on the PATH with arguments made here, no shell
            [maven, "-B", "-q", "-f", pom, *goal],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_DOWNLOAD_SECONDS,
        )
    except subprocess.CalledProcessError as failure:
        tail = "\n".join(str(failure.output).splitlines()[-_LOG_LINES:])
        message = f"Maven could not fetch Neo4j {version}:\n{tail}\n"
        raise StoreUnavailable(message, hint="Check the network and the version, then try again.") from failure
    except subprocess.TimeoutExpired as failure:
        message = f"Maven did not fetch Neo4j {version} within {_DOWNLOAD_SECONDS} s."
        raise StoreUnavailable(message, hint="Check the network, then try again.") from failure
