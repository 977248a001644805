"""An input, read turn by turn, until all its traces were held as a whole once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from cmdb.errors import FileMalformed
from importers.base import Document
from importers.traces.calls import Calls
from importers.traces.documents import Part, Unread, parts_of
from importers.traces.joining import join
from importers.traces.places import Place
from importers.traces.roster import Roster
from importers.traces.spans import Fault, Span
from importers.traces.spool import PARTITIONS, Ends, Spool


class Skipped(Enum):
    """Why a whole line gives nothing."""

    BROKEN = "LINE_MALFORMED"
    NO_TRACE = "NOT_TRACES"


Reason: TypeAlias = Fault | Skipped


@dataclass(slots=True)
class Skips:
    """How often something was left out, and where that was first; for broken lines, what was wrong there."""

    count: int
    first: Place
    error: FileMalformed | None = None


@dataclass(slots=True)
class Reading:
    """What an input says: its parties, their calls, and what was left out."""

    roster: Roster = field(default_factory=Roster)
    calls: Calls = field(default_factory=Calls)
    skips: dict[Reason, Skips] = field(default_factory=dict)

    def skip(self, reason: Reason, place: Place, error: FileMalformed | None = None) -> None:
        """One more of that reason."""
        self.skips.setdefault(reason, Skips(0, place, error)).count += 1


def read_all(documents: Sequence[Document], environment: str, most_spans: int) -> Reading:
    """All spans of the documents, with each trace held as a whole in one of the turns.

    One turn is enough for ``most_spans``; twice as many take some three.

    Raises:
        FileMalformed: one of the documents is no traces at all.
        FileMissing: one cannot be opened.
    """
    reading = Reading()
    start = 0
    while start < PARTITIONS:
        spool = Spool(start, most_spans)
        turn = reading if start == 0 else Reading(reading.roster, reading.calls)
        for place, span in _spans(documents, environment, turn):
            service = reading.roster.service(span.resource, place)
            target = -1 if span.target is None else reading.roster.target(span.target, place)
            spool.add(span, Ends(service, target, place.packed()))
        queues = [number for number, known in enumerate(reading.roster) if known.party.cls == "MessageQueue"]
        reading.calls.add(join(spool.columns()), queues)
        start = spool.end
    return reading


def _spans(documents: Sequence[Document], environment: str, reading: Reading) -> Iterator[tuple[Place, Span]]:
    for number, document in enumerate(documents):
        for part in parts_of(document, number):
            if isinstance(part, Unread):
                reading.skip(Skipped.NO_TRACE if part.error is None else Skipped.BROKEN, part.place, part.error)
            else:
                yield from _spans_of(part, environment, reading)


def _spans_of(part: Part, environment: str, reading: Reading) -> Iterator[tuple[Place, Span]]:
    for span in part.read(part.value, environment):
        if isinstance(span, Fault):
            reading.skip(span, part.place)
        else:
            yield part.place, span
