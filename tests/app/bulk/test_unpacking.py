"""Bodies that are packed: whole, in pieces, cut off, and made to burst."""

import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.app.bulk.unpacking import LENIENT, PIECE, RATIO, Gzip
from cmdb.errors import FileMalformed, InputTooLarge

LARGEST = 100_000_000


def unpacked(packed: bytes, step: int, largest: int = LARGEST) -> bytes:
    """What comes out of bytes that come so many at a time."""
    unpacking = Gzip(largest)
    pieces = [p for start in range(0, len(packed), step) for p in unpacking.feed(packed[start : start + step])]
    unpacking.end()
    assert max(map(len, pieces), default=0) <= PIECE
    return b"".join(pieces)


@given(st.lists(st.binary(max_size=200), max_size=4), st.integers(1, 50))
def test_members_are_unpacked_one_after_another_however_they_come(parts: list[bytes], step: int) -> None:
    packed = b"".join(map(gzip.compress, parts))
    assert unpacked(packed, step) == b"".join(parts)


@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
@pytest.mark.parametrize("step", [1_000, 10_000_000])
def test_what_unpacks_to_more_than_a_piece_comes_out_whole(size: int, step: int) -> None:
    for content in (b"x" * size, random.Random(7).randbytes(size)):
        assert unpacked(gzip.compress(content), step) == content


@pytest.mark.parametrize("cut", [1, 9, 12, 20])
def test_what_ends_in_the_middle_is_refused(cut: int) -> None:
    packed = gzip.compress(b"whole") + gzip.compress(b"and another")
    with pytest.raises(FileMalformed, match="middle"):
        unpacked(packed[:-cut], 5)


@pytest.mark.parametrize(
    "content",
    [b"plain text", gzip.compress(b"x") + b"rubbish", gzip.compress(b"xyz")[:-8] + b"8bytes!!"],
    ids=["plain text", "rubbish behind it", "wrong check sum"],
)
def test_what_is_no_gzip_is_refused(content: bytes) -> None:
    with pytest.raises(FileMalformed, match="not gzip"):
        unpacked(content, 100)


def test_it_unpacks_to_the_largest_size_and_no_more() -> None:
    content = random.Random(7).randbytes(1_000)
    assert unpacked(gzip.compress(content), 100, 1_000) == content
    with pytest.raises(InputTooLarge, match="999 bytes"):
        unpacked(gzip.compress(content), 100, 999)


def test_data_that_packs_well_is_no_bomb_and_a_bomb_is() -> None:
    row = b'{"class": "Host", "name": "h%d", "attributes": {"vendor": "Ironclad"}}\n'
    data = b"".join(row % number for number in range(200_000))
    assert unpacked(gzip.compress(data), 100_000) == data
    small = b"\0" * LENIENT
    assert unpacked(gzip.compress(small), 1_000_000) == small
    with pytest.raises(InputTooLarge, match=f"{RATIO} times"):
        unpacked(gzip.compress(b"\0" * (2 * LENIENT)), 1_000_000)
