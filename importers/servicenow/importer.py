"""ServiceNow tables and instances as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final

from cmdb.model.observations import Observation, Problem, RelationshipRecord
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from importers.evidence import merged
from importers.servicenow.estate import Estate, fallbacks
from importers.servicenow.records import record_of
from importers.servicenow.references import reference_edges
from importers.servicenow.relations import relation_edges
from importers.servicenow.rows import Row, Table, table_in

DEFAULT_INSTANCE: Final = "default"
DEFAULT_BOUNDARY: Final = "cmdb"

_CERTAIN, _LIKELY = 0.95, 0.6
_ROWS: Final = (b'"result"', b'"records"')
_MARKS: Final = (
    b'"sys_class_name"',
    b'"sys_id"',
    b'"inbound_relations"',
    b'"parent_descriptor"',
    b".service-now.com/api/",
)
_PAIRS: Final = ((b'"parent"', b'"child"', b'"type"'), (b'"user"', b'"group"'))
"""The fields of tables whose rows need none of the marks."""


class ServiceNowImporter(Importer):
    """Answers of the Table API, one table or several, and of the CMDB Instance API.

    ``ReadOptions.source`` names the instance (``servicenow/acme``); without it, it is the host that links in the
    answers lead to.  References need the whole input, so memory grows with its rows.
    """

    name: ClassVar[str] = "servicenow"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure of a result with fields of an instance's rows; fairly sure of relations or memberships alone."""
        if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") or not any(word in head for word in _ROWS):
            return 0.0
        if any(mark in head for mark in _MARKS):
            return _CERTAIN
        return _LIKELY if any(all(word in head for word in words) for words in _PAIRS) else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The one scope of the document."""
        return (_scope(options, [table_in(document)]),)

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, then CIs and records in input order, then edges."""
        yield from self.read_together([document], options)

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """Several tables as one estate; tables of several instances stay apart."""
        tables = [table_in(document) for document in documents]
        by_scope: dict[Scope, list[Row]] = {}
        for table in tables:
            by_scope.setdefault(_scope(options, [table, *tables]), []).extend(table.rows)
        for scope, rows in by_scope.items():
            yield from _told(scope, rows)


def _scope(options: ReadOptions, tables: Iterable[Table]) -> Scope:
    """The instance that is named, or that the first of the tables with links leads to."""
    instance = next((table.instance for table in tables if table.instance), DEFAULT_INSTANCE)
    return Scope(options.source or f"servicenow/{instance}", options.boundary or DEFAULT_BOUNDARY)


def _told(scope: Scope, rows: Sequence[Row]) -> Iterator[Observation]:
    estate, problems = Estate.of(scope, rows)
    yield from problems
    yield from fallbacks(estate)
    for row in estate.items.values():
        yield record_of(row, estate)
    edges: list[RelationshipRecord] = []
    for found in (*reference_edges(estate), *relation_edges(estate)):
        if isinstance(found, Problem):
            yield found
        else:
            edges.append(found)
    yield from merged(edges)
