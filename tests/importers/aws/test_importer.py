import base64
import json
from collections.abc import Mapping

import pytest

from cmdb.errors import FileMalformed, FileMissing
from cmdb.model.items import Basis, Effect, GroupSetting
from cmdb.model.observations import Severity
from importers.aws import AwsImporter
from importers.base import Document, ReadOptions
from tests.importers.aws.reading import Reading, case
from tests.importers.sources import FIXTURES

LOAD_BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc"
WEB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2"
API = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/94f3"
CALLER = {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/ann", "UserId": "AIDA1"}


def answer(body: object, name: str = "answer.json") -> Document:
    return Document(name, json.dumps(body).encode())


def read(*bodies: object, options: ReadOptions | None = None) -> Reading:
    documents = [answer(body, f"{number}.json") for number, body in enumerate(bodies)]
    return Reading(documents, options or ReadOptions())


def confidence(body: object, name: str = "x") -> float:
    document = answer(body, name)
    return AwsImporter().sniff(document.head(), document.name)


SURE = {
    "a list by its ids": {"Vpcs": [{"VpcId": "vpc-1"}]},
    "a list in a list": {"Reservations": [{"Instances": [{"InstanceId": "i-1"}]}]},
    "who asked": CALLER,
    "a credential report": {"Content": "user,arn", "ReportFormat": "text/csv"},
    "a snapshot": {"fileVersion": "1.0", "configurationItems": []},
    "results of a query": {"Results": [], "QueryInfo": {}},
    "one item": {"resourceType": "AWS::EC2::VPC", "resourceId": "vpc-1", "configurationItemStatus": "OK"},
    "items in a list": [{"resourceType": "AWS::EC2::VPC", "resourceId": "vpc-1", "configurationItemStatus": "OK"}],
}


@pytest.mark.parametrize("body", SURE.values(), ids=SURE)
def test_content_is_recognised_whatever_the_file_is_called(body: object) -> None:
    assert confidence(body) > 0.9


FOREIGN: Mapping[str, object] = {
    "rows": [{"class": "Host", "name": "a"}],
    "services of a bill of materials": {"bomFormat": "CycloneDX", "services": [{"bom-ref": "a"}]},
    "groups of an inventory": {"webservers": ["a", "b"]},
    "a trace": {"data": [{"traceID": "1"}]},
    "a number": 7,
}


@pytest.mark.parametrize("body", FOREIGN.values(), ids=FOREIGN)
def test_what_is_of_another_format_is_left_to_it(body: object) -> None:
    assert confidence(body) == 0


def test_an_unknown_list_with_resource_names_is_taken_when_nobody_else_knows_it() -> None:
    assert 0 < confidence({"Widgets": [{"WidgetArn": "arn:aws:widgets:eu-west-1:111122223333:w/1"}]}) <= 0.5


@pytest.mark.parametrize(
    "content", [b"[]", b"7", b"{}", b'{"Vpcs": {"a": 1}', b'{"a": 1}', b'"arn:aws:s3:::b"', b"\xff"]
)
def test_what_is_no_answer_is_refused(content: bytes) -> None:
    with pytest.raises(FileMalformed):
        list(AwsImporter().read(Document("bad.json", content), ReadOptions()))


def test_a_missing_file_is_told_as_such() -> None:
    with pytest.raises(FileMissing):
        list(AwsImporter().read(Document.at(FIXTURES / "there is none.json"), ReadOptions()))


def test_an_empty_list_names_its_scope_and_a_missing_one_does_not() -> None:
    options = ReadOptions(source="aws/111122223333", boundary="eu-west-1")
    scopes = AwsImporter().scopes(answer({"NatGateways": []}), options)
    assert [str(scope) for scope in scopes] == [
        "aws/111122223333/111122223333",
        "aws/111122223333/eu-west-1:AWS::EC2::NatGateway",
    ]


def test_an_empty_list_that_several_services_call_so_says_nothing() -> None:
    assert AwsImporter().scopes(answer({"Clusters": []}), ReadOptions()) == ()


def test_a_list_that_goes_on_in_a_further_page_is_incomplete_and_its_token_stays_where_it_is() -> None:
    reading = case("lists")
    (problem,) = [problem for problem in reading.problems if problem.code == "LIST_TRUNCATED"]
    assert problem.severity is Severity.INCOMPLETE
    assert "canary" not in repr(reading.all)


def test_the_account_and_region_are_those_that_everything_agrees_on() -> None:
    assert {item.scope.source for item in case("network").items} == {"aws/111122223333"}
    (vpc,) = [item for item in case("network").items if item.cls == "VirtualNetwork"]
    assert str(vpc.scope) == "aws/111122223333/eu-west-1:AWS::EC2::VPC"
    assert vpc.attributes["arn"] == "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1a"


def test_who_asked_decides_among_owners() -> None:
    shared = {"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "444455556666"}, {"VpcId": "vpc-2"}]}
    reading = read(shared, CALLER)
    assert {item.scope.source for item in reading.items} == {"aws/111122223333"}
    assert reading.item("vpc-1").attributes["account"] == "444455556666"
    assert reading.item("vpc-2").attributes["account"] == "111122223333"


def test_the_options_name_account_and_region() -> None:
    options = ReadOptions(source="aws/999988887777", boundary="eu-north-1")
    reading = read({"Vpcs": [{"VpcId": "vpc-1"}]}, options=options)
    vpc = reading.item("vpc-1")
    assert str(vpc.scope) == "aws/999988887777/eu-north-1:AWS::EC2::VPC"
    assert vpc.attributes["arn"] == "arn:aws:ec2:eu-north-1:999988887777:vpc/vpc-1"


def test_without_a_word_of_account_and_region_both_are_unknown_and_nothing_identifies() -> None:
    vpc = read({"Vpcs": [{"VpcId": "vpc-1"}]}).item("vpc-1")
    assert str(vpc.scope) == "aws/unknown/unknown:AWS::EC2::VPC"
    assert not {"arn", "account", "region"} & vpc.attributes.keys()


def test_owners_that_disagree_leave_the_account_unknown_but_keep_their_things() -> None:
    reading = case("owners")
    accounts = {item.key: item.attributes.get("account") for item in reading.items if item.cls == "VirtualNetwork"}
    assert accounts == {"vpc-1a": "111122223333", "vpc-2b": "444455556666", "vpc-3c": None, "vpc-4d": None}
    assert reading.codes() == {"ACCOUNT_AMBIGUOUS": 1}


def test_regions_that_disagree_are_told() -> None:
    arns = [f"arn:aws:sns:{region}:111122223333:t" for region in ("eu-west-1", "us-east-1")]
    reading = read({"Topics": [{"TopicArn": arn} for arn in arns]})
    assert reading.codes() == {"REGION_AMBIGUOUS": 1}
    assert [reading.item(arn).attributes["region"] for arn in arns] == ["eu-west-1", "us-east-1"]


def test_the_partition_follows_the_region() -> None:
    options = ReadOptions(source="aws/111122223333", boundary="cn-north-1")
    assert read({"Vpcs": [{"VpcId": "vpc-1"}]}, options=options).item("vpc-1").attributes["arn"] == (
        "arn:aws-cn:ec2:cn-north-1:111122223333:vpc/vpc-1"
    )


def test_a_stopped_instance_is_there_but_out_of_service() -> None:
    reading = case("compute")
    assert reading.item("i-1b").attributes["state"] == "stopped"
    assert reading.item("i-1b").attributes["status"] == "out_of_service"
    assert reading.item("i-1a").attributes["status"] == "in_service"


def test_a_group_refers_to_others_and_not_to_itself() -> None:
    assert case("network").arrows("RELATES_TO") == [
        "sg-1a arn:aws:ec2:eu-west-1:444455556666:security-group/sg-theirs",
        "sg-1a pl-1a",
        "sg-1a sg-gone",
    ]


def test_a_black_hole_beside_a_route_that_works_does_not_weaken_it() -> None:
    reading = case("network")
    assert reading.edge("ROUTES_TO", "rtb-1a", "nat-gone").effect is Effect.NONE
    works = reading.edge("ROUTES_TO", "rtb-1a", "pcx-1a")
    assert (works.effect, works.group, len(works.evidence)) == (None, "routes", 2)
    assert reading.item("rtb-1a").groups == {"routes": GroupSetting("1", "100%")}


def test_a_peering_leads_into_the_other_account_and_region() -> None:
    peering = [arrow for arrow in case("network").arrows("ATTACHED_TO") if arrow.startswith("pcx-1a ")]
    assert peering == ["pcx-1a arn:aws:ec2:us-east-1:444455556666:vpc/vpc-9z", "pcx-1a vpc-1a"]


def test_targets_are_one_group_and_those_that_take_no_requests_are_no_members() -> None:
    reading = case("balancers")
    effects = {to: reading.edge("ROUTES_TO", WEB, to).effect for to in ("i-1a", "i-1b", "i-1c")}
    assert effects == {"i-1a": None, "i-1b": None, "i-1c": Effect.NONE}
    assert reading.item(LOAD_BALANCER).groups["pool"] == GroupSetting("1", "100%")


def test_a_target_that_is_an_address_is_the_one_interface_with_it() -> None:
    reading = case("balancers")
    assert reading.edge("ROUTES_TO", API, "eni-7").basis is Basis.INFERRED
    assert reading.edge("ROUTES_TO", API, "10.0.0.8").basis is Basis.OBSERVED
    assert "10.0.0.8" in reading.dangling()


def test_targets_of_nobody_are_told() -> None:
    (problem,) = case("balancers").problems
    assert (problem.code, problem.severity) == ("TARGET_GROUP_UNKNOWN", Severity.ERROR)
    assert problem.where.file.endswith("nameless-health.json")


def test_the_health_of_several_groups_in_one_file_is_read() -> None:
    health = [
        {"TargetGroupArn": arn, "TargetHealthDescriptions": [{"Target": {"Id": f"i-{number}"}}]}
        for number, arn in enumerate((WEB, API))
    ]
    assert read({"LoadBalancerTargetHealth": health}).arrows("ROUTES_TO") == [f"{API} i-1", f"{WEB} i-0"]


def test_a_database_in_two_zones_needs_one_of_them() -> None:
    reading = case("databases")
    two = [reading.edge("CONTAINED_IN", "two-zones", zone) for zone in ("eu-west-1a", "eu-west-1b")]
    assert {(edge.group, edge.effect) for edge in two} == {("zones", None)}
    assert reading.edge("CONTAINED_IN", "one-zone", "eu-west-1a").effect is None
    assert reading.edge("CONTAINED_IN", "untold-zone", "eu-west-1a").effect is Effect.SOFT


def test_tags_join_what_is_listed_or_implied() -> None:
    reading = case("lookups")
    assert [reading.item(key).name for key in ("i-1a", "vol-1a", "ami-1a")] == ["web", "data", "base"]
    assert reading.item("ann").attributes["tags"] == ["team=shop"]
    assert reading.item("ann").unmapped["mfa_active"] == "false"
    assert reading.item("i-1a").unmapped["SystemStatus"] == "impaired"
    assert sorted(problem.key for problem in reading.problems) == ["arn:aws:iam::111122223333:user/bob", "vol-gone"]


def test_two_roles_of_one_id_stay_apart() -> None:
    roles = [item for item in case("lookups").items if item.kind == "AWS::IAM::Role"]
    assert [role.attributes["arn"] for role in roles] == [
        "arn:aws:iam::111122223333:role/web",
        "arn:aws:iam::111122223333:role/web2",
    ]


def test_lists_of_one_word_are_told_apart_by_what_they_hold() -> None:
    reading = case("compute")
    assert reading.kinds()["Cluster"] == 2
    assert {item.kind for item in reading.items if item.cls == "CloudCluster"} == {
        "AWS::ECS::Cluster",
        "AWS::EKS::Cluster",
    }


def test_volumes_that_are_listed_are_not_implied() -> None:
    instances = (FIXTURES / "aws" / "compute" / "instances.json").read_bytes()
    volumes = answer({"Volumes": [{"VolumeId": "vol-1a", "AvailabilityZone": "eu-west-1a", "Size": 8}]})
    reading = Reading([Document("instances.json", instances), volumes])
    assert reading.item("vol-1a").kind == "AWS::EC2::Volume"
    assert str(reading.item("vol-1b").scope) == str(reading.item("vol-1a").scope)
    assert "vol-1a" not in reading.dangling()


def test_what_several_lists_say_of_a_thing_is_joined() -> None:
    names = {"DomainNames": [{"DomainName": "d"}]}
    status = {"DomainStatusList": [{"DomainName": "d", "ARN": "arn:aws:es:eu-west-1:111122223333:domain/d"}]}
    assert read(names, status).item("d").attributes["arn"] == "arn:aws:es:eu-west-1:111122223333:domain/d"


def test_kinds_that_are_not_known_are_kept_and_counted_once_each() -> None:
    reading = case("unknown")
    assert {problem.key: problem.severity for problem in reading.problems} == {
        "Clusters": Severity.INFO,
        "Widgets": Severity.INFO,
        "Users": Severity.INFO,
    }
    assert {item.cls for item in reading.items if item.kind} == {"OtherCloudResource"}


def test_what_changes_by_itself_is_not_kept() -> None:
    body = {"Subnets": [{"SubnetId": "subnet-1", "AvailableIpAddressCount": 9, "MapPublicIpOnLaunch": True}]}
    assert read(body).item("subnet-1").unmapped == {"MapPublicIpOnLaunch": True}


def test_a_credential_report_is_read_as_the_command_line_prints_it() -> None:
    arn = "arn:aws:iam::111122223333:user/ann"
    report = f"user,arn,mfa_active,password_last_changed\nann,{arn},true,2026-01-01\n"
    users = {"Users": [{"UserName": "ann", "Arn": arn}]}
    content = base64.b64encode(report.encode()).decode()
    reading = read(users, {"Content": content, "ReportFormat": "text/csv"})
    assert reading.item("ann").unmapped == {"mfa_active": "true"}
    assert reading.problems == []


@pytest.mark.parametrize("content", ["!", "AAAA", 7, ""])
def test_a_report_without_rows_says_nothing(content: object) -> None:
    assert read({"Content": content, "ReportFormat": "text/csv"}).all == []


def test_a_report_that_breaks_off_is_told() -> None:
    report = 'user,arn\n"ann'
    assert read({"Content": report, "ReportFormat": "text/csv"}).codes() == {"REPORT_MALFORMED": 1}
