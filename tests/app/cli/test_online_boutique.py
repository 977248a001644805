"""A real manifest file from the command line to the answer, on both real stores."""

import re
from pathlib import Path

import pytest

from tests.app.command_line import CommandLine, Outcome, Reading, labels

FILE = Path(__file__).parents[3].parent / "shared" / "data" / "kubernetes" / "online-boutique.yaml"
UNIQUE = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<="seq": )\d+')

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the collection of real files is not beside the repository")


def imported(cmdb: CommandLine) -> Reading:
    return cmdb("import", str(FILE), "--json").json()


def impact_of_the_store_of_carts(cmdb: CommandLine) -> Outcome:
    return cmdb("impact", "Workload:redis-cart", "--json")


def test_the_counts_are_those_counted_by_hand(cmdb: CommandLine) -> None:
    report = imported(cmdb)
    assert report.at("objects").value == {"Deployment": 12, "Service": 12, "ServiceAccount": 11}
    assert report.number("classes", "Workload") == 12
    assert report.number("relationships", "SELECTS", "relationships") == 12
    assert report.at("relationships", "CONNECTS_TO").value == {"relationships": 16, "mentions": 17}


def test_the_one_dangling_host_is_told_as_such(cmdb: CommandLine) -> None:
    report = imported(cmdb)
    assert report.number("counts", "dangling") == 1
    (row,) = report.rows("dangling")
    assert row.text("to").endswith("#Service/shoppingassistantservice")
    assert ":89 " in row.text("where")


def test_a_second_run_changes_nothing_and_adds_no_commit(cmdb: CommandLine) -> None:
    first, second = imported(cmdb), imported(cmdb)
    assert second.number("counts", "changes") == 0
    assert second.number("seq") == first.number("seq")


WORKLOADS_THAT_STAND_ON_IT = {"redis-cart", "cartservice", "checkoutservice", "frontend", "loadgenerator"}


def test_what_the_dependencies_imply_is_down_each_with_its_reason(cmdb: CommandLine) -> None:
    imported(cmdb)
    affected = impact_of_the_store_of_carts(cmdb).json().rows("affected")
    workloads = [row for row in affected if row.text("class") == "Workload"]
    assert {row.text("name") for row in workloads} == WORKLOADS_THAT_STAND_ON_IT
    assert {row.text("state") for row in workloads} == {"down"}
    assert all(row.text("reason") for row in affected)


def test_neo4j_gives_the_same_bytes_but_for_ids_and_seq(cmdb: CommandLine, cmdb_on_neo4j: CommandLine) -> None:
    imported(cmdb)
    imported(cmdb_on_neo4j)
    ours, theirs = impact_of_the_store_of_carts(cmdb), impact_of_the_store_of_carts(cmdb_on_neo4j)
    assert len(labels(ours.json().rows("affected"))) > 5
    assert UNIQUE.sub("", theirs.out) == UNIQUE.sub("", ours.out)
