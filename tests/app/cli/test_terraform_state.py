"""What a Terraform state makes fall, on the command line: the meaning of what attributes name, seen in answers."""

from pathlib import Path

import pytest

from tests.app.command_line import CommandLine

FIXTURES = Path(__file__).parents[2] / "importers" / "fixtures" / "terraform"
SOURCE = "terraform/shop"


@pytest.fixture
def web(cmdb: CommandLine) -> CommandLine:
    """A web tier of two instances behind a load balancer, and the services beside it."""
    files = [str(FIXTURES / f"{name}.tfstate") for name in ("web_tier", "services")]
    report = cmdb("import", *files, "--source", SOURCE, "--json").json()
    assert report.number("counts", "failed") == 0
    return cmdb


def states(cmdb: CommandLine, *addresses: str, state: str = "down") -> dict[str, str]:
    """The state of everything raised when these resources fail, by name."""
    references = [f"{SOURCE}/default#{address}" for address in addresses]
    answer = cmdb("impact", *references, "--state", state, "--at-risk", "--json").json()
    return {row.text("name"): row.text("state") for row in answer.rows("affected")}


WWW = "www.shop.example"


def test_one_of_two_instances_puts_the_load_balancer_at_risk_and_no_more(web: CommandLine) -> None:
    found = states(web, "aws_instance.web[0]")
    assert found["web"] == found[WWW] == "at_risk"
    assert "web-2" not in found


def test_both_instances_take_down_the_load_balancer_and_the_name_that_leads_to_it(web: CommandLine) -> None:
    assert states(web, "aws_instance.web[0]", "aws_instance.web[1]")[WWW] == "down"


def test_removing_the_attachments_has_the_same_effect_though_the_instances_live(web: CommandLine) -> None:
    found = states(web, "aws_lb_target_group_attachment.web[0]", "aws_lb_target_group_attachment.web[1]")
    assert found[WWW] == "down"
    assert not {"web-1", "web-2"} & set(found)


def test_an_instance_and_the_attachment_of_the_other_one_are_both_of_the_pool(web: CommandLine) -> None:
    assert states(web, "aws_instance.web[0]", "aws_lb_target_group_attachment.web[1]")[WWW] == "down"


def test_a_volume_takes_its_instance_with_it(web: CommandLine) -> None:
    found = states(web, "aws_ebs_volume.data")
    assert found["web-1"] == "down"
    assert found[WWW] == "at_risk"


def test_so_does_its_attachment(web: CommandLine) -> None:
    assert states(web, "aws_volume_attachment.data")["web-1"] == "down"


def test_a_load_balancer_in_two_subnets_outlives_one(web: CommandLine) -> None:
    found = states(web, 'aws_subnet.private["a.1"]')
    assert found["web-1"] == "down"
    assert found[WWW] == "at_risk"


def test_a_network_takes_down_all_that_is_in_it(web: CommandLine) -> None:
    found = states(web, "aws_vpc.main")
    assert {found[name] for name in ("web-1", "web-2", WWW, "orders")} == {"down"}


def test_a_security_group_degrades_what_it_protects_and_one_of_its_rules_puts_it_at_risk(web: CommandLine) -> None:
    assert states(web, "aws_security_group.web")["web-1"] == "degraded"
    assert states(web, "aws_security_group_rule.https")["web-1"] == "at_risk"


def test_rights_that_are_gone_degrade(web: CommandLine) -> None:
    assert states(web, "aws_iam_instance_profile.web")["web-1"] == "degraded"
    assert states(web, "aws_iam_role.web")["web-1"] == "at_risk"


def test_a_database_needs_its_key_and_can_do_for_a_while_without_its_parameters(web: CommandLine) -> None:
    assert states(web, "aws_kms_key.data")["orders"] == "down"
    assert states(web, "aws_db_parameter_group.main")["orders"] == "degraded"


def test_a_cluster_outlives_one_of_its_instances_and_one_of_its_node_groups(web: CommandLine) -> None:
    assert states(web, "aws_rds_cluster_instance.stock[0]")["stock"] == "at_risk"
    found = states(web, 'aws_eks_node_group.shop["blue"]')
    assert found["shop"] == "at_risk"


def test_one_of_two_receivers_of_a_notification_takes_a_part_of_it_away(web: CommandLine) -> None:
    address = "aws_s3_bucket_notification.media"
    assert states(web, "aws_lambda_function.resize")[address] == "degraded"
    assert states(web, "aws_lambda_function.resize", "aws_sqs_queue.media")[address] == "down"


def test_a_route_that_is_gone_degrades_what_takes_it(web: CommandLine) -> None:
    found = states(web, "aws_nat_gateway.main")
    assert found["aws_route_table.private"] == "degraded"
    assert "aws_vpc.main" not in found


def test_the_order_of_making_carries_no_failure(web: CommandLine) -> None:
    assert "web-2" not in states(web, 'aws_subnet.private["a.1"]')


@pytest.mark.parametrize("name", ["secrets.tfstate", "secrets_printed.json"])
def test_no_secret_of_a_state_or_plan_is_in_the_store_or_in_what_is_printed(cmdb: CommandLine, name: str) -> None:
    outcome = cmdb("import", str(FIXTURES / name), "--source", SOURCE, "--json")
    assert outcome.code == 0
    folder = Path(cmdb.store.removeprefix("sqlite:///")).parent
    stored = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
    assert b"aws_db_instance" in stored
    assert b"canary" not in stored.lower()
    assert "canary" not in (outcome.out + outcome.err).lower()
