"""The traps of states and plans, one by one."""

import json

import pytest

from cmdb.errors import FileMalformed, FileMissing, InvalidReference
from cmdb.model.items import Effect, GroupSetting
from cmdb.model.observations import Severity
from cmdb.model.values import JSONValue
from importers.base import Document, ReadOptions
from importers.terraform import TerraformImporter
from tests.importers.sources import FIXTURES
from tests.importers.terraform.readings import fixture, read, resource, state


def test_a_state_is_named_by_its_lineage_and_the_workspace_is_default() -> None:
    (scope,) = TerraformImporter().scopes(state(), ReadOptions())
    assert str(scope) == "terraform/l-1/default"


def test_source_and_scope_name_the_state_and_the_workspace() -> None:
    (scope,) = TerraformImporter().scopes(state(), ReadOptions("terraform/shop", "prod"))
    assert str(scope) == "terraform/shop/prod"


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("shop/plan.json", "terraform/shop"),
        ("/srv/my#shop/plan.json", "terraform/my%23shop"),
        ("plan.json", "terraform/default"),
        ("../plan.json", "terraform/default"),
        ("standard input", "terraform/default"),
    ],
)
def test_what_names_no_lineage_is_named_by_its_folder_with_a_warning(file: str, source: str) -> None:
    document = Document(file, b'{"format_version": "1.0", "terraform_version": "1.9.2"}')
    (scope,) = TerraformImporter().scopes(document, ReadOptions())
    assert scope.source == source
    (problem,) = read(document).problems
    assert (problem.severity, problem.code) == (Severity.WARNING, "SOURCE_NOT_NAMED")
    assert source in problem.message
    assert read(document, ReadOptions("terraform/x")).problems == ()


def test_a_source_that_names_no_state_is_refused() -> None:
    with pytest.raises(InvalidReference):
        read(state(), ReadOptions("terraform/"))


