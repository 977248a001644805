"""The form of every reason that an import is held for."""

from collections.abc import Sequence
from typing import Final

EXAMPLES: Final = 3
"""How many examples a sentence has at most."""


def sentence(seen: str, most: int, share: float, examples: Sequence[str]) -> str:
    """What was seen, how much may pass, and examples.

    >>> sentence("30 CIs would be renamed", 10, 0.25, ["Host:a becomes b"])
    '30 CIs would be renamed, more than 10 and more than 25 % (Host:a becomes b).'
    >>> sentence("2 CIs would be swapped", 0, 0.0, [])
    '2 CIs would be swapped, none may.'
    """
    limits = [str(most)] if most else []
    limits += [f"{100 * share:g} %"] if share else []
    allowed = f"more than {' and more than '.join(limits)}" if limits else "none may"
    shown = f" ({'; '.join(examples[:EXAMPLES])}{' …' if len(examples) > EXAMPLES else ''})" if examples else ""
    return f"{seen}, {allowed}{shown}."
