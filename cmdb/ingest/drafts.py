"""What a rehearsal planned, write by write, so that it can be done without planning it again."""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

from cmdb.ingest.planning import Binding, Planned
from cmdb.model.commits import ChangeSet


@dataclass(frozen=True, slots=True)
class Draft:
    """One write: the batch of the input that it is, by number and size, or what follows from it (no number)."""

    number: str
    rows: int
    changes: ChangeSet
    planned: Planned


class Drafts:
    """The writes of one rehearsal in their order, planned at a head.

    Memory grows with what would change; what is only seen waits in a nameless file.
    """

    def __init__(self) -> None:
        """Begin with nothing; ``head`` is where the rehearsal begins."""
        self.head = 0
        self._drafts: list[Draft] = []
        self._seen: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """The drafts themselves."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the file back."""
        if self._seen is not None:
            self._seen.close()

    def keep(self, draft: Draft) -> None:
        """Keep one more."""
        if self._seen is None:
            self._seen = TemporaryFile()  # noqa: SIM115 - closed at the end of the block that the drafts are for
        pickle.dump(draft.planned.seen, self._seen, pickle.HIGHEST_PROTOCOL)
        self._drafts.append(replace(draft, planned=replace(draft.planned, seen=[])))

    def __iter__(self) -> Iterator[Draft]:
        """Each as it was kept, one reading at a time."""
        if self._seen is None:
            return
        self._seen.seek(0)
        for draft in self._drafts:
            seen: list[Binding] = pickle.load(self._seen)  # noqa: S301 - written by this process into a nameless file
            yield replace(draft, planned=replace(draft.planned, seen=seen))
