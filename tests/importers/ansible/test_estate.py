"""The inventory of production with the facts of its hosts, against numbers counted by hand in the files."""

from collections import Counter
from functools import partial

from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import Problem, Severity
from cmdb.store.memory import MemoryStore
from importers.ansible import AnsibleImporter
from importers.base import ReadOptions
from tests.importers.ansible.inputs import FACTS, PRODUCTION, codes, items, memberships, read

READ = read(*PRODUCTION)
HOSTS = {key.removeprefix("host/"): record for key, record in items(READ).items() if key.startswith("host/")}
CLONES = [f"clone{number}" for number in range(1, 8)]


def test_of_26_hosts_24_are_told_and_two_without_usable_facts_are_not() -> None:
    assert len(FACTS) == 16
    assert len(HOSTS) == 24
    assert not {"gone01", "broken01"} & HOSTS.keys()
    assert Counter(record.cls for record in HOSTS.values()) == {
        "Host": 11, "VirtualMachine": 11, "OtherNetworkDevice": 2,
    }  # fmt: skip


def test_ten_groups_have_25_hosts_and_five_groups_in_them() -> None:
    groups = [key for key in items(READ) if key.startswith("group/")]
    found = memberships(READ)
    assert len(groups) == 10
    assert sum(member.startswith("host/") for member, _ in found) == 25
    assert sum(member.startswith("group/") for member, _ in found) == 5


def test_seven_clones_are_seven_machines_that_nothing_they_share_identifies() -> None:
    assert {HOSTS[name].name for name in CLONES} == set(CLONES)
    assert all({"system_uuid", "serial", "fqdn"}.isdisjoint(HOSTS[name].attributes) for name in CLONES)
    assert {str(HOSTS[name].unmapped["shared_system_uuid"]) for name in CLONES} == {
        "11111111-2222-3333-4444-555555555555"
    }


def test_a_container_does_not_take_the_identity_of_its_host() -> None:
    assert HOSTS["db1.example.com"].attributes["serial"] == "7XKQ1T3"
    assert {"serial", "system_uuid", "vendor"}.isdisjoint(HOSTS["redis-box"].attributes)


def test_what_cannot_be_read_forbids_to_conclude_from_absence() -> None:
    problems = [problem for problem in READ if isinstance(problem, Problem)]
    assert {problem.code for problem in problems if problem.severity is Severity.INCOMPLETE} == {
        "FILE_MALFORMED",
        "HOST_UNREACHABLE",
    }


def test_facts_alone_are_a_scope_of_their_own() -> None:
    alone = read(*FACTS)
    assert len(items(alone)) == 14
    assert {str(record.scope) for record in items(alone).values()} == {"ansible/default/facts"}
    assert codes(alone)[:2] == ["FILE_MALFORMED", "HOST_UNREACHABLE"]


def test_a_second_import_into_a_store_changes_nothing_and_no_clone_is_suspected() -> None:
    ingest = Ingest(MemoryStore(load_catalogue()))
    read_all = partial(AnsibleImporter().read_together, PRODUCTION, ReadOptions())
    first, second = (ingest.run([read_all], Order("tester", "ansible/default")) for _ in range(2))
    assert first.classes == {"Host": 11, "VirtualMachine": 11, "OtherNetworkDevice": 2, "HostGroup": 10}
    assert "DUPLICATE_SUSPECTED" not in {problem.code for problem in first.problems}
    assert first.counts.dangling == 2
    assert second.counts.changes == 0
    assert second.seq == first.seq
