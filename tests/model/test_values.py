"""Values: their canonical text and digest, what no store can hold, and instants as numbers and texts."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.model.values import INT64, JSONValue, canonical, digest, fault_of, instant, iso, micros
from tests.strategies import documents

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=zones)  # noqa: DTZ001 - bounds are naive


@given(moments)
def test_an_instant_is_the_same_after_its_number(moment: datetime) -> None:
    assert instant(micros(moment)) == moment
    assert instant(micros(moment)).tzinfo is UTC


@given(st.integers(micros(datetime(1, 1, 1, tzinfo=UTC)), micros(datetime.max.replace(tzinfo=UTC))))
def test_a_number_is_the_same_after_its_instant(number: int) -> None:
    assert micros(instant(number)) == number


@given(moments, moments)
def test_numbers_are_in_the_order_of_their_instants(one: datetime, other: datetime) -> None:
    assert (micros(one) < micros(other)) is (one < other)


@given(moments)
def test_the_text_of_an_instant_reads_back_as_itself(moment: datetime) -> None:
    text = iso(moment)
    assert datetime.fromisoformat(text) == moment
    assert text.endswith("Z")


INSTANTS = {
    "1970": (datetime(1970, 1, 1, tzinfo=UTC), 0, "1970-01-01T00:00:00Z"),
    "a microsecond before": (
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        -1,
        "1969-12-31T23:59:59.999999Z",
    ),
    "another offset": (
        datetime(2026, 11, 28, 23, tzinfo=timezone(timedelta(hours=1))),
        1_795_903_200_000_000,
        "2026-11-28T22:00:00Z",
    ),
}


@pytest.mark.parametrize(("moment", "number", "text"), INSTANTS.values(), ids=INSTANTS)
def test_an_instant_has_one_number_and_one_text(moment: datetime, number: int, text: str) -> None:
    assert (micros(moment), iso(moment)) == (number, text)


def shuffled(value: JSONValue) -> JSONValue:
    if isinstance(value, dict):
        return {name: shuffled(value[name]) for name in reversed(list(value))}
    return [shuffled(entry) for entry in value] if isinstance(value, list) else value


@given(documents())
def test_one_value_has_one_text_and_digest_whatever_the_order_of_its_keys(value: JSONValue) -> None:
    assert canonical(shuffled(value)) == canonical(value)
    assert digest(shuffled(value)) == digest(value)
    assert len(digest(value)) == 64


@given(documents())
def test_the_text_of_a_value_reads_back_as_itself(value: JSONValue) -> None:
    assert json.loads(canonical(value)) == value


def test_kinds_of_values_are_told_apart() -> None:
    assert len({digest(value) for value in (1, 1.0, True, "1", [1], {"1": 1}, None)}) == 7


@given(documents())
def test_a_store_can_hold_any_plain_value(value: JSONValue) -> None:
    assert fault_of(value) is None


FAULTS: dict[str, tuple[object, str]] = {
    "too large": ([INT64 + 1], "is beyond 64 bits"),
    "too small": ({"a": -INT64 - 2}, "is beyond 64 bits"),
    "not a number": (float("nan"), "is not a finite number"),
    "endless": ([1, float("inf")], "is not a finite number"),
    "NUL": ({"a": ["\x00"]}, "holds a NUL character"),
    "NUL in a key": ({"\x00": 1}, "holds a NUL character"),
    "surrogate": ("\udcff", "holds a lone surrogate"),
    "a day": ({"built": datetime(2026, 1, 1, tzinfo=UTC)}, "is a datetime, which is no JSON"),
    "bytes": (b"x", "is a bytes, which is no JSON"),
    "a key that is nothing": ({None: 1}, "has a key that is no text"),
}


@pytest.mark.parametrize(("value", "fault"), FAULTS.values(), ids=FAULTS)
def test_no_store_can_hold(value: object, fault: str) -> None:
    assert fault_of(value) == fault


def test_depth_is_counted_in_lists_and_objects() -> None:
    assert fault_of([[1]], depth=2) is None
    assert fault_of([[1]], depth=1) == "is nested too deeply"
    assert fault_of({"a": {"b": 1}}, depth=1) == "is nested too deeply"
