"""What the lists of networks and load balancers hold."""

from typing import Final

from cmdb.model.items import Effect
from importers.aws.declarations import (
    Link,
    Listing,
    Reach,
    Turn,
    Way,
    attached,
    carries,
    contained,
    protected,
    relates,
    weakly_needs,
)

ZONE: Final = "AWS::EC2::AvailabilityZone"
VPC: Final = "AWS::EC2::VPC"
SUBNET: Final = "AWS::EC2::Subnet"
GROUP: Final = "AWS::EC2::SecurityGroup"
INTERFACE: Final = "AWS::EC2::NetworkInterface"
INSTANCE: Final = "AWS::EC2::Instance"
ROUTES: Final = "AWS::EC2::RouteTable"
ADDRESS: Final = "AWS::EC2::EIP"
INTERNET: Final = "AWS::EC2::InternetGateway"
NAT: Final = "AWS::EC2::NatGateway"
VPN: Final = "AWS::EC2::VPNGateway"
CUSTOMER: Final = "AWS::EC2::CustomerGateway"
ENDPOINT: Final = "AWS::EC2::VPCEndpoint"
SERVICE: Final = "AWS::EC2::VPCEndpointService"
PEERING: Final = "AWS::EC2::VPCPeeringConnection"
TRANSIT: Final = "AWS::EC2::TransitGateway"
EGRESS: Final = "AWS::EC2::EgressOnlyInternetGateway"
PREFIXES: Final = "AWS::EC2::PrefixList"
DHCP: Final = "AWS::EC2::DHCPOptions"
CLASSIC: Final = "AWS::ElasticLoadBalancing::LoadBalancer"
BALANCER: Final = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGETS: Final = "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER: Final = "AWS::ElasticLoadBalancingV2::Listener"
KEY: Final = "AWS::KMS::Key"
BUCKET: Final = "AWS::S3::Bucket"
CERTIFICATE: Final = "AWS::ACM::Certificate"

_BLACKHOLE: Final = Turn("State", frozenset({"blackhole"}), Effect.NONE)
_DETACHED: Final = Turn("State", frozenset({"detached", "detaching"}), Effect.NONE)
_LOOSE: Final = Turn("Status", frozenset({"detached", "detaching"}), Effect.NONE)
_RULES: Final = ("IpPermissions[]", "IpPermissionsEgress[]")


def _route(field: str, *to: str) -> Link:
    return Link(f"Routes[].{field}", "ROUTES_TO", to, group="routes", turn=_BLACKHOLE)


def _governs(field: str, *to: str) -> Link:
    """The other thing's traffic takes the routes of this table; inside its network it needs none."""
    return Link(f"Associations[].{field}", "DEPENDS_ON", to, Effect.SOFT, way=Way.BACKWARD)


