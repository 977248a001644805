"""Importing into an empty store, once and again, as the engine does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from cmdb.ingest.engine import Ingest, Order
from cmdb.ingest.reports import ImportReport
from cmdb.model.catalogue import load_catalogue
from cmdb.model.references import parse_reference
from cmdb.practices.answers import Question, Seed
from cmdb.practices.assessor import Assessor
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from importers.base import Document, Importer, ReadOptions
from tests.ingest.graphs import Plain, plain

_DEFAULTS: Final = ReadOptions()


@dataclass(frozen=True, slots=True)
class TwoRuns:
    """The reports of the first import and of the same one again, and the head of the store after each."""

    first: ImportReport
    second: ImportReport
    heads: tuple[int, int]


def graph_of(importer: Importer, imports: Sequence[Sequence[Document]], options: ReadOptions = _DEFAULTS) -> Plain:
    """The graph after several imports, one after the other, in a form that can be compared."""
    store = MemoryStore(load_catalogue())
    for documents in imports:
        _run(store, importer, documents, options)
    return plain(store)


def commits_of_a_second_pass(importer: Importer, documents: Sequence[Document]) -> int:
    """How many commits it takes to import every document once more, each on its own."""
    store = MemoryStore(load_catalogue())
    for document in documents:
        _run(store, importer, [document], _DEFAULTS)
    head = store.head()
    for document in documents:
        _run(store, importer, [document], _DEFAULTS)
    return store.head() - head


def states_when_down(importer: Importer, documents: Sequence[Document], *down: str) -> dict[str, str]:
    """Class and name, and state, of everything that the failure of these CIs raises, the CIs themselves included."""
    store = MemoryStore(load_catalogue())
    _run(store, importer, documents, _DEFAULTS)
    seeds = tuple(Seed(parse_reference(name)) for name in down)
    return {f"{row.cls}:{row.name}": row.state for row in Assessor(store).assess(Question(seeds)).affected}


def _run(store: Store, importer: Importer, documents: Sequence[Document], options: ReadOptions) -> ImportReport:
    read = partial(importer.read_together, documents, options)
    return Ingest(store).run([read], Order("a test", importer.name))


def imported_twice(importer: Importer, documents: Sequence[Document], options: ReadOptions) -> TwoRuns:
    """Import the documents together, twice."""
    store = MemoryStore(load_catalogue())
    first = _run(store, importer, documents, options)
    head = store.head()
    return TwoRuns(first, _run(store, importer, documents, options), (head, store.head()))
