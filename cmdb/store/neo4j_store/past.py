"""Points in history: the feed of commits, the versions of one item, and what changed between two points."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from cmdb.model.commits import Commit, Delta
from cmdb.model.items import Item, Relationship
from cmdb.model.values import micros
from cmdb.store.neo4j_store import cypher
from cmdb.store.neo4j_store.connection import Connection, Transaction
from cmdb.store.neo4j_store.rows import Codec, Properties, to_commit
from cmdb.store.patches import same_item, same_relationship
from cmdb.store.points import resolve


@dataclass(frozen=True, slots=True)
class Historian:
    """History over one connection."""

    connection: Connection
    codec: Codec

    def head(self) -> int:
        """The last ``seq``.

        Asked where writes go: in a cluster another member may be behind, and what this process reads next is then
        at least as new as this answer.
        """
        return self.connection.write(lambda transaction: transaction.number(cypher.HEAD))

    def seq_at(self, instant: datetime) -> int:
        """The last ``seq`` at or before an instant."""
        return self.connection.read(lambda transaction: transaction.number(cypher.SEQ_AT, instant=micros(instant)))

    def commits(self, after: int, limit: int) -> list[Commit]:
        """The feed."""
        rows = self.connection.read(lambda transaction: transaction.rows(cypher.COMMITS, after=after, limit=limit))
        return [to_commit(row) for row in rows]

    def commit_of(self, request_id: str) -> Commit | None:
        """The commit that a request became."""
        rows = self.connection.read(lambda transaction: transaction.rows(cypher.COMMIT_OF, request_id=request_id))
        return to_commit(rows[0]) if rows else None

    def history(self, item_id: str) -> list[Item]:
        """Every version of an item."""
        rows = self.connection.read(lambda transaction: transaction.rows(cypher.ITEM_HISTORY, id=item_id))
        return [self.codec.to_item(row) for row in rows]

    def relationship_history(self, item_id: str) -> list[Relationship]:
        """Every version of every edge at an item."""
        rows = self.connection.read(lambda transaction: transaction.rows(cypher.EDGE_HISTORY, id=item_id))
        return sorted(map(self.codec.to_relationship, rows), key=lambda edge: (edge.from_seq, edge.key))

    def difference(self, start: int, end: int) -> Delta:
        """The states at two points of whatever a commit between them touched.

        Raises:
            SeqUnavailable: a point that does not exist.
        """
        old, new = self.connection.read(lambda transaction: self._two_points(transaction, start, end))
        ids, keys = sorted(old.items.keys() | new.items.keys()), sorted(old.edges.keys() | new.edges.keys())
        items = [(old.items.get(id_), new.items.get(id_)) for id_ in ids]
        edges = [(old.edges.get(key), new.edges.get(key)) for key in keys]
        return Delta(
            tuple((one, other) for one, other in items if not (one and other and same_item(one, other))),
            tuple((one, other) for one, other in edges if not (one and other and same_relationship(one, other))),
        )

    def _two_points(self, transaction: Transaction, start: int, end: int) -> tuple["_Point", "_Point"]:
        head = transaction.number(cypher.HEAD)
        resolve(start, head)
        resolve(end, head)
        changes = transaction.rows(cypher.CHANGES, start=start, end=end)
        ids, keys = _touched(changes, "items"), _touched(changes, "edges")
        return self._point(transaction, start, ids, keys), self._point(transaction, end, ids, keys)

    def _point(self, transaction: Transaction, seq: int, ids: list[str], keys: list[str]) -> "_Point":
        items = map(self.codec.to_item, transaction.rows(cypher.ITEMS_AT, ids=ids, at=seq))
        edges = map(self.codec.to_relationship, transaction.rows(cypher.EDGES_AT, keys=keys, at=seq))
        return _Point({item.id: item for item in items}, {edge.key: edge for edge in edges})


@dataclass(frozen=True, slots=True)
class _Point:
    items: dict[str, Item]
    edges: dict[str, Relationship]


def _touched(changes: Iterable[Properties], kind: str) -> list[str]:
    return sorted({entry for change in changes for entry in cast("list[str]", change[kind])})
