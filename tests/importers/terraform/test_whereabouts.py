import pytest

from importers.terraform.addresses import parse_address
from importers.terraform.identity import identity_of
from importers.terraform.resources import Resource
from importers.terraform.whereabouts import located

HOME = 'provider["registry.example/hashicorp/aws"]'
EAST = f"{HOME}.east"
HERE = "arn:aws:ec2:eu-west-1:111122223333"
THERE = "arn:aws:ec2:us-east-1:111122223333"


def resource(address: str, provider: str, id_: str, arn: str = "") -> Resource:
    parsed = parse_address(address)
    assert parsed is not None
    return Resource(parsed, provider, {"id": id_, **({"arn": arn} if arn else {})}, (), "")


def names(*resources: Resource) -> list[str]:
    found = located(resources, {one.key: identity_of(one) for one in resources})
    return [found[one.key].global_name for one in resources]


VPC = resource("aws_vpc.main", HOME, "vpc-0a1b2c3d", f"{HERE}:vpc/vpc-0a1b2c3d")
EASTERN = resource("aws_vpc.east", EAST, "vpc-0a1b2c3e", f"{THERE}:vpc/vpc-0a1b2c3e")
NAT = resource("aws_nat_gateway.main", HOME, "nat-0f000001")


def test_a_thing_without_a_place_is_where_its_configuration_is() -> None:
    assert names(VPC, EASTERN, NAT)[2] == f"{HERE}:natgateway/nat-0f000001"


def test_each_configuration_is_in_a_place_of_its_own() -> None:
    gateway = resource("aws_nat_gateway.east", EAST, "nat-0f000002")
    assert names(VPC, EASTERN, gateway)[2] == f"{THERE}:natgateway/nat-0f000002"


def test_where_neighbours_disagree_nothing_is_said() -> None:
    stray = resource("aws_vpc.stray", HOME, "vpc-0a1b2c3f", f"{THERE}:vpc/vpc-0a1b2c3f")
    assert names(VPC, stray, NAT)[2] == ""


@pytest.mark.parametrize(
    ("address", "provider", "id_"),
    [
        ("aws_nat_gateway.main", "registry.example/hashicorp/aws", "nat-0f000001"),
        ("aws_nat_gateway.main", HOME, "main"),
        ("aws_route_table_association.main", HOME, "rtb-0f000001"),
        ("aws_instance.main", HOME, "nat-0f000001"),
        ("azurerm_nat_gateway.main", 'provider["registry.example/hashicorp/azurerm"]', "nat-0f000001"),
    ],
    ids=["configurations are not named", "no id of EC2", "a side of another", "an id of another type", "elsewhere"],
)
def test_nothing_is_completed_for(address: str, provider: str, id_: str) -> None:
    printed = resource("aws_vpc.main", provider, "vpc-0a1b2c3d", f"{HERE}:vpc/vpc-0a1b2c3d")
    assert names(printed, resource(address, provider, id_))[1] == ""
