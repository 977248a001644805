"""How much of a long campaign is run: a short form with every test, the full one with ``CMDB_TEST_FULL=1``."""

import os
from typing import Final

FULL: Final = os.environ.get("CMDB_TEST_FULL") == "1"
"""Whether campaigns run in full."""

SHORT: Final = 4
"""How many times shorter the short form is."""


def examples(full: int) -> int:
    """The number of examples of a property of which so many make a full campaign."""
    return full if FULL else max(1, full // SHORT)
