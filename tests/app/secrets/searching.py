"""Everything that a store, its answers and its exports hold, as bytes under the name of where they were found."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias

from neo4j import Driver
from starlette.testclient import TestClient

from cmdb.model.catalogue import load_catalogue
from cmdb.practices.exporting import canonical, rows
from cmdb.practices.services import services
from cmdb.store.port import Store
from cmdb_graphql.application import create_app
from tests.api.client import Caller
from tests.app.command_line import CommandLine
from tests.neo4j_server import Endpoint
from tests.store.places import open_neo4j, open_sqlite

Found: TypeAlias = Iterator[tuple[str, bytes]]
Opener: TypeAlias = Callable[[], Store]

ITEMS = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Item {
  class name attributes groups { name } lifecycle
  sources { binding claims unmapped classGiven }
  provenance { name value statements { binding value } }
  relationships(first: 200) { nodes { type attributes group from { name } to { name } } } } } }"""
COMMITS = """{
  commits(first: 200) { nodes { seq reason actor requestId } }
  importRuns(limit: 100) { id source message counts { name count } } }"""
SEARCH = '{ search(text: "c4n4ry") { nodes { id name } } }'
_PAGE = 50


def sqlite_files(path: Path) -> Found:
    """The bytes of a store's file and of those beside it."""
    for file in sorted(path.parent.glob(f"{path.name}*")):
        yield f"file {file.name.removeprefix(path.name) or 'itself'}", file.read_bytes()


@contextmanager
def log_kept(path: Path) -> Iterator[None]:
    """Keep the write-ahead log of a store, which goes with the last connection."""
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield


def neo4j_contents(driver: Driver) -> Found:
    """All nodes and relationships with all that they bear."""
    for query in (
        "MATCH (n) RETURN labels(n) AS word, properties(n) AS kept",
        "MATCH ()-[r]->() RETURN [type(r)] AS word, properties(r) AS kept",
    ):
        with driver.session(database="neo4j") as session:
            for record in session.run(query):
                yield f"node or relationship {record['word']}", repr(record.data()).encode()


def command_line(cmdb: CommandLine, opener: Opener) -> Found:
    """What the commands tell of every item, and of runs."""
    with opener() as store:
        ids = [item.id for chunk in store.graph().items for item in chunk]
    for words in (["runs", "--json"], ["search", "c4n4ry", "--json"], ["duplicates", "--json"], ["store", "info"]):
        yield _said(cmdb, *words)
    for words in (["export"], ["export", "--canonical"]):
        yield _said(cmdb, *words)
    for id_ in ids:
        yield _said(cmdb, "show", id_, "--json", "--sources")
        yield _said(cmdb, "history", id_, "--json")


def exports(opener: Opener) -> Found:
    """The graph as it is exported, in both forms."""
    with opener() as store:
        yield "export", b"".join(rows(store))
        yield "canonical export", b"".join(canonical(store))


def api(opener: Opener) -> Found:
    """What the API answers of every item, of commits and runs, and to a search."""
    with opener() as store, TestClient(create_app(services(store))) as http:
        caller = Caller(http)
        ids = [item.id for chunk in store.graph().items for item in chunk]
        for start in range(0, len(ids), _PAGE):
            yield "API", json.dumps(caller.ask(ITEMS, ids=[*ids[start : start + _PAGE]])).encode()
        yield "API of commits and runs", json.dumps(caller.ask(COMMITS)).encode()
        yield "API of search", json.dumps(caller.ask(SEARCH)).encode()


def _said(cmdb: CommandLine, *words: str) -> tuple[str, bytes]:
    outcome = cmdb(*words)
    return f"cmdb {words[0]}", f"{outcome.out}\n{outcome.err}".encode()


def of_sqlite(path: Path) -> Opener:
    """Opens the store in a file."""
    return lambda: open_sqlite(path, load_catalogue())


def of_neo4j(endpoint: Endpoint) -> Opener:
    """Opens the store of a server."""
    return lambda: open_neo4j(endpoint, load_catalogue())
