"""The large fixture, against counts that the test makes itself from the JSON."""

import json
from collections import Counter
from functools import partial

import pytest

from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.model.items import Effect
from cmdb.model.observations import RelationshipRecord, Severity
from cmdb.store.memory import MemoryStore
from importers.base import Document, ReadOptions
from importers.netbox import NetBoxImporter
from importers.netbox.models import CLASSES
from tests.importers.netbox.inputs import ESTATE, FOLDER, REST, edges, end, items, read

ROWS = json.loads((FOLDER / "estate.json").read_text("utf-8"))
MODELS = Counter(row["model"] for row in ROWS)
ESTATE_READ = read(ESTATE)
ORDER = Order("tester", "netbox/default")


def fields_of(model: str) -> dict[int, dict[str, object]]:
    return {row["pk"]: row["fields"] for row in ROWS if row["model"] == model}


def test_every_row_of_a_model_with_a_class_is_there() -> None:
    found = Counter(record.kind for record in items(ESTATE_READ).values())
    expected = {model: count for model, count in MODELS.items() if model in CLASSES}
    assert {model: count for model, count in found.items() if model in CLASSES} == expected
    assert found["dcim.device"] == 16
    assert sum(found.values()) == sum(expected.values()) + 2  # an inventory item and a wireless network


def test_devices_become_the_classes_of_their_roles() -> None:
    classes = Counter(record.cls for record in items(ESTATE_READ, "dcim.device").values())
    assert classes == {
        "Host": 4, "Switch": 3, "PDU": 2, "OtherDevice": 3, "Firewall": 1, "Router": 1, "UPS": 1,
        "OtherNetworkDevice": 1,
    }  # fmt: skip


def test_every_reference_of_a_device_to_a_rack_is_an_edge() -> None:
    in_racks = {f"dcim.device#{pk}": f"dcim.rack#{row['rack']}" for pk, row in fields_of("dcim.device").items()}
    found = {
        from_: to
        for _, from_, to in edges(ESTATE_READ, "LOCATED_IN")
        if to.startswith("dcim.rack#") and "device" in from_
    }
    assert found == {device: rack for device, rack in in_racks.items() if rack != "dcim.rack#None"}
    assert len(found) == 15


def test_the_four_devices_without_a_name_are_told_apart_by_maker_model_and_number() -> None:
    nameless = {pk for pk, row in fields_of("dcim.device").items() if row["name"] is None}
    names = {pk: items(ESTATE_READ, "dcim.device")[str(pk)].name for pk in nameless}
    assert names == {
        9: "APC AP8941 (PDU-R01-A)",
        10: "APC AP8941 (10)",
        11: "Panduit CPP48 (11)",
        12: "Panduit CPP48 (12)",
    }


def test_the_same_name_of_two_tenants_is_two_hosts() -> None:
    hosts = [record for record in items(ESTATE_READ, "dcim.device").values() if record.name == "db-1"]
    owners = {from_: to for _, from_, to in edges(ESTATE_READ, "OWNED_BY")}
    assert [owners[f"dcim.device#{host.key}"] for host in hosts] == ["tenancy.tenant#1", "tenancy.tenant#2"]


def test_each_cable_that_has_two_known_ends_is_linked_to_both() -> None:
    plugged = Counter(from_ for _, from_, _ in edges(ESTATE_READ, "LINKED_TO") if from_.startswith("dcim.cable#"))
    assert plugged == {f"dcim.cable#{pk}": 2 for pk in fields_of("dcim.cable")}


def test_links_lead_through_patch_panels_and_never_from_a_thing_to_itself() -> None:
    links = [(from_, to) for _, from_, to in edges(ESTATE_READ, "LINKED_TO")]
    assert ("dcim.interface#1", "dcim.interface#20") in links
    assert ("dcim.interface#6", "dcim.interface#21") in links
    assert ("dcim.device#1", "dcim.device#5") in links
    assert all(from_ != to for from_, to in links)


def test_a_cable_within_one_device_joins_its_interfaces_only() -> None:
    links = [(from_, to) for _, from_, to in edges(ESTATE_READ, "LINKED_TO") if "dcim.cable" not in from_]
    assert ("dcim.interface#30", "dcim.interface#31") in links
    assert not [link for link in links if "dcim.device#14" in link]


def test_a_planned_cable_joins_nothing_yet() -> None:
    links = [(from_, to) for _, from_, to in edges(ESTATE_READ, "LINKED_TO") if "dcim.cable" not in from_]
    assert not [link for link in links if "dcim.interface#11" in link]


def test_what_has_two_feeds_needs_one_of_them() -> None:
    db = items(ESTATE_READ, "dcim.device")["5"]
    assert db.groups["power"].min_up == "1"
    assert {
        (edge.group, end(edge.to_ref))
        for edge in ESTATE_READ
        if isinstance(edge, RelationshipRecord) and edge.type == "POWERED_BY" and end(edge.from_ref) == "dcim.device#5"
    } == {("power", "dcim.device#9"), ("power", "dcim.device#10")}


def test_two_plugs_in_one_pdu_are_no_redundancy() -> None:
    powered = [to for _, from_, to in edges(ESTATE_READ, "POWERED_BY") if from_ == "dcim.device#7"]
    assert powered == ["dcim.device#9"]
    assert items(ESTATE_READ, "dcim.device")["7"].groups == {}


def test_a_failed_feed_counts_for_nothing() -> None:
    feeds = {
        end(edge.to_ref): edge.effect
        for edge in ESTATE_READ
        if isinstance(edge, RelationshipRecord) and edge.type == "POWERED_BY" and end(edge.from_ref) == "dcim.device#13"
    }
    assert feeds == {"dcim.powerfeed#3": Effect.NONE, "dcim.powerfeed#4": None}
    assert items(ESTATE_READ, "dcim.device")["13"].groups == {}


def test_addresses_that_are_shared_are_nobodys_and_a_name_of_two_addresses_is_no_domain_name() -> None:
    found = items(ESTATE_READ)
    assert found["dcim.device#7"].attributes["addresses"] == ["10.0.0.13"]
    assert "fqdn" not in found["dcim.device#7"].attributes
    assert found["dcim.device#5"].attributes["fqdn"] == "db-1.example.com"
    assert found["dcim.device#1"].attributes["management_address"] == "10.0.0.2"


def test_what_has_no_attribute_is_kept_beside_them() -> None:
    kept = items(ESTATE_READ, "dcim.device")["5"].unmapped
    assert kept == {
        "status": "active", "role": "Server", "custom.warranty": "2027-06-30",
        "custom.console_url": "https://ilo.example.com",
    }  # fmt: skip
    assert items(ESTATE_READ, "dcim.rack")["1"].unmapped == {
        "facility_id": "4.01", "serial": "RK-1", "status": "active", "role": "Compute",
    }  # fmt: skip


@pytest.mark.parametrize("documents", [(ESTATE,), REST], ids=["dump", "pages"])
def test_a_second_import_into_a_store_changes_nothing(documents: tuple[Document, ...]) -> None:
    ingest = Ingest(MemoryStore(load_catalogue()))
    read_all = partial(NetBoxImporter().read_together, documents, ReadOptions())
    first, second = ingest.run([read_all], ORDER), ingest.run([read_all], ORDER)
    assert {problem.severity for problem in first.problems} <= {Severity.INFO}
    assert first.counts.changes > 20
    assert second.counts.changes == 0
    assert second.seq == first.seq
