"""What is written comes back exactly, whatever it is."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from cmdb.model.commits import ChangeSet, CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import Effect, GroupSetting
from cmdb.model.sources import RecordKind, Scope, SourceRecord
from cmdb.model.values import Value, canonical
from cmdb.store.port import Store
from tests import strategies
from tests.builders import DAY, create, gadgets, holding, said, write

NUMBERS: tuple[int | float, ...] = (
    *(0, 1, -1, 2**31, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)),
    *(0.0, -0.0, 1.0, 0.1, -2.5, 1e16, 1e308, 5e-324, 123456789.123456789, float(2**53)),
)
TEXTS = (
    *("", " ", "  padded  ", "two\nlines\r\n", "tab\t", "\\", "\\n", "'", '"', "`", "''; DROP TABLE item; --", "%_*?"),
    *("null", "true", "1", "1.0", "[]", "{}", "$name", "${x}", "2026-01-01", "a|b", "a#b", "\x01\x1f\x7f"),
    *(
        "straße",
        "e\u0301",
        "\u00e9",
        "漢字",
        "עברית",
        "😀",
        "𐍈 𐎀",
        "\U0010ffff",
        "\ufeff",
        "\u2028",
        "\u200b",
        "x" * 20_000,
    ),
)
LISTS: tuple[list[str] | list[int] | list[float] | list[bool], ...] = (
    *([], [""], ["a", "b", "a"], ["1", "true", "null"], ["😀", "\n"]),
    *([1], [3, 2, 1], [2**63 - 1, -(2**63)], [1.0], [0.5, 1.0, 2.0], [True], [True, False, True]),
)
DOCUMENTS: tuple[Value, ...] = tuple(
    json.loads(text)
    for text in (
        *("{}", "[]", '{"a": null}', '{"a": {"b": [1, 1.0, true, null, "x", {}]}}', "[null]", "[[], [[]], {}]"),
        *('{"": ""}', '"text"', '""', '"1"', "1", "1.5", "true", "false", '[1, "mixed", null]', '{"z": 1, "a": 2}'),
        *('{"é😀": "𐍈", "a.b": 1, "$ref": "x"}', '{"big": 9223372036854775807, "float": 1e300}'),
    )
)
DEEP: Value = {"ports": [{"name": "http", "port": 80}, {"name": None}], "none": None}


def held(store: Store, name: str, values: tuple[Value, ...]) -> list[Value]:
    """Write each value to an item of its own and read all back."""
    write(store, *(holding(f"i{number:02}", {name: value}) for number, value in enumerate(values)))
    found = store.items([f"i{number:02}" for number in range(len(values))])
    return [found[f"i{number:02}"].attributes[name] for number in range(len(values))]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("weight", NUMBERS),
        ("motto", TEXTS),
        ("active", (True, False)),
        ("colour", ("red", "green")),
        ("checked_on", ("2026-11-28", "2026-11-28T22:00:00Z")),
        ("parts", LISTS),
        ("extra", DOCUMENTS),
    ],
    ids=["number", "text", "boolean", "enum", "date", "list", "json"],
)
def test_values_of_every_type_come_back_exactly(store: Store, name: str, values: tuple[Value, ...]) -> None:
    assert [canonical(value) for value in held(store, name, values)] == [canonical(value) for value in values]


def test_values_of_every_type_come_back_from_the_past(store: Store) -> None:
    many: dict[str, Value] = {"weight": 2**63 - 1, "active": False, "parts": [], "extra": DEEP, "motto": ""}
    write(store, holding("a", many))
    write(store, UpdateItem("a", attributes=dict.fromkeys(many)))
    assert store.items(["a"])["a"].attributes == {}
    assert canonical(store.items(["a"], at=1)["a"].attributes) == canonical(many)
    assert canonical(store.history("a")[0].attributes) == canonical(many)


def test_names_keys_and_identifiers_may_be_any_text(store: Store, subtests: pytest.Subtests) -> None:
    texts = [text for text in TEXTS if 0 < len(text) < 1000]
    write(store, *(CreateItem(f"i{at}", "Gadget", text, {}, f"is {text}", (text,)) for at, text in enumerate(texts)))
    for at, text in enumerate(texts):
        with subtests.test(ascii(text)):
            assert store.items([f"i{at}"])[f"i{at}"].name == text
            assert [item.id for item in store.named([("Gadget", text)])["Gadget", text]] == [f"i{at}"]
            assert store.identified([text, f"is {text}"]) == {text: [f"i{at}"], f"is {text}": [f"i{at}"]}


def test_texts_that_look_alike_are_different(store: Store) -> None:
    alike = ["e\u0301", "\u00e9", "E", "e", "e ", " e"]
    write(store, *(create(f"i{number}", name=text, key=text) for number, text in enumerate(alike)))
    for number, text in enumerate(alike):
        assert [item.id for item in store.named([("Gadget", text)])["Gadget", text]] == [f"i{number}"]
        assert store.identified([text]) == {text: [f"i{number}"]}


def test_attributes_of_edges_come_back_exactly(store: Store) -> None:
    attributes: dict[str, Value] = {"note": "😀'\n", "share": 2**63 - 1, "detail": DEEP}
    write(store, create("a"), PutRelationship("LINKED_TO", "a", "a", attributes=attributes))
    write(store, PutRelationship("LINKED_TO", "a", "a", effect=Effect.NONE, attributes={"share": 1.0}))
    versions = store.relationship_history("a")
    assert [canonical(version.attributes) for version in versions] == [canonical(attributes), b'{"share":1.0}']


def test_group_settings_come_back_exactly(store: Store) -> None:
    groups = {"a-b": GroupSetting("2", "75.5%"), "c_d": GroupSetting("100%"), "e": GroupSetting("0", "3")}
    write(store, CreateItem("a", "Gadget", "a", {}, "k", groups=groups))
    write(store, UpdateItem("a", groups={"e": None, "c_d": None, "a-b": None}))
    assert store.items(["a"])["a"].groups == {}
    assert store.items(["a"], at=1)["a"].groups == groups


def test_bodies_of_source_records_come_back_exactly(store: Store) -> None:
    values: tuple[Value, ...] = (*NUMBERS, *TEXTS, *DOCUMENTS)
    records = [replace(said(f"k{at:03}", None), body={"value": value}) for at, value in enumerate(values)]
    write(store, *records)
    assert [canonical(record.body) for record in store.unresolved()] == [canonical(record.body) for record in records]


def test_keys_and_scopes_of_source_records_may_be_any_text(store: Store) -> None:
    texts = [text for text in TEXTS if text]
    records = [
        SourceRecord(Scope(f"s{number}"), key, RecordKind.ITEM, None, "", {}, "", DAY)
        for number, key in enumerate(texts)
    ]
    write(store, *records)
    found = store.records([(record.scope, record.key) for record in records])
    assert [found[record.scope, record.key] for record in records] == records


@given(attributes=strategies.attributes(gadgets()))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_catalogue_allows_comes_back_exactly(store: Store, attributes: dict[str, Value]) -> None:
    """One store serves all examples: each writes an item of its own."""
    id_ = f"item-{store.head()}"
    store.commit(ChangeSet(id_, "", "tester", creates=(holding(id_, attributes),)))
    assert canonical(store.items([id_])[id_].attributes) == canonical(attributes)
