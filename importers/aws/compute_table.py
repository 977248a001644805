"""What the lists of machines, functions and containers hold."""

from typing import Final

from cmdb.model.items import Basis, Effect
from importers.aws.declarations import Link, Listing, Turn, Way, carries, contained, protected, relates, weakly_needs
from importers.aws.identity_table import PROFILE, ROLE
from importers.aws.network_table import GROUP, INSTANCE, INTERFACE, KEY, SUBNET, TARGETS, VPC, ZONE

VOLUME: Final = "AWS::EC2::Volume"
IMAGE: Final = "AWS::EC2::Image"
SNAPSHOT: Final = "AWS::EC2::Snapshot"
HOST: Final = "AWS::EC2::Host"
SCALING: Final = "AWS::AutoScaling::AutoScalingGroup"
TEMPLATE: Final = "AWS::EC2::LaunchTemplate"
CONFIGURATION: Final = "AWS::AutoScaling::LaunchConfiguration"
FUNCTION: Final = "AWS::Lambda::Function"
CONTAINERS: Final = "AWS::ECS::Cluster"
KUBERNETES: Final = "AWS::EKS::Cluster"

IMPLIED_BY: Final = {VOLUME: INSTANCE, IMAGE: INSTANCE}
"""Things that an instance shows to be there, though nothing lists them."""

_NOT_SERVING: Final = frozenset(
    {"Pending", "Pending:Wait", "Pending:Proceed", "Quarantined", "Terminating", "Terminating:Wait",
     "Terminating:Proceed", "Terminated", "Detaching", "Detached", "EnteringStandby", "Standby"}
)  # fmt: skip
_LOOSE: Final = Turn("State", frozenset({"detached", "detaching"}), Effect.NONE)


MACHINES: Final = (
    Listing(
        ("Reservations[].Instances[]",), INSTANCE, "InstanceId", state="State.Name",
        links=(
            contained("SubnetId", SUBNET),
            contained("VpcId", VPC),
            contained("Placement.AvailabilityZone", ZONE),
            Link("Placement.HostId", "RUNS_ON", (HOST,), basis=Basis.OBSERVED),
            protected("SecurityGroups[].GroupId", GROUP),
            protected("IamInstanceProfile.Arn", PROFILE),
            Link("BlockDeviceMappings[].Ebs.VolumeId", "MOUNTS", (VOLUME,), basis=Basis.OBSERVED),
            carries("NetworkInterfaces[].NetworkInterfaceId", INTERFACE),
            relates("ImageId", IMAGE),
        ),
    ),
    Listing(
        ("Volumes[]",), VOLUME, "VolumeId",
        links=(
            contained("AvailabilityZone", ZONE),
            Link(
                "Attachments[].InstanceId", "MOUNTS", (INSTANCE,), way=Way.BACKWARD, basis=Basis.OBSERVED, turn=_LOOSE
            ),
            weakly_needs("KmsKeyId", KEY),
            relates("SnapshotId", SNAPSHOT),
        ),
    ),
    Listing(
        ("Snapshots[]",), SNAPSHOT, "SnapshotId",
        links=(relates("VolumeId", VOLUME),),
    ),
    Listing(("Images[]",), IMAGE, "ImageId", name="Name"),
    Listing(("Hosts[]",), HOST, "HostId"),
    Listing(("PlacementGroups[]",), "AWS::EC2::PlacementGroup", "GroupName"),
    Listing(
        ("LaunchTemplates[]",), TEMPLATE, "LaunchTemplateId", name="LaunchTemplateName",
    ),
    Listing(
        ("LaunchConfigurations[]",), CONFIGURATION, "LaunchConfigurationName", arn="LaunchConfigurationARN",
        links=(relates("ImageId", IMAGE),),
    ),
    Listing(
        ("AutoScalingGroups[]",), SCALING, "AutoScalingGroupName", arn="AutoScalingGroupARN",
        links=(
            contained("VPCZoneIdentifier[,]", SUBNET, "subnets"),
            contained("AvailabilityZones[]", ZONE, "zones"),
            Link(
                "Instances[].InstanceId", "PART_OF", (INSTANCE,), way=Way.BACKWARD, basis=Basis.OBSERVED,
                turn=Turn("LifecycleState", _NOT_SERVING, Effect.NONE),
            ),
            Link("TargetGroupARNs[]", "ROUTES_TO", (TARGETS,), way=Way.BACKWARD),
            relates("LaunchConfigurationName", CONFIGURATION),
            relates("LaunchTemplate.LaunchTemplateId", TEMPLATE),
        ),
    ),
)  # fmt: skip

SERVERLESS: Final = (
    Listing(
        ("Functions[]",), FUNCTION, "FunctionName", arn="FunctionArn",
        links=(
            contained("VpcConfig.VpcId", VPC),
            contained("VpcConfig.SubnetIds[]", SUBNET, "subnets"),
            protected("VpcConfig.SecurityGroupIds[]", GROUP),
            protected("Role", ROLE),
            weakly_needs("KMSKeyArn", KEY),
        ),
    ),
    Listing(("clusterArns[]",), CONTAINERS, "self", arn="self"),
    Listing(
        ("clusters[]",), CONTAINERS, "clusterArn", name="clusterName", arn="clusterArn", state="status"
    ),
    Listing(
        ("services[]",), "AWS::ECS::Service", "serviceArn", name="serviceName", arn="serviceArn", state="status",
        links=(
            contained("clusterArn", CONTAINERS),
            contained("networkConfiguration.awsvpcConfiguration.subnets[]", SUBNET, "subnets"),
            protected("networkConfiguration.awsvpcConfiguration.securityGroups[]", GROUP),
            protected("roleArn", ROLE),
            Link("loadBalancers[].targetGroupArn", "ROUTES_TO", (TARGETS,), way=Way.BACKWARD),
        ),
    ),
    Listing(("clusters[]",), KUBERNETES, "self"),
    Listing(
        ("cluster",), KUBERNETES, "name", arn="arn", state="status",
        links=(
            contained("resourcesVpcConfig.vpcId", VPC),
            contained("resourcesVpcConfig.subnetIds[]", SUBNET, "subnets"),
            protected("resourcesVpcConfig.securityGroupIds[]", GROUP),
            protected("roleArn", ROLE),
        ),
    ),
    Listing(
        ("nodegroup",), "AWS::EKS::Nodegroup", "nodegroupArn", name="nodegroupName", arn="nodegroupArn", state="status",
        links=(
            contained("clusterName", KUBERNETES),
            contained("subnets[]", SUBNET, "subnets"),
            Link("resources.autoScalingGroups[].name", "DEPENDS_ON", (SCALING,)),
        ),
    ),
)  # fmt: skip
