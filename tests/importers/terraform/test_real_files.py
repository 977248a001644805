"""The real states and plans, with the numbers that were counted apart from this project."""

import pytest

from cmdb.errors import FileMalformed
from importers.base import ReadOptions
from importers.terraform import TerraformImporter
from tests.importers.sources import real_file
from tests.importers.terraform.readings import Reading, read, real


def counted(reading: Reading) -> tuple[int, int, int]:
    """Dependency entries that are resolved, of these the lookups without a relationship, and dangling ones."""
    resolved, lookups = reading.entries(resolved=True), reading.lookups()
    return len(resolved) + len(lookups), len(lookups), len(reading.entries(resolved=False))


def test_sock_shop_is_a_state_of_version_3_with_10_resources() -> None:
    reading = real("sock-shop-v3.tfstate")
    assert reading.types() == {"aws_instance": 5, "null_resource": 3, "aws_elb": 1, "aws_security_group": 1}
    assert {record.scope.source for record in reading.resources.values()} == {
        "terraform/aa813624-571d-4eea-aa83-4fa4002a8125"
    }


def test_sock_shop_has_17_entries_and_25_pairs_when_the_nodes_are_expanded() -> None:
    reading = real("sock-shop-v3.tfstate")
    assert counted(reading) == (17, 0, 0)
    assert len(reading.expanded()) == 25
    twice = {origin for origin in reading.entries(resolved=True) if origin.startswith("aws_elb")}
    assert len(twice) == 3  # the node, the node again, the security group


def test_sock_shop_routes_to_four_nodes_of_which_any_one_is_enough() -> None:
    reading = real("sock-shop-v3.tfstate")
    balancer = "aws_elb.microservices-demo-staging-k8s"
    assert reading.arrows("ROUTES_TO") == {(balancer, f"aws_instance.k8s-node[{number}]") for number in range(4)}
    group = "aws_security_group.microservices-demo-staging-k8s"
    assert ("aws_instance.k8s-node[0]", group) in reading.arrows("PROTECTED_BY")  # by the name, which the ELB bears too


def test_the_outputs_of_sock_shop_are_not_read() -> None:
    told = repr(real("sock-shop-v3.tfstate"))
    assert "node_addresses" not in told
    assert "sock_shop_address" not in told


def test_buckets_have_26_resources_and_28_dependencies_of_which_5_dangle() -> None:
    reading = real("driftctl/aws_s3_full/terraform.tfstate")
    kinds = {"analytics_configuration": 6, "inventory": 6, "metric": 6, "notification": 2, "policy": 3}
    assert reading.types() == {"aws_s3_bucket": 3, **{f"aws_s3_bucket_{kind}": n for kind, n in kinds.items()}}
    assert counted(reading) == (23, 0, 5)
    missing = {to for _, to in reading.arrows("CREATED_AFTER")}
    assert missing == {"aws_lambda_function.func1", "aws_lambda_function.func2", "aws_iam_role.iam_for_lambda"}


def test_the_listener_has_6_managed_resources_and_1_lookup() -> None:
    reading = real("driftctl/aws_lb_listener/terraform.tfstate")
    assert reading.types().total() == 6
    (lookup,) = [problem for problem in reading.problems if problem.code == "LOOKUP_NOT_OWNED"]
    assert lookup.message.startswith("data azurerm_resource_group")
    assert counted(reading) == (6, 0, 8)
    assert {to for _, to in reading.arrows("CREATED_AFTER")} >= {"aws_vpc.main", "aws_subnet.main-2"}


def test_the_valid_state_has_one_managed_resource_and_one_lookup() -> None:
    reading = real("driftctl/v4/valid.tfstate")
    assert reading.types() == {"aws_instance": 1}
    assert reading.codes() == {"LOOKUP_NOT_OWNED": 1}
    assert counted(reading) == (0, 0, 0)
    assert "eyJlMm" not in repr(reading)  # the opaque private data


@pytest.mark.parametrize(
    ("name", "line_or_field", "said"),
    [
        ("invalid", ":16", "not JSON"),
        ("invalid_version", "terraform_version", "'invalid' is no version of Terraform"),
        ("unsupported_version", "terraform_version", "version 4, which Terraform 0.10.26 could not write"),
    ],
)
def test_a_state_that_cannot_be_read_is_refused_with_its_place(name: str, line_or_field: str, said: str) -> None:
    with pytest.raises(FileMalformed) as refused:
        real(f"driftctl/v4/{name}.tfstate")
    assert line_or_field in refused.value.message
    assert said in refused.value.message
    assert refused.value.hint


def test_the_cyclic_groups_have_19_resources_and_20_resolved_dependencies() -> None:
    reading = real("inframap-aws-cyclic.json")
    assert reading.types() == {"aws_security_group_rule": 13, "aws_security_group": 4, "aws_instance": 2}
    assert counted(reading) == (20, 0, 0)


