"""What an importer may do with any input: refuse it or yield observations that keep the contract, in little time."""

import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Final, NoReturn

from cmdb.errors import FileMalformed, InvalidReference
from cmdb.model.catalogue import Catalogue
from cmdb.model.observations import CIRecord, Observation, Problem
from cmdb.model.values import canonical
from importers.base import Document, Importer, ReadOptions
from importers.conformance import Rule, judge

ROWS: Final = frozenset({"csv", "json", "ndjson"})
SECONDS: Final = 10.0
"""How long the processor may be busy with one input: a hundred times what the slowest unchanged one takes."""
_LONGEST_KEY: Final = 20_000
_ROOM: Final = 65_536
"""How many bytes a record may have; more only by what the input has."""


class TooSlow(BaseException):
    """The time is up; no ``Exception``, so that no importer can take it for a fault of its input."""


@dataclass(frozen=True, slots=True)
class Case:
    """An input: documents that are read together by one importer."""

    importer: Importer
    documents: tuple[Document, ...]
    options: ReadOptions = field(default_factory=ReadOptions)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return sum(len(document.content) for document in self.documents if isinstance(document.content, bytes))


def was_read(case: Case, catalogue: Catalogue) -> bool:
    """Whether the input was not refused; fails when anything comes but a refusal or observations of the contract."""
    importer, options = case.importer, case.options
    with within(SECONDS):
        for document in case.documents:
            assert 0 <= importer.sniff(document.head(), document.name) <= 1
            _require_sound(_unless_refused(partial(importer.read, document, options), case), case, catalogue)
        together = _unless_refused(partial(importer.read_together, case.documents, options), case)
        _require_sound(together, case, catalogue)
        if together is None:
            return False
        named = {*importer.scopes_together(case.documents, options)}
        strays = {entry.scope for entry in together if not isinstance(entry, Problem)} - named
        assert not strays, f"not named by scopes_together(): {sorted(map(str, strays))[:3]}"
        return True


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise ``TooSlow`` in the block when it takes more time of the processor; in the main thread of a POSIX system.

    It is raised again and again, for the first time may fall into a callback that swallows it.
    """
    before = signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _give_up(_signal: int, _frame: FrameType | None) -> NoReturn:
    message = f"took more than {SECONDS} seconds of the processor"
    raise TooSlow(message)


def _unless_refused(read: Callable[[], Iterable[Observation]], case: Case) -> list[Observation] | None:
    try:
        return list(read())
    except FileMalformed:
        return None
    except InvalidReference:  # the caller named something that does not fit these documents
        assert case.options.source or case.options.boundary
        return None


def _require_sound(observations: Sequence[Observation] | None, case: Case, catalogue: Catalogue) -> None:
    if observations is None:
        return
    assert len(observations) <= 1_000 + 2 * case.size, f"{len(observations)} observations of {case.size} bytes"
    for observation in observations:
        assert len(observation.key) <= _LONGEST_KEY, f"a key of {len(observation.key)} characters"
        if isinstance(observation, CIRecord):
            size = len(canonical([dict(observation.attributes), dict(observation.unmapped)]))
            assert size <= _ROOM + case.size, f"{observation.key!r} has {size} bytes"
    # what rows say of classes and attributes is for the engine to judge, row by row
    excused = Rule.CATALOGUE if case.importer.name in ROWS else None
    findings = [finding for finding in judge(observations, catalogue) if finding.rule is not excused]
    assert not findings, f"{findings[:3]}"
