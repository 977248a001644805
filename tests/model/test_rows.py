import pytest

from cmdb.errors import BadInput, WrongType
from cmdb.model.catalogue import AttributeType
from cmdb.model.observations import CIRecord, RelationshipRecord, Where
from cmdb.model.references import ById, ByKey, ByName, reference_of
from cmdb.model.rows import ImportFile, ItemRow, RelationshipRow, observations_of, parse_row, read_value
from cmdb.model.sources import Scope

SCOPE = Scope("files", "hq")
WHERE = Where("a.json", 3)


def test_an_item_row_becomes_a_ci_record_under_its_key() -> None:
    row = parse_row(
        {"class": "Host", "name": "h", "attributes": {"cpu_count": 4, "tags": ["a"]}, "groups": {"power": {}}}
    )
    record = observations_of(row, SCOPE, WHERE)
    assert isinstance(record, CIRecord)
    assert (record.scope, record.key, record.cls, record.name) == (SCOPE, "Host:h", "Host", "h")
    assert record.attributes == {"cpu_count": 4, "tags": ["a"]}
    assert (record.groups["power"].min_up, record.where) == ("1", WHERE)


def test_a_relationship_row_becomes_a_relationship_record() -> None:
    record = observations_of(parse_row({"type": "RUNS_ON", "from": "Host:h", "to": "k"}), SCOPE, WHERE)
    assert isinstance(record, RelationshipRecord)
    assert (record.from_ref, record.to_ref) == (ByName("Host", "h"), ByKey(SCOPE, "k"))


def test_rows_can_be_made_by_field_name_too() -> None:
    assert ItemRow(class_="Host", name="h", key="k", attributes={}, groups={}).scope_key == "k"
    assert RelationshipRow(type="RUNS_ON", from_="a", to="b", attributes={}).from_ == "a"


REFERENCES = {
    "00000000-0000-4000-8000-000000000000": ById("00000000-0000-4000-8000-000000000000"),
    "Host:db-1": ByName("Host", "db-1"),
    "kubernetes/prod/shop#Service/db": ByKey(Scope("kubernetes/prod", "shop"), "Service/db"),
    "srv:1": ByKey(SCOPE, "srv:1"),
}


@pytest.mark.parametrize("text", REFERENCES)
def test_a_reference_is_read_as(text: str) -> None:
    assert reference_of(text, SCOPE) == REFERENCES[text]


READ = [
    (AttributeType.NUMBER, " -4 ", -4),
    (AttributeType.NUMBER, "1.5e3", 1500.0),
    (AttributeType.BOOLEAN, "Yes", True),
    (AttributeType.BOOLEAN, "0", False),
    (AttributeType.LIST, "a; b;", ["a", "b"]),
    (AttributeType.LIST, "[1, 2]", [1, 2]),
    (AttributeType.JSON, '{"a": null}', {"a": None}),
    (AttributeType.TEXT, " a ", " a "),
]


@pytest.mark.parametrize(("type_", "text", "value"), READ, ids=[f"{type_} {text.strip()}" for type_, text, _ in READ])
def test_a_text_is_read_as_its_type(type_: AttributeType, text: str, value: object) -> None:
    assert read_value("x", text, type_) == value


UNREADABLE = [
    (AttributeType.NUMBER, "four"),
    (AttributeType.NUMBER, "NaN"),
    (AttributeType.BOOLEAN, "maybe"),
    (AttributeType.LIST, "[1"),
    (AttributeType.JSON, "{"),
]


@pytest.mark.parametrize(("type_", "text"), UNREADABLE, ids=[f"{type_} {text}" for type_, text in UNREADABLE])
def test_a_text_that_is_not_of_its_type_is_refused(type_: AttributeType, text: str) -> None:
    with pytest.raises(WrongType, match=f"x is not a {type_}"):
        read_value("x", text, type_)


def test_texts_are_read_only_where_types_are_given() -> None:
    row = parse_row({"class": "Host", "name": "h", "attributes": {"cpu_count": "4"}})
    assert observations_of(row, SCOPE, WHERE).attributes == {"cpu_count": "4"}
    typed = observations_of(row, SCOPE, WHERE, {"cpu_count": AttributeType.NUMBER})
    assert typed.attributes == {"cpu_count": 4}


@pytest.mark.parametrize("value", [2**63, float("nan"), "\x00", "\ud800", [["\x00"]], {"a": set()}, b"x"], ids=repr)
def test_a_value_that_no_store_can_hold_is_refused(value: object) -> None:
    row = ItemRow(class_="Host", name="h", attributes={"x": value}, groups={})
    with pytest.raises(WrongType):
        observations_of(row, SCOPE, WHERE)


def test_a_number_read_from_a_text_must_fit_too() -> None:
    row = ItemRow(class_="Host", name="h", attributes={"x": "9" * 20}, groups={})
    with pytest.raises(WrongType, match="beyond 64 bits"):
        observations_of(row, SCOPE, WHERE, {"x": AttributeType.NUMBER})


def test_every_fault_of_a_row_is_told_without_its_values() -> None:
    with pytest.raises(BadInput) as refused:
        parse_row({"class": "", "colour": "canary", "attributes": {}})
    assert all(field in refused.value.message for field in ("class", "name", "colour"))
    assert "canary" not in str(refused.value)


def test_the_json_schema_names_the_fields_as_files_do() -> None:
    schema = ImportFile.model_json_schema()
    assert set(schema["$defs"]["RelationshipRow"]["required"]) == {"type", "from", "to"}
    assert set(schema["$defs"]["ItemRow"]["required"]) == {"class", "name"}
    assert schema["additionalProperties"] is False
