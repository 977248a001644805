"""From files to one import run: choosing importers, checking every file before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from cmdb.ingest.engine import Order
from cmdb.ingest.planning import Input
from cmdb.model.catalogue import Catalogue
from cmdb.model.observations import Problem
from importers.base import Document, Importer, ReadOptions
from importers.registry import choose, installed


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller says of the inputs: format, whose word they are, boundary, how to read foreign rows, change."""

    format: str | None = None
    source: str | None = None
    scope: str | None = None
    mapping: Document | None = None
    change: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Inputs that can be read to their end, what they speak for, and how many rows they have."""

    inputs: tuple[Input, ...]
    sources: tuple[str, ...]
    rows: int

    def order(self, actor: str, reason: str) -> Order:
        """The order for the engine."""
        return Order(actor, ", ".join(self.sources) or "none", reason)

    def and_also(self, other: "Prepared") -> "Prepared":
        """Both, as one run."""
        sources = tuple(sorted({*self.sources, *other.sources}))
        return Prepared(self.inputs + other.inputs, sources, self.rows + other.rows)


def prepare(documents: Sequence[Document], wanted: Wanted, catalogue: Catalogue) -> Prepared:
    """Choose an importer for every document and read each once to its end, keeping nothing of it.

    So a missing or malformed file is refused before any of the others is written.

    Raises:
        FileMissing, FileMalformed: one of the documents.  FormatUnknown: nothing recognises it.
    """
    options = ReadOptions(wanted.source, wanted.scope, wanted.mapping, catalogue.attribute_types, wanted.change)
    importers = installed()
    inputs = _inputs([(choose(document, wanted.format, importers), document) for document in documents], options)
    rows = 0
    sources: set[str] = set()
    for read in inputs:
        for observation in read():
            if not isinstance(observation, Problem):
                rows += 1
                sources.add(observation.scope.source)
    return Prepared(inputs, tuple(sorted(sources)), rows)


def _inputs(chosen: Sequence[tuple[Importer, Document]], options: ReadOptions) -> tuple[Input, ...]:
    """One input for each format, in order of its first document: the documents of a format may need one another."""
    by_format: dict[str, tuple[Importer, list[Document]]] = {}
    for importer, document in chosen:
        by_format.setdefault(importer.name, (importer, []))[1].append(document)
    return tuple(partial(importer.read_together, documents, options) for importer, documents in by_format.values())
