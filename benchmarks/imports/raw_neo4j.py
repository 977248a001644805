"""The script on Neo4j: one statement a batch through the plain driver."""

from collections.abc import Sequence
from typing import LiteralString

import orjson
from neo4j import GraphDatabase, Query

from benchmarks.imports.raw import Said

_RULES: tuple[LiteralString, ...] = (
    "CREATE CONSTRAINT raw_item IF NOT EXISTS FOR (n:RawItem) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT raw_record IF NOT EXISTS FOR (n:RawRecord) REQUIRE n.key IS UNIQUE",
    "CREATE INDEX raw_record_target IF NOT EXISTS FOR (n:RawRecord) ON (n.target)",
    "CREATE INDEX raw_item_version IF NOT EXISTS FOR (n:RawItemVersion) ON (n.id, n.from_seq)",
    "CREATE INDEX raw_edge_version IF NOT EXISTS FOR (n:RawEdgeVersion) ON (n.key, n.from_seq)",
    "CALL db.awaitIndexes(60)",
)
_ITEMS: LiteralString = """
UNWIND $rows AS row
CREATE (n:RawItem:$(row.item.cls)) SET n = row.item
CREATE (v:RawItemVersion) SET v = row.item, v.from_seq = 1, v.to_seq = 9223372036854775807
CREATE (s:RawRecord) SET s = row.record
"""
_RELATIONSHIPS: LiteralString = """
UNWIND $rows AS row
MATCH (a:RawItem {id: row.edge.from_id}) MATCH (b:RawItem {id: row.edge.to_id})
CREATE (a)-[r:$(row.edge.type)]->(b) SET r = row.edge
CREATE (v:RawEdgeVersion) SET v = row.edge, v.from_seq = 1, v.to_seq = 9223372036854775807
CREATE (s:RawRecord) SET s = row.record
"""
_DIGESTS: LiteralString = """
UNWIND $keys AS key OPTIONAL MATCH (s:RawRecord {key: key}) RETURN collect(coalesce(s.digest, '')) AS digests
"""


class RawNeo4j:
    """One database; its rules are made when it is opened."""

    def __init__(self, url: str, auth: tuple[str, str] | None = None) -> None:
        self._driver = GraphDatabase.driver(url, auth=auth, telemetry_disabled=True)
        self._session = self._driver.session(database="neo4j")
        for rule in _RULES:
            self._session.run(rule).consume()

    def write_items(self, rows: Sequence[Said]) -> None:
        """As the protocol says."""
        self._write(_ITEMS, [{"item": _item(said), "record": _record(said)} for said in rows])

    def write_relationships(self, rows: Sequence[Said]) -> None:
        """As the protocol says."""
        self._write(_RELATIONSHIPS, [{"edge": _edge(said), "record": _record(said)} for said in rows])

    def unchanged(self, rows: Sequence[Said]) -> int:
        """As the protocol says."""
        answer = self._session.run(Query(_DIGESTS), keys=[said.key for said in rows]).single(strict=True)
        return sum(found == said.digest for found, said in zip(answer["digests"], rows, strict=True))

    def close(self) -> None:
        """As the protocol says."""
        self._session.close()
        self._driver.close()

    def _write(self, statement: LiteralString, rows: list[dict[str, object]]) -> None:
        self._session.execute_write(lambda transaction: transaction.run(statement, rows=rows).consume())


def _item(said: Said) -> dict[str, object]:
    row = said.row
    attributes = row.get("attributes")
    groups = orjson.dumps(row.get("groups")).decode()
    own = {"id": said.key, "cls": row["class"], "name": row["name"], "groups": groups, "revision": 1}
    return {**attributes, **own} if isinstance(attributes, dict) else own


def _edge(said: Said) -> dict[str, object]:
    row = said.row
    return {"key": said.key, "type": row["type"], "from_id": row["from"], "to_id": row["to"], "revision": 1}


def _record(said: Said) -> dict[str, object]:
    return {"key": said.key, "target": said.key, "digest": said.digest, "body": said.body, "run": "run"}
