"""Who looks at what an import would do before it is done: the port; what may pass is decided elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from typing_extensions import override

from cmdb.ingest.rehearsal import Rehearsal
from cmdb.model.values import JSONValue


@dataclass(frozen=True, slots=True)
class Judgement:
    """A sentence for each limit that an import goes beyond, and what it would do to impact, where that was asked."""

    reasons: tuple[str, ...] = ()
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
