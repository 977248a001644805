from collections import Counter

import pytest

from importers.registry import choose, installed
from tests.importers.aws.reading import Reading, real_folder
from tests.importers.sources import real_file

BATFISH = {
    "VPC": 4, "Subnet": 10, "Instance": 4, "NetworkInterface": 9, "SecurityGroup": 11, "NetworkAcl": 4,
    "RouteTable": 5, "InternetGateway": 3, "VPNGateway": 1, "CustomerGateway": 1, "EIP": 1, "DHCPOptions": 1,
    "DBInstance": 1, "Domain": 2, "AvailabilityZone": 3, "PrefixList": 2, "VPCEndpointService": 2,
}  # fmt: skip
CLOUDMAPPER = {
    "VPC": 1, "Subnet": 4, "Instance": 3, "SecurityGroup": 8, "NetworkInterface": 1, "VPCEndpoint": 2,
    "LoadBalancer": 2, "DBInstance": 1, "Cluster": 3, "ClusterSubnetGroup": 1, "Function": 1, "Domain": 1,
    "Repository": 1, "Bucket": 1, "Secret": 1, "Topic": 2, "Queue": 1, "AvailabilityZone": 6, "Trail": 1,
    "Analyzer": 1, "User": 2, "Group": 1, "Role": 4, "Policy": 2,
}  # fmt: skip
BATFISH_FILES = {
    "Addresses": {"EIP": 1}, "AvailabilityZones": {"AvailabilityZone": 3}, "CustomerGateways": {"CustomerGateway": 1},
    "DhcpOptions": {"DHCPOptions": 1}, "ElasticsearchDomains": {"Domain": 2},
    "InternetGateways": {"InternetGateway": 3}, "NetworkAcls": {"NetworkAcl": 4},
    "NetworkInterfaces": {"NetworkInterface": 9}, "PrefixLists": {"PrefixList": 2}, "RdsInstances": {"DBInstance": 1},
    "Reservations": {"Instance": 4}, "RouteTables": {"RouteTable": 5}, "SecurityGroups": {"SecurityGroup": 11},
    "Subnets": {"Subnet": 10}, "Tags": {}, "VpcEndpointServices": {"VPCEndpointService": 2}, "Vpcs": {"VPC": 4},
    "VpnGateways": {"VPNGateway": 1},
}  # fmt: skip
BATFISH_EMPTY = (
    "ClassicLinkInstances", "Hosts", "InstanceStatuses", "MovingAddressStatuses", "NatGateways", "PlacementGroups",
    "VpcEndpoints", "VpcPeeringConnections",
)  # fmt: skip
CLOUDMAPPER_FILES = {
    "accessanalzyer-list-analyzers": {"Analyzer": 1}, "cloudtrail-describe-trails": {"Trail": 1},
    "ec2-describe-availability-zones": {"AvailabilityZone": 6}, "ec2-describe-instances": {"Instance": 3},
    "ec2-describe-network-interfaces": {"NetworkInterface": 1}, "ec2-describe-security-groups": {"SecurityGroup": 8},
    "ec2-describe-snapshots": {}, "ec2-describe-subnets": {"Subnet": 4},
    "ec2-describe-vpc-endpoints": {"VPCEndpoint": 2},
    "ec2-describe-vpc-peering-connections": {}, "ec2-describe-vpcs": {"VPC": 1},
    "ecr-describe-repositories": {"Repository": 1}, "ecs-list-clusters": {"Cluster": 1},
    "elb-describe-load-balancers": {"LoadBalancer": 1}, "elbv2-describe-load-balancers": {"LoadBalancer": 1},
    "es-list-domain-names": {"Domain": 1}, "guardduty-list-detectors": {},
    "iam-get-account-authorization-details": {"User": 2, "Group": 1, "Role": 4, "Policy": 2},
    "iam-get-account-summary": {}, "iam-get-credential-report": {}, "iam-list-saml-providers": {},
    "kafka-list-clusters": {"Cluster": 1}, "lambda-list-functions": {"Function": 1},
    "rds-describe-db-instances": {"DBInstance": 1},
    "redshift-describe-cluster-subnet-groups": {"ClusterSubnetGroup": 1}, "redshift-describe-clusters": {"Cluster": 1},
    "s3-list-buckets": {"Bucket": 1}, "secretsmanager-list-secrets": {"Secret": 1}, "sns-list-topics": {"Topic": 2},
    "sqs-list-queues": {"Queue": 1}, "sts-get-caller-identity": {},
}  # fmt: skip
FILES = {
    **{f"batfish-us-west-2/{name}.json": kinds for name, kinds in BATFISH_FILES.items()},
    **{f"batfish-us-west-2/{name}.json": {} for name in BATFISH_EMPTY},
    **{f"cloudmapper-demo/{name}.json": kinds for name, kinds in CLOUDMAPPER_FILES.items()},
}
TYPES = {
    "AWS::ElasticLoadBalancing::LoadBalancer": 1,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 1,
    "AWS::Redshift::Cluster": 1,
    "AWS::MSK::Cluster": 1,
    "AWS::ECS::Cluster": 1,
}


def batfish() -> Reading:
    return Reading(real_folder("batfish-us-west-2"))


def cloudmapper() -> Reading:
    return Reading(real_folder("cloudmapper-demo"))


def test_all_57_files_are_counted() -> None:
    assert len(FILES) == 26 + 31


@pytest.mark.parametrize("path", FILES)
def test_each_file_alone_holds_what_was_counted_and_is_recognised_by_its_content(path: str) -> None:
    document = real_file(f"aws/{path}")
    reading = Reading([document])
    assert reading.kinds() == FILES[path]
    assert not {"CLASS_FELL_BACK", "OBJECT_WITHOUT_ID", "DUPLICATE_KEY"} & reading.codes().keys()
    assert choose(document, None, installed()).name == "aws"