REFUSED = {
    "no JSON": "{",
    "a list": "[]",
    "another object": '{"version": 4}',
    "state version 1": '{"version": 1, "serial": 1}',
    "state version 5": '{"version": 5, "serial": 1}',
    "a state version that is no number": '{"version": "4", "serial": 1}',
    "format version 2": '{"format_version": "2.0"}',
    "a format version that is no text": '{"format_version": 1}',
    "a lineage that is no identifier": '{"version": 4, "lineage": "a/b#c"}',
    "a lineage that is an object": '{"version": 4, "lineage": {}}',
    "a Terraform version that is a list": '{"version": 4, "serial": 1, "terraform_version": [1]}',
    "a key twice": '{"version": 4, "version": 3, "serial": 1}',
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_neither_a_state_nor_a_plan_is_refused_with_advice(text: str) -> None:
    with pytest.raises(FileMalformed) as refused:
        read(Document("a.tfstate", text.encode()))
    assert refused.value.hint


def test_a_file_that_is_missing_is_told_as_such() -> None:
    with pytest.raises(FileMissing):
        read(Document.at(FIXTURES / "terraform" / "nowhere.tfstate"))


def test_an_empty_state_is_read_and_says_nothing() -> None:
    assert read(state()).resources == {}
    assert read(state()).problems == ()


NO_LISTS = {
    "resources": {"version": 4, "serial": 1, "resources": {}},
    "resources[0].instances": {
        "version": 4,
        "serial": 1,
        "resources": [{"mode": "managed", "type": "a_b", "name": "c", "instances": 1}],
    },
    "modules": {"version": 3, "serial": 1, "modules": {}},
    "values.root_module.resources": {"format_version": "1.0", "values": {"root_module": {"resources": 1}}},
    "values.root_module.child_modules": {"format_version": "1.0", "values": {"root_module": {"child_modules": 1}}},
    "resource_changes": {"format_version": "1.0", "resource_changes": 1},
}


@pytest.mark.parametrize(("pointer", "body"), NO_LISTS.items())
def test_a_list_that_is_none_makes_the_reading_incomplete(pointer: str, body: dict[str, object]) -> None:
    problems = read(Document("a.json", json.dumps(body).encode()), ReadOptions("terraform/x")).problems
    assert [(problem.severity, problem.where.pointer) for problem in problems] == [(Severity.INCOMPLETE, pointer)]


@pytest.mark.parametrize(
    "spelled",
    [
        "provider.aws",
        "provider.aws.east",
        "module.net.provider.aws",
        'provider["registry.terraform.io/hashicorp/aws"]',
        'module.net["a.b"].provider["registry.terraform.io/hashicorp/aws"].east',
        "registry.terraform.io/hashicorp/aws",
        "aws.east",
        "aws",
        "",
    ],
)
def test_a_provider_is_one_however_it_is_spelled(spelled: str) -> None:
    found = read(state(resource("aws_vpc.main", {"id": "vpc-0a1b2c3d"}, provider=spelled))).resources["aws_vpc.main"]
    assert found.attributes["provider"] == "aws"


def test_the_same_resource_has_one_key_in_versions_3_and_4() -> None:
    old, new = fixture("old_state.tfstate").resources, fixture("web_tier.tfstate").resources
    assert {"aws_instance.web[0]", "aws_instance.web[1]", "aws_security_group.web"} <= set(old) & set(new)


def test_a_name_that_is_the_id_of_something_else_does_not_lead_there() -> None:
    reading = fixture("old_state.tfstate")
    assert ("aws_instance.web[0]", "aws_security_group.web") in reading.arrows("PROTECTED_BY")
    assert "aws_elb.web" not in {to for edge in reading.arrows("PROTECTED_BY") for to in edge[1:]}


def test_a_dependency_without_index_means_the_instances_in_reach() -> None:
    created = fixture("addresses.tfstate").arrows("CREATED_AFTER")
    assert {to for one, to in created if one == 'module.site["eu.1"].null_resource.app'} == {
        'module.site["eu.1"].null_resource.base'
    }
    assert len({to for one, to in created if one == "null_resource.all"}) == 4


def test_a_deposed_object_is_a_resource_of_its_own_that_nobody_depends_on() -> None:
    reading = fixture("addresses.tfstate")
    assert "null_resource.renewed (deposed a1b2c3d4)" in reading.resources
    assert reading.resources["null_resource.renewed"].unmapped["status"] == "tainted"
    assert "null_resource.renewed (deposed a1b2c3d4)" not in {to for _, to in reading.arrows("CREATED_AFTER")}


def test_modules_are_groups_that_carry_no_failure() -> None:
    reading = fixture("addresses.tfstate")
    assert {record.cls for record in reading.implied.values()} == {"HostGroup"}
    inner = 'module.site["us.1"].module.inner[0]'
    assert (inner, 'module.site["us.1"]') in reading.arrows("IN_GROUP")


def test_a_lookup_is_no_ci_and_what_was_looked_up_is_reached_by_its_arn() -> None:
    reading = fixture("lookups.tfstate")
    assert set(reading.resources) == {"aws_subnet.app", "aws_instance.app"}
    arn = "arn=arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d"
    assert reading.arrows("CONTAINED_IN") >= {("aws_subnet.app", arn)}
    assert reading.lookups() == ["data.aws_iam_policy_document.assume"]


def test_an_id_of_another_state_is_reached_by_the_arn_that_account_and_region_give() -> None:
    subnet = "arn=arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-0a000001"
    assert ("aws_db_subnet_group.main", subnet) in fixture("services.tfstate").arrows("CONTAINED_IN")
    assert ("aws_nat_gateway.main", subnet) in fixture("services.tfstate").arrows("CONTAINED_IN")


def test_subnets_of_a_load_balancer_are_redundant_and_its_listeners_are_not_alone() -> None:
    balancer = fixture("web_tier.tfstate").resources["aws_lb.web"]
    assert balancer.groups == {"subnets": GroupSetting("1"), "listeners": GroupSetting("1", "100%")}


def test_a_rule_of_a_security_group_degrades_it_at_most() -> None:
    edges = [edge for edge in fixture("web_tier.tfstate").edges if edge.type == "PART_OF"]
    assert [(edge.effect, edge.from_ref) for edge in edges] == [(Effect.SOFT, edges[0].from_ref)]


def test_sides_of_a_bucket_bear_its_id_and_have_no_identity_of_their_own() -> None:
    reading = fixture("services.tfstate").resources
    assert reading["aws_s3_bucket.media"].attributes["resource_id"] == "media"
    for side in ("aws_s3_bucket_policy.media", "aws_s3_bucket_notification.media"):
        assert not {"arn", "resource_id"} & set(reading[side].attributes)
        assert reading[side].unmapped["id"] == "media"


def test_small_values_and_tags_are_kept_beside_the_attributes() -> None:
    kept = fixture("web_tier.tfstate").resources["aws_instance.web[0]"].unmapped["values"]
    assert isinstance(kept, dict)
    assert kept["instance_type"] == "t3.small"
    assert kept["tags"] == {"Name": "web-1"}


def test_what_is_not_secret_beside_secrets_is_kept() -> None:
    values = fixture("secrets.tfstate").resources["aws_db_instance.marked"].unmapped["values"]
    assert values == {"endpoint": "db.example:3306", "tags": {"team": "shop"}}


def test_two_states_may_have_the_same_addresses() -> None:
    one = read(state(resource("null_resource.a", {"id": "1"}), lineage="one")).resources["null_resource.a"]
    two = read(state(resource("null_resource.a", {"id": "1"}), lineage="two")).resources["null_resource.a"]
    assert one.scope != two.scope


def test_a_class_that_fell_back_is_told_once_a_type_with_the_number() -> None:
    told = [problem.message for problem in fixture("families.tfstate").problems if "pinpoint" in problem.message]
    assert told == ["aws_pinpoint_app has no class of its own and is kept as OtherCloudResource. There are 2."]


def test_a_text_with_a_byte_order_mark_is_read() -> None:
    content = state(resource("null_resource.a", {"id": "1"})).content
    assert isinstance(content, bytes)
    assert set(read(Document("a.tfstate", b"\xef\xbb\xbf" + content)).resources) == {"null_resource.a"}


SNIFFED = {
    "a state": ({"version": 4, "terraform_version": "1.9.2", "lineage": "x"}, 0.97),
    "a printed plan": ({"format_version": "1.2", "terraform_version": "1.9.2"}, 0.97),
    "a printed plan with sorted keys": ({"format_version": "1.2", "planned_values": {}}, 0.9),
    "an SBOM": ({"bomFormat": "CycloneDX", "version": 1, "serialNumber": "x"}, 0.0),
    "rows": ({"items": [], "relationships": []}, 0.0),
    "a manifest": ({"apiVersion": "v1", "kind": "List"}, 0.0),
}


@pytest.mark.parametrize(("body", "mark"), SNIFFED.values(), ids=SNIFFED.keys())
def test_it_is_sure_of_its_own_marks_only(body: dict[str, object], mark: float) -> None:
    assert TerraformImporter().sniff(json.dumps(body).encode(), "a.json") == mark


def test_a_state_file_is_guessed_by_its_name_when_its_head_says_nothing() -> None:
    assert TerraformImporter().sniff(b"{}", "terraform.tfstate") == 0.6
    assert TerraformImporter().sniff(b"version: 4", "terraform.tfstate") == 0.0


def test_a_text_that_is_marked_somewhere_is_kept_from_nowhere() -> None:
    instance: dict[str, JSONValue] = {
        "attributes": {"id": "i-1", "admin": "hunter2"},
        "sensitive_attributes": [[{"value": "admin"}]],
    }
    marked: dict[str, JSONValue] = {"mode": "managed", "type": "aws_thing", "name": "a", "instances": [instance]}
    copies: dict[str, JSONValue] = {
        "id": "i-2",
        "name": "hunter2",
        "note": "hunter2",
        "tags": {"x": "hunter2"},
        "size": 4,
    }
    found = read(state(marked, resource("aws_other.b", copies))).resources["aws_other.b"]
    assert found.name == "aws_other.b"
    assert found.unmapped == {"values": {"size": 4}, "id": "i-2"}


def test_a_value_whose_type_is_not_fixed_is_read_without_the_type_beside_it() -> None:
    base = resource("terraform_data.base", {"id": "51a31efd-09ec-45a9-904f-f79fb41d67a1"})
    values: dict[str, JSONValue] = {
        "id": "2",
        "input": {"value": "51a31efd-09ec-45a9-904f-f79fb41d67a1", "type": "string"},
    }
    (edge,) = read(state(base, resource("terraform_data.next", values))).edges
    assert edge.evidence[0].origin == "terraform_data.next.input"
