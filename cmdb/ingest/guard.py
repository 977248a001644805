"""Who looks at what an import would do before it is done: the port; what may pass is decided elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from typing_extensions import override

from cmdb.ingest.rehearsal import Rehearsal
from cmdb.model.values import JSONValue


@dataclass(frozen=True, slots=True)
class Measured:
    """How many of something an import would do in a scope, of so many that there are.

    ``scope`` is empty for all of them together, ``measure`` a word of :class:`cmdb.ingest.measures.Measure`.  Up to
    ``most`` may pass, and up to a ``share`` of the size, whichever is more; all when ``most`` is ``None``.
    """

    scope: str
    measure: str
    number: int
    size: int
    most: int | None = None
    share: float = 0.0
    examples: tuple[str, ...] = ()

    @property
    def is_exceeded(self) -> bool:
        """Whether there are more than may pass."""
        return self.most is not None and self.number > max(self.most, self.share * self.size)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was measured of an import, a sentence for each limit that it goes beyond, and what it would do to impact.

    ``effects`` are ``None`` where they were not asked.
    """

    reasons: tuple[str, ...] = ()
    measures: tuple[Measured, ...] = ()
    effects: Mapping[str, JSONValue] | None = None


class Guard(Protocol):
    """Judges rehearsals; nothing is written by it."""

    @property
    def is_open(self) -> bool:
        """Whether everything may pass, so that nothing needs to be rehearsed."""

    def judge(self, rehearsal: Rehearsal) -> Judgement:
        """Whether an import may go on; what it would do to impact is asked only where that decides, or it may not."""

    def examine(self, rehearsal: Rehearsal) -> Judgement:
        """The same, and always with what it would do to impact: for a plan that people read."""


class Unguarded(Guard):
    """Lets everything pass."""

    @property
    @override
    def is_open(self) -> bool:
        return True

    @override
    def judge(self, rehearsal: Rehearsal) -> Judgement:
        return Judgement()

    @override
    def examine(self, rehearsal: Rehearsal) -> Judgement:
        return Judgement()


UNGUARDED: Final = Unguarded()
