"""Where contestants write: a fresh store each time, a server warmed up before it is measured."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import LiteralString, TypeAlias

from neo4j import GraphDatabase

from benchmarks.imports.contestant import Contestant
from benchmarks.imports.files import Sample
from benchmarks.imports.running import run
from cmdb.app.neo4j_local import RELEASES, Footprint, LocalNeo4j

Place: TypeAlias = Callable[[Sample], AbstractContextManager[str]]
"""Opens the URL of a fresh store; a server is warmed up with the sample."""

FOOTPRINT = Footprint(heap_start="1g", heap_limit="1g", page_cache="1g")
WARM_UPS = 2
_WIPE: LiteralString = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"


@contextmanager
def sqlite(_warm_up: Sample) -> Iterator[str]:
    """A file that is not there yet."""
    with TemporaryDirectory(prefix="bench-") as folder:
        yield f"sqlite:///{folder}/store.db"


@contextmanager
def neo4j(warm_up: Sample) -> Iterator[str]:
    """A server of the newest line in a folder of its own, on which both contestants have written and all was wiped.

    A server compiles what it runs often only after a while: whoever came first would pay for the other.
    """
    with (
        TemporaryDirectory(prefix="bench-") as folder,
        LocalNeo4j(RELEASES[-1].version, Path(folder), footprint=FOOTPRINT) as server,
        GraphDatabase.driver(server.uri) as driver,
        driver.session(database="neo4j") as session,
    ):
        for _ in range(WARM_UPS):
            for contestant in Contestant:
                run(contestant, server.uri, warm_up)
            session.run(_WIPE).consume()
        yield server.uri


PLACES: Mapping[str, Place] = {"sqlite": sqlite, "neo4j": neo4j}