def test_the_cycle_of_groups_carries_no_failure_and_the_group_that_is_gone_is_kept() -> None:
    reading = real("inframap-aws-cyclic.json")
    one, two = "aws_security_group_rule.sgrule-2136685937", "aws_security_group_rule.sgrule-1098878579"
    peers = reading.arrows("RELATES_TO")
    assert (one, "aws_security_group.prometheus-prometheus-infra") in peers
    assert (two, "resource_id=sg-060a06fcbcfdd24d3") in peers
    assert all(edge.from_ref != edge.to_ref for edge in reading.edges)
    assert len(reading.arrows("PART_OF")) == 13


def test_openstack_has_12_resources_of_8_types_and_11_resolved_dependencies() -> None:
    reading = real("inframap-openstack-lb.json")
    assert (reading.types().total(), len(reading.types())) == (12, 8)
    assert counted(reading) == (11, 0, 0)
    chain = [("loadbalancer_v2.PPdjL", "listener_v2.lzSKa"), ("listener_v2.lzSKa", "pool_v2.nwYyz")]
    chain += [("pool_v2.nwYyz", "member_v2.FbSow")]
    assert reading.arrows("ROUTES_TO") == {(f"openstack_lb_{one}", f"openstack_lb_{two}") for one, two in chain}


def test_azure_has_5_resources_and_19_dependencies_of_which_15_dangle() -> None:
    reading = real("inframap-azure.tfstate")
    assert reading.types().total() == 5
    assert counted(reading) == (4, 0, 15)
    missing = {to for _, to in reading.arrows("CREATED_AFTER") if to not in reading.resources}
    assert len(missing) == 8
    assert "tls_private_key.example_ssh" in missing  # a name; the output of that name is not read


def test_infracost_has_14_managed_resources_and_4_lookups_in_nested_modules() -> None:
    reading = real("infracost-state.json")
    assert reading.types().total() == 14
    lookups = [problem.message for problem in reading.problems if problem.code == "LOOKUP_NOT_OWNED"]
    assert sum(int(message.rsplit(maxsplit=1)[-1].rstrip(".")) for message in lookups) == 4
    assert counted(reading) == (13, 6, 2)
    assert 'aws_instance.instance_named["test.1"]' in reading.resources
    assert 'module.instances.aws_instance.module_instance_named["test.1"]' in reading.resources


def test_the_password_of_the_database_that_nothing_marks_stays_in_the_file() -> None:
    told = repr(real("infracost-state.json"))
    assert "YourPwdShouldBeLongAndSecure" not in told
    assert "db.t3.micro" in told


@pytest.mark.parametrize(
    ("path", "actions", "prior"),
    [
        ("basic/plan.json", {"create": 7, "read": 1}, 0),
        ("has_changes/plan.json", {"no-op": 6}, 6),
        ("110_sensitive_values/plan.json", {"create": 7}, 0),
    ],
)
def test_a_plan_gives_what_exists_and_one_change_that_touches_none_of_it(
    path: str, actions: dict[str, int], prior: int
) -> None:
    reading = real(f"terraform-json/{path}")
    (change,) = reading.changes
    assert change.unmapped["actions"] == actions
    assert len(reading.resources) == prior
    assert reading.arrows("AFFECTS") == set()


def test_resources_that_bear_one_address_in_the_file_are_told_apart() -> None:
    reading = real("terraform-json/has_changes/plan.json")
    assert set(reading.resources) == {
        "null_resource.foo",
        "null_resource.bar",
        *(f"null_resource.baz[{number}]" for number in range(3)),
        "module.foo.null_resource.foo",
    }
    assert reading.codes()["LOOKUP_NOT_OWNED"] == 1


def test_the_printed_state_has_7_resources_and_4_resolved_dependencies() -> None:
    reading = real("terraform-json/110_sensitive_values/state.json")
    assert reading.types() == {"null_resource": 7}
    assert counted(reading) == (4, 0, 0)


@pytest.mark.parametrize(
    "name", ["basic/plan", "has_changes/plan", "110_sensitive_values/plan", "110_sensitive_values/state"]
)
def test_outputs_are_not_read_whether_marked_or_not(name: str) -> None:
    document = real_file(f"terraform/terraform-json/{name}.json")
    assert "interpolated" not in repr(read(document, ReadOptions(source="terraform/json")))


def test_every_real_file_is_recognised_by_its_head() -> None:
    folder = real_file("terraform/infracost-state.json").name.rpartition("/")[0]
    assert folder
    for path in (
        "sock-shop-v3.tfstate",
        "inframap-azure.tfstate",
        "infracost-state.json",
        "terraform-json/basic/plan.json",
    ):
        document = real_file(f"terraform/{path}")
        assert TerraformImporter().sniff(document.head(), "standard input") > 0.95
