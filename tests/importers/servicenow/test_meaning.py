"""What fails with what, from the tables to the answer."""

from importers.servicenow import ServiceNowImporter
from tests.importers.servicenow.samples import FOLDER, documents_of
from tests.importers.stored import states_when_down

ESTATE = documents_of(FOLDER / "estate")


def states(*down: str) -> dict[str, str]:
    return states_when_down(ServiceNowImporter(), ESTATE, *down)


def test_power_takes_the_server_down_with_all_that_stands_on_it() -> None:
    found = states("PDU:pdu-a")
    down = {name for name, state in found.items() if state == "down"}
    assert {"Host:db-1", "DatabaseInstance:orders", "Application:shop", "NetworkInterface:eth0"} <= down
    assert found["ServerFarm:sql-cluster"] == "at_risk"


def test_a_cluster_is_down_without_all_of_its_nodes_only() -> None:
    assert states("Host:db-1", "Host:esx-1")["ServerFarm:sql-cluster"] == "down"


def test_a_service_is_down_without_what_it_depends_on_and_its_offering_with_it() -> None:
    found = states("Application:shop")
    assert (found["BusinessService:Sales"], found["Offering:Sales gold"]) == ("down", "down")


def test_a_room_takes_down_what_stands_in_it_and_a_switch_that_is_only_linked_nothing() -> None:
    assert {"Rack:r1", "Host:db-1"} <= states("Room:Hall 1").keys()
    assert states("Switch:sw-1") == {"Switch:sw-1": "down"}


def test_a_toaster_of_unknown_relations_takes_nothing_down() -> None:
    assert states("OtherCI:toaster") == {"OtherCI:toaster": "down"}
