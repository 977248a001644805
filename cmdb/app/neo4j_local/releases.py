"""The Neo4j releases that the project is tested with, pinned in this one place."""

from dataclasses import dataclass, replace

from cmdb.errors import BadInput


@dataclass(frozen=True, slots=True)
class Release:
    """One line of Neo4j: its name, the exact version tried, the Java releases that run it, its own settings."""

    line: str
    version: str
    java: tuple[int, ...]
    settings: tuple[tuple[str, str], ...] = ()


# From 2026 on a server announces itself to the network unless told not to.
_SILENT = (("dbms.fleet_manager.enabled", "false"), ("server.fleet_discovery.enabled", "false"))


RELEASES = (
    Release(line="5.26", version="5.26.30", java=(17, 21)),
    Release(line="2026", version="2026.09.0", java=(21, 25), settings=_SILENT),
)


def release(name: str) -> Release:
    """Return the release of a line (``5.26``, ``2026``) or of an exact version of such a line.

    Raises BadInput for a line that the project does not support.

    >>> release("5.26").version
    '5.26.30'
    >>> release("2026.09.0").java
    (21, 25)
    >>> release("5.26.1").version
    '5.26.1'
    """
    for known in RELEASES:
        if name in (known.line, known.version):
            return known
        if name.startswith(f"{known.line}."):
            return replace(known, version=name)
    lines = " and ".join(known.line for known in RELEASES)
    message = f"Neo4j {name} is not a supported version."
    raise BadInput(message, hint=f"Name a version of the lines {lines}.")
