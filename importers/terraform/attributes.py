"""The table of attributes that name other resources.

Where a third resource joins two others - an attachment, an association, a rule - the chain leads through it: the target
group routes to the attachment, the attachment is attached to the instance.  So a plan that removes the attachment
is felt where it is felt in fact.  The two themselves are related as well (``BRIDGES``), as a source tells it that knows
of no attachment: the pool of a target group holds the targets, each once whoever saw it, and a group beside it holds
the attachments.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from importers.terraform.meanings import Meaning, MeaningTable, any_of, back, by_host, by_name, soft, to

_INSTANCE: Final = "CloudInstance"
_NIC: Final = "CloudNetworkInterface"
_BALANCER: Final = "CloudLoadBalancer"
_SUBNET, _NETWORK, _FIREWALL = "CloudSubnet", "VirtualNetwork", "SecurityGroup"
_DATABASE: Final = "CloudDatabase"

_IN_SUBNET: Final = to("CONTAINED_IN", _SUBNET)
_IN_SUBNETS: Final = any_of("subnets", _IN_SUBNET)
_IN_NETWORK: Final = by_name(to("CONTAINED_IN", _NETWORK))
_PROTECTED: Final = by_name(to("PROTECTED_BY", _FIREWALL))
_NAMES_GROUP: Final = to("RELATES_TO", _FIREWALL)
_RIGHTS: Final = by_name(to("PROTECTED_BY", "CloudIdentity"))
_RULE_OF: Final = soft(by_name(to("PART_OF", _FIREWALL)))
_KEY: Final = to("DEPENDS_ON", "CloudSecret")
_ROUTE: Final = soft(to("ROUTES_TO", "CloudGateway", "CloudEndpoint", "CloudInstance", _NIC))
_FORWARDS: Final = any_of("targets", to("ROUTES_TO", "TargetGroup"))
_POOLED: Final = back("ROUTES_TO", "TargetGroup")
_POOLING: Final = any_of("attachments", _POOLED)
_ATTACHED: Final = to("ATTACHED_TO")
_ON_INSTANCE: Final = to("ATTACHED_TO", _INSTANCE)
_CONFIGURED: Final = soft(by_name(to("DEPENDS_ON", "OtherCloudResource")))
_THROUGH_NIC: Final = (any_of("interfaces", to("DEPENDS_ON", _NIC)), back("ATTACHED_TO", _NIC))
_BUCKET: Final = by_name(to("ATTACHED_TO", "ObjectStore"))
_SIDE_OF_BUCKET: Final = soft(by_name(to("PART_OF", "ObjectStore")))
_NODES: Final = any_of("nodes", by_name(to("PART_OF", "CloudCluster")))

_NETWORKS: Final[Mapping[str, tuple[Meaning, ...]]] = {
    "subnet_id": (_IN_SUBNET,),
    "subnetwork": (_IN_SUBNET,),
    "subnetwork_id": (_IN_SUBNET,),
    "vip_subnet_id": (_IN_SUBNET,),
    "vnet_subnet_id": (_IN_SUBNET,),
    "virtual_network_subnet_id": (_IN_SUBNET,),
    "subnets": (_IN_SUBNETS,),
    "subnet_ids": (_IN_SUBNETS,),
    "subnet_mapping.subnet_id": (_IN_SUBNETS,),
    "vpc_zone_identifier": (_IN_SUBNETS,),
    "vpc_id": (_IN_NETWORK,),
    "network": (_IN_NETWORK,),
    "network_id": (_IN_NETWORK,),
    "network.uuid": (_IN_NETWORK,),
    "virtual_network_id": (_IN_NETWORK,),
    "virtual_network_name": (_IN_NETWORK,),
    "peer_vpc_id": (to("DEPENDS_ON", _NETWORK),),
    "remote_virtual_network_id": (to("DEPENDS_ON", _NETWORK),),
    "resource_group_name": (by_name(to("CONTAINED_IN", "azurerm_resource_group")),),
    "metadata.namespace": (by_name(to("CONTAINED_IN", "Namespace")),),
    "aws_network_acl:subnet_ids": (back("PROTECTED_BY", _SUBNET),),
    "aws_default_network_acl:subnet_ids": (back("PROTECTED_BY", _SUBNET),),
    "route_table_id": (soft(to("DEPENDS_ON", "RouteTable")),),
    "aws_route_table_association:subnet_id": (soft(back("DEPENDS_ON", _SUBNET)),),
    "aws_route_table_association:route_table_id": (_ATTACHED,),
    "azurerm_subnet_route_table_association:subnet_id": (soft(back("DEPENDS_ON", _SUBNET)),),
    "azurerm_subnet_route_table_association:route_table_id": (_ATTACHED,),
    "aws_route:route_table_id": (soft(back("ROUTES_TO", "RouteTable")),),
    "route.gateway_id": (_ROUTE,),
    "route.nat_gateway_id": (_ROUTE,),
    "route.transit_gateway_id": (_ROUTE,),
    "route.network_interface_id": (_ROUTE,),
    "route.vpc_endpoint_id": (_ROUTE,),
    "aws_route:gateway_id": (_ATTACHED,),
    "aws_route:nat_gateway_id": (_ATTACHED,),
    "aws_route:transit_gateway_id": (_ATTACHED,),
    "aws_route:network_interface_id": (_ATTACHED,),
    "openstack_networking_router_interface_v2:subnet_id": (soft(back("DEPENDS_ON", _SUBNET)),),
    "openstack_networking_router_interface_v2:router_id": (_ATTACHED,),
    "allocation_id": (to("DEPENDS_ON", "CloudAddress"),),
    "aws_eip_association:allocation_id": (back("DEPENDS_ON", "CloudAddress"),),
    "public_ip_address_id": (to("DEPENDS_ON", "CloudAddress"),),
    "azurerm_network_interface:public_ip_address_id": (back("ATTACHED_TO", "CloudAddress"),),
    "network_interface_id": _THROUGH_NIC,
    "network_interface_ids": _THROUGH_NIC,
    "aws_instance:network_interface_id": (),
    "primary_network_interface_id": (),  # as the one before: made with its instance and a part of it
    "network.port": _THROUGH_NIC,
    "attachment.instance": (_ON_INSTANCE,),
    "aws_eip:network_interface": (to("ATTACHED_TO", _NIC),),
    "aws_eip_association:network_interface_id": (to("ATTACHED_TO", _NIC),),
    "port_id": (to("ATTACHED_TO", _NIC),),
}

_PROTECTION: Final[Mapping[str, tuple[Meaning, ...]]] = {
    "security_groups": (_PROTECTED,),
    "security_group_id": (_PROTECTED,),
    "security_group_ids": (_PROTECTED,),
    "vpc_security_group_ids": (_PROTECTED,),
    "network_security_group_id": (_PROTECTED,),
    "ingress.security_groups": (_NAMES_GROUP,),
    "egress.security_groups": (_NAMES_GROUP,),
    "source_security_group_id": (_NAMES_GROUP,),
    "referenced_security_group_id": (_NAMES_GROUP,),
    "remote_group_id": (_NAMES_GROUP,),
    "aws_security_group_rule:security_group_id": (_RULE_OF,),
    "aws_vpc_security_group_ingress_rule:security_group_id": (_RULE_OF,),
    "aws_vpc_security_group_egress_rule:security_group_id": (_RULE_OF,),
    "openstack_networking_secgroup_rule_v2:security_group_id": (_RULE_OF,),
    "azurerm_network_security_rule:network_security_group_name": (_RULE_OF,),
    "azurerm_subnet_network_security_group_association:subnet_id": (to("ATTACHED_TO", _SUBNET),),
    "azurerm_subnet_network_security_group_association:network_security_group_id": (_ATTACHED,),
    "azurerm_network_interface_security_group_association:network_interface_id": (to("ATTACHED_TO", _NIC),),
    "azurerm_network_interface_security_group_association:network_security_group_id": (_ATTACHED,),
    "iam_instance_profile": (by_name(to("PROTECTED_BY", "aws_iam_instance_profile")),),
    "role": (by_name(to("PROTECTED_BY", "aws_iam_role")),),
    "role_arn": (_RIGHTS,),
    "iam_role_arn": (_RIGHTS,),
    "node_role_arn": (_RIGHTS,),
    "task_role_arn": (_RIGHTS,),
    "service_role_arn": (_RIGHTS,),
    "execution_role_arn": (_RIGHTS,),
    "monitoring_role_arn": (_RIGHTS,),
    "identity_ids": (_RIGHTS,),
    "service_account": (_RIGHTS,),
    "service_account_email": (_RIGHTS,),
    "service_account.email": (_RIGHTS,),
    "aws_iam_role_policy:role": (soft(by_name(to("PART_OF", "CloudIdentity"))),),
    "aws_iam_user_policy:user": (soft(by_name(to("PART_OF", "CloudIdentity"))),),
    "aws_iam_role_policy_attachment:role": (soft(by_name(to("PART_OF", "CloudIdentity"))),),
    "aws_iam_user_policy_attachment:user": (soft(by_name(to("PART_OF", "CloudIdentity"))),),
    "policy_arn": (to("ATTACHED_TO", "CloudIdentity"),),
    "kms_key": (_KEY,),
    "kms_key_id": (_KEY,),
    "kms_key_arn": (_KEY,),
    "kms_key_name": (_KEY,),
    "kms_master_key_id": (_KEY,),
    "key_vault_key_id": (_KEY,),
    "key_vault_id": (to("CONTAINED_IN", "CloudSecret"),),
    "aws_secretsmanager_secret_version:secret_id": (to("ATTACHED_TO", "CloudSecret"),),
    "target_key_id": (to("ATTACHED_TO", "CloudSecret"),),
    "certificate_arn": (to("DEPENDS_ON"),),
    "acm_certificate_arn": (to("DEPENDS_ON"),),
    "ssl_certificate_id": (to("DEPENDS_ON"),),
}

_BALANCING: Final[Mapping[str, tuple[Meaning, ...]]] = {
    "aws_elb:instances": (to("ROUTES_TO", _INSTANCE),),
    "aws_elb_attachment:elb": (any_of("attachments", by_name(back("ROUTES_TO", _BALANCER))),),
    "aws_elb_attachment:instance": (_ON_INSTANCE,),
    "aws_lb_listener:load_balancer_arn": (any_of("listeners", back("ROUTES_TO", _BALANCER)),),
    "aws_lb_listener_rule:listener_arn": (any_of("targets", back("ROUTES_TO", "CloudListener")),),
    "aws_lb_listener_certificate:listener_arn": (to("ATTACHED_TO", "CloudListener"),),
    "target_group_arn": (_FORWARDS,),
    "target_group.arn": (_FORWARDS,),
    "target_group_arns": (_POOLED,),
    "load_balancer.target_group_arn": (_POOLED,),
    "load_balancers": (by_name(back("ROUTES_TO", _BALANCER)),),
    "aws_lb_target_group_attachment:target_group_arn": (_POOLING,),
    "aws_lb_target_group_attachment:target_id": (_ATTACHED,),
    "aws_autoscaling_attachment:autoscaling_group_name": (by_name(to("ATTACHED_TO", "AutoScalingGroup")),),
    "aws_autoscaling_attachment:lb_target_group_arn": (_POOLING,),
    "aws_autoscaling_attachment:alb_target_group_arn": (_POOLING,),
    "aws_autoscaling_attachment:elb": (any_of("attachments", by_name(back("ROUTES_TO", _BALANCER))),),
    "azurerm_lb_rule:loadbalancer_id": (any_of("listeners", back("ROUTES_TO", _BALANCER)),),
    "loadbalancer_id": (to("ATTACHED_TO", _BALANCER),),
    "backend_address_pool_id": (_FORWARDS,),
    "backend_address_pool_ids": (_FORWARDS,),
    "azurerm_network_interface_backend_address_pool_association:backend_address_pool_id": (_POOLED,),
    "azurerm_network_interface_backend_address_pool_association:network_interface_id": (to("ATTACHED_TO", _NIC),),
    "openstack_lb_listener_v2:loadbalancer_id": (any_of("listeners", back("ROUTES_TO", _BALANCER)),),
    "openstack_lb_listener_v2:default_pool_id": (_FORWARDS,),
    "openstack_lb_pool_v2:loadbalancer_id": (any_of("listeners", back("ROUTES_TO", _BALANCER)),),
    "openstack_lb_pool_v2:listener_id": (any_of("targets", back("ROUTES_TO", "CloudListener")),),
    "openstack_lb_member_v2:pool_id": (_POOLED,),
    "openstack_lb_member_v2:address": (by_host(to("ATTACHED_TO", _INSTANCE, _NIC)),),
    "openstack_lb_monitor_v2:pool_id": (to("ATTACHED_TO", "TargetGroup"),),
    "google_compute_url_map:default_service": (_FORWARDS,),
    "path_rule.service": (_FORWARDS,),
    "path_matcher.default_service": (_FORWARDS,),
    "url_map": (any_of("targets", to("ROUTES_TO", "CloudListener")),),
    "google_compute_forwarding_rule:target": (any_of("listeners", to("ROUTES_TO", "CloudListener", "TargetGroup")),),
    "google_compute_global_forwarding_rule:target": (any_of("listeners", to("ROUTES_TO", "CloudListener")),),
    "google_compute_forwarding_rule:backend_service": (to("ROUTES_TO", "TargetGroup"),),
    "backend.group": (to("ROUTES_TO", "AutoScalingGroup"),),
    "google_compute_target_pool:instances": (to("ROUTES_TO", _INSTANCE),),
    "google_compute_instance_group:instances": (back("PART_OF", _INSTANCE),),
    "records": (any_of("hosts", by_host(to("DEPENDS_ON"))),),
    "rrdatas": (any_of("hosts", by_host(to("DEPENDS_ON"))),),
    "alias.name": (by_host(to("DEPENDS_ON")),),
    "origin.domain_name": (any_of("targets", by_host(to("DEPENDS_ON"))),),
    "aws_route53_record:zone_id": (to("CONTAINED_IN", "DNSZone"),),
    "google_dns_record_set:managed_zone": (by_name(to("CONTAINED_IN", "DNSZone")),),
    "zone_name": (by_name(to("CONTAINED_IN", "DNSZone")),),
}

_STORAGE: Final[Mapping[str, tuple[Meaning, ...]]] = {
    "volume_id": (to("STORED_ON", "CloudVolume"),),
    "managed_disk_id": (to("STORED_ON", "CloudVolume"),),
    "boot_disk.source": (to("STORED_ON", "CloudVolume"),),
    "attached_disk.source": (to("STORED_ON", "CloudVolume"),),
    "block_device.uuid": (to("STORED_ON", "CloudVolume"),),
    "instance": (_ON_INSTANCE,),
    "instance_id": (_ON_INSTANCE,),
    "virtual_machine_id": (_ON_INSTANCE,),
    "aws_volume_attachment:volume_id": (_ATTACHED,),
    "aws_volume_attachment:instance_id": (back("DEPENDS_ON", _INSTANCE),),
    "google_compute_attached_disk:disk": (_ATTACHED,),
    "google_compute_attached_disk:instance": (back("DEPENDS_ON", _INSTANCE),),
    "openstack_compute_volume_attach_v2:volume_id": (_ATTACHED,),
    "openstack_compute_volume_attach_v2:instance_id": (back("DEPENDS_ON", _INSTANCE),),
    "azurerm_virtual_machine_data_disk_attachment:managed_disk_id": (_ATTACHED,),
    "azurerm_virtual_machine_data_disk_attachment:virtual_machine_id": (back("DEPENDS_ON", _INSTANCE),),
    "bucket": (by_name(to("STORED_ON", "ObjectStore")),),
    "bucket_arn": (to("STORED_ON", "ObjectStore"),),
    "s3_bucket_name": (by_name(to("STORED_ON", "ObjectStore")),),
    "access_logs.bucket": (by_name(to("RELATES_TO", "ObjectStore")),),
    "logging.target_bucket": (by_name(to("RELATES_TO", "ObjectStore")),),
    "storage_account_name": (by_name(to("STORED_ON", "ObjectStore")),),
    "azurerm_storage_container:storage_account_name": (by_name(to("CONTAINED_IN", "ObjectStore")),),
    "azurerm_storage_queue:storage_account_name": (by_name(to("CONTAINED_IN", "ObjectStore")),),
    "storage_account_id": (to("CONTAINED_IN", "ObjectStore"),),
    **{
        f"aws_s3_bucket_{side}:bucket": (_SIDE_OF_BUCKET,)
        for side in ("policy", "acl", "public_access_block", "ownership_controls", "cors_configuration",
                     "website_configuration", "server_side_encryption_configuration")
    },
    **{
        f"aws_s3_bucket_{side}:bucket": (_BUCKET,)
        for side in ("analytics_configuration", "inventory", "metric", "notification", "logging", "versioning",
                     "lifecycle_configuration", "replication_configuration")
    },
}  # fmt: skip

_SERVICES: Final[Mapping[str, tuple[Meaning, ...]]] = {
    "db_subnet_group_name": (by_name(to("CONTAINED_IN", "aws_db_subnet_group")),),
    "subnet_group_name": (by_name(to("CONTAINED_IN", "aws_elasticache_subnet_group")),),
    "cluster_subnet_group_name": (by_name(to("CONTAINED_IN", "aws_redshift_subnet_group")),),
    "parameter_group_name": (_CONFIGURED,),
    "option_group_name": (_CONFIGURED,),
    "db_parameter_group_name": (_CONFIGURED,),
    "db_cluster_parameter_group_name": (_CONFIGURED,),
    "launch_configuration": (_CONFIGURED,),
    "launch_template.id": (_CONFIGURED,),
    "launch_template.name": (_CONFIGURED,),
    "instance_template": (_CONFIGURED,),
    "task_definition": (_CONFIGURED,),
    "replicate_source_db": (soft(by_name(to("DEPENDS_ON", _DATABASE))),),
    "master_instance_name": (soft(by_name(to("DEPENDS_ON", _DATABASE))),),
    "cluster_identifier": (by_name(to("PART_OF", "CloudDatabaseCluster")),),
    "replication_group_id": (by_name(to("PART_OF", "CloudDatabaseCluster")),),
    "google_sql_database:instance": (by_name(to("RUNS_ON", _DATABASE)),),
    "google_sql_user:instance": (by_name(to("ATTACHED_TO", _DATABASE)),),
    "server_id": (to("RUNS_ON", _DATABASE),),
    "server_name": (by_name(to("RUNS_ON", _DATABASE)),),
    "aws_ecs_service:cluster": (by_name(to("RUNS_ON", "CloudCluster")),),
    "aws_eks_node_group:cluster_name": (_NODES,),
    "google_container_node_pool:cluster": (_NODES,),
    "azurerm_kubernetes_cluster_node_pool:kubernetes_cluster_id": (_NODES,),
    "cluster_name": (by_name(to("ATTACHED_TO", "CloudCluster")),),
    "service_plan_id": (to("RUNS_ON"),),
    "app_service_plan_id": (to("RUNS_ON"),),
    "function_name": (by_name(to("DEPENDS_ON", "CloudFunction")),),
    "aws_lambda_permission:function_name": (soft(by_name(to("PART_OF", "CloudFunction"))),),
    "aws_lambda_event_source_mapping:event_source_arn": (to("DEPENDS_ON"),),
    "lambda_function.lambda_function_arn": (any_of("targets", to("DEPENDS_ON", "CloudFunction")),),
    "queue.queue_arn": (any_of("targets", to("DEPENDS_ON", "CloudQueue")),),
    "topic.topic_arn": (any_of("targets", to("DEPENDS_ON", "CloudQueue")),),
    "topic_arn": (to("ATTACHED_TO", "CloudQueue"),),
    "aws_sns_topic_subscription:endpoint": (to("ATTACHED_TO", "CloudQueue", "CloudFunction"),),
    "aws_sns_topic_policy:arn": (soft(to("PART_OF", "CloudQueue")),),
    "aws_sqs_queue_policy:queue_url": (soft(to("PART_OF", "CloudQueue")),),
}

MEANINGS: Final = MeaningTable.of({**_NETWORKS, **_PROTECTION, **_BALANCING, **_STORAGE, **_SERVICES})
"""What each attribute means."""

BRIDGES: Final[Mapping[str, Sequence[tuple[str, str, str]]]] = {
    "aws_volume_attachment": [("instance_id", "MOUNTS", "volume_id")],
    "google_compute_attached_disk": [("instance", "MOUNTS", "disk")],
    "openstack_compute_volume_attach_v2": [("instance_id", "MOUNTS", "volume_id")],
    "azurerm_virtual_machine_data_disk_attachment": [("virtual_machine_id", "MOUNTS", "managed_disk_id")],
    "azurerm_subnet_network_security_group_association": [("subnet_id", "PROTECTED_BY", "network_security_group_id")],
    "azurerm_network_interface_security_group_association": [
        ("network_interface_id", "PROTECTED_BY", "network_security_group_id"),
    ],
    "aws_lb_target_group_attachment": [("target_group_arn", "ROUTES_TO", "target_id")],
    "aws_elb_attachment": [("elb", "ROUTES_TO", "instance")],
    "aws_autoscaling_attachment": [
        (field, "ROUTES_TO", "autoscaling_group_name")
        for field in ("lb_target_group_arn", "alb_target_group_arn", "elb")
    ],
}  # fmt: skip
"""Types that join two others which also stand in a relationship of their own: attribute, type, attribute."""
