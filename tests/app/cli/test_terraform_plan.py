"""From a Terraform plan to what the change takes down, on the command line."""

from pathlib import Path

from tests.app.command_line import CommandLine, Reading

PLAN = Path(__file__).parents[2] / "importers" / "fixtures" / "terraform" / "shop_plan.json"
SOURCE = "terraform/shop"


def imported(cmdb: CommandLine) -> Reading:
    return cmdb("import", str(PLAN), "--source", SOURCE, "--change", "CHG-1", "--json").json()


def states(cmdb: CommandLine) -> dict[str, str]:
    answer = cmdb("impact", "Change:CHG-1", "--at-risk", "--json").json()
    return {row.text("name"): row.text("state") for row in answer.rows("affected")}


def test_a_plan_fills_the_change_and_the_change_says_what_falls(cmdb: CommandLine) -> None:
    report = imported(cmdb)
    assert report.number("counts", "failed") == 0
    assert report.number("relationships", "AFFECTS", "relationships") == 5
    assert report.number("classes", "Change") == 1
    found = states(cmdb)
    assert {found[name] for name in ("web-1", "orders", "old")} == {"down"}
    assert found["jobs"] == "at_risk"


def test_a_replaced_target_leaves_the_pool_with_the_other_one(cmdb: CommandLine) -> None:
    imported(cmdb)
    found = states(cmdb)
    assert found["web-targets"] == "at_risk"
    assert "web-2" not in found


def test_a_replica_outlives_its_source_with_less(cmdb: CommandLine) -> None:
    imported(cmdb)
    assert states(cmdb)["replica"] == "degraded"


def test_the_same_plan_again_changes_nothing(cmdb: CommandLine) -> None:
    first, second = imported(cmdb), imported(cmdb)
    assert second.number("counts", "changes") == 0
    assert second.number("seq") == first.number("seq")


def test_the_change_of_a_plan_is_the_one_that_people_know_by_its_code(cmdb: CommandLine, tmp_path: Path) -> None:
    rows = tmp_path / "changes.csv"
    rows.write_text("class,name,code\nChange,Renew the web tier,CHG-1\n", "utf-8")
    assert cmdb("import", str(rows)).code == 0
    report = imported(cmdb)
    assert report.number("counts", "created") == 10  # the resources; the change was there
    named = cmdb("impact", "Change:Renew the web tier", "--json").json()
    bound = cmdb("impact", "terraform/shop/default.plan.CHG-1#CHG-1", "--json").json()
    assert len(named.rows("affected")) == len(bound.rows("affected")) > 0


def test_a_change_without_a_plan_is_told_to_be_of_no_use(cmdb: CommandLine) -> None:
    state = PLAN.with_name("web_tier.tfstate")
    problems = cmdb("import", str(state), "--change", "CHG-1", "--json").json().rows("problems")
    assert "NO_PLAN" in {problem.text("code") for problem in problems}
