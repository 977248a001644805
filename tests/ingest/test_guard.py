"""What is measured of an import: so many may pass, up to a number or a share, whichever is more."""

import pytest

from cmdb.ingest.guard import Measured


@pytest.mark.parametrize(
    ("most", "share", "number", "size", "exceeded"),
    [
        (10, 0.0, 10, 1000, False),
        (10, 0.0, 11, 1000, True),
        (0, 0.25, 25, 100, False),
        (0, 0.25, 26, 100, True),
        (10, 0.25, 11, 100, False),
        (10, 0.25, 11, 20, True),
        (0, 0.0, 0, 100, False),
        (0, 0.0, 1, 100, True),
        (None, 0.0, 100, 100, False),
    ],
)
def test_a_measure_is_exceeded_beyond_its_number_and_its_share(
    most: int | None, share: float, number: int, size: int, *, exceeded: bool
) -> None:
    assert Measured("racks/hall-1", "cis_renamed", number, size, most, share).is_exceeded is exceeded
