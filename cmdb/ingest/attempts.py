"""Writing again what somebody else was faster with: pauses of random length let writers that meet come apart."""

import random
import time
from collections.abc import Iterator
from typing import Final

from cmdb.errors import CardinalityExceeded, Conflict

ATTEMPTS: Final = 25
"""How often a write is planned anew when somebody else wrote the same things first."""

OVERTAKEN: Final = (Conflict, CardinalityExceeded)
"""What a store refuses when it is no longer as it was while the write was planned."""

SHORTEST, LONGEST = 0.001, 0.5
"""Seconds that the first pause and any pause last at most."""


def attempts() -> Iterator[bool]:
    """Attempts of one write: whether this is the last one.

    Whoever is overtaken has seen somebody else get on, so not all can fail for ever; pauses that double, of which each
    takes a random part, make it unlikely that one of many always fails.  All pauses together last 10 seconds at most.
    """
    for number in range(1, ATTEMPTS + 1):
        if number > 1:
            time.sleep(random.uniform(0, min(LONGEST, SHORTEST * 2**number)))  # noqa: S311 - no secret
        yield number == ATTEMPTS