@pytest.mark.parametrize("name", BATFISH_EMPTY)
def test_an_empty_list_is_a_complete_answer_without_a_problem(name: str) -> None:
    assert Reading([real_file(f"aws/batfish-us-west-2/{name}.json")]).all == []


def test_the_folder_of_batfish_holds_what_was_counted() -> None:
    reading = batfish()
    assert reading.kinds() == BATFISH
    assert reading.implied() == {
        "CloudVolume": 5,
        "OtherCloudResource": 2,
        "CloudAccount": 2,
        "CloudRegion": 1,
    }


def test_the_folder_of_cloudmapper_holds_what_was_counted() -> None:
    reading = cloudmapper()
    assert reading.kinds() == CLOUDMAPPER
    assert {type_: n for type_, n in Counter(item.kind for item in reading.items).items() if type_ in TYPES} == TYPES
    assert reading.codes() == {"THING_NOT_LISTED": 2}


def test_all_four_instances_of_batfish_are_there_though_stopped() -> None:
    instances = [item for item in batfish().items if item.cls == "CloudInstance"]
    assert [(item.attributes["state"], item.attributes["status"]) for item in instances] == [
        ("stopped", "out_of_service")
    ] * 4


def test_seven_of_nine_interfaces_are_attached_to_a_known_instance() -> None:
    reading = batfish()
    attached = [arrow for arrow in reading.arrows("ATTACHED_TO") if arrow.startswith("eni-")]
    assert len(set(attached)) == 7
    assert {reading.item(arrow.split()[1]).cls for arrow in attached} == {"CloudInstance"}


def test_one_domain_lies_in_a_network_and_one_does_not() -> None:
    inside = [arrow for arrow in batfish().arrows("CONTAINED_IN") if arrow.startswith(("es-domain ", "publices "))]
    assert [arrow for arrow in inside if " vpc-" in arrow] == ["es-domain vpc-b390fad5"]


def test_what_dangles_in_batfish_is_kept() -> None:
    assert batfish().dangling() == {"sg-cf3f86b3", "nat-055c00735cace0ec4", "default"}


def test_what_dangles_in_cloudmapper_is_kept() -> None:
    assert cloudmapper().dangling() == {
        "i-00000000000000003", "sg-09920178", "eni-00000000", "eni-00000000000000001", "rtb-00000000",
        "dopt-12345678", "demo-logs", "db subnet", "com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.sqs",
        "arn:aws:iam::123456789012:role/service-role/invpclambda",
        "arn:aws:kms:us-east-1:123456789012:key/b0890cec-3d0f-40b6-bd9c-e2f17eb18bf0",
        "arn:aws:kms:us-east-1:123456789012:key/ca455c06-8a9f-4057-949d-b13d298d478b",
    }  # fmt: skip


def test_a_black_hole_carries_no_failure() -> None:
    edge = batfish().edge("ROUTES_TO", "rtb-f28e418b", "nat-055c00735cace0ec4")
    assert edge.effect == "none"
    assert str(edge.where).endswith("RouteTables[3].Routes[1].NatGatewayId")


def test_tags_of_things_that_are_never_listed_are_told_and_make_nothing() -> None:
    told = [problem.key for problem in batfish().problems if problem.code == "THING_NOT_LISTED"]
    assert Counter(key.partition("-")[0] for key in told) == {"vol": 4, "ami": 1, "vpn": 1}


def test_volumes_of_one_name_stay_apart() -> None:
    volumes = [item for item in batfish().items if item.cls == "CloudVolume"]
    assert Counter(item.name for item in volumes)["CVP Server Test"] == 2
    assert len({item.key for item in volumes}) == 5


def test_no_group_refers_to_itself() -> None:
    for reading in (batfish(), cloudmapper()):
        assert [edge.key for edge in reading.edges if edge.from_ref == edge.to_ref] == []


def test_owners_that_disagree_are_not_mixed() -> None:
    reading = batfish()
    assert {item.scope.source for item in reading.items} == {"aws/unknown"}
    assert reading.codes()["ACCOUNT_AMBIGUOUS"] == 1
    accounts = {item.cls: item.attributes.get("account") for item in reading.items}
    assert accounts["CloudInstance"] == "118292266645"
    assert accounts["CloudSubnet"] == "028403472736"
    assert accounts["VirtualNetwork"] is None


def test_who_asked_decides_whose_the_lists_are() -> None:
    reading = cloudmapper()
    assert {item.scope.source for item in reading.items} == {"aws/123456789012"}
    assert reading.item("eni-00000001").attributes["account"] == "653711331788"
    (secret,) = [item for item in reading.items if item.cls == "CloudSecret"]
    assert "account" not in secret.attributes


def test_nothing_of_keys_and_passwords_is_taken_from_the_credential_report() -> None:
    text = repr(cloudmapper().all)
    for secret in ("not_supported", "2018-11-27T00:02:00", "ssh-rsa", "2018-05-07T15:35:54"):
        assert secret not in text


@pytest.mark.parametrize("folder", ["batfish-us-west-2", "cloudmapper-demo"])
def test_the_order_of_the_files_says_nothing(folder: str) -> None:
    documents = real_folder(folder)
    orders = (documents, documents[::-1], documents[7:] + documents[:7])
    told = [
        (
            {repr((item.scope, item.key, item.cls, item.name, item.attributes, item.groups)) for item in reading.items},
            {repr((edge.scope, edge.key, edge.effect, edge.group)) for edge in reading.edges},
            reading.codes(),
        )
        for reading in map(Reading, orders)
    ]
    assert told[0] == told[1] == told[2]
