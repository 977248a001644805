"""The four failure states, the three effects, and what a member contributes."""

from enum import IntEnum
from typing import Self

from impact.errors import UnknownLabelError


class _Labelled(IntEnum):
    """An ordered closed set whose members are written in lower case."""

    @property
    def label(self) -> str:
        """The member's lower-case text.

        >>> FailureState.AT_RISK.label
        'at_risk'
        """
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the member that ``text`` names, in any case.

        Raises UnknownLabelError for any other text. O(1).

        >>> FailureState.parse("Down").label
        'down'
        """
        try:
            return cls[text.upper()]
        except KeyError:
            seen = f"{text!r} is not one of {', '.join(cls.labels())}."
            raise UnknownLabelError(seen, "Use one of these words.") from None

    @classmethod
    def labels(cls) -> list[str]:
        """Every text of the set, mildest first.

        >>> Effect.labels()
        ['none', 'soft', 'hard']
        """
        return [member.label for member in cls]


class FailureState(_Labelled):
    """How badly a node fails; a higher number is worse."""

    UP = 0
    """Nothing is known to be wrong."""
    AT_RISK = 1
    """Works, with less redundancy than it was given."""
    DEGRADED = 2
    """Works worse than promised."""
    DOWN = 3
    """Does not work."""


class Effect(_Labelled):
    """What a relationship passes on from the provider to the dependent."""

    NONE = 0
    """Nothing."""
    SOFT = 1
    """The provider's state, one step milder."""
    HARD = 2
    """The provider's state, unchanged."""


def contribution(effect: Effect, state: FailureState) -> FailureState:
    """Return what a member with ``effect`` contributes when its provider is in ``state``.

    Monotone in ``state``: a provider that fails worse never contributes less. O(1).

    >>> contribution(Effect.SOFT, FailureState.DOWN).label
    'degraded'
    >>> contribution(Effect.NONE, FailureState.DOWN).label
    'up'
    """
    if effect is Effect.HARD:
        return state
    if effect is Effect.SOFT and state > FailureState.UP:
        return FailureState(state - 1)
    return FailureState.UP
