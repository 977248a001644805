"""What there is at Amazon: the class, the forms of ids and resource names, and what Terraform calls it, for each type.

Types are called as CloudFormation and Config call them.  All importers that meet things of Amazon take their classes
and resource names from here, so that what two of them describe becomes one CI.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

OTHER: Final = "OtherCloudResource"
"""The class of types that have none of their own."""

_EC2: Final = "arn:{p}:ec2:{r}:{a}:"
_PARTITIONS: Final = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"))


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of thing.

    ``form`` makes its resource name where nothing tells it (``{p}`` partition, ``{r}`` region, ``{a}`` account,
    ``{id}``, ``{name}``); ``prefix`` begins ids that are unique over types; ``terraform`` are the types of Terraform.
    """

    type: str
    cls: str = OTHER
    form: str = ""
    prefix: str = ""
    terraform: tuple[str, ...] = ()


def kind_of(type_: str) -> Kind:
    """What is known of a type; nothing but its name of one that is not in the table."""
    return _BY_TYPE.get(type_) or Kind(type_)


def kind_of_id(prefix: str) -> Kind | None:
    """The type whose ids begin like that: ``vpc`` of ``vpc-1b20b966``."""
    return _BY_PREFIX.get(prefix)


def partition_of(region: str) -> str:
    """The partition in which a region lies.

    >>> partition_of("eu-west-1"), partition_of("cn-north-1")
    ('aws', 'aws-cn')
    """
    return next((name for start, name in _PARTITIONS if region.startswith(start)), "aws")


def resource_name(kind: Kind, id_: str, name: str, account: str, region: str) -> str:
    """The resource name of a thing that is not told one; ``""`` where its form, account or region is not known.

    >>> resource_name(kind_of("AWS::EC2::VPC"), "vpc-1", "", "123456789012", "eu-west-1")
    'arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1'
    """
    form = kind.form
    if not form or ("{a}" in form and not account) or ("{r}" in form and not region):
        return ""
    return form.format(p=partition_of(region), r=region, a=account, id=id_, name=name)


def _ec2(type_: str, cls: str, word: str, prefix: str, terraform: str = "") -> Kind:
    return Kind(f"AWS::EC2::{type_}", cls, f"{_EC2}{word}/{{id}}", prefix, tuple(terraform.split()))


def _kind(type_: str, cls: str, terraform: str = "", form: str = "") -> Kind:
    return Kind(f"AWS::{type_}", cls, form, terraform=tuple(terraform.split()))


