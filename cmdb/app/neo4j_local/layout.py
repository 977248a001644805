"""What a local Neo4j server is started with: its configuration file and its command line."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from cmdb.app.neo4j_local.releases import Release
from cmdb.errors import StoreUnavailable

_MAIN_CLASSES = ("org.neo4j.server.Neo4jCommunity", "org.neo4j.server.CommunityEntryPoint")
_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_JVM_OPTIONS = (
    "-XX:+UseG1GC",
    "-XX:-OmitStackTraceInFastThrow",
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
    "--enable-native-access=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
)


@dataclass(frozen=True, slots=True)
class Footprint:
    """What one server takes: first and largest heap and the page cache in Java's notation, and the compiler's tiers.

    All four tiers pay off for a server that lives; the first alone costs a short-lived one far less processor time.
    ``transaction_memory`` is the most that one transaction may take, ``0`` for as much as there is.
    """

    heap_start: str = "256m"
    heap_limit: str = "1g"
    page_cache: str = "256m"
    compiler_tiers: int = 4
    transaction_memory: str = "0"


def configuration(server: Release, port: int, footprint: Footprint, authentication: str) -> str:
    """Return the text of ``neo4j.conf``: Bolt on loopback only; ``authentication`` is ``true`` or ``false``."""
    settings = {
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.advertised_address": f"127.0.0.1:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "dbms.security.auth_enabled": authentication,
        "server.memory.pagecache.size": footprint.page_cache,
        "db.memory.transaction.max": footprint.transaction_memory,
        "dbms.usage_report.enabled": "false",
        "db.transaction.timeout": "60s",
        "db.lock.acquisition.timeout": "10s",
        "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
        **dict(server.settings),
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def command(java: Path, libraries: Path, home: Path, footprint: Footprint) -> list[str]:
    """Return the command line of the server in the foreground. Raises StoreUnavailable for incomplete libraries."""
    return [
        str(java),
        f"-Xms{footprint.heap_start}",
        f"-Xmx{footprint.heap_limit}",
        f"-XX:TieredStopAtLevel={footprint.compiler_tiers}",
        *_JVM_OPTIONS,
        "-cp",
        f"{libraries}/*",
        main_class(libraries),
        f"--home-dir={home}",
        f"--config-dir={home / 'conf'}",
        "--console-mode",
    ]


def main_class(libraries: Path) -> str:
    """Return the entry point of the server: the lines of Neo4j keep it under different names."""
    jars = [jar for pattern in ("neo4j-[0-9]*.jar", "neo4j-server-*.jar") for jar in sorted(libraries.glob(pattern))]
    for name in _MAIN_CLASSES:
        if any(_holds(jar, name) for jar in jars):
            return name
    message = f"The folder {libraries} has no Neo4j server."
    raise StoreUnavailable(message, hint="Remove the folder: it is fetched again at the next start.")


def _holds(jar: Path, name: str) -> bool:
    with zipfile.ZipFile(jar) as archive:
        return f"{name.replace('.', '/')}.class" in archive.namelist()
