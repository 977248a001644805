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


def _subnet_group(path: str, type_: str, id_: str, form: str) -> Listing:
    links = (contained("VpcId", VPC), contained("Subnets[].SubnetIdentifier", SUBNET, "subnets"))
    return Listing((path,), type_, id_, form=form, links=links)


DATABASE_LISTS: Final = (
    Listing(
        ("DBInstances[]",), DATABASE, "DBInstanceIdentifier", "CloudDatabase", arn="DBInstanceArn",
        form="arn:{p}:rds:{r}:{a}:db:{id}", state="DBInstanceStatus",
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
        ("DBClusters[]",), DATABASES, "DBClusterIdentifier", "CloudDatabaseCluster", arn="DBClusterArn",
        form="arn:{p}:rds:{r}:{a}:cluster:{id}", state="Status",
        links=(
            contained("AvailabilityZones[]", ZONE, "zones"),
            Link("DBClusterMembers[].DBInstanceIdentifier", "PART_OF", (DATABASE,), way=Way.BACKWARD),
            protected("VpcSecurityGroups[].VpcSecurityGroupId", GROUP),
            relates("DBSubnetGroup", DATABASE_SUBNETS),
            weakly_needs("KmsKeyId", KEY),
        ),
    ),
    replace(
        _subnet_group(
            "DBSubnetGroups[]", DATABASE_SUBNETS, "DBSubnetGroupName", "arn:{p}:rds:{r}:{a}:subgrp:{id}"
        ),
        arn="DBSubnetGroupArn", state="SubnetGroupStatus",
    ),
    Listing(
        ("Clusters[]",), "AWS::Redshift::Cluster", "ClusterIdentifier", "CloudDatabaseCluster", state="ClusterStatus",
        form="arn:{p}:redshift:{r}:{a}:cluster:{id}",
        links=(
            contained("VpcId", VPC),
            contained("AvailabilityZone", ZONE),
            contained("ClusterSubnetGroupName", WAREHOUSE_SUBNETS),
            protected("VpcSecurityGroups[].VpcSecurityGroupId", GROUP),
            weakly_needs("KmsKeyId", KEY),
        ),
    ),
    replace(
        _subnet_group(
            "ClusterSubnetGroups[]", WAREHOUSE_SUBNETS, "ClusterSubnetGroupName",
            "arn:{p}:redshift:{r}:{a}:subnetgroup:{id}",
        ),
        state="SubnetGroupStatus",
    ),
    Listing(
        ("CacheClusters[]",), CACHE, "CacheClusterId", "CloudDatabase", arn="ARN", state="CacheClusterStatus",
        form="arn:{p}:elasticache:{r}:{a}:cluster:{id}",
        links=(
            contained("PreferredAvailabilityZone", ZONE),
            contained("CacheSubnetGroupName", CACHE_SUBNETS),
            protected("SecurityGroups[].SecurityGroupId", GROUP),
            Link("ReplicationGroupId", "PART_OF", (CACHES,)),
        ),
    ),
    Listing(
        ("ReplicationGroups[]",), CACHES, "ReplicationGroupId", "CloudDatabaseCluster", arn="ARN", state="Status",
        form="arn:{p}:elasticache:{r}:{a}:replicationgroup:{id}",
        links=(
            Link("MemberClusters[]", "PART_OF", (CACHE,), way=Way.BACKWARD),
            weakly_needs("KmsKeyId", KEY),
        ),
    ),
    replace(
        _subnet_group(
            "CacheSubnetGroups[]", CACHE_SUBNETS, "CacheSubnetGroupName",
            "arn:{p}:elasticache:{r}:{a}:subnetgroup:{id}",
        ),
        arn="ARN",
    ),
)  # fmt: skip

_SEARCH: Final = Listing(
    ("DomainStatusList[]",), "AWS::Elasticsearch::Domain", "DomainName", "CloudCluster", arn="ARN",
    form="arn:{p}:es:{r}:{a}:domain/{id}",
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
        ("ClusterInfoList[]",), "AWS::MSK::Cluster", "ClusterArn", "CloudCluster", name="ClusterName",
        arn="ClusterArn",
        links=(
            contained("BrokerNodeGroupInfo.ClientSubnets[]", SUBNET, "subnets"),
            protected("BrokerNodeGroupInfo.SecurityGroups[]", GROUP),
            weakly_needs("EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId", KEY),
        ),
    ),
    Listing(
        ("Buckets[]",), BUCKET, "Name", "ObjectStore", form="arn:{p}:s3:::{id}", reach=Reach.GLOBAL
    ),
    Listing(
        ("TableNames[]",), "AWS::DynamoDB::Table", "self", "CloudDatabase", form="arn:{p}:dynamodb:{r}:{a}:table/{id}"
    ),
    Listing(
        ("FileSystems[]",), "AWS::EFS::FileSystem", "FileSystemId", name="Name", arn="FileSystemArn", prefix="fs",
        state="LifeCycleState", links=(weakly_needs("KmsKeyId", KEY),),
    ),
    Listing(
        ("repositories[]",), "AWS::ECR::Repository", "repositoryArn", "CloudRepository", name="repositoryName",
        arn="repositoryArn",
    ),
    Listing(("Topics[]",), "AWS::SNS::Topic", "TopicArn", "CloudQueue", arn="TopicArn"),
    Listing(
        ("QueueUrls[]",), "AWS::SQS::Queue", "self", "CloudQueue", owner="self", form="arn:{p}:sqs:{r}:{a}:{name}"
    ),
)  # fmt: skip
