import json
from itertools import product

import pytest

from cmdb.errors import FileMalformed
from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from importers.base import Document, ReadOptions
from importers.servicenow import ServiceNowImporter
from importers.servicenow.references import RULES
from importers.servicenow.tables import ALL_CLASSES, Sort, sort_of, table_of
from tests.importers.servicenow.samples import FOLDER, documents_of
from tests.importers.stored import imported_twice

CATALOGUE = load_catalogue()
DEFAULTS = ReadOptions()


def rows(*entries: object, name: str = "answer.json") -> Document:
    return Document(name, json.dumps({"result": list(entries)}).encode())


def server(key: str, **fields: object) -> dict[str, object]:
    return {"sys_id": key, "sys_class_name": "cmdb_ci_server", "name": key, **fields}


def read(*documents: Document, options: ReadOptions = DEFAULTS) -> list[Observation]:
    return list(ServiceNowImporter().read_together(documents, options))


def items(*documents: Document, options: ReadOptions = DEFAULTS) -> list[CIRecord]:
    return [record for record in read(*documents, options=options) if isinstance(record, CIRecord)]


def linked(host: str) -> dict[str, str]:
    return {"value": "g", "link": f"https://{host}/api/now/table/sys_user_group/g"}


def test_the_source_is_the_instance_that_links_lead_to() -> None:
    (item,) = items(rows(server("a", support_group=linked("Acme.service-now.com"))))
    assert str(item.scope) == "servicenow/acme.service-now.com/cmdb"


def test_the_source_and_the_boundary_can_be_named() -> None:
    document = rows(server("a", support_group=linked("acme.service-now.com")))
    options = ReadOptions(source="servicenow/prod", boundary="emea")
    (item,) = items(document, options=options)
    assert str(item.scope) == "servicenow/prod/emea"
    assert ServiceNowImporter().scopes(document, options) == (item.scope,)


def test_a_table_without_links_is_of_the_instance_of_the_others() -> None:
    plain, leading = rows(server("a")), rows(server("b", support_group=linked("acme.service-now.com")))
    assert {str(item.scope.source) for item in items(plain, leading)} == {"servicenow/acme.service-now.com"}
    assert {str(item.scope.source) for item in items(plain)} == {"servicenow/default"}


def test_the_same_key_in_two_instances_is_two_things() -> None:
    one = rows(server("a", support_group=linked("one.example")))
    two = rows(server("a", support_group=linked("two.example")))
    assert len({(item.scope, item.key) for item in items(one, two)}) == 2


def test_the_tables_of_the_estate_are_imported_without_a_failing_row_and_only_once() -> None:
    runs = imported_twice(ServiceNowImporter(), documents_of(FOLDER / "estate"), DEFAULTS)
    assert runs.first.counts.failed == 0
    assert runs.first.counts.created == 23
    assert (runs.second.counts.changes, runs.heads[0]) == (0, runs.heads[1])


def test_every_reference_field_becomes_an_edge_that_the_catalogue_allows() -> None:
    for rule in RULES:
        for cls, target in product(rule.classes, ALL_CLASSES):
            type_ = rule.type if target in rule.targets else rule.otherwise
            if type_ is not None:
                CATALOGUE.check_ends(type_, cls, target)


def test_a_retired_row_is_no_ci_and_what_refers_to_it_says_nothing() -> None:
    relation = {"parent": "a", "child": "b", "type": {"display_value": "Uses::Used by"}}
    observations = read(rows(server("a", rack={"value": "b", "link": "x"}), server("b", install_status="7"), relation))
    assert [type(record) for record in observations] == [Problem, CIRecord]


def test_what_is_in_maintenance_is_told_whichever_field_says_so() -> None:
    (item,) = items(rows(server("a", operational_status="1", install_status="3")))
    assert item.attributes["status"] == "maintenance"


def test_bookkeeping_that_changes_by_itself_is_not_kept() -> None:
    (item,) = items(rows(server("a", sys_mod_count="9", sys_updated_on="x", last_discovered="y", cost_center="z")))
    assert dict(item.unmapped) == {"cost_center": "z"}


def test_nothing_of_a_person_is_kept_beside_the_attributes() -> None:
    (person,) = items(rows({"sys_id": "p", "user_name": "ada", "gender": "f", "home_phone": "555"}))
    assert (person.cls, person.name, dict(person.attributes), dict(person.unmapped)) == ("Person", "ada", {}, {})


@pytest.mark.parametrize(
    ("table", "sort"),
    [
        ("cmdb_ci_anything", Sort.ITEM),
        ("x_acme_widget", Sort.ITEM),
        ("cmdb_rel_ci", Sort.RELATION),
        ("change_request", Sort.NOT_TAKEN),
        ("sys_properties", Sort.NOT_TAKEN),
        ("discovery_credentials", Sort.NEVER),
        ("basic_auth_credentials", Sort.NEVER),
        ("oauth_entity", Sort.NEVER),
    ],
)
def test_tables_are_sorted_by_their_name(table: str, sort: Sort) -> None:
    assert sort_of(table) is sort


@pytest.mark.parametrize(
    "label", ["ESX Server", "IP Switch", "Rack", "Computer", "Tomcat", "Load Balancer", "MySQL Instance"]
)
def test_labels_are_read_as_the_tables_they_stand_for(label: str) -> None:
    assert table_of(label).startswith("cmdb_ci_")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"result": [', b'{"error": {}}', b"\xff", b'"result"'])
def test_what_is_no_answer_of_an_instance_is_refused(content: bytes) -> None:
    with pytest.raises(FileMalformed):
        read(Document("bad.json", content))


def test_an_empty_table_says_nothing() -> None:
    assert read(rows()) == []


def test_no_relation_leads_from_a_thing_to_itself() -> None:
    observations = read(rows(server("a", rack={"value": "a", "link": "x"})))
    assert not [record for record in observations if isinstance(record, RelationshipRecord)]


@pytest.mark.parametrize(
    "head",
    [
        b'{"class": "Host"}',
        b'{"apiVersion": "v1", "items": []}',
        b'{"edges": []}',
        b'{"result": 4}',
        b'[{"sys_id": 1, "result": 2}]',
    ],
)
def test_other_json_is_left_to_others(head: bytes) -> None:
    assert ServiceNowImporter().sniff(head, "a.json") == 0
