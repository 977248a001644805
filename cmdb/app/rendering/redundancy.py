"""Why something holds, in the fewest words: the groups that lost a member, and which one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict

from cmdb.app.rendering.lines import WORDS
from cmdb.practices.answers import Spared

_RANK: Final = {"up": 0, "at_risk": 1, "degraded": 2, "down": 3}
_NAMED: Final = 3
"""Members of a group that are named in one sentence."""


class Member(BaseModel):
    """A failing member of a group, as a proof holds it."""

    model_config = ConfigDict(frozen=True)

    type: str
    provider: str
    effect: str
    state: str


class Group(BaseModel):
    """A group of a proof; without a name it is one relationship that stands alone."""

    model_config = ConfigDict(frozen=True)

    group: str | None
    members: int
    needed: int
    up: int
    failed: tuple[Member, ...]

    def worse_than(self, state: str) -> list[Member]:
        """The members that really fail, and fail worse than their owner."""
        least = max(_RANK[state], _RANK["at_risk"])
        return [member for member in self.failed if _RANK[member.state] > least]

    def sentence(self, failing: Sequence[Member]) -> str:
        """What is left, and what fails."""
        if self.group is None:
            return f"depends only softly on {failing[0].provider}, which is {WORDS[failing[0].state]}"
        told = ", ".join(f"{member.provider} {WORDS[member.state]}" for member in failing[:_NAMED])
        more = f" and {len(failing) - _NAMED} more" if len(failing) > _NAMED else ""
        return f"{self.group}: {self.up} of {self.members} left, needs {self.needed}; {told}{more}"


class Proof(BaseModel):
    """The part of a proof that is told."""

    model_config = ConfigDict(frozen=True)

    groups: tuple[Group, ...]


def held(rows: Sequence[Spared]) -> Iterator[tuple[str, str, str]]:
    """State, names and reason of what stands beside a failure; what holds for the same reason is told together."""
    by_reason: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        reason = _reason(row)
        if reason:
            by_reason[row.state, reason].append(f"{row.cls}:{row.name}")
    return ((state, ", ".join(names), reason) for (state, reason), names in by_reason.items())


def _reason(row: Spared) -> str:
    groups = Proof.model_validate(row.proof).groups
    return "; ".join(group.sentence(failing) for group in groups if (failing := group.worse_than(row.state)))
