"""The example topology: 40 directed edges, counted by hand."""

from collections import Counter
from collections.abc import Iterable

import pytest

from cmdb.model.observations import CIRecord, Observation, RelationshipRecord
from cmdb.model.references import ByKey, Reference
from importers.base import ReadOptions
from importers.lldp import LldpImporter
from tests.importers.sources import real_file
from tests.importers.stored import imported_twice

FILE = "network/batfish-layer1.json"


@pytest.fixture(name="observations")
def _observations() -> list[Observation]:
    return list(LldpImporter().read(real_file(FILE), ReadOptions()))


def links(observations: Iterable[Observation], kind: str) -> list[RelationshipRecord]:
    edges = [record for record in observations if isinstance(record, RelationshipRecord)]
    return [edge for edge in edges if edge.type == "LINKED_TO" and _key(edge.from_ref).startswith(f"{kind}/")]


def _key(reference: Reference) -> str:
    assert isinstance(reference, ByKey)
    return reference.key


def test_there_are_15_hosts_and_40_interfaces_each_in_its_host(observations: list[Observation]) -> None:
    kinds = Counter(record.kind for record in observations if isinstance(record, CIRecord))
    contained = [r for r in observations if isinstance(r, RelationshipRecord) and r.type == "CONTAINED_IN"]
    assert kinds == {"host": 15, "interface": 40}
    assert len({edge.from_ref for edge in contained}) == len(contained) == 40


def test_the_40_edges_are_20_cables_each_seen_from_both_ends(observations: list[Observation]) -> None:
    cables = links(observations, "Port")
    assert len(cables) == 20
    assert {len(edge.evidence) for edge in cables} == {2}
    assert all(_key(edge.from_ref) < _key(edge.to_ref) for edge in cables)


def test_the_cable_inside_one_host_links_no_host_to_itself(observations: list[Observation]) -> None:
    inside = [edge for edge in links(observations, "Port") if _key(edge.to_ref).startswith("Port/as3core1/")]
    ports = {(_key(edge.from_ref), _key(edge.to_ref)) for edge in inside}
    assert ("Port/as3core1/GigabitEthernet2/0", "Port/as3core1/GigabitEthernet3/0") in ports
    assert len(links(observations, "Device")) == 19
    assert all(edge.from_ref != edge.to_ref for edge in links(observations, "Device"))


def test_a_second_import_changes_nothing() -> None:
    runs = imported_twice(LldpImporter(), [real_file(FILE)], ReadOptions())
    assert (runs.first.counts.created, runs.first.counts.dangling, runs.first.counts.failed) == (55, 0, 0)
    assert (runs.second.counts.changes, runs.heads[0]) == (0, runs.heads[1])


def test_it_is_recognised() -> None:
    document = real_file(FILE)
    assert LldpImporter().sniff(document.head(), document.name) > 0.9
