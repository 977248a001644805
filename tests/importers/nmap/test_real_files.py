"""The real scans, to the host and to the port, and what becomes of them in a store."""

from functools import partial
from itertools import permutations

import pytest

from cmdb.errors import FileMalformed
from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord
from cmdb.store.memory import MemoryStore
from importers.auditing import forbidden_events
from importers.base import Document, ReadOptions
from importers.nmap import NmapImporter
from tests.importers.sources import real_file
from tests.ingest.graphs import plain

FULL, SYSTEMS, NAMED = "nmap/full_sudo6.xml", "nmap/os_scan6.xml", "nmap/2_hosts_version.xml"


class Reading:
    """What a real scan says, taken apart."""

    def __init__(self, path: str) -> None:
        observations = list(NmapImporter().read(real_file(path), ReadOptions()))
        self.items = {item.key: item for item in observations if isinstance(item, CIRecord)}
        self.edges = [edge for edge in observations if isinstance(edge, RelationshipRecord)]
        self.problems = {item.code: item.message for item in observations if isinstance(item, Problem)}

    def ports(self) -> dict[str, int]:
        """The number of open ports of each host."""
        endpoints = [key for key, item in self.items.items() if item.cls == "Endpoint"]
        assert len(endpoints) == len(self.edges)
        hosts = [key for key, item in self.items.items() if item.cls == "OtherDevice"]
        return {host: sum(key.startswith(f"{host}:") for key in endpoints) for host in hosts}

    def told(self, word: str) -> dict[str, object]:
        return {key: item.unmapped[word] for key, item in self.items.items() if word in item.unmapped}


def test_the_full_scan_has_4_hosts_with_12_open_ports_3_macs_and_2_known_systems() -> None:
    reading = Reading(FULL)
    assert reading.ports() == {"192.168.1.1": 6, "192.168.1.2": 1, "192.168.1.5": 2, "192.168.1.3": 3}
    assert set(reading.told("mac_address")) == {"192.168.1.1", "192.168.1.2", "192.168.1.5"}
    assert set(reading.told("operating_system")) == {"192.168.1.1", "192.168.1.3"}
    assert "252" in reading.problems["HOSTS_SILENT"]
    assert set(reading.problems) == {"HOSTS_SILENT"}


def test_the_scan_of_systems_has_3_hosts_with_11_open_ports_and_one_known_system() -> None:
    reading = Reading(SYSTEMS)
    assert reading.ports() == {"192.168.1.1": 6, "192.168.1.5": 2, "192.168.1.3": 3}
    assert set(reading.told("mac_address")) == {"192.168.1.1", "192.168.1.5"}
    assert set(reading.told("operating_system")) == {"192.168.1.1"}
    assert "253" in reading.problems["HOSTS_SILENT"]


def test_the_scan_by_name_has_2_hosts_with_8_open_ports_and_one_filtered() -> None:
    reading = Reading(NAMED)
    assert reading.ports() == {"127.0.0.1": 5, "74.207.244.221": 3}
    assert reading.told("mac_address") == reading.told("product") == reading.told("operating_system") == {}
    assert reading.items["74.207.244.221"].name == "scanme.nmap.org"
    assert reading.told("hostnames") == {"74.207.244.221": ["scanme.nmap.org"]}
    assert reading.told("ports_not_open")["74.207.244.221"] == {"closed": 996, "filtered": 1}
    assert set(reading.problems) == {"LOOPBACK_SCANNED"}


def test_a_service_that_two_scans_name_differently_is_one_endpoint() -> None:
    full, systems = Reading(FULL), Reading(SYSTEMS)
    key = "192.168.1.1:992/tcp"
    assert (full.told("service")[key], systems.told("service")[key]) == ("telnet", "telnets")
    assert (full.items[key].name, full.items[key].scope) == (systems.items[key].name, systems.items[key].scope)


@pytest.mark.parametrize("path", ["nmap/defused_et_included.xml", "nmap/defused_et_local_includer.xml"])
def test_what_is_no_scan_is_refused_and_nothing_is_opened(path: str) -> None:
    with real_file(path).open() as stream:
        document = Document(path, stream.read())
    with forbidden_events() as events, pytest.raises(FileMalformed):
        list(NmapImporter().read(document, ReadOptions()))
    assert events == []
    assert NmapImporter().sniff(document.head(), path) == 0


def test_no_output_of_a_script_leaves_the_full_scan() -> None:
    told = repr(list(NmapImporter().read(real_file(FULL), ReadOptions())))
    assert not any(word in told for word in ("CERTIFICATE", "OpenRG", "SF-Port80", "littleblackbox", "OS:SCAN"))


def run(store: MemoryStore, *paths: str) -> int:
    """The number of changes that an import of these scans together makes."""
    documents = [real_file(path) for path in paths]
    read = partial(NmapImporter().read_together, documents, ReadOptions())
    report = Ingest(store).run([read], Order("tester", "nmap"))
    assert report.complete
    return report.counts.changes


def test_importing_again_changes_nothing_and_commits_nothing() -> None:
    store = MemoryStore(load_catalogue())
    assert run(store, FULL, SYSTEMS, NAMED) > 0
    head, before = store.head(), plain(store)
    assert run(store, FULL, SYSTEMS, NAMED) == 0
    assert (store.head(), plain(store)) == (head, before)


def test_any_order_of_the_scans_gives_the_same_graph() -> None:
    graphs = []
    for order in permutations((FULL, SYSTEMS, NAMED)):
        store = MemoryStore(load_catalogue())
        for path in order:
            run(store, path)
        graphs.append(plain(store))
    together = MemoryStore(load_catalogue())
    run(together, NAMED, SYSTEMS, FULL)
    assert [graph for graph in graphs if graph != plain(together)] == []
    assert len(plain(together).items) == 4 + 12 + 2 + 8
