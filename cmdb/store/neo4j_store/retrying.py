"""Attempts at a write until one is not in vain: the driver's own rule, but for what the server has no memory for."""

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from neo4j.exceptions import DriverError, Neo4jError

from cmdb.store.neo4j_store.failures import is_gone, is_too_heavy

T = TypeVar("T")
RETRY_SECONDS: Final = 15.0
FIRST_DELAY_SECONDS: Final = 0.05
DELAY_GROWTH: Final = 1.4
"""Slow growth: the last pause before giving up is some four seconds, so a server that is back is soon seen."""
_JITTER: Final = 0.2


def retried(attempt: Callable[[], T]) -> T:
    """The answer of the first attempt that succeeds, for :data:`RETRY_SECONDS` after the first one failed.

    The server calls its want of memory transient, also when it shows at the commit; the driver would send the same
    again for as long as it has patience.  Here it is passed on at once, to be sent in smaller parts.

    Raises:
        DriverError, Neo4jError: that of the last attempt.
    """
    delay = FIRST_DELAY_SECONDS
    patience: float | None = None
    while True:
        try:
            return attempt()
        except (DriverError, Neo4jError) as error:
            patience = patience or time.monotonic() + RETRY_SECONDS
            if not _is_worth_repeating(error) or time.monotonic() > patience:
                raise
        time.sleep(delay * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - no secret
        delay *= DELAY_GROWTH


def _is_worth_repeating(error: DriverError | Neo4jError) -> bool:
    if isinstance(error, Neo4jError) and is_too_heavy(error):
        return False
    return error.is_retryable() or is_gone(error)
