"""What comes in, unpacked piece by piece, and never more than is allowed."""

import zlib
from collections.abc import Iterator
from typing import Final, Protocol

from cmdb.errors import FileMalformed, InputTooLarge, MediaTypeUnsupported

PIECE: Final = 256 * 1024
"""Bytes that are unpacked at once."""
RATIO: Final = 200
"""To how many times its size a body may unpack: data does to some ten times, only bombs to a thousand."""
LENIENT: Final = 8 * 1024 * 1024
"""Up to so many bytes nobody asks for the ratio."""
_GZIP: Final = 16 + zlib.MAX_WBITS


class Unpacking(Protocol):
    """One body, fed as it comes."""

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What the next bytes unpack to.

        Raises:
            InputTooLarge, FileMalformed.
        """

    def end(self) -> None:
        """Nothing more comes.

        Raises:
            FileMalformed: something is missing.
        """


class Plain:
    """A body that is not packed, of at most ``largest`` bytes."""

    def __init__(self, largest: int) -> None:
        """Begin."""
        self._largest = largest
        self._size = 0

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """The same bytes."""
        self._size += len(packed)
        if self._size > self._largest:
            raise too_large(self._largest)
        yield packed

    def end(self) -> None:
        """Whatever came is all."""


class Gzip:
    """A body of one or more gzip members, of at most ``largest`` bytes unpacked and :data:`RATIO` times its size.

    Linear in what it unpacks to; memory is that of one piece, for no more than is asked for is ever unpacked.
    """

    def __init__(self, largest: int) -> None:
        """Begin."""
        self._largest = largest
        self._packed = 0
        self._size = 0
        self._member = zlib.decompressobj(_GZIP)
        self._is_begun = False

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What the next bytes unpack to, in pieces."""
        self._packed += len(packed)
        rest = packed
        is_full = False
        while rest or is_full:
            piece = self._unpacked(rest)
            is_full = len(piece) == PIECE
            rest = self._member.unconsumed_tail
            if self._member.eof:
                rest, is_full = self._member.unused_data, False
                self._member = zlib.decompressobj(_GZIP)
                self._is_begun = False
            self._check(len(piece))
            yield piece

    def end(self) -> None:
        """The last member must be whole."""
        if self._is_begun:
            raise FileMalformed("The body is packed with gzip and ends in the middle.", hint="Send it again, whole.")

    def _unpacked(self, packed: bytes) -> bytes:
        self._is_begun = True
        try:
            return self._member.decompress(packed, PIECE)
        except zlib.error as error:
            hint = "Pack it with gzip, or send it without Content-Encoding."
            raise FileMalformed("The body is not gzip, though its Content-Encoding says so.", hint=hint) from error

    def _check(self, more: int) -> None:
        self._size += more
        if self._size > self._largest:
            raise too_large(self._largest)
        if self._size > max(LENIENT, RATIO * self._packed):
            raise InputTooLarge(f"The body unpacks to more than {RATIO} times its size.", hint="Send it unpacked.")


def unpacking_of(encoding: str, largest: int) -> Unpacking:
    """How a body is unpacked that has a ``Content-Encoding``.

    Raises:
        MediaTypeUnsupported: it is packed in a way that is not known.

    >>> type(unpacking_of("", 10)).__name__, type(unpacking_of("GZIP", 10)).__name__
    ('Plain', 'Gzip')
    """
    kind = encoding.strip().lower()
    if kind in {"", "identity"}:
        return Plain(largest)
    if kind in {"gzip", "x-gzip"}:
        return Gzip(largest)
    hint = "Pack it with gzip, or not at all."
    raise MediaTypeUnsupported(f"The Content-Encoding {encoding!r} is not read.", hint=hint)


def too_large(largest: int) -> InputTooLarge:
    """The error for a body of more than so many bytes."""
    return InputTooLarge(f"A body has at most {largest} bytes, as it is unpacked.")
