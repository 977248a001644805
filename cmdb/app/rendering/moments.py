"""Instants as people read them."""

from collections.abc import Sequence
from datetime import datetime


def spoken(moment: datetime) -> str:
    """Weekday, day and time; only UTC is ever shown.

    >>> from datetime import UTC
    >>> spoken(datetime(2026, 11, 28, 22, 0, tzinfo=UTC))
    'Saturday 2026-11-28 22:00 UTC'
    """
    return f"{moment:%A %Y-%m-%d %H:%M} UTC"


def window(texts: Sequence[str]) -> str:
    """One or two stored instants or dates.

    >>> window(["2026-11-28T22:00:00Z", "2026-11-29T02:00:00Z"])
    'Saturday 2026-11-28 22:00 UTC to Sunday 2026-11-29 02:00 UTC'
    >>> window(["2026-11-28"])
    '2026-11-28'
    """
    return " to ".join(_one(text) for text in texts)


def _one(text: str) -> str:
    return spoken(datetime.fromisoformat(text)) if "T" in text else text
