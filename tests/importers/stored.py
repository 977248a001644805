"""Importing into an empty store, once and again, as the engine does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from cmdb.ingest.engine import Ingest, Order
from cmdb.ingest.reports import ImportReport
from cmdb.model.catalogue import load_catalogue
from cmdb.store.memory import MemoryStore
from importers.base import Document, Importer, ReadOptions


@dataclass(frozen=True, slots=True)
class TwoRuns:
    """The reports of the first import and of the same one again, and the head of the store after each."""

    first: ImportReport
    second: ImportReport
    heads: tuple[int, int]


def imported_twice(importer: Importer, documents: Sequence[Document], options: ReadOptions) -> TwoRuns:
    store = MemoryStore(load_catalogue())
    read = partial(importer.read_together, documents, options)
    order = Order("a test", importer.name)
    first = Ingest(store).run([read], order)
    head = store.head()
    return TwoRuns(first, Ingest(store).run([read], order), (head, store.head()))
