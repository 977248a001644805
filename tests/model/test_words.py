"""Scopes, references, values and words are read and printed the same way everywhere."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.errors import InvalidReference
from cmdb.model.observations import Where
from cmdb.model.references import ById, ByIdentifier, ByKey, ByName, parse_reference
from cmdb.model.sources import Scope
from cmdb.model.text import matches, rank, search_text, words
from cmdb.model.values import JSONValue, fault_of, instant, iso, micros

NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)


@given(NAMES, NAMES, NAMES)
def test_scopes_and_keys_are_printed_as_they_are_read(source: str, boundary: str, key: str) -> None:
    scope = Scope(f"kubernetes/{source}", boundary)
    assert Scope.parse(str(scope)) == scope
    assert parse_reference(f"{scope}#{key}") == ByKey(scope, key)


@pytest.mark.parametrize(("source", "boundary"), [("", "a"), ("a", ""), ("a#b", "c"), ("a", "b/c"), ("a", "b#c")])
def test_a_scope_that_could_not_be_read_back_is_refused(source: str, boundary: str) -> None:
    with pytest.raises(InvalidReference):
        Scope(source, boundary)


def test_the_three_ways_to_name_a_ci() -> None:
    id_ = "626fe2cb-aff6-4589-8cac-0e22af09b429"
    assert parse_reference(id_) == ById(id_)
    assert parse_reference("Host:a:b") == ByName("Host", "a:b")
    assert parse_reference("files#Host:a") == ByKey(Scope("files"), "Host:a")
    assert str(ByIdentifier("serial", "S")) == "serial=S"
    for text in ("", "host", "host:a", "Host:", "#a", "a#"):
        with pytest.raises(InvalidReference):
            parse_reference(text)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - zone follows
def test_instants_are_microseconds_and_back(moment: datetime) -> None:
    assert instant(micros(moment)) == moment
    assert datetime.fromisoformat(iso(moment)) == moment


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (2**63, "64 bits"), (float("inf"), "finite"), ("a\x00", "NUL"), ("\ud800", "surrogate"),
        ({"a": ["\x00"]}, "NUL"), ([[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]], "deep"),
    ],
)  # fmt: skip
def test_what_no_store_can_hold_is_told(value: JSONValue, said: str) -> None:
    assert said in (fault_of(value) or "")


def test_what_every_store_can_hold_has_no_fault() -> None:
    assert fault_of({"a": [1, 2.5, True, None, "x", 2**63 - 1]}) is None


def test_words_are_found_by_their_beginnings_and_ranked_by_the_name() -> None:
    text = search_text("Redis-Cart v2", ["In Memory", ["cache", 7], 5])
    assert words("Redis-Cart v2") == ["redis", "cart", "v2"]
    assert matches(text, ["red", "mem"])
    assert not matches(text, ["edis"])
    assert rank("redis", ["redis"]) < rank("redis cart", ["redis"]) < rank("other", ["redis"])


def test_a_place_is_told_as_far_as_it_is_known() -> None:
    assert str(Where("a.yaml", 3, "spec")) == "a.yaml:3 spec"
    assert str(Where("a.yaml")) == "a.yaml"
    assert str(Where()) == ""