NETWORKS: Final = (
    Listing(("AvailabilityZones[]",), ZONE, "ZoneName", reach=Reach.PROVIDER),
    Listing(
        ("Vpcs[]",), VPC, "VpcId",
        links=(weakly_needs("DhcpOptionsId", DHCP),),
    ),
    Listing(
        ("Subnets[]",), SUBNET, "SubnetId", arn="SubnetArn",
        links=(contained("VpcId", VPC), contained("AvailabilityZone", ZONE)),
    ),
    Listing(
        ("SecurityGroups[]",), GROUP, "GroupId", name="GroupName",
        links=(
            contained("VpcId", VPC),
            *(
                Link(f"{rules}.UserIdGroupPairs[].GroupId", "RELATES_TO", (GROUP,), owner="UserId")
                for rules in _RULES
            ),
            *(relates(f"{rules}.PrefixListIds[].PrefixListId", PREFIXES) for rules in _RULES),
        ),
    ),
    Listing(
        ("NetworkAcls[]",), "AWS::EC2::NetworkAcl", "NetworkAclId",
        links=(
            contained("VpcId", VPC),
            Link("Associations[].SubnetId", "PROTECTED_BY", (SUBNET,), way=Way.BACKWARD),
        ),
    ),
    Listing(
        ("RouteTables[]",), ROUTES, "RouteTableId",
        links=(
            contained("VpcId", VPC),
            _governs("SubnetId", SUBNET),
            _route("GatewayId", INTERNET, VPN, ENDPOINT),
            _route("NatGatewayId", NAT),
            _route("TransitGatewayId", TRANSIT),
            _route("VpcPeeringConnectionId", PEERING),
            _route("EgressOnlyInternetGatewayId", EGRESS),
            _route("InstanceId", INSTANCE),
            _route("NetworkInterfaceId", INTERFACE),
            Link("PropagatingVgws[].GatewayId", "ROUTES_TO", (VPN,), group="routes"),
            _governs("GatewayId", INTERNET, VPN),
        ),
    ),
    Listing(
        ("InternetGateways[]",), INTERNET, "InternetGatewayId",
        links=(attached("Attachments[].VpcId", VPC, _DETACHED),),
    ),
    Listing(
        ("EgressOnlyInternetGateways[]",), EGRESS, "EgressOnlyInternetGatewayId",
        links=(attached("Attachments[].VpcId", VPC, _DETACHED),),
    ),
    Listing(
        ("VpnGateways[]",), VPN, "VpnGatewayId",
        links=(attached("VpcAttachments[].VpcId", VPC, _DETACHED),),
    ),
    Listing(
        ("CustomerGateways[]",), CUSTOMER, "CustomerGatewayId", arn="CustomerGatewayArn",
    ),
    Listing(
        ("VpnConnections[]",), "AWS::EC2::VPNConnection", "VpnConnectionId", arn="VpnConnectionArn",
        links=(
            Link("CustomerGatewayId", "DEPENDS_ON", (CUSTOMER,)),
            Link("VpnGatewayId", "DEPENDS_ON", (VPN,)),
            Link("TransitGatewayId", "DEPENDS_ON", (TRANSIT,)),
        ),
    ),
    Listing(
        ("NatGateways[]",), NAT, "NatGatewayId",
        links=(
            contained("SubnetId", SUBNET),
            contained("VpcId", VPC),
            Link("NatGatewayAddresses[].AllocationId", "DEPENDS_ON", (ADDRESS,), group="addresses"),
            carries("NatGatewayAddresses[].NetworkInterfaceId", INTERFACE),
        ),
    ),
    Listing(
        ("NetworkInterfaces[]",), INTERFACE, "NetworkInterfaceId", state="Status",
        links=(
            contained("SubnetId", SUBNET),
            contained("VpcId", VPC),
            contained("AvailabilityZone", ZONE),
            protected("Groups[].GroupId", GROUP),
            attached("Attachment.InstanceId", INSTANCE, _LOOSE),
        ),
    ),
    Listing(
        ("Addresses[]",), ADDRESS, "AllocationId|PublicIp", owner="NetworkInterfaceOwnerId",
        links=(attached("NetworkInterfaceId", INTERFACE), attached("InstanceId", INSTANCE)),
    ),
    Listing(("DhcpOptions[]",), DHCP, "DhcpOptionsId"),
    Listing(
        ("PrefixLists[]", "ManagedPrefixLists[]"), PREFIXES, "PrefixListId", name="PrefixListName",
        arn="PrefixListArn", reach=Reach.PROVIDER,
    ),
    Listing(("ServiceNames[]",), SERVICE, "self", reach=Reach.PROVIDER),
    Listing(("ServiceDetails[]",), SERVICE, "ServiceName", reach=Reach.PROVIDER),
    Listing(
        ("VpcEndpoints[]",), ENDPOINT, "VpcEndpointId",
        links=(
            contained("VpcId", VPC),
            contained("SubnetIds[]", SUBNET, "subnets"),
            protected("Groups[].GroupId", GROUP),
            carries("NetworkInterfaceIds[]", INTERFACE),
            Link("RouteTableIds[]", "ROUTES_TO", (ROUTES,), group="routes", way=Way.BACKWARD),
            Link("ServiceName", "DEPENDS_ON", (SERVICE,)),
        ),
    ),
    Listing(
        ("VpcPeeringConnections[]",), PEERING, "VpcPeeringConnectionId", state="Status.Code",
        owner="RequesterVpcInfo.OwnerId",
        links=tuple(
            Link(f"{side}.VpcId", "ATTACHED_TO", (VPC,), owner="OwnerId", region="Region")
            for side in ("RequesterVpcInfo", "AccepterVpcInfo")
        ),
    ),
    Listing(
        ("TransitGateways[]",), TRANSIT, "TransitGatewayId", arn="TransitGatewayArn",
    ),
    Listing(
        ("TransitGatewayVpcAttachments[]",), "AWS::EC2::TransitGatewayAttachment", "TransitGatewayAttachmentId",
        owner="VpcOwnerId",
        links=(
            Link("TransitGatewayId", "ATTACHED_TO", (TRANSIT,)),
            Link("VpcId", "ATTACHED_TO", (VPC,), owner="VpcOwnerId"),
            contained("SubnetIds[]", SUBNET, "subnets"),
        ),
    ),
)  # fmt: skip

BALANCERS: Final = (
    Listing(
        ("LoadBalancerDescriptions[]",), CLASSIC, "LoadBalancerName",
        links=(
            contained("VPCId", VPC),
            contained("Subnets[]", SUBNET, "subnets"),
            contained("AvailabilityZones[]", ZONE, "zones"),
            protected("SecurityGroups[]", GROUP),
            Link("Instances[].InstanceId", "ROUTES_TO", (INSTANCE,)),
        ),
    ),
    Listing(
        ("LoadBalancers[]",), BALANCER, "LoadBalancerArn", name="LoadBalancerName",
        arn="LoadBalancerArn", state="State.Code",
        links=(
            contained("VpcId", VPC),
            contained("AvailabilityZones[].SubnetId", SUBNET, "subnets"),
            contained("AvailabilityZones[].ZoneName", ZONE, "zones"),
            protected("SecurityGroups[]", GROUP),
        ),
    ),
    Listing(
        ("TargetGroups[]",), TARGETS, "TargetGroupArn", name="TargetGroupName", arn="TargetGroupArn",
        links=(
            contained("VpcId", VPC),
            Link("LoadBalancerArns[]", "ROUTES_TO", (BALANCER,), group="pool", way=Way.BACKWARD),
        ),
    ),
    Listing(
        ("Listeners[]", "LoadBalancerListeners[].Listeners[]"), LISTENER, "ListenerArn",
        arn="ListenerArn",
        links=(
            Link("LoadBalancerArn", "ROUTES_TO", (BALANCER,), group="listeners", way=Way.BACKWARD),
            Link("DefaultActions[].TargetGroupArn", "ROUTES_TO", (TARGETS,)),
            Link("DefaultActions[].ForwardConfig.TargetGroups[].TargetGroupArn", "ROUTES_TO", (TARGETS,)),
            Link("Certificates[].CertificateArn", "DEPENDS_ON", (CERTIFICATE,)),
        ),
    ),
)  # fmt: skip
