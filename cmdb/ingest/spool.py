"""An input read once: kept in a temporary file, read from there as often as needed, whatever its size."""

import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Final, Generic, Self, TypeAlias, TypeVar

from cmdb.ingest.packing import Packed, pack_edge, pack_item, unpack_edge, unpack_item
from cmdb.model.marks import Marks
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity
from cmdb.model.sources import RecordKind, Scope

Input: TypeAlias = Callable[[], Iterable[Observation]]
"""An input that can be read from its beginning."""
Binding: TypeAlias = tuple[Scope, str]
Row = TypeVar("Row", CIRecord, RelationshipRecord)

FRAME: Final = 64
"""Rows that are written to the file, and read from it, at once."""


@dataclass(frozen=True, slots=True)
class Weighed(Generic[Row]):
    """A row and how many bytes it takes."""

    row: Row
    weight: int


class Spool:
    """The rows and problems of an input.

    Nothing of the rows stays in memory but a mark of each, by which it is known what stands in the input and what
    stands in it twice.  The file has no name: it is gone with the process.
    """

    def __init__(self, inputs: Sequence[Input], absent: Iterable[tuple[RecordKind, Binding]] = ()) -> None:
        """Read all inputs to their end; ``absent`` stood in them once, and only that is known of it.

        Raises:
            FileMissing, FileMalformed: one of them cannot be read; nothing was taken from any.
        """
        self.items = _Shelf[CIRecord](pack_item, unpack_item)
        self.edges = _Shelf[RelationshipRecord](pack_edge, unpack_edge)
        self.problems: list[Problem] = []
        try:
            for read in inputs:
                for observation in read():
                    self._keep(observation)
        except BaseException:
            self.close()
            raise
        for kind, binding in absent:
            (self.items if kind is RecordKind.ITEM else self.edges).note(binding)
        self.items.end()
        self.edges.end()

    @property
    def rows(self) -> int:
        """How many rows there are, CIs and relationships."""
        return len(self.items) + len(self.edges)

    @property
    def scopes(self) -> frozenset[Scope]:
        """Every scope that a row speaks for."""
        return frozenset(self.items.scopes.keys() | self.edges.scopes.keys())

    def rows_of(self, scope: Scope) -> int:
        """How many rows speak for a scope."""
        return self.items.scopes[scope] + self.edges.scopes[scope]

    @property
    def is_incomplete(self) -> bool:
        """Whether the reader could not tell what else there was."""
        return any(problem.severity is Severity.INCOMPLETE for problem in self.problems)

    def close(self) -> None:
        """Give the files back; harmless twice."""
        self.items.close()
        self.edges.close()

    def __enter__(self) -> Self:
        """The spool itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _keep(self, observation: Observation) -> None:
        if isinstance(observation, CIRecord):
            self.items.add(observation)
        elif isinstance(observation, RelationshipRecord):
            self.edges.add(observation)
        else:
            self.problems.append(observation)


@dataclass
class _Shelf(Generic[Row]):
    """The rows of one kind, in the order in which they were read."""

    pack: Callable[[Row], Packed]
    unpack: Callable[[Packed], Row]
    scopes: Counter[Scope] = field(default_factory=Counter)
    _rows: int = 0
    _marks: Marks = field(default_factory=Marks)
    _twice: Marks = field(default_factory=Marks)
    _frame: list[Packed] = field(default_factory=list)
    _file: IO[bytes] = field(default_factory=TemporaryFile)

    def __len__(self) -> int:
        return self._rows

    def __iter__(self) -> Iterator[Weighed[Row]]:
        """Every row from the first; one reading at a time."""
        self._file.seek(0)
        start, left = 0, self._rows
        while left:
            frame = pickle.load(self._file)  # noqa: S301 - written by this process into a nameless file
            end = self._file.tell()
            weight = (end - start) // len(frame)
            yield from (Weighed(self.unpack(packed), weight) for packed in frame)
            start, left = end, left - len(frame)

    def __contains__(self, binding: Binding) -> bool:
        """Whether a row of that scope and key is here."""
        return binding in self._marks

    @property
    def has_repeated(self) -> bool:
        """Whether any scope and key stand here more than once."""
        return len(self._twice) > 0

    def is_repeated(self, binding: Binding) -> bool:
        """Whether that scope and key stand here more than once."""
        return binding in self._twice

    def add(self, row: Row) -> None:
        """Put a row at the end."""
        self.scopes[row.scope] += 1
        self._rows += 1
        self.note((row.scope, row.key))
        self._frame.append(self.pack(row))
        if len(self._frame) == FRAME:
            self._write()

    def note(self, binding: Binding) -> None:
        """Know of a scope and key that it is here."""
        if not self._marks.add(binding):
            self._twice.add(binding)

    def end(self) -> None:
        """Nothing more is added."""
        self._write()

    def close(self) -> None:
        self._file.close()

    def _write(self) -> None:
        if self._frame:
            pickle.dump(self._frame, self._file, pickle.HIGHEST_PROTOCOL)
            self._frame = []
