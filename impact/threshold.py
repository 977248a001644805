"""How many members of a redundancy group must work: a count or a percentage."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from math import ceil
from typing import Self

from impact.errors import ThresholdError

_TEXT = re.compile(r"\s*(?P<amount>[0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(?P<sign>%?)\s*")
_HINT = "Give a whole number such as 2, or a percentage from 0% to 100% such as 50%."
_LARGEST_COUNT = 999_999_999
_LARGEST_PERCENTAGE = 100
_MOST_DECIMALS = 9


class Unit(Enum):
    """What the amount of a threshold counts."""

    MEMBERS = ""
    """Members of the group."""
    PERCENT = "%"
    """Hundredths of the group's size."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of members, absolute or relative to the size of the group.

    >>> str(Threshold.parse("50%")), str(Threshold.count(2))
    ('50%', '2')

    Raises ThresholdError when a count is negative or not whole, or a percentage lies outside
    0 to 100.
    """

    amount: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse an amount that its unit cannot have."""
        if not self._is_sensible():
            seen = f"{self.amount}{self.unit.value} is no threshold of a group."
            raise ThresholdError(seen, _HINT)

    def _is_sensible(self) -> bool:
        if not self.amount.is_finite() or self.amount < 0:
            return False
        if self.unit is Unit.MEMBERS:
            return self.amount <= _LARGEST_COUNT and self.amount == int(self.amount)
        decimals = -int(self.amount.as_tuple().exponent)
        return self.amount <= _LARGEST_PERCENTAGE and decimals <= _MOST_DECIMALS

    @classmethod
    def count(cls, members: int) -> Self:
        """Return a threshold of exactly ``members`` members. O(1)."""
        return cls(Decimal(members), Unit.MEMBERS)

    @classmethod
    def percent(cls, percentage: int | Decimal) -> Self:
        """Return a threshold of ``percentage`` hundredths of the group. O(1)."""
        return cls(Decimal(percentage), Unit.PERCENT)

    @classmethod
    def parse(cls, value: str | int) -> Self:
        """Read a threshold as people write it: ``2``, ``"2"``, ``"50%"`` or ``"33.5 %"``.

        Raises ThresholdError for anything else. O(1).

        >>> Threshold.parse("33.5 %") == Threshold.percent(Decimal("33.5"))
        True
        """
        match = _TEXT.fullmatch(str(value))
        if match is None:
            seen = f"{value!r} is neither a count nor a percentage."
            raise ThresholdError(seen, _HINT)
        return cls(Decimal(match["amount"]), Unit(match["sign"]))

    def members_needed(self, n: int) -> int:
        """Return how many of ``n`` members the threshold asks for; a percentage is rounded up.

        Exact for every percentage (no floating point). A count is returned as it stands, also
        above ``n``. O(1).

        >>> Threshold.percent(50).members_needed(3), Threshold.percent(50).members_needed(4)
        (2, 2)
        """
        if self.unit is Unit.MEMBERS:
            return int(self.amount)
        return ceil(Fraction(self.amount) * n / 100)

    def __str__(self) -> str:
        """Return the shortest text that ``parse`` reads back to an equal threshold."""
        text = f"{self.amount:f}"
        shortest = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{shortest}{self.unit.value}"
