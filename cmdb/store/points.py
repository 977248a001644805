"""Points in history: sequence numbers and the instants of commits."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from cmdb.errors import SeqUnavailable

Clock: TypeAlias = Callable[[], datetime]
"""Tells the present instant, aware, in UTC."""


def utc_now() -> datetime:
    """The present instant by the machine's clock."""
    return datetime.now(UTC)


def not_before(now: datetime, last: datetime | None) -> datetime:
    """The instant of the next commit: the clock's, but never before the last commit's (a clock may be set back)."""
    return now if last is None else max(now, last)


def resolve(at: int | None, head: int) -> int:
    """The ``seq`` that a read asks for: the head for ``None``.

    Raises:
        SeqUnavailable: below 0 or above the head.

    >>> resolve(None, 7), resolve(0, 7)
    (7, 0)
    """
    if at is None:
        return head
    if not 0 <= at <= head:
        raise SeqUnavailable(f"There is no sequence number {at}; the head is {head}.", details={"head": head})
    return at