_NETWORKS: Final = (
    Kind("AWS::EC2::AvailabilityZone", "AvailabilityZone"),
    _ec2("VPC", "VirtualNetwork", "vpc", "vpc", "aws_vpc aws_default_vpc"),
    _ec2("Subnet", "CloudSubnet", "subnet", "subnet", "aws_subnet aws_default_subnet"),
    _ec2("SecurityGroup", "SecurityGroup", "security-group", "sg", "aws_security_group aws_default_security_group"),
    _ec2("NetworkAcl", "NetworkAcl", "network-acl", "acl", "aws_network_acl aws_default_network_acl"),
    _ec2("RouteTable", "RouteTable", "route-table", "rtb", "aws_route_table aws_default_route_table"),
    _ec2("InternetGateway", "CloudGateway", "internet-gateway", "igw", "aws_internet_gateway"),
    _ec2(
        "EgressOnlyInternetGateway", "CloudGateway", "egress-only-internet-gateway", "eigw",
        "aws_egress_only_internet_gateway",
    ),
    _ec2("VPNGateway", "CloudGateway", "vpn-gateway", "vgw", "aws_vpn_gateway"),
    _ec2("CustomerGateway", "CloudGateway", "customer-gateway", "cgw", "aws_customer_gateway"),
    _ec2("VPNConnection", OTHER, "vpn-connection", "vpn", "aws_vpn_connection"),
    _ec2("NatGateway", "CloudGateway", "natgateway", "nat", "aws_nat_gateway"),
    _ec2("NetworkInterface", "CloudNetworkInterface", "network-interface", "eni", "aws_network_interface"),
    _ec2("EIP", "CloudAddress", "elastic-ip", "eipalloc", "aws_eip"),
    _ec2("DHCPOptions", OTHER, "dhcp-options", "dopt", "aws_vpc_dhcp_options aws_default_vpc_dhcp_options"),
    Kind("AWS::EC2::PrefixList", OTHER, "arn:{p}:ec2:{r}:aws:prefix-list/{id}", "pl"),
    _ec2("VPCEndpoint", "CloudEndpoint", "vpc-endpoint", "vpce", "aws_vpc_endpoint"),
    _ec2("VPCPeeringConnection", OTHER, "vpc-peering-connection", "pcx", "aws_vpc_peering_connection"),
    _ec2("TransitGateway", "CloudGateway", "transit-gateway", "tgw", "aws_ec2_transit_gateway"),
    _ec2(
        "TransitGatewayAttachment", OTHER, "transit-gateway-attachment", "tgw-attach",
        "aws_ec2_transit_gateway_vpc_attachment",
    ),
    _kind(
        "ElasticLoadBalancing::LoadBalancer", "CloudLoadBalancer", "aws_elb",
        "arn:{p}:elasticloadbalancing:{r}:{a}:loadbalancer/{id}",
    ),
    _kind("ElasticLoadBalancingV2::LoadBalancer", "CloudLoadBalancer", "aws_lb"),
    _kind("ElasticLoadBalancingV2::TargetGroup", "TargetGroup", "aws_lb_target_group"),
    _kind("ElasticLoadBalancingV2::Listener", "CloudListener", "aws_lb_listener"),
    _kind("ElasticLoadBalancingV2::ListenerRule", "CloudListener", "aws_lb_listener_rule"),
    _kind("Route53::HostedZone", "DNSZone", "aws_route53_zone"),
)  # fmt: skip
_MACHINES: Final = (
    _ec2("Instance", "CloudInstance", "instance", "i", "aws_instance aws_spot_instance_request"),
    _ec2("Volume", "CloudVolume", "volume", "vol", "aws_ebs_volume"),
    Kind("AWS::EC2::Snapshot", OTHER, "arn:{p}:ec2:{r}::snapshot/{id}", "snap", ("aws_ebs_snapshot",)),
    Kind("AWS::EC2::Image", OTHER, "arn:{p}:ec2:{r}::image/{id}", "ami", ("aws_ami",)),
    _ec2("Host", OTHER, "dedicated-host", "h", "aws_ec2_host"),
    _ec2("PlacementGroup", OTHER, "placement-group", "", "aws_placement_group"),
    _ec2("LaunchTemplate", OTHER, "launch-template", "lt", "aws_launch_template"),
    _kind("AutoScaling::AutoScalingGroup", "AutoScalingGroup", "aws_autoscaling_group"),
    _kind("Lambda::Function", "CloudFunction", "aws_lambda_function"),
    _kind("ECS::Cluster", "CloudCluster", "aws_ecs_cluster"),
    _kind("EKS::Cluster", "CloudCluster", "aws_eks_cluster", "arn:{p}:eks:{r}:{a}:cluster/{id}"),
    _kind("MSK::Cluster", "CloudCluster", "aws_msk_cluster"),
    _kind("EMR::Cluster", "CloudCluster", "aws_emr_cluster"),
    _kind("Elasticsearch::Domain", "CloudCluster", "aws_elasticsearch_domain", "arn:{p}:es:{r}:{a}:domain/{id}"),
    _kind("OpenSearch::Domain", "CloudCluster", "aws_opensearch_domain", "arn:{p}:es:{r}:{a}:domain/{id}"),
)  # fmt: skip
_DATA: Final = (
    _kind(
        "RDS::DBInstance", "CloudDatabase", "aws_db_instance aws_rds_cluster_instance", "arn:{p}:rds:{r}:{a}:db:{id}"
    ),
    _kind("RDS::DBCluster", "CloudDatabaseCluster", "aws_rds_cluster", "arn:{p}:rds:{r}:{a}:cluster:{id}"),
    _kind("RDS::DBSubnetGroup", OTHER, "aws_db_subnet_group", "arn:{p}:rds:{r}:{a}:subgrp:{id}"),
    _kind("DocDB::DBInstance", "CloudDatabase", "aws_docdb_cluster_instance"),
    _kind("DocDB::DBCluster", "CloudDatabaseCluster", "aws_docdb_cluster"),
    _kind("Neptune::DBInstance", "CloudDatabase", "aws_neptune_cluster_instance"),
    _kind("Neptune::DBCluster", "CloudDatabaseCluster", "aws_neptune_cluster"),
    _kind(
        "Redshift::Cluster", "CloudDatabaseCluster", "aws_redshift_cluster", "arn:{p}:redshift:{r}:{a}:cluster:{id}"
    ),
    _kind(
        "Redshift::ClusterSubnetGroup", OTHER, "aws_redshift_subnet_group",
        "arn:{p}:redshift:{r}:{a}:subnetgroup:{id}",
    ),
    _kind(
        "ElastiCache::CacheCluster", "CloudDatabase", "aws_elasticache_cluster",
        "arn:{p}:elasticache:{r}:{a}:cluster:{id}",
    ),
    _kind(
        "ElastiCache::ReplicationGroup", "CloudDatabaseCluster", "aws_elasticache_replication_group",
        "arn:{p}:elasticache:{r}:{a}:replicationgroup:{id}",
    ),
    _kind(
        "ElastiCache::SubnetGroup", OTHER, "aws_elasticache_subnet_group",
        "arn:{p}:elasticache:{r}:{a}:subnetgroup:{id}",
    ),
    _kind("DynamoDB::Table", "CloudDatabase", "aws_dynamodb_table", "arn:{p}:dynamodb:{r}:{a}:table/{id}"),
    _kind("S3::Bucket", "ObjectStore", "aws_s3_bucket", "arn:{p}:s3:::{id}"),
    Kind("AWS::EFS::FileSystem", OTHER, prefix="fs", terraform=("aws_efs_file_system",)),
    _kind("ECR::Repository", "CloudRepository", "aws_ecr_repository"),
    _kind("SNS::Topic", "CloudQueue", "aws_sns_topic"),
    _kind("SQS::Queue", "CloudQueue", "aws_sqs_queue", "arn:{p}:sqs:{r}:{a}:{name}"),
    _kind("Kinesis::Stream", "CloudQueue", "aws_kinesis_stream"),
)  # fmt: skip
_IDENTITIES: Final = (
    _kind("Organizations::Account", "CloudAccount", "aws_organizations_account"),
    _kind("IAM::User", "CloudIdentity", "aws_iam_user"),
    _kind("IAM::Group", "CloudIdentity", "aws_iam_group"),
    _kind("IAM::Role", "CloudIdentity", "aws_iam_role"),
    _kind("IAM::Policy", "CloudIdentity", "aws_iam_policy"),
    _kind("IAM::InstanceProfile", "CloudIdentity", "aws_iam_instance_profile"),
    _kind("IAM::SAMLProvider", "CloudIdentity", "aws_iam_saml_provider"),
    _kind("IAM::AccessKey", "CloudSecret", "aws_iam_access_key"),
    _kind("SecretsManager::Secret", "CloudSecret", "aws_secretsmanager_secret"),
    _kind("KMS::Key", "CloudSecret", "aws_kms_key"),
)

KINDS: Final = (*_NETWORKS, *_MACHINES, *_DATA, *_IDENTITIES)
"""Everything that is known, each type once."""
_BY_TYPE: Final[Mapping[str, Kind]] = {kind.type: kind for kind in KINDS}
_BY_PREFIX: Final[Mapping[str, Kind]] = {kind.prefix: kind for kind in KINDS if kind.prefix}
BY_TERRAFORM_TYPE: Final[Mapping[str, Kind]] = {type_: kind for kind in KINDS for type_ in kind.terraform}
"""The kinds by what Terraform calls them."""
