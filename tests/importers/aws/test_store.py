"""What is read means the right thing once it is in a store: imported again, from two sources, and when things fail."""

import json
from collections import Counter
from collections.abc import Sequence
from functools import partial

import pytest

from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.model.items import Item
from cmdb.model.references import ByIdentifier, ByKey, Reference
from cmdb.model.sources import Scope
from cmdb.practices.answers import Question, Seed
from cmdb.practices.assessor import Assessor
from cmdb.store.memory import MemoryStore
from importers.aws import AwsImporter
from importers.base import Document, ReadOptions
from tests.importers.aws.reading import documents_in, real_folder
from tests.importers.sources import FIXTURES
from tests.importers.stored import imported_twice


def store_of(*calls: Sequence[Document]) -> MemoryStore:
    store = MemoryStore(load_catalogue())
    for documents in calls:
        Ingest(store).run(
            [partial(AwsImporter().read_together, documents, ReadOptions(boundary="eu-west-1"))],
            Order("a test", "aws"),
        )
    return store


def all_items(store: MemoryStore) -> list[Item]:
    return [item for chunk in store.graph().items for item in chunk]


def fixture(name: str) -> tuple[Document, ...]:
    return documents_in(FIXTURES / "aws" / name)


def affected(store: MemoryStore, *failed: Reference) -> dict[str, str]:
    """The state of everything that is raised when these fail, by name."""
    question = Question(tuple(Seed(reference) for reference in failed))
    return {row.name: row.state for row in Assessor(store).assess(question).affected}


def instance(number: int) -> Reference:
    return ByIdentifier("arn", f"arn:aws:ec2:eu-west-1:111122223333:instance/i-{number}")


def balanced(*states: str) -> tuple[Document, ...]:
    """A load balancer, one target group and instances whose health is that."""
    arns = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:"
    balancer, group = f"{arns}loadbalancer/app/lb/1", f"{arns}targetgroup/tg/1"
    machines = [
        {"InstanceId": f"i-{number}", "Tags": [{"Key": "Name", "Value": f"web-{number}"}]}
        for number in range(len(states))
    ]
    health = [
        {"Target": {"Id": f"i-{number}"}, "TargetHealth": {"State": state}} for number, state in enumerate(states)
    ]
    lists = {
        "LoadBalancers": [{"LoadBalancerArn": balancer, "LoadBalancerName": "lb"}],
        "TargetGroups": [{"TargetGroupArn": group, "TargetGroupName": "tg", "LoadBalancerArns": [balancer]}],
        "Reservations": [{"OwnerId": "111122223333", "Instances": machines}],
        "LoadBalancerTargetHealth": [{"TargetGroupArn": group, "TargetHealthDescriptions": health}],
    }
    return (Document("lists.json", json.dumps(lists).encode()),)


@pytest.mark.parametrize("folder", ["batfish-us-west-2", "cloudmapper-demo"])
def test_the_real_folders_import_and_a_second_time_change_nothing(folder: str) -> None:
    runs = imported_twice(AwsImporter(), real_folder(folder), ReadOptions())
    assert runs.first.counts.failed == runs.second.counts.failed == 0
    assert runs.first.counts.created > 60
    assert runs.second.counts.changes == 0
    assert runs.heads[0] == runs.heads[1]


@pytest.mark.parametrize("name", ["network", "databases", "compute", "config"])
def test_the_fixtures_import_without_a_failed_row(name: str) -> None:
    runs = imported_twice(AwsImporter(), fixture(name), ReadOptions())
    assert runs.first.counts.failed == 0
    assert runs.second.counts.changes == 0


def test_one_of_two_healthy_targets_puts_at_risk_and_both_bring_down() -> None:
    store = store_of(balanced("healthy", "healthy"))
    assert affected(store, instance(0)) == {"web-0": "down", "tg": "at_risk", "lb": "at_risk"}
    assert affected(store, instance(0), instance(1)) == {"web-0": "down", "web-1": "down", "tg": "down", "lb": "down"}


def test_an_unhealthy_target_does_not_hold_the_group() -> None:
    store = store_of(balanced("healthy", "unhealthy"))
    assert affected(store, instance(0)) == {"web-0": "down", "tg": "down", "lb": "down"}
    assert affected(store, instance(1)) == {"web-1": "down"}


def test_a_zone_that_fails_takes_what_is_only_there() -> None:
    zone = ByKey(Scope("aws/111122223333", "eu-west-1a"), "eu-west-1a")
    states = affected(store_of(fixture("databases")), zone)
    assert states["one-zone"] == "down"
    assert states["two-zones"] == "at_risk"
    assert states["untold-zone"] == "degraded"


def test_a_region_that_fails_takes_what_is_only_weakened_by_a_zone() -> None:
    region = ByKey(Scope("aws/111122223333", "eu-west-1"), "eu-west-1")
    states = affected(store_of(fixture("databases")), region)
    assert {name for name, state in states.items() if state != "down"} == set()
    assert "untold-zone" in states


def test_a_gateway_that_fails_weakens_what_routes_through_it_but_takes_nothing_down_inside() -> None:
    store = store_of(fixture("network"))
    states = affected(store, ByKey(Scope("aws/111122223333", "eu-west-1:AWS::EC2::InternetGateway"), "igw-1a"))
    assert states["rtb-1a"] == "degraded"
    assert states["subnet-1a"] == "at_risk"
    assert "subnet-1b" not in states


def test_answers_and_config_speak_of_the_same_things_and_regions() -> None:
    store = store_of(fixture("compute"), fixture("config"))
    both = [item for item in all_items(store) if item.name == "pay" or item.attributes.get("resource_id") == "i-1a"]
    assert sorted(item.cls for item in both) == ["CloudFunction", "CloudInstance"]
    assert [item.name for item in all_items(store) if item.cls == "CloudRegion"] == ["eu-west-1"]
    assert [item.name for item in all_items(store) if item.cls == "CloudAccount"] == ["111122223333"]
    assert len([item for item in all_items(store) if item.cls == "AvailabilityZone"]) == 2


def test_two_accounts_share_their_region_and_nothing_else() -> None:
    calls = [
        (Document("a.json", json.dumps({"Vpcs": [{"VpcId": f"vpc-{owner[0]}", "OwnerId": owner}]}).encode()),)
        for owner in ("111122223333", "444455556666")
    ]
    classes = Counter(item.cls for item in all_items(store_of(*calls)))
    assert classes == {"CloudRegion": 1, "CloudAccount": 2, "VirtualNetwork": 2}
