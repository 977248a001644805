"""A dry run says what the import would do to services: one feed is unplugged in the sample estate."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import pytest

from tests.app.command_line import CommandLine, Reading, labels

ROWS = ("hosts.csv", "network.csv", "power.csv", "sites.csv", "storage.csv")
SWEEP = ("import", "--sweep")
TWO_FEEDS = "PDU:ams1-r1-a;PDU:ams1-r1-b,Rack:AMS1-R1,Team:Platform Engineering\nHost,hv-2"
ONE_FEED = "PDU:ams1-r1-a,Rack:AMS1-R1,Team:Platform Engineering\nHost,hv-2"

SECTION = """
What it would do to services
  BusinessService:Store Checkout, BusinessService:Web Shop, TechnicalService:Card Payments and 5 more gain a
  single point of failure: UPS:ams1-ups-a (Host:hv-1 power: 1 of 2 left, needs 1)
  Host:hv-1 power loses its redundancy: 1 of 2 left, needs 1; loses PDU:ams1-r1-b
  UPS:ams1-ups-a takes down 81 items (10 services) instead of 18 items (2 services)
"""


@pytest.fixture
def demo(cmdb: CommandLine) -> CommandLine:
    """On the sample estate."""
    assert cmdb("demo", "--no-serve").code == 0
    return cmdb


def inventory(folder: Path, altered: Mapping[str, Sequence[tuple[str, str]]]) -> list[str]:
    """The inventory of the sample estate as files, with some texts replaced."""
    paths = []
    for name in ROWS:
        text = files("cmdb.app").joinpath("estate", name).read_text(encoding="utf-8")
        for old, new in altered.get(name, ()):
            assert old in text
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
        paths.append(str(folder / name))
    return paths


def unplugged(folder: Path) -> list[str]:
    """The first hypervisor has one of its two feeds no more."""
    return inventory(folder, {"hosts.csv": [(TWO_FEEDS, ONE_FEED)]})


def down(cmdb: CommandLine, ci: str) -> Sequence[str]:
    answer = cmdb("impact", ci, "--json").json()
    rows = [*answer.rows("services"), *answer.rows("offerings")]
    return sorted(labels([row for row in rows if row.text("state") == "down"]))


def test_services_that_gain_a_single_point_of_failure_are_named_with_it_and_why(
    demo: CommandLine, tmp_path: Path
) -> None:
    outcome = demo(*SWEEP, "--dry-run", *unplugged(tmp_path))
    assert outcome.code == 3
    assert "unrelate  Host:hv-1 POWERED_BY PDU:ams1-r1-b" in outcome.out
    assert outcome.out.endswith(SECTION)


def test_the_page_on_impact_shows_what_is_printed() -> None:
    page = Path(__file__).parents[3] / "docs" / "impact.md"
    assert f"```text{SECTION}```" in page.read_text(encoding="utf-8")


def test_what_is_foreseen_is_what_impact_says_before_and_after(demo: CommandLine, tmp_path: Path) -> None:
    paths = unplugged(tmp_path)
    foreseen = demo(*SWEEP, "--dry-run", "--json", *paths).json().at("effects")
    before = down(demo, "UPS:ams1-ups-a")
    assert demo(*SWEEP, *paths).code == 0
    gained = sorted(labels([row.at("service") for row in foreseen.rows("spof_gained")]))
    assert {row.text("ci", "name") for row in foreseen.rows("spof_gained")} == {"ams1-ups-a"}
    assert gained == sorted(set(down(demo, "UPS:ams1-ups-a")) - set(before))
    again = demo(*SWEEP, "--dry-run", "--json", *inventory(tmp_path, {})).json().at("effects")
    assert sorted(labels([row.at("service") for row in again.rows("spof_lost")])) == gained


def test_programs_get_chains_totals_and_what_was_left_out(demo: CommandLine, tmp_path: Path) -> None:
    effects = demo(*SWEEP, "--dry-run", "--json", *unplugged(tmp_path)).json().at("effects")
    assert effects.keys() == [
        "base_seq", "complete", "totals", "spof_gained", "spof_lost", "groups_weakened", "groups_broken",
        "radii_grown", "radii_shrunk", "omitted",
    ]  # fmt: skip
    assert (effects.at("complete").value, effects.at("omitted").value) == (True, [])
    assert effects.at("totals").value == {
        "spof_gained": 8, "spof_lost": 0, "groups_weakened": 1, "groups_broken": 0, "radii_grown": 1, "radii_shrunk": 0,
    }  # fmt: skip
    chain = [(step.text("provider"), step.text("dependent")) for step in effects.rows("spof_gained", 0, "chain")]
    assert chain == [
        ("UPS:ams1-ups-a", "PDU:ams1-r1-a"),
        ("PDU:ams1-r1-a", "Host:hv-1"),
        ("Host:hv-1", "HypervisorCluster:hv-ams1"),
        ("HypervisorCluster:hv-ams1", "VirtualMachine:till-01"),
        ("VirtualMachine:till-01", "Application:Till Server"),
        ("Application:Till Server", "BusinessService:Store Checkout"),
    ]
    assert strength(effects.at("groups_weakened", 0, "after")) == (1, "1", 1, False)
    assert effects.at("radii_grown", 0, "after").value == {"items": 81, "services": 10}


def strength(row: Reading) -> tuple[object, ...]:
    return tuple(row.at(name).value for name in ("members", "min_up", "needed", "broken"))


def test_an_import_that_changes_no_dependency_says_so(demo: CommandLine, tmp_path: Path) -> None:
    outcome = demo(*SWEEP, "--dry-run", *inventory(tmp_path, {}))
    assert outcome.out.endswith("Nothing: no single point of failure, redundancy group or blast radius changes.\n")
    assert outcome.code == 0


def test_into_an_empty_store_there_is_nothing_to_compare_with(cmdb: CommandLine, tmp_path: Path) -> None:
    outcome = cmdb("import", "--dry-run", *inventory(tmp_path, {}))
    assert outcome.out.endswith("The store is empty: there is nothing to compare with.\n")


def test_an_import_that_is_done_tells_no_effects(cmdb: CommandLine, tmp_path: Path) -> None:
    keys = cmdb("import", "--json", *inventory(tmp_path, {})).json().keys()
    assert "effects" not in keys
