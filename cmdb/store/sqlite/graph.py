"""The whole graph in chunks, out of one read transaction that ends with the last chunk."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from sqlite3 import Cursor
from typing import TypeVar

from cmdb.model.items import Item, Relationship
from cmdb.store.points import resolve
from cmdb.store.port import GraphRead
from cmdb.store.sqlite import history
from cmdb.store.sqlite.database import Database
from cmdb.store.sqlite.failures import failures_named
from cmdb.store.sqlite.rows import item_of, relationship_of
from cmdb.store.sqlite.versions import ITEMS, RELATIONSHIPS, moment

CHUNK = 2_000
"""Items or edges in one chunk."""

Row = TypeVar("Row")
Thing = TypeVar("Thing")


class GraphStream:
    """One pass over the graph; memory is that of one chunk, whatever the size of the graph.

    The transaction ends with the last chunk of edges, or when nobody holds an iterator any more.
    """

    def __init__(self, database: Database, path: Path, at: int | None) -> None:
        """Begin to read.

        Raises:
            SeqUnavailable: the point does not exist.
        """
        self._path = path
        with ExitStack() as opened:
            connection = opened.enter_context(database.reading())
            self.seq = resolve(at, history.head(connection))
            self._items = connection.execute(ITEMS.select(at, "1", "ORDER BY id"), moment(at))
            opened.callback(self._items.close)
            self._edges = connection.execute(RELATIONSHIPS.select(at, "1", "ORDER BY key"), moment(at))
            opened.callback(self._edges.close)
            self._opened = opened.pop_all()

    def read(self) -> GraphRead:
        """Both iterators, each holding this stream."""
        return GraphRead(self.seq, self._item_chunks(), self._edge_chunks())

    def _item_chunks(self) -> Iterator[Sequence[Item]]:
        return self._chunks(self._items, item_of)

    def _edge_chunks(self) -> Iterator[Sequence[Relationship]]:
        with self._opened:
            yield from self._chunks(self._edges, relationship_of)

    def _chunks(self, cursor: Cursor, make: Callable[[Row], Thing]) -> Iterator[Sequence[Thing]]:
        with failures_named(self._path):
            while rows := cursor.fetchmany(CHUNK):
                yield list(map(make, rows))
