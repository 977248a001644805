import json
import tracemalloc
from pathlib import Path

import pytest

from cmdb.errors import FileMalformed
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from importers.base import Document, Importer, ReadOptions
from importers.rows import JsonImporter, NdjsonImporter
from tests.importers.sources import text_of


def read_json(value: object) -> list[Observation]:
    return list(JsonImporter().read(Document("a.json", json.dumps(value).encode()), ReadOptions()))


def read_lines(*lines: str) -> list[Observation]:
    return list(NdjsonImporter().read(text_of("a.ndjson", *lines), ReadOptions()))


HOST = {"class": "Host", "name": "h", "key": "k", "attributes": {"cpu_count": 4}, "groups": {"power": {"min_up": "2"}}}
EDGE = {"type": "RUNS_ON", "from": "a", "to": "x/y#z", "group": "g", "effect": "soft", "basis": "observed"}


def test_a_list_of_rows_and_an_object_with_rows_say_the_same() -> None:
    as_object = read_json({"items": [HOST], "relationships": [EDGE]})
    assert [_said(record) for record in read_json([HOST, EDGE])] == [_said(record) for record in as_object]


def test_every_field_of_a_row_arrives() -> None:
    host, edge = read_json([HOST, EDGE])
    assert isinstance(host, CIRecord)
    assert (host.cls, host.name, host.key, host.attributes) == ("Host", "h", "k", {"cpu_count": 4})
    assert host.groups["power"].min_up == "2"
    assert isinstance(edge, RelationshipRecord)
    assert (str(edge.from_ref), str(edge.to_ref)) == ("files/default#a", "x/y#z")
    assert (edge.group, edge.effect, edge.basis) == ("g", "soft", "observed")


def test_the_scope_is_the_callers_then_the_files_then_the_default() -> None:
    file = {"source": "inventory", "scope": "hq", "items": [HOST]}
    scopes = [
        str(JsonImporter().scopes(Document("a.json", json.dumps(value).encode()), options)[0])
        for value, options in (
            ([HOST], ReadOptions()),
            (file, ReadOptions()),
            (file, ReadOptions(source="other", boundary="lab")),
        )
    ]
    assert scopes == ["files/default", "inventory/hq", "other/lab"]


BAD_ROWS = {
    "no name": {"class": "Host"},
    "an empty name": {"class": "Host", "name": ""},
    "a number for a name": {"class": "Host", "name": 7},
    "an unknown field": {"class": "Host", "name": "h", "colour": "red"},
    "neither item nor relationship": {"name": "h"},
    "both at once": {"class": "Host", "type": "RUNS_ON", "name": "h"},
    "no end": {"type": "RUNS_ON", "from": "a"},
    "an unknown effect": {"type": "RUNS_ON", "from": "a", "to": "b", "effect": "huge"},
    "a group that needs nonsense": {"class": "Host", "name": "h", "groups": {"g": {"min_up": "most"}}},
    "no object": ["Host", "h"],
    "a lone surrogate": {"class": "Host", "name": "\ud800"},
    "a NUL in an attribute": {"class": "Host", "name": "h", "attributes": {"serial": "\u0000"}},
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_fails_alone(case: str) -> None:
    bad, good = read_json([BAD_ROWS[case], HOST])
    assert isinstance(bad, Problem)
    assert bad.where.pointer == "[0]"
    assert bad.message
    assert isinstance(good, CIRecord)


REFUSED = {
    "not JSON": b"[{",
    "a key twice": b'[{"class": "Host", "class": "Rack", "name": "x"}]',
    "not a number": b'[{"class": "Host", "name": "x", "attributes": {"n": NaN}}]',
    "beyond 64 bits": b'[{"class": "Host", "name": "x", "attributes": {"n": 9223372036854775808}}]',
    "a number of 5000 digits": b'[{"a": ' + b"9" * 5000 + b"}]",
    "infinite": b"[1e999]",
    "too deep": b"[" * 50_000 + b"]" * 50_000,
    "a text": b'"x"',
    "foreign fields": b'{"hosts": []}',
    "not UTF-8": b'["\xff"]',
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_json_file_is_refused_for(case: str) -> None:
    with pytest.raises(FileMalformed):
        list(JsonImporter().read(Document("a.json", REFUSED[case]), ReadOptions()))


def test_each_bad_line_is_told_with_its_number_and_the_others_are_read() -> None:
    observations = read_lines(
        '{"class": "Host", "name": "a"}',
        "nope",
        "",
        '{"class": "Host", "class": "Host", "name": "b"}',
        '{"class": "Host", "name": "a"}',
        '{"class": "Host", "name": "c", "attributes": {"n": 99999999999999999999}}',
        '{"class": "Host", "name": "d"}',
    )
    told = [(record.code, record.where.line) for record in observations if isinstance(record, Problem)]
    assert told == [("FILE_MALFORMED", 2), ("FILE_MALFORMED", 4), ("DUPLICATE_KEY", 5), ("FILE_MALFORMED", 6)]
    assert [record.name for record in observations if isinstance(record, CIRecord)] == ["a", "d"]


def test_the_first_line_may_say_who_speaks() -> None:
    (host,) = read_lines('{"source": "inventory", "scope": "hq"}', '{"class": "Host", "name": "a"}')
    assert isinstance(host, CIRecord)
    assert str(host.scope) == "inventory/hq"


def test_the_same_relationship_twice_is_told() -> None:
    line = '{"type": "RUNS_ON", "from": "a", "to": "b"}'
    assert [type(record) for record in read_lines(line, line)] == [RelationshipRecord, Problem]


def test_lines_are_read_in_nearly_constant_memory(tmp_path: Path) -> None:
    file = tmp_path / "many.ndjson"
    with file.open("w") as stream:
        stream.writelines(f'{{"class": "Host", "name": "h{i}"}}\n' for i in range(20_000))
    tracemalloc.start()
    count = sum(1 for _ in NdjsonImporter().read(Document.at(file), ReadOptions()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 8_000_000


@pytest.mark.parametrize("importer", [JsonImporter(), NdjsonImporter()], ids=["json", "ndjson"])
def test_reading_twice_gives_the_same(importer: Importer) -> None:
    document = text_of("a.ndjson", json.dumps(HOST))
    assert list(importer.read(document, ReadOptions())) == list(importer.read(document, ReadOptions()))


def _said(record: Observation) -> tuple[object, ...]:
    if isinstance(record, Problem):
        return (record.code,)
    return (record.scope, record.key, record.attributes)
