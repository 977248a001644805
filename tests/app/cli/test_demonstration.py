"""The sample estate tells a story, and the story is true."""

import re

import pytest

from tests.app.command_line import CommandLine, Reading, labels

UNIQUE = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<="seq": )\d+')


@pytest.fixture
def answer(cmdb: CommandLine) -> Reading:
    return cmdb("demo", "--no-serve", "--json").json()


def states(answer: Reading, section: str) -> dict[str, str]:
    return {row.text("name"): row.text("state") for row in answer.rows(section)}


def reason(answer: Reading, section: str, label: str) -> str:
    (row,) = [row for row in answer.rows(section) if labels([row]) == [label]]
    return row.text("reason")


def test_the_change_is_asked_for_its_saturday_night(answer: Reading) -> None:
    assert answer.text("subject", "name") == "CHG-2041"
    assert answer.text("subject", "window_start") == "2026-11-28T22:00:00Z"
    assert sorted(labels(answer.rows("seeds"))) == ["PDU:ams1-r2-a", "Switch:core-1"]
    assert answer.at("complete").value is True


def test_exactly_what_has_no_second_way_goes_down(answer: Reading) -> None:
    down = [row for row in answer.rows("affected") if row.text("state") == "down"]
    hardware = {"Host", "Switch", "PDU", "DatabaseInstance", "KubernetesNode", "Application"}
    assert sorted(label for label in labels(down) if label.partition(":")[0] in hardware) == [
        "Application:Loyalty Engine",
        "DatabaseInstance:orders-db-2",
        "Host:db-2",
        "Host:hv-3",
        "Host:loyalty-01",
        "Host:metal-1",
        "KubernetesNode:w4",
        "PDU:ams1-r2-a",
        "Switch:core-1",
        "Switch:tor-r2",
    ]


def test_one_host_falls_only_because_both_are_changed_together(cmdb: CommandLine, answer: Reading) -> None:
    assert reason(answer, "affected", "Host:db-2").startswith("uplinks: 0 of 2 left, needs 1")
    for alone in ("PDU:ams1-r2-a", "Switch:core-1"):
        single = cmdb("impact", alone, "--json").json()
        states_of_hosts = {
            row.text("name"): row.text("state") for row in single.rows("affected") if row.text("class") == "Host"
        }
        assert states_of_hosts["db-2"] == "at_risk"


def test_the_database_holds_with_two_of_three(answer: Reading) -> None:
    assert reason(answer, "spared", "DatabaseCluster:orders-db").startswith("replicas: 2 of 3 left, needs 2")


def test_the_hypervisors_survive_one_failure(answer: Reading) -> None:
    assert reason(answer, "spared", "HypervisorCluster:hv-ams1").startswith("parts: 3 of 4 left, needs 3")


def test_the_other_power_feed_carries(answer: Reading) -> None:
    assert reason(answer, "spared", "Router:edge-2") == "power: 1 of 2 left, needs 1; PDU:ams1-r2-a down"


def test_services_fall_work_worse_or_only_lose_redundancy(answer: Reading) -> None:
    assert states(answer, "services") == {
        "Loyalty Programme": "down",
        "Gift Cards": "down",
        "Web Shop": "degraded",
        "Store Checkout": "degraded",
        "Order Fulfilment": "at_risk",
        "Management Reporting": "at_risk",
        "Card Payments": "at_risk",
    }


def test_offerings_customers_and_agreements_follow(answer: Reading) -> None:
    assert states(answer, "offerings")["Loyalty for partners"] == "down"
    assert states(answer, "offerings")["Web shop for consumers"] == "degraded"
    assert states(answer, "offerings")["Fulfilment for partners"] == "at_risk"
    assert states(answer, "customers")["Brightwater Hotels"] == "down"
    assert states(answer, "agreements")["SLA Loyalty Fjellheim"] == "down"
    assert states(answer, "agreements")["SLA Fulfilment Fjellheim"] == "at_risk"


def test_teams_and_suppliers_to_call_are_named(answer: Reading) -> None:
    assert states(answer, "teams")["Marketing Technology"] == "down"
    assert states(answer, "suppliers") == {
        "Netrix Systems": "down",
        "Pointwise Software": "down",
        "Voltaris Power": "down",
        "Paybridge": "at_risk",
    }


def test_a_second_run_changes_nothing(cmdb: CommandLine) -> None:
    first = cmdb("demo", "--no-serve")
    before = cmdb("store", "info", "--json").json().number("seq")
    second = cmdb("demo", "--no-serve")
    assert (first.code, second.code) == (0, 0)
    assert "nothing had changed" in second.out
    assert cmdb("store", "info", "--json").json().number("seq") == before


def test_nothing_of_the_estate_dangles_or_fails(cmdb: CommandLine) -> None:
    cmdb("demo", "--no-serve")
    (run,) = cmdb("runs", "--json").json().rows()
    assert run.text("state") == "succeeded"
    counts = run.at("counts").value
    assert isinstance(counts, dict)
    assert counts.get("dangling", 0) == 0


def test_the_report_can_be_read_aloud(cmdb: CommandLine) -> None:
    report = cmdb("demo", "--no-serve").out
    headings = [line for line in report.splitlines() if line and not line.startswith(" ")]
    for heading in ("Change CHG-2041", "Goes down: 17 CIs", "Holds, and why", "Services", "Customers", "Agreements"):
        assert heading in headings
    assert "From Saturday 2026-11-28 22:00 UTC to Sunday 2026-11-29 02:00 UTC." in headings
    assert max(len(line) for line in report.splitlines()) <= 110
    assert [line for line in report.splitlines() if line != line.rstrip()] == []


def test_the_sample_goes_to_a_file_of_its_own_when_no_store_is_named(cmdb: CommandLine) -> None:
    outcome = cmdb.bare("demo", "--no-serve")
    assert outcome.code == 0
    assert "sqlite:///cmdb-demo.db holds" in outcome.out


def test_neo4j_tells_the_same_story(answer: Reading, cmdb: CommandLine, cmdb_on_neo4j: CommandLine) -> None:
    theirs = cmdb_on_neo4j("demo", "--no-serve", "--json")
    ours = cmdb("demo", "--no-serve", "--json")
    assert answer.rows("affected")
    assert UNIQUE.sub("", theirs.out) == UNIQUE.sub("", ours.out)
