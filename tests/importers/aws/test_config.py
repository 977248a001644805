import json

from cmdb.model.items import Effect
from cmdb.model.observations import Severity
from importers.aws import AwsImporter
from importers.base import Document, ReadOptions
from tests.importers.aws.reading import Reading, case


def read(body: object, options: ReadOptions | None = None) -> Reading:
    return Reading([Document("items.json", json.dumps(body).encode())], options or ReadOptions())


def item(type_: str, id_: str, *relationships: dict[str, str], **more: str) -> dict[str, object]:
    told = {"configurationItemStatus": "OK", "awsAccountId": "111122223333", "awsRegion": "eu-west-1"}
    return {**told, "resourceType": type_, "resourceId": id_, "relationships": list(relationships), **more}


def test_each_account_and_region_is_a_scope() -> None:
    scopes = {str(record.scope) for record in case("config").items}
    assert scopes == {"aws-config/111122223333/eu-west-1", "aws-config/111122223333/global"}


def test_the_three_forms_of_items_give_the_same_things() -> None:
    vpc = item("AWS::EC2::VPC", "vpc-1")
    query = {"Results": [json.dumps(vpc)], "QueryInfo": {}}
    forms = [read({"configurationItems": [vpc]}), read(query), read(vpc), read([vpc]), read({"configurationItem": vpc})]
    assert {tuple(record.key for record in reading.items) for reading in forms} == {
        ("AWS::Account/111122223333", "AWS::Region/eu-west-1", "AWS::EC2::VPC/vpc-1")
    }


def test_capital_and_small_letters_and_each_shape_of_a_relationship_are_understood() -> None:
    shapes = (
        {"resourceId": "vpc-1", "resourceType": "AWS::EC2::VPC", "name": "Is contained in Vpc"},
        {"ResourceId": "vpc-2", "ResourceType": "AWS::EC2::VPC", "RelationshipName": "Is contained in Vpc"},
        {"resourceName": "vpc-3", "resourceType": "AWS::EC2::VPC", "relationshipName": "Is contained in Vpc"},
    )
    arrows = read(item("AWS::EC2::Subnet", "subnet-1", *shapes)).arrows("CONTAINED_IN")
    assert [arrow.split("/")[-1] for arrow in arrows] == ["vpc-1", "vpc-2", "vpc-3"]


def test_a_name_leads_to_the_thing_that_bears_it() -> None:
    reading = case("config")
    assert reading.arrows("PROTECTED_BY")[-1] == "AWS::Lambda::Function/pay AWS::IAM::Role/AROA1"


def test_words_that_say_contains_do_not_turn_a_dependency_round() -> None:
    reading = case("config")
    function, subnet = "AWS::Lambda::Function/pay", "AWS::EC2::Subnet/subnet-1a"
    assert reading.edge("CONTAINED_IN", function, subnet).group == "subnets"
    assert reading.edge("DEPENDS_ON", subnet, "AWS::EC2::RouteTable/rtb-1a").effect is Effect.SOFT
    assert not [edge for edge in reading.edges if edge.from_ref == edge.to_ref]


def test_a_stack_holds_nothing_that_would_fail_with_it() -> None:
    reading = case("config")
    assert len([arrow for arrow in reading.arrows("RELATES_TO") if "Stack" in arrow]) == 2
    assert reading.codes() == {"CLASS_FELL_BACK": 1}


def test_unknown_kinds_are_contained_where_the_words_say_so() -> None:
    widget = "AWS::Widget::Widget"
    told = (
        {"resourceId": "vpc-1", "resourceType": "AWS::EC2::VPC", "name": "Is contained in Vpc"},
        {"resourceId": "vpc-2", "resourceType": "AWS::EC2::VPC", "name": "Is associated with Vpc"},
        {"resourceId": "sg-1", "resourceType": "AWS::EC2::SecurityGroup", "name": "Is associated with SecurityGroup"},
    )
    reading = read(item(widget, "w", *told))
    assert {edge.type for edge in reading.edges if edge.from_ref == reading.edges[0].from_ref} >= {"CONTAINED_IN"}
    assert reading.arrows("RELATES_TO") == [f"{widget}/w AWS::EC2::VPC/vpc-2"]
    assert reading.arrows("PROTECTED_BY") == [f"{widget}/w AWS::EC2::SecurityGroup/sg-1"]
    back = {"resourceId": "w", "resourceType": widget, "name": "Contains Widget"}
    assert read(item("AWS::EC2::VPC", "vpc-1", back)).arrows("CONTAINED_IN")[-1] == f"{widget}/w AWS::EC2::VPC/vpc-1"


def test_of_a_history_the_last_word_counts_and_what_was_deleted_is_not_there() -> None:
    reading = case("config_history")
    assert [(record.key, record.name) for record in reading.items if record.kind] == [
        ("AWS::RDS::DBInstance/db-1", "orders")
    ]
    assert reading.item("AWS::RDS::DBInstance/db-1").attributes["state"] == "available"


def test_a_database_in_several_zones_is_only_weakened_by_the_one_that_is_told() -> None:
    reading = case("config_history")
    edge = reading.edge("CONTAINED_IN", "AWS::RDS::DBInstance/db-1", "AWS::EC2::AvailabilityZone/eu-west-1a")
    assert edge.effect is Effect.SOFT


def test_what_does_not_say_what_it_is_of_is_told() -> None:
    assert [(problem.code, problem.severity) for problem in case("config_query").problems] == [
        ("OBJECT_WITHOUT_ID", Severity.ERROR)
    ] * 2


def test_the_source_can_be_named() -> None:
    reading = read(item("AWS::EC2::VPC", "vpc-1"), ReadOptions(source="config-prod"))
    assert {str(record.scope) for record in reading.items} == {"config-prod/eu-west-1", "config-prod/global"}


def test_answers_and_items_in_one_call_are_both_read() -> None:
    documents = [
        Document("vpcs.json", json.dumps({"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111122223333"}]}).encode()),
        Document("items.json", json.dumps({"configurationItems": [item("AWS::EC2::VPC", "vpc-1")]}).encode()),
    ]
    reading = Reading(documents, ReadOptions(boundary="eu-west-1"))
    vpcs = [record for record in reading.items if record.cls == "VirtualNetwork"]
    assert {record.attributes["arn"] for record in vpcs} == {"arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1"}
    assert [record.scope.source for record in vpcs] == ["aws/111122223333", "aws-config/111122223333"]


def test_scopes_of_items_are_told() -> None:
    document = Document("items.json", json.dumps(item("AWS::EC2::VPC", "vpc-1")).encode())
    assert [str(scope) for scope in AwsImporter().scopes(document, ReadOptions())] == [
        "aws-config/111122223333/eu-west-1",
        "aws-config/111122223333/global",
    ]
