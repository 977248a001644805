"""What the lists of databases, caches, streams, queues and stores hold."""

from dataclasses import replace
from typing import Final

from cmdb.model.items import Effect
from importers.aws.declarations import Link, Listing, Reach, Turn, Way, contained, protected, relates, weakly_needs
from importers.aws.network_table import BUCKET, GROUP, KEY, SUBNET, VPC, ZONE

DATABASE: Final = "AWS::RDS::DBInstance"
DATABASES: Final = "AWS::RDS::DBCluster"
DATABASE_SUBNETS: Final = "AWS::RDS::DBSubnetGroup"
WAREHOUSE_SUBNETS: Final = "AWS::Redshift::ClusterSubnetGroup"
CACHE: Final = "AWS::ElastiCache::CacheCluster"
CACHES: Final = "AWS::ElastiCache::ReplicationGroup"
CACHE_SUBNETS: Final = "AWS::ElastiCache::SubnetGroup"

_SECOND_ZONE: Final = Turn("MultiAZ", frozenset({"true"}), Effect.SOFT, lacking="SecondaryAvailabilityZone")
"""A standby in a zone that is not told takes over when the known zone fails."""


def _subnet_group(path: str, type_: str, id_: str) -> Listing:
    links = (contained("VpcId", VPC), contained("Subnets[].SubnetIdentifier", SUBNET, "subnets"))
    return Listing((path,), type_, id_, links=links)


DATABASE_LISTS: Final = (
    Listing(
        ("DBInstances[]",), DATABASE, "DBInstanceIdentifier", arn="DBInstanceArn", state="DBInstanceStatus",
        links=(
            contained("DBSubnetGroup.VpcId", VPC),
            contained("DBSubnetGroup.Subnets[].SubnetIdentifier", SUBNET, "subnets"),
            Link("AvailabilityZone", "CONTAINED_IN", (ZONE,), group="zones", turn=_SECOND_ZONE),
            contained("SecondaryAvailabilityZone", ZONE, "zones"),
            protected("VpcSecurityGroups[].VpcSecurityGroupId", GROUP),
            relates("DBSubnetGroup.DBSubnetGroupName", DATABASE_SUBNETS),
            Link("DBClusterIdentifier", "PART_OF", (DATABASES,)),
            weakly_needs("ReadReplicaSourceDBInstanceIdentifier", DATABASE),
            weakly_needs("KmsKeyId", KEY),
        ),
    ),
    Listing(
        ("DBClusters[]",), DATABASES, "DBClusterIdentifier", arn="DBClusterArn", state="Status",
        links=(
            contained("AvailabilityZones[]", ZONE, "zones"),
            Link("DBClusterMembers[].DBInstanceIdentifier", "PART_OF", (DATABASE,), way=Way.BACKWARD),
            protected("VpcSecurityGroups[].VpcSecurityGroupId", GROUP),
            relates("DBSubnetGroup", DATABASE_SUBNETS),
            weakly_needs("KmsKeyId", KEY),
        ),
    ),
    replace(
        _subnet_group("DBSubnetGroups[]", DATABASE_SUBNETS, "DBSubnetGroupName"),
        arn="DBSubnetGroupArn", state="SubnetGroupStatus",
    ),
    Listing(
        ("Clusters[]",), "AWS::Redshift::Cluster", "ClusterIdentifier", state="ClusterStatus",
        links=(
            contained("VpcId", VPC),
            contained("AvailabilityZone", ZONE),
            contained("ClusterSubnetGroupName", WAREHOUSE_SUBNETS),
            protected("VpcSecurityGroups[].VpcSecurityGroupId", GROUP),
            weakly_needs("KmsKeyId", KEY),
        ),
    ),
    replace(
        _subnet_group("ClusterSubnetGroups[]", WAREHOUSE_SUBNETS, "ClusterSubnetGroupName"),
        state="SubnetGroupStatus",
    ),
    Listing(
        ("CacheClusters[]",), CACHE, "CacheClusterId", arn="ARN", state="CacheClusterStatus",
        links=(
            contained("PreferredAvailabilityZone", ZONE),
            contained("CacheSubnetGroupName", CACHE_SUBNETS),
            protected("SecurityGroups[].SecurityGroupId", GROUP),
            Link("ReplicationGroupId", "PART_OF", (CACHES,)),
        ),
    ),
    Listing(
        ("ReplicationGroups[]",), CACHES, "ReplicationGroupId", arn="ARN", state="Status",
        links=(
            Link("MemberClusters[]", "PART_OF", (CACHE,), way=Way.BACKWARD),
            weakly_needs("KmsKeyId", KEY),
        ),
    ),
    replace(
        _subnet_group("CacheSubnetGroups[]", CACHE_SUBNETS, "CacheSubnetGroupName"),
        arn="ARN",
    ),
)  # fmt: skip

_SEARCH: Final = Listing(
    ("DomainStatusList[]",), "AWS::Elasticsearch::Domain", "DomainName", arn="ARN",
    links=(
        contained("VPCOptions.VPCId", VPC),
        contained("VPCOptions.SubnetIds[]", SUBNET, "subnets"),
        contained("VPCOptions.AvailabilityZones[]", ZONE, "zones"),
        protected("VPCOptions.SecurityGroupIds[]", GROUP),
    ),
)  # fmt: skip

STORES: Final = (
    _SEARCH,
    replace(_SEARCH, paths=("DomainNames[]", "DomainStatus")),
    replace(_SEARCH, paths=(), type="AWS::OpenSearch::Domain"),
    Listing(
        ("ClusterInfoList[]",), "AWS::MSK::Cluster", "ClusterArn", name="ClusterName",
        arn="ClusterArn",
        links=(
            contained("BrokerNodeGroupInfo.ClientSubnets[]", SUBNET, "subnets"),
            protected("BrokerNodeGroupInfo.SecurityGroups[]", GROUP),
            weakly_needs("EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId", KEY),
        ),
    ),
    Listing(
        ("Buckets[]",), BUCKET, "Name", reach=Reach.GLOBAL
    ),
    Listing(
        ("TableNames[]",), "AWS::DynamoDB::Table", "self"
    ),
    Listing(
        ("FileSystems[]",), "AWS::EFS::FileSystem", "FileSystemId", name="Name", arn="FileSystemArn",
        state="LifeCycleState", links=(weakly_needs("KmsKeyId", KEY),),
    ),
    Listing(
        ("repositories[]",), "AWS::ECR::Repository", "repositoryArn", name="repositoryName",
        arn="repositoryArn",
    ),
    Listing(("Topics[]",), "AWS::SNS::Topic", "TopicArn", arn="TopicArn"),
    Listing(
        ("QueueUrls[]",), "AWS::SQS::Queue", "self", owner="self"
    ),
)  # fmt: skip
