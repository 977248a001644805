import json

import pytest

from cmdb.errors import FileMalformed
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from importers.base import Document, Importer, ReadOptions
from importers.rows import CsvImporter, JsonImporter, NdjsonImporter
from tests.importers.sources import text_of

MAPPING = (
    "mapping: 1",
    "source: inventory",
    "class: {column: kind, values: {phys: Host, virt: VirtualMachine}}",
    "name: host",
    "key: number",
    "attributes:",
    "  environment: {column: env, values: {prod: production}}",
    "  vendor: {constant: Dell}",
    "  serial: details.serial",
    "groups: {power: {constant: 1}}",
    "relationships:",
    '- {type: LOCATED_IN, to: {column: rack, format: "Rack:{}"}, group: place}',
    "- {type: OWNED_BY, from: users, separator: ',', effect: soft}",
)


def read(importer: Importer, document: Document, *mapping: str) -> list[Observation]:
    return list(importer.read(document, ReadOptions(mapping=text_of("map.yaml", *mapping))))


def test_columns_become_fields_and_relationships() -> None:
    lines = ("host,kind,number,env,rack,users", 'db-1,phys,17,prod,r1,"a,b"')
    host, *edges = read(CsvImporter(), text_of("f.csv", *lines), *MAPPING)
    assert isinstance(host, CIRecord)
    assert (host.cls, host.name, host.key) == ("Host", "db-1", "17")
    assert host.attributes == {"environment": "production", "vendor": "Dell"}
    assert host.groups["power"].min_up == "1"
    assert [_edge(edge) for edge in edges] == [
        ("LOCATED_IN", "inventory/default#17", "Rack:r1", "place", None),
        ("OWNED_BY", "inventory/default#a", "inventory/default#17", None, "soft"),
        ("OWNED_BY", "inventory/default#b", "inventory/default#17", None, "soft"),
    ]


def test_paths_lead_into_json() -> None:
    row = {"host": "vm-1", "kind": "virt", "number": 18, "details": {"serial": "S1"}}
    result = json.dumps({"result": [row]}).encode()
    (machine,) = read(JsonImporter(), Document("f.json", result), *MAPPING, "rows: result")
    (same,) = read(NdjsonImporter(), text_of("f.ndjson", json.dumps(row)), *MAPPING)
    assert isinstance(machine, CIRecord)
    assert isinstance(same, CIRecord)
    assert (machine.cls, machine.key, machine.attributes["serial"]) == ("VirtualMachine", "18", "S1")
    assert (machine.key, machine.attributes) == (same.key, same.attributes)


def test_a_value_without_translation_makes_its_row_a_problem() -> None:
    lines = ("host,kind", "a,phys", "b,mainframe", "c,phys")
    observations = read(CsvImporter(), text_of("f.csv", *lines), *MAPPING)
    assert [record.where.line for record in observations if isinstance(record, Problem)] == [3]
    assert [record.name for record in observations if isinstance(record, CIRecord)] == ["a", "c"]


def test_a_plain_class_is_the_class_and_the_delimiter_is_the_files() -> None:
    (rack,) = read(
        CsvImporter(), text_of("f.csv", "n;x", "r1;"), "mapping: 1", "class: Rack", "name: n", 'delimiter: ";"'
    )
    assert isinstance(rack, CIRecord)
    assert rack.key == "Rack:r1"


WRONG = {
    "an unknown field": (("mapping: 1", "class: Host", "name: {column: n, colour: red}"), "map.yaml:3"),
    "no name": (("mapping: 1", "class: Host"), "map.yaml:1"),
    "column and constant": (("mapping: 1", "class: Host", "name: {column: n, constant: m}"), "map.yaml:3"),
    "a relationship with two ends": (
        ("mapping: 1", "class: Host", "name: n", "relationships:", "- {type: RUNS_ON, to: a, from: b}"),
        "map.yaml:5",
    ),
    "not YAML": (("mapping: [",), "map.yaml:2"),
    "nothing": ((), "map.yaml"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mapping_file_is_refused_with_its_line_for(case: str) -> None:
    mapping, place = WRONG[case]
    with pytest.raises(FileMalformed) as refused:
        read(CsvImporter(), text_of("f.csv", "n", "x"), *mapping)
    assert place in refused.value.message


def _edge(record: Observation) -> tuple[str, str, str, str | None, str | None]:
    assert isinstance(record, RelationshipRecord)
    return record.type, str(record.from_ref), str(record.to_ref), record.group, record.effect
