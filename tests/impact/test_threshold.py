from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact import Threshold, ThresholdError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        ("2", "2"),
        (" 2 ", "2"),
        ("0", "0"),
        ("50%", "50%"),
        ("50.0 %", "50%"),
        ("33.50%", "33.5%"),
        ("100%", "100%"),
    ],
)
def test_a_threshold_reads_as_people_write_it(value: str | int, text: str) -> None:
    assert str(Threshold.parse(value)) == text


@pytest.mark.parametrize(
    "value",
    ["", "two", "-1", "1.5", "101%", "100.1%", "50%%", "1e3", "٢", "1/3", True, -2, "1234567890", "33.1234567891%"],
)
def test_anything_else_is_refused(value: str | int) -> None:
    with pytest.raises(ThresholdError, match="Give a whole number") as refusal:
        Threshold.parse(value)
    assert refusal.value.code == "THRESHOLD_INVALID"


@pytest.mark.parametrize("percentage", [-1, 101, Decimal("NaN"), Decimal("0.0000000001")])
def test_a_percentage_out_of_range_is_refused(percentage: int | Decimal) -> None:
    with pytest.raises(ThresholdError):
        Threshold.percent(percentage)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ThresholdError):
        Threshold.count(-1)


@pytest.mark.parametrize(
    ("text", "n", "needed"),
    [
        ("50%", 3, 2),
        ("50%", 4, 2),
        ("50%", 0, 0),
        ("0%", 5, 0),
        ("100%", 5, 5),
        ("1%", 1, 1),
        ("33.3%", 3, 1),
        ("33.4%", 3, 2),
        ("0.1%", 1000, 1),
        ("0.1%", 1001, 2),
        ("29%", 100, 29),
        ("2", 1, 2),
        ("0", 3, 0),
    ],
)
def test_a_percentage_is_rounded_up_exactly_and_a_count_stands(text: str, n: int, needed: int) -> None:
    assert Threshold.parse(text).members_needed(n) == needed


@given(st.integers(0, 10**9 - 1) | st.decimals(0, 100, places=3))
def test_a_threshold_reads_back_to_an_equal_one(amount: int | Decimal) -> None:
    threshold = Threshold.count(amount) if isinstance(amount, int) else Threshold.percent(amount)
    again = Threshold.parse(str(threshold))
    assert again == threshold
    assert hash(again) == hash(threshold)
