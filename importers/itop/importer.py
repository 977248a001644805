"""iTop's XML: objects of a bulk export or a data file, and how they hang together."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import ClassVar, Final

from cmdb.model.observations import Observation, Problem, RelationshipRecord, Severity
from cmdb.model.values import digest
from importers.base import Document, Importer, ReadOptions
from importers.evidence import merged
from importers.itop.classes import CLASSES, FALLBACK, TYPOLOGIES, is_account, is_link
from importers.itop.edges import edges_of, link_of
from importers.itop.index import Index
from importers.itop.objects import ROOT, ItopObject, objects_of
from importers.itop.records import customer_of, record_of
from importers.xml_text import root_name

DEFAULT_SOURCE = "itop"

_CERTAIN, _LIKELY = 0.95, 0.5
_OBJECT: Final = re.compile(rb"<[A-Za-z]\w*\s+(alias\s*=\s*[\"'][^\"']*[\"']\s+)?id\s*=\s*[\"'](\d+|null)[\"']\s*>")


class ItopImporter(Importer):
    """XML of iTop's bulk export, and data files in the same form.

    Each class is a boundary of its own, for an export lists the objects of one class.  Keys are ``Class/id``.  The
    inputs are read twice, first for what their keys may lead to; of the objects only ids, names and edges are held.
    """

    name: ClassVar[str] = "itop"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure of a set of objects with ids."""
        if root_name(head) != ROOT:
            return 0.0
        return _CERTAIN if _OBJECT.search(head) else _LIKELY

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """As :meth:`read_together`, for one file."""
        yield from self.read_together([document], options)

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """CIs in the order of the input, then what became of classes, then edges: keys lead into other files."""
        index = Index(options.source or DEFAULT_SOURCE, options.boundary)
        for document in documents:
            index.add(item for item in objects_of(document) if isinstance(item, ItopObject))
        edges: list[RelationshipRecord] = []
        yield from _Pass(index, edges).observations(documents)
        yield from merged(edges)


class _Pass:
    """The second reading: each object becomes a record once, and leaves its edges."""

    def __init__(self, index: Index, edges: list[RelationshipRecord]) -> None:
        self._index = index
        self._edges = edges
        self._seen: dict[str, str] = {}
        self._unread: Counter[str] = Counter()

    def observations(self, documents: Sequence[Document]) -> Iterator[Observation]:
        for item in chain.from_iterable(map(objects_of, documents)):
            if isinstance(item, Problem):
                yield item
            elif not is_account(item.cls) and item.cls not in TYPOLOGIES:
                yield from self._object(item)
        yield from self._classes()

    def _object(self, item: ItopObject) -> Iterator[Observation]:
        for edge in edges_of(item, self._index):
            if isinstance(edge, Problem):
                yield edge
            else:
                self._edges.append(edge)
        if not is_link(item.cls):
            yield from self._record(item)
        elif link_of(item) is None:
            self._unread[item.cls] += 1

    def _record(self, item: ItopObject) -> Iterator[Observation]:
        """An object in a link set is told more fully where it is listed, if it is."""
        if item.owner is not None and item.key in self._index.listed:
            return
        told = digest(dict(item.fields))
        before = self._seen.setdefault(item.key, told)
        if before is told:
            yield from record_of(item, self._index)
            customer = customer_of(item, self._index)
            if customer is not None and self._seen.setdefault(customer.key, told) is told:
                yield customer
        elif before != told and item.owner is None:
            message = f"{item.key} stands twice with different content; the first counts."
            yield Problem(Severity.WARNING, "OBJECT_TWICE", message, item.where, item.key)

    def _classes(self) -> Iterator[Problem]:
        """One line for each class that is not taken over as what it is."""
        told = (self._class(cls, number) for cls, number in sorted(self._index.counts.items()))
        yield from (problem for problem in told if problem is not None)

    def _class(self, cls: str, number: int) -> Problem | None:
        where = self._index.first[cls]
        if is_account(cls):
            message = f"Objects of {cls}: {number}. Accounts are not read."
            return Problem(Severity.INFO, "CLASS_NOT_TAKEN", message, where, cls)
        if cls in TYPOLOGIES:
            message = f"Objects of {cls}: {number}. Only their names are used, as attributes."
            return Problem(Severity.INFO, "CLASS_IS_ATTRIBUTE", message, where, cls)
        if self._unread[cls]:
            message = f"Links of the unknown class {cls}: {self._unread[cls]}. It is not told what they join."
            return Problem(Severity.WARNING, "LINK_NOT_READ", message, where, cls)
        if cls in CLASSES or is_link(cls):
            return None
        message = f"Objects of the unknown class {cls}: {number}. They became {FALLBACK}."
        return Problem(Severity.INFO, "CLASS_FELL_BACK", message, where, cls)
