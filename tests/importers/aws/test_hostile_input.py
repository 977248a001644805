import json

from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.errors import FileMalformed
from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from cmdb.model.values import fault_of
from importers.aws import AwsImporter
from importers.aws.table import BY_FIELD, HEALTH, LOOKUPS, MARKERS, PASSED_OVER
from importers.base import HEAD_BYTES, Document, ReadOptions

CATALOGUE = load_catalogue()
FIELDS = st.sampled_from(sorted({*BY_FIELD, *HEALTH, *LOOKUPS, *MARKERS, *PASSED_OVER, "Widgets"}))
WORDS = st.sampled_from(
    [
        "VpcId", "SubnetId", "SubnetIds", "InstanceId", "GroupId", "GroupName", "Groups", "Instances", "OwnerId", "Arn",
        "ARN", "Name", "Id", "Key", "Value", "Tags", "State", "Status", "Routes", "GatewayId", "Associations",
        "Attachments", "Attachment", "AvailabilityZone", "AvailabilityZones", "ZoneName", "RegionName", "Target",
        "TargetHealth", "TargetGroupArn", "LoadBalancerArns", "LoadBalancerArn", "DBInstanceIdentifier", "MultiAZ",
        "DBSubnetGroup", "Subnets", "UserIdGroupPairs", "IpPermissions", "ResourceId", "self", "Content",
        "ReportFormat", "Account", "UserId", "resourceType", "resourceId", "resourceName", "awsRegion",
        "configuration", "relationships", "configurationItems", "configurationItemStatus", "availabilityZone",
        "vpc-1", "subnet-1", "i-1", "eni-1", "local", "eu-west-1", "eu-west-1a", "111122223333", "available",
        "arn:aws:sns:eu-west-1:111122223333:t", "arn:aws:iam::aws:policy/p", "arn:::::", "AWS::EC2::VPC", "a/b#c",
        "Is contained in Vpc", "Contains", 'user,arn\na,"b', "", "\x00", "\ud800",
    ]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.text(max_size=6), st.integers(), st.floats(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=30
)


def read(*bodies: object) -> list[Observation]:
    """Everything, or nothing when a file is refused; any other error fails the test."""
    documents = [Document(f"{number}.json", json.dumps(body).encode()) for number, body in enumerate(bodies)]
    for document in documents:
        AwsImporter().sniff(document.head()[:HEAD_BYTES], document.name)
    try:
        return list(AwsImporter().read_together(documents, ReadOptions()))
    except FileMalformed:
        return []


def require_storable(observations: list[Observation]) -> None:
    for record in observations:
        match record:
            case CIRecord():
                assert fault_of([record.key, record.name, dict(record.attributes), dict(record.unmapped)]) is None
                assert record.name.strip()
                CATALOGUE.check_item(record.cls, record.attributes)
                CATALOGUE.check_groups(record.cls, record.groups)
            case RelationshipRecord():
                assert fault_of([record.key, str(record.where)]) is None
            case Problem():
                assert record.message
                assert fault_of([record.message, record.key, str(record.where)]) is None


@settings(max_examples=150, deadline=None)
@given(body=st.dictionaries(FIELDS | WORDS, TREES, max_size=4))
def test_any_tree_under_the_names_of_lists_is_survived(body: dict[str, object]) -> None:
    require_storable(read(body))


@settings(max_examples=150, deadline=None)
@given(field=FIELDS, entries=st.lists(st.dictionaries(WORDS, TREES, max_size=8), max_size=3))
def test_any_entries_of_a_list_are_survived(field: str, entries: list[dict[str, object]]) -> None:
    require_storable(read({field: entries}))


@settings(max_examples=100, deadline=None)
@given(items=st.lists(st.dictionaries(WORDS, TREES, max_size=8), max_size=3), more=TREES)
def test_any_items_of_config_are_survived(items: list[dict[str, object]], more: object) -> None:
    require_storable(read({"configurationItems": [*items, more]}, {"Results": [more], "QueryInfo": {}}))


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=120) | st.text(max_size=120).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_only_observations_or_a_refusal(content: bytes) -> None:
    AwsImporter().sniff(content, "x.json")
    try:
        require_storable(list(AwsImporter().read(Document("x.json", content), ReadOptions())))
    except FileMalformed:
        return
