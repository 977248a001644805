"""From spans to calls: who was seen to send requests to whom."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from importers.traces.joining import Joined, Mask
from importers.traces.spans import Kind

UNDER_CALLER: Final = "span of the callee under a span of the caller"
NAMED: Final = "callee named by a client span"
QUEUED: Final = "queue named by a producer or consumer span"
HANDLED: Final = "queue of the message that a consumer span handles"


@dataclass(slots=True)
class Call:
    """All requests of one party to another; ``last`` is in microseconds, 0 when no span says.

    ``first`` has, for each way in which they were seen, the place where that was first.
    """

    calls: int = 0
    errors: int = 0
    last: int = 0
    first: dict[str, int] = field(default_factory=dict)

    def count(self, origin: str, place: int, ended: int, *, failed: bool) -> None:
        """One more request."""
        self.calls += 1
        self.errors += failed
        self.last = max(self.last, ended)
        self.first[origin] = min(place, self.first.get(origin, place))


@dataclass(slots=True)
class Calls:
    """Calls by the numbers of caller and callee, and how many spans led to none.

    ``orphans`` have a parent that is not there; ``aimless`` are client spans that nobody answers and that name nobody;
    ``unqueued`` are messages from one service to another of which neither side names the queue.
    """

    by_pair: dict[tuple[int, int], Call] = field(default_factory=dict)
    orphans: int = 0
    aimless: int = 0
    unqueued: int = 0

    def add(self, joined: Joined, queues: Collection[int]) -> None:
        """Count the calls of spans that were joined to their parents; ``queues`` are numbers of parties.  Linear.

        - A span under a span of another service is one request from that service to its own; it failed when the span
          failed, or the client span that it answers.
        - What goes through a queue is no request between the two services: the producer needs the queue, the consumer
          needs the queue, and neither needs the other.
        - A client span that nobody answers is one request to whom it names.
        """
        columns, parent = joined.columns, joined.parent
        kinds, targets = columns.kind, columns.target
        has_parent, is_span = joined.has_parent, joined.is_span
        elsewhere = has_parent & (columns.service[parent] != columns.service)
        is_message = has_parent & ((kinds == Kind.CONSUMER) | (kinds[parent] == Kind.PRODUCER))
        self._under_callers(joined, elsewhere & ~is_message)
        to_queue = np.isin(targets, list(queues))
        self._named(joined, is_span & to_queue, QUEUED, targets)
        self._named(joined, is_span & (targets >= 0) & ~to_queue & ~joined.answered, NAMED, targets)
        open_ = is_message & (kinds == Kind.CONSUMER) & (targets < 0)
        self._named(joined, open_ & to_queue[parent], HANDLED, targets[parent])
        self.unqueued += int(np.count_nonzero(open_ & elsewhere & ~to_queue[parent]))
        inside = has_parent & ~elsewhere & (targets[parent] >= 0) & np.isin(kinds[parent], (Kind.CLIENT, Kind.PRODUCER))
        aimless = is_span & (kinds == Kind.CLIENT) & (targets < 0) & ~joined.answered & ~inside
        self.aimless += int(np.count_nonzero(aimless))
        self.orphans += joined.orphans

    def _under_callers(self, joined: Joined, rows: Mask) -> None:
        columns = joined.columns
        for row in np.flatnonzero(rows):
            above = joined.parent[row]
            failed = columns.failed[row] or (columns.kind[above] == Kind.CLIENT and columns.failed[above])
            call = self._call(int(columns.service[above]), int(columns.service[row]))
            call.count(UNDER_CALLER, int(columns.place[row]), int(columns.ended[row]), failed=bool(failed))

    def _named(self, joined: Joined, rows: Mask, origin: str, targets: NDArray[np.int32]) -> None:
        columns = joined.columns
        for row in np.flatnonzero(rows):
            caller, callee = int(columns.service[row]), int(targets[row])
            if caller != callee:
                call = self._call(caller, callee)
                call.count(origin, int(columns.place[row]), int(columns.ended[row]), failed=bool(columns.failed[row]))

    def _call(self, caller: int, callee: int) -> Call:
        return self.by_pair.setdefault((caller, callee), Call())
