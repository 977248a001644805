"""Reads of items and edges by what names them, and of the whole graph; a constant number of statements each."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeVar, cast

from cmdb.model.items import OPEN, Item, Relationship
from cmdb.model.queries import Direction, SearchResult
from cmdb.model.text import words
from cmdb.store.neo4j_store import cypher
from cmdb.store.neo4j_store.connection import Connection, Transaction
from cmdb.store.neo4j_store.rows import Codec, Properties, named_key
from cmdb.store.points import resolve
from cmdb.store.port import GraphRead

Version = TypeVar("Version", Item, Relationship)
CHUNK: Final = 2000
"""Items or edges in one chunk of a graph read."""
_PREFIX: Final = 100
"""Longest start of a word that is looked up in the index; the rest is compared with what was found."""
_ARROWS: Final[Mapping[Direction, tuple[str, str]]] = MappingProxyType(
    {Direction.OUT: ("-", "->"), Direction.IN: ("<-", "-"), Direction.BOTH: ("-", "-")}
)
_ENDS: Final[Mapping[Direction, tuple[str, ...]]] = MappingProxyType(
    {Direction.OUT: ("from_id",), Direction.IN: ("to_id",), Direction.BOTH: ("from_id", "to_id")}
)


def check_point(transaction: Transaction, at: int) -> int:
    """A point in history that exists.

    Raises:
        SeqUnavailable: below 0 or above the head.
    """
    return resolve(at, transaction.number(cypher.HEAD))


def identified(transaction: Transaction, identifiers: Collection[str]) -> dict[str, Sequence[str]]:
    """Ids of live-graph items by identifier hash, as this transaction sees them."""
    rows = transaction.rows(cypher.IDENTIFIED, keys=sorted(set(identifiers)))
    return {str(row["key"]): sorted(cast("list[str]", row["ids"])) for row in rows}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads over one connection, by the attribute types of one catalogue."""

    connection: Connection
    codec: Codec

    def items(self, ids: Collection[str], at: int | None) -> dict[str, Item]:
        """Items by id."""
        rows = self._rows_at(at, cypher.ITEMS, cypher.ITEMS_AT, ids=list(dict.fromkeys(ids)))
        found = {item.id: item for item in map(self.codec.to_item, rows)}
        return {id_: found[id_] for id_ in ids if id_ in found}

    def named(self, names: Collection[tuple[str, str]], at: int | None) -> dict[tuple[str, str], Sequence[Item]]:
        """Items by class and name."""
        rows = self._rows_at(at, cypher.NAMED, cypher.NAMED_AT, names=sorted({named_key(*pair) for pair in names}))
        found: dict[tuple[str, str], list[Item]] = {}
        for item in sorted(map(self.codec.to_item, rows), key=lambda item: item.id):
            found.setdefault((item.cls, item.name), []).append(item)
        return dict(found)

    def identified(self, identifiers: Collection[str]) -> dict[str, Sequence[str]]:
        """Ids of live-graph items by identifier hash."""
        return self.connection.read(lambda transaction: identified(transaction, identifiers))

    def search(self, text: str, classes: Collection[str] | None, limit: int) -> SearchResult:
        """Hits of the full-text index, compared again word by word: the index only proposes."""
        query = words(text)
        if not query:
            return SearchResult((), 0)
        found = self.connection.read(
            lambda transaction: transaction.record(
                cypher.SEARCH,
                query=" AND ".join(f"{word[:_PREFIX]}*" for word in query),
                words=query,
                exact=" ".join(query),
                classes=None if classes is None else sorted(classes),
                limit=limit,
            )
        )
        rows = cast("list[Properties]", found["rows"])
        return SearchResult(tuple(map(self.codec.to_item, rows)), cast("int", found["total"]))

    def relationships(self, keys: Collection[str], at: int | None) -> dict[str, Relationship]:
        """Edges by key."""
        wanted = list(dict.fromkeys(keys))

        def work(transaction: Transaction) -> list[Properties]:
            if at is None:
                return transaction.rows(cypher.OPEN_EDGES, keys=wanted, open=OPEN)
            return transaction.rows(cypher.EDGES_AT, keys=wanted, at=check_point(transaction, at))

        found = {edge.key: edge for edge in map(self.codec.to_relationship, self.connection.read(work))}
        return {key: found[key] for key in wanted if key in found}

    def relationships_of(
        self, ids: Collection[str], direction: Direction, types: Collection[str] | None, at: int | None
    ) -> list[Relationship]:
        """Edges at items, each once, in order of key."""
        parameters = {"ids": sorted(set(ids)), "types": None if types is None else sorted(types)}

        def work(transaction: Transaction) -> list[Properties]:
            if at is None:
                return transaction.rows(cypher.edges_of(*_ARROWS[direction]), **parameters)
            seq = check_point(transaction, at)
            parts = [transaction.rows(cypher.edges_of_at(end), at=seq, **parameters) for end in _ENDS[direction]]
            return [row for part in parts for row in part]

        found = {edge.key: edge for edge in map(self.codec.to_relationship, self.connection.read(work))}
        return [edge for _, edge in sorted(found.items())]

    def graph(self, at: int | None) -> GraphRead:
        """The versions that held at one point: later commits do not change which these are."""
        head = self.connection.read(lambda transaction: transaction.number(cypher.HEAD))
        seq = resolve(at, head)
        return GraphRead(
            seq,
            self._chunks(cypher.version_chunk(cypher.ITEM_VERSION, "id"), seq, self.codec.to_item, _id),
            self._chunks(cypher.version_chunk(cypher.EDGE_VERSION, "key"), seq, self.codec.to_relationship, _key),
        )

    def _chunks(
        self,
        statement: str,
        seq: int,
        decode: Callable[[Properties], Version],
        identity: Callable[[Version], str],
    ) -> Iterator[Sequence[Version]]:
        after = ""
        while True:
            rows = self._chunk(statement, after, seq)
            if rows:
                chunk = [decode(row) for row in rows]
                after = identity(chunk[-1])
                yield chunk
            if len(rows) < CHUNK:
                return

    def _chunk(self, statement: str, after: str, seq: int) -> list[Properties]:
        return self.connection.read(lambda transaction: transaction.rows(statement, after=after, at=seq, limit=CHUNK))

    def _rows_at(self, at: int | None, live: str, past: str, **parameters: object) -> list[Properties]:
        """The rows of a statement about the live graph, or of its twin about a point in history."""

        def work(transaction: Transaction) -> list[Properties]:
            if at is None:
                return transaction.rows(live, **parameters)
            return transaction.rows(past, at=check_point(transaction, at), **parameters)

        return self.connection.read(work)


def _id(item: Item) -> str:
    return item.id


def _key(edge: Relationship) -> str:
    return edge.key
