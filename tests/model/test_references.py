"""References and scopes: one text each, read and printed by one pair of functions."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.errors import InvalidReference
from cmdb.model.observations import RelationshipRecord, Where
from cmdb.model.references import ById, ByIdentifier, ByKey, ByName, Reference, parse_reference
from cmdb.model.sources import RecordKind, Scope, SourceRecord
from tests.builders import DAY
from tests.strategies import TEXTS


def usable(source: str, boundary: str) -> bool:
    try:
        Scope(source, boundary)
    except InvalidReference:
        return False
    return True


words = TEXTS.filter(bool)
sources = st.one_of(words, st.sampled_from(["kubernetes/prod", "a//b", "/", "AWS:x", "x:y", "manual"]))
scopes = st.tuples(sources, words).filter(lambda pair: usable(*pair)).map(lambda pair: Scope(*pair))
classes = st.from_regex(r"[A-Z][A-Za-z0-9]{0,5}", fullmatch=True)
names = st.one_of(words, st.sampled_from(["a#b", "a:b", "a/b#c", "#", ":", " "]))
references: st.SearchStrategy[Reference] = st.one_of(
    st.uuids().map(lambda uuid: ById(str(uuid))),
    st.builds(ByName, classes, names),
    st.builds(ByKey, scopes, names),
)


@given(references)
def test_a_reference_reads_back_as_it_was_printed(reference: Reference) -> None:
    assert parse_reference(str(reference)) == reference


@given(scopes)
def test_a_scope_reads_back_as_it_was_printed(scope: Scope) -> None:
    assert Scope.parse(str(scope)) == scope


@given(scopes, scopes)
def test_two_scopes_have_two_texts(one: Scope, other: Scope) -> None:
    assert (str(one) == str(other)) is (one == other)


@given(TEXTS)
def test_any_text_is_a_reference_or_refused(text: str) -> None:
    try:
        reference = parse_reference(text)
    except InvalidReference as error:
        assert error.code == "INVALID_REFERENCE"  # noqa: PT017 - either way is right, this is one of them
    else:
        assert parse_reference(str(reference)) == reference


READ: dict[str, Reference] = {
    "0a1b2c3d-0000-4000-8000-0123456789ab": ById("0a1b2c3d-0000-4000-8000-0123456789ab"),
    "Workload:redis-cart": ByName("Workload", "redis-cart"),
    "Workload:a#b": ByName("Workload", "a#b"),
    "BusinessService:Order: taking": ByName("BusinessService", "Order: taking"),
    "kubernetes/prod/shop#Deployment/cart": ByKey(Scope("kubernetes/prod", "shop"), "Deployment/cart"),
    "csv#host-1": ByKey(Scope("csv"), "host-1"),
    "csv/x#a#b": ByKey(Scope("csv", "x"), "a#b"),
    "lower:case/x#k": ByKey(Scope("lower:case", "x"), "k"),
}


@pytest.mark.parametrize(("text", "expected"), READ.items(), ids=READ)
def test_a_reference_is_read_as(text: str, expected: Reference) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "host", "host:a", "Host:", ":a", "#a", "csv#", "/x#a", "csv/#a", str(UUID(int=7)).upper() + "x", "\ud800#a"],
    ids=ascii,
)
def test_this_names_no_ci(text: str) -> None:
    with pytest.raises(InvalidReference) as refusal:
        parse_reference(text)
    assert refusal.value.hint


BAD_SCOPES = {
    "no source": ("", "x"),
    "no boundary": ("x", ""),
    "hash in the source": ("a#b", "x"),
    "hash in the boundary": ("a", "x#y"),
    "slash in the boundary": ("a", "x/y"),
    "a source like a class": ("Workload:a", "x"),
    "NUL": ("a\x00", "x"),
    "surrogate": ("a", "\udcff"),
}


@pytest.mark.parametrize(("source", "boundary"), BAD_SCOPES.values(), ids=BAD_SCOPES)
def test_a_scope_that_could_not_be_read_back_is_refused(source: str, boundary: str) -> None:
    with pytest.raises(InvalidReference):
        Scope(source, boundary)


def test_an_identifier_is_printed_for_reports() -> None:
    assert str(ByIdentifier("serial", "S-1", "Host")) == "serial=S-1"


def test_a_source_record_and_a_relationship_say_where_they_are_kept() -> None:
    scope = Scope("csv", "x")
    record = SourceRecord(scope, "k", RecordKind.ITEM, None, "", {}, "run", DAY)
    assert record.binding == "csv/x#k"
    row = RelationshipRecord(scope, "RUNS_ON", ByKey(scope, "a"), ByName("Host", "b"))
    assert row.key == "RUNS_ON csv/x#a -> Host:b"


PLACES = {
    "f.csv:7 spec.x": Where("f.csv", 7, "spec.x"),
    "f.csv": Where("f.csv"),
    "spec.x": Where(pointer="spec.x"),
    "": Where(),
}


@pytest.mark.parametrize(("text", "where"), PLACES.items())
def test_a_place_is_printed_as_far_as_it_is_known(text: str, where: Where) -> None:
    assert str(where) == text
