"""Keyset pages: a page and how many there are in all, two statements whatever the size."""

from dataclasses import dataclass

from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Lifecycle
from cmdb.model.queries import ItemPage, ItemQuery, RelationshipPage, RelationshipQuery
from cmdb.model.sources import Scope, SourceRecord
from cmdb.store.filters import check_limit, check_query
from cmdb.store.neo4j_store import cypher
from cmdb.store.neo4j_store.conditions import Conditions, Term
from cmdb.store.neo4j_store.connection import Connection, Transaction
from cmdb.store.neo4j_store.rows import Codec, Properties, to_record
from cmdb.store.points import resolve


@dataclass(frozen=True, slots=True)
class Pager:
    """Pages over one connection, by the rules of one catalogue."""

    connection: Connection
    codec: Codec
    catalogue: Catalogue

    def items(self, query: ItemQuery, at: int | None) -> ItemPage:
        """One page of items.

        Raises:
            UnknownAttribute, WrongType, InvalidCursor, BadInput, SeqUnavailable.
        """
        check_query(query, self.catalogue)
        built = Conditions("n" if at is None else "v", self.catalogue)
        matching = _item_condition(built, query)
        terms = built.terms(query.order)
        rest = matching if query.after is None else f"{matching} AND {built.beyond(terms, query.after)}"
        order = ", ".join(term.ordering for term in terms)
        parameters = built.parameters | {"limit": query.limit + 1}

        def live(transaction: Transaction) -> tuple[list[Properties], int]:
            page = transaction.rows(cypher.item_page(rest, order), **parameters)
            return page, transaction.number(cypher.item_count(matching), **parameters)

        def past(transaction: Transaction) -> tuple[list[Properties], int]:
            seq = resolve(at, transaction.number(cypher.HEAD))
            page = transaction.rows(cypher.version_page(cypher.ITEM_VERSION, rest, order), at=seq, **parameters)
            return page, transaction.number(cypher.version_count(cypher.ITEM_VERSION, matching), at=seq, **parameters)

        rows, total = self.connection.read(live if at is None else past)
        items = tuple(map(self.codec.to_item, rows[: query.limit]))
        return ItemPage(items, len(rows) > query.limit, total)

    def relationships(self, query: RelationshipQuery, at: int | None) -> RelationshipPage:
        """One page of edges.

        Raises:
            BadInput, SeqUnavailable.
        """
        check_limit(query.limit)
        built = Conditions("v", self.catalogue)
        matching = _edge_condition(built, query)
        # A bound on the key, even one that nothing is below, lets the index give the order.
        rest = f"{built.after('v.key', query.after or '')} AND {matching}"
        parameters = built.parameters | {"limit": query.limit + 1}

        count = cypher.version_count(cypher.EDGE_VERSION, matching)
        if at is None and self._is_counted(query):
            count = cypher.edge_count(query.types)

        def work(transaction: Transaction) -> tuple[list[Properties], int]:
            seq = resolve(at, transaction.number(cypher.HEAD))
            page = transaction.rows(cypher.version_page(cypher.EDGE_VERSION, rest, "v.key"), at=seq, **parameters)
            return page, transaction.number(count, at=seq, **parameters)

        rows, total = self.connection.read(work)
        edges = tuple(map(self.codec.to_relationship, rows[: query.limit]))
        return RelationshipPage(edges, len(rows) > query.limit, total)

    def _is_counted(self, query: RelationshipQuery) -> bool:
        """Whether the server keeps the total: of all edges, or of declared types."""
        if (query.from_ids, query.to_ids, query.touching) != (None, None, None):
            return False
        return query.types is None or bool(query.types and self.catalogue.relationship_types.keys() >= set(query.types))

    def unresolved(self, after: tuple[Scope, str] | None, limit: int) -> list[SourceRecord]:
        """Source records without a target after a binding.

        Raises:
            BadInput: a negative limit.
        """
        check_limit(limit)
        built = Conditions("s", self.catalogue)
        terms = [Term("s.source"), Term("s.boundary"), Term("s.key")]
        condition = "true" if after is None else built.beyond(terms, (after[0].source, after[0].boundary, after[1]))
        rows = self.connection.read(
            lambda transaction: transaction.rows(cypher.unresolved(condition), limit=limit, **built.parameters)
        )
        return [to_record(row) for row in rows]


def _item_condition(built: Conditions, query: ItemQuery) -> str:
    parts = []
    if query.classes is not None:
        parts.append(f"{built.variable}.cls IN {built.parameter(list(query.classes))}")
    if not query.retired:
        parts.append(f"{built.variable}.lifecycle = {built.parameter(Lifecycle.LIVE.value)}")
    if query.where is not None:
        parts.append(built.holds(query.where))
    return " AND ".join(parts) or "true"


def _edge_condition(built: Conditions, query: RelationshipQuery) -> str:
    given = (("v.type", query.types), ("v.from_id", query.from_ids), ("v.to_id", query.to_ids))
    parts = [f"{field} IN {built.parameter(list(wanted))}" for field, wanted in given if wanted is not None]
    if query.touching is not None:
        ends = built.parameter(list(query.touching))
        parts.append(f"(v.from_id IN {ends} OR v.to_id IN {ends})")
    return " AND ".join(parts) or "true"
