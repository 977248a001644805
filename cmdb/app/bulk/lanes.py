"""How many do the same thing at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from cmdb.errors import TooManyRequests


class Lanes:
    """So many at once; nobody waits, the next one is refused."""

    def __init__(self, number: int, what: str) -> None:
        """``what`` they are, in the plural."""
        self._number = number
        self._what = what
        self._free = BoundedSemaphore(number)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a lane for the length of the block.

        Raises:
            TooManyRequests: none is free.
        """
        if not self._free.acquire(blocking=False):
            raise TooManyRequests(f"{self._number} {self._what} are going on, as many as are taken at once.")
        try:
            yield
        finally:
            self._free.release()
