from cmdb.model.observations import CIRecord, Problem, RelationshipRecord
from importers.base import ReadOptions
from importers.servicenow import ServiceNowImporter
from tests.importers.sources import real_file
from tests.importers.stored import imported_twice

FILE = "servicenow/cmdb-instance-shape.json"


def test_the_instance_has_one_ci_one_outbound_and_one_inbound_relation() -> None:
    observations = list(ServiceNowImporter().read(real_file(FILE), ReadOptions()))
    (item,) = [record for record in observations if isinstance(record, CIRecord)]
    outbound, inbound = [record for record in observations if isinstance(record, RelationshipRecord)]
    assert (item.key, item.cls, item.name, item.attributes["kind"]) == ("record_id", "OtherCI", "Test", "test_class")
    assert (outbound.type, inbound.type) == ("DEPENDS_ON", "DEPENDS_ON")
    assert str(outbound.from_ref) == str(inbound.to_ref) == "servicenow/test.service-now.com/cmdb#record_id"
    assert str(outbound.to_ref).endswith("#62cfa627c0a8010e01f01b87035ba803")
    assert str(inbound.from_ref).endswith("#829e953a0ad3370200af63483498b1ea")


def test_only_the_unknown_class_is_reported() -> None:
    observations = ServiceNowImporter().read(real_file(FILE), ReadOptions())
    assert [record.code for record in observations if isinstance(record, Problem)] == ["CLASS_FELL_BACK"]


def test_a_second_import_changes_nothing_and_the_other_ends_dangle() -> None:
    runs = imported_twice(ServiceNowImporter(), [real_file(FILE)], ReadOptions())
    assert (runs.first.counts.created, runs.first.counts.dangling, runs.first.counts.failed) == (1, 2, 0)
    assert (runs.second.counts.changes, runs.heads[0]) == (0, runs.heads[1])


def test_it_is_recognised() -> None:
    document = real_file(FILE)
    assert ServiceNowImporter().sniff(document.head(), document.name) > 0.9
