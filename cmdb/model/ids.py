"""Ids of new items: universally unique, and in the order of time.

Stores keep ids, and keys made of them, in sorted indexes.  Ids that come one after another are written side by side:
a bulk import touches few pages of an index where random ids would touch a page each.
"""

import os
import time
from typing import Final

_VERSION: Final = 7 << 76
_VARIANT: Final = 2 << 62
_BELOW_VERSION: Final = (1 << 12) - 1
_BELOW_VARIANT: Final = (1 << 62) - 1


def new_id() -> str:
    """A UUID of version 7 (RFC 9562): milliseconds since 1970 in 48 bits, then 74 random bits.

    >>> one = new_id()
    >>> len(one), one[14], one < "ffffffff"
    (36, '7', True)
    """
    chance = int.from_bytes(os.urandom(10), "big")
    number = (time.time_ns() // 1_000_000 << 80) | _VERSION | _VARIANT
    number |= (chance >> 62 & _BELOW_VERSION) << 64 | chance & _BELOW_VARIANT
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
