"""The contract of an importer: it recognises an input and turns it into observations, purely."""

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, ClassVar

from cmdb.errors import FileMissing
from cmdb.model.catalogue import AttributeType
from cmdb.model.observations import Observation, Problem
from cmdb.model.sources import Scope

HEAD_BYTES = 65_536
"""How much of a document ``sniff`` gets to see."""


@dataclass(frozen=True, slots=True)
class Document:
    """One input: its name, as places show it, and its bytes, on disk or in memory.

    It can be opened any number of times, so an importer may look at it twice instead of holding it.
    """

    name: str
    content: Path | bytes

    @classmethod
    def at(cls, path: Path) -> "Document":
        """The file at a path; it is opened only when it is read."""
        return cls(str(path), path)

    def open(self) -> BinaryIO:
        """A fresh stream of the bytes, from the start.

        Raises:
            FileMissing: the file is not there or may not be read.
        """
        if isinstance(self.content, bytes):
            return io.BytesIO(self.content)
        try:
            return self.content.open("rb")
        except OSError as error:
            raise FileMissing(f"The file {self.name} cannot be read: {error.strerror}.") from error

    def head(self) -> bytes:
        """The first ``HEAD_BYTES`` bytes.

        Raises:
            FileMissing: as :meth:`open`.
        """
        with self.open() as stream:
            return stream.read(HEAD_BYTES)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the caller says about an input beyond its content.

    ``source`` and ``boundary`` override what the format would take; ``mapping`` is a mapping file for foreign rows;
    ``attribute_types`` are the catalogue's, for formats that know texts only; ``change`` is the code of the
    change whose CIs a plan names.
    """

    source: str | None = None
    boundary: str | None = None
    mapping: Document | None = None
    attribute_types: Mapping[str, AttributeType] = field(default_factory=dict)
    change: str | None = None


class Importer(ABC):
    """One format.  Implementations keep no state: the same document and options give the same observations."""

    name: ClassVar[str]
    """The word for ``--format``; unique among the installed importers."""

    @abstractmethod
    def sniff(self, head: bytes, filename: str) -> float:
        """How sure it is, from 0 (not mine) to 1 (certain), from the first bytes and the file's name."""

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The scopes that the document speaks of, sorted: those of everything in it.

        A format that can tell a scope without reading all, or one in which nothing is left, overrides it.

        Raises:
            FileMissing, FileMalformed: as :meth:`read`.
        """
        found = (entry.scope for entry in self.read(document, options) if not isinstance(entry, Problem))
        return tuple(sorted(set(found)))

    @abstractmethod
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Everything in the document, in deterministic order; what is wrong with a part becomes a ``Problem``.

        Raises:
            FileMissing: the document cannot be opened.
            FileMalformed: nothing of it can be read.
        """

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """Several documents as one input; a format whose objects refer to one another across files overrides it.

        Raises:
            FileMissing, FileMalformed: as :meth:`read`, for any of them.
        """
        for document in documents:
            yield from self.read(document, options)

    def scopes_together(self, documents: Sequence[Document], options: ReadOptions) -> tuple[Scope, ...]:
        """The scopes of several documents as one input, sorted; a format overrides it whose files tell one another's.

        Raises:
            FileMissing, FileMalformed: as :meth:`read`, for any of them.
        """
        return tuple(sorted({scope for document in documents for scope in self.scopes(document, options)}))
