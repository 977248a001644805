"""From files to the inputs of one import run: an importer chosen for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from cmdb.ingest.spool import Input
from cmdb.model.catalogue import Catalogue
from cmdb.model.sources import Scope
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
    """Documents with their importers, ready to be read."""

    chosen: tuple[tuple[Importer, tuple[Document, ...], ReadOptions], ...]

    @property
    def inputs(self) -> tuple[Input, ...]:
        """One input for each format: the documents of a format may need one another."""
        return tuple(
            partial(importer.read_together, documents, options) for importer, documents, options in self.chosen
        )

    def scopes(self) -> tuple[Scope, ...]:
        """The scopes that the documents speak for, even those of which they hold nothing.

        Raises:
            FileMissing, FileMalformed: one of the documents.
        """
        scopes = {
            scope
            for importer, documents, options in self.chosen
            for scope in importer.scopes_together(documents, options)
        }
        return tuple(sorted(scopes))

    def and_also(self, other: "Prepared") -> "Prepared":
        """Both, as one run."""
        return Prepared(self.chosen + other.chosen)


def prepare(documents: Sequence[Document], wanted: Wanted, catalogue: Catalogue) -> Prepared:
    """Choose an importer for every document, by its beginning.

    Raises:
        FileMissing: one of the documents.  FormatUnknown: nothing, or more than one importer, recognises it.
    """
    options = ReadOptions(wanted.source, wanted.scope, wanted.mapping, catalogue.attribute_types, wanted.change)
    importers = installed()
    by_format: dict[str, tuple[Importer, list[Document]]] = {}
    for document in documents:
        importer = choose(document, wanted.format, importers)
        by_format.setdefault(importer.name, (importer, []))[1].append(document)
    return Prepared(tuple((importer, tuple(found), options) for importer, found in by_format.values()))
