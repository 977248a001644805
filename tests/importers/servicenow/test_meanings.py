"""Labels of relation types: which end depends on which, and that every edge is one that the catalogue allows."""

import itertools

import pytest

from cmdb.model.catalogue import load_catalogue
from cmdb.model.items import Effect
from importers.servicenow.meanings import PARENT, Bond, Edge, edge_of, reading_of
from importers.servicenow.tables import ALL_CLASSES

CATALOGUE = load_catalogue()

DIRECTIONS = {
    ("Depends on::Used by", "Application", "DatabaseInstance"): "parent DEPENDS_ON child",
    ("Used by::Depends on", "DatabaseInstance", "Application"): "child DEPENDS_ON parent",
    ("Uses::Used by", "Application", "Host"): "parent DEPENDS_ON child",
    ("Used by::Uses", "StoragePool", "Host"): "child DEPENDS_ON parent",
    ("Consumes::Consumed by", "Application", "Application"): "parent DEPENDS_ON child",
    ("Runs on::Runs", "Application", "Host"): "parent RUNS_ON child",
    ("Runs on::Runs", "TechnicalService", "Host"): "parent DEPENDS_ON child",
    ("Hosted on::Hosts", "OtherCI", "KubernetesCluster"): "parent RUNS_ON child",
    ("Virtualized by::Virtualizes", "VirtualMachine", "Host"): "parent RUNS_ON child",
    ("Virtualised by::Virtualises", "VirtualMachine", "Host"): "parent RUNS_ON child",
    ("Registered on::Has registered", "VirtualMachine", "Host"): "parent RUNS_ON child",
    ("Contains::Contained by", "ApplicationComponent", "Application"): "child CONTAINED_IN parent",
    ("Contains::Contained by", "Rack", "Host"): "child LOCATED_IN parent",
    ("Contains::Contained by", "HypervisorCluster", "Host"): "child PART_OF parent",
    ("Contains::Contained by", "TechnicalService", "Host"): "parent DEPENDS_ON child",
    ("Contained by::Contains", "Application", "ApplicationComponent"): "parent CONTAINED_IN child",
    ("Contains::Contained by", "BusinessService", "Offering"): "child RELATES_TO parent",
    ("Members::Member of", "HypervisorCluster", "Host"): "child PART_OF parent",
    ("Cluster of::Cluster", "KubernetesCluster", "Host"): "child PART_OF parent",
    ("Cluster of::Cluster", "ApplicationComponent", "ServerFarm"): "parent PART_OF child",
    ("Cluster of::Cluster", None, "HypervisorCluster"): "parent PART_OF child",
    ("Connects to::Connected by", "Application", "DatabaseInstance"): "parent CONNECTS_TO child",
    ("Connects to::Connected by", "Host", "Switch"): "parent LINKED_TO child",
    ("IP Connection::IP Connection", "Host", "Host"): "parent LINKED_TO child",
    ("Powered by::Powers", "Host", "PDU"): "parent POWERED_BY child",
    ("Powers::Powered by", "PDU", "Host"): "child POWERED_BY parent",
    ("Powered by::Powers", None, None): "parent POWERED_BY child",
    ("Cooled by::Cools", "Room", "CoolingUnit"): "parent COOLED_BY child",
    ("Provides storage for::Stored on", "StoragePool", "VirtualMachine"): "child STORED_ON parent",
    ("Provides storage for::Stored on", "OtherCI", "VirtualMachine"): "child DEPENDS_ON parent",
    ("Located in::Houses", "Host", "Site"): "parent LOCATED_IN child",
    ("Located in::Houses", "VirtualNetwork", "CloudRegion"): "parent CONTAINED_IN child",
    ("Manages::Managed by", "Application", "Host"): "child RELATES_TO parent",
    ("Sends data to::Receives data from", "Application", "Application"): "child RELATES_TO parent",
    ("Depends on::Used by", "Application", "Offering"): "parent RELATES_TO child",
    ("Depends on::Used by", "Application", "Person"): "parent RELATES_TO child",
}


@pytest.mark.parametrize(("label", "parent", "child"), DIRECTIONS)
def test_a_label_says_which_end_depends_on_which(label: str, parent: str | None, child: str | None) -> None:
    reading = reading_of(label)
    assert reading is not None
    ends = [("parent", parent), ("child", child)]
    first, other = ends if reading.first == PARENT else ends[::-1]
    edge = edge_of(reading.bond, first[1], other[1])
    assert edge is not None
    from_, to = (other, first) if edge.turned else (first, other)
    assert f"{from_[0]} {edge.type} {to[0]}" == DIRECTIONS[label, parent, child]


@pytest.mark.parametrize("bond", Bond)
def test_between_any_two_classes_a_bond_becomes_an_edge_that_the_catalogue_allows(bond: Bond) -> None:
    for first, other in itertools.product(sorted(ALL_CLASSES), repeat=2):
        edge = edge_of(bond, first, other) or Edge("RELATES_TO")
        CATALOGUE.check_ends(edge.type, *((other, first) if edge.turned else (first, other)))


def test_every_class_of_the_tables_is_one_of_the_catalogue() -> None:
    assert all(not CATALOGUE.cls(name).abstract for name in ALL_CLASSES)


def test_a_service_without_one_of_its_parts_is_degraded_not_down() -> None:
    edge = edge_of(Bond.CONTAINED_BY, "Host", "TechnicalService")
    assert edge is not None
    assert (edge.type, edge.effect) == ("DEPENDS_ON", Effect.SOFT)


@pytest.mark.parametrize(
    "label", ["", "::", "Uses", "Uses::Toasted by", "Likes::Liked by", "cb5592603751200032ff8c00dfbe5d17"]
)
def test_a_label_that_nobody_knows_has_no_meaning(label: str) -> None:
    assert reading_of(label) is None


@pytest.mark.parametrize(
    ("bond", "first", "other"),
    [
        (Bond.CLUSTER_OF, None, None),
        (Bond.CLUSTER_OF, "Host", None),
        (Bond.CLUSTER_OF, "Host", "OtherCI"),
        (Bond.CONTAINED_BY, "Host", None),
        (Bond.CONTAINED_BY, None, "ServerFarm"),
        (Bond.CONTAINED_BY, None, None),
        (Bond.TALKS_TO, None, "Host"),
    ],
)
def test_where_only_the_classes_could_say_what_fails_with_what_nothing_is_guessed(
    bond: Bond, first: str | None, other: str | None
) -> None:
    assert edge_of(bond, first, other) is None
