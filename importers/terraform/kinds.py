"""Which class a type of resource is of."""

from collections.abc import Mapping
from typing import Final

from importers.amazon import BY_TERRAFORM_TYPE, OTHER

GENERIC: Final = OTHER
"""Class of types that the table does not have."""
NO_CLOUD: Final = "OtherCI"
"""Class of what providers of no cloud make: random names, files, waiting times."""

_NO_CLOUD_PROVIDERS: Final = frozenset(
    {
        "null", "random", "time", "local", "tls", "template", "archive", "external", "http", "cloudinit", "terraform",
        "dns", "assert", "ansible", "docker", "helm", "kubernetes", "consul", "vault", "github", "gitlab", "datadog",
        "grafana", "postgresql", "mysql", "vsphere",
    }
)  # fmt: skip

_ELSEWHERE: Final[Mapping[str, str]] = {
    "CloudAccount": "azurerm_subscription google_project openstack_identity_project_v3",
    "VirtualNetwork": "azurerm_virtual_network google_compute_network openstack_networking_network_v2",
    "CloudSubnet": "azurerm_subnet google_compute_subnetwork openstack_networking_subnet_v2",
    "SecurityGroup": """
        azurerm_network_security_group google_compute_firewall
        openstack_networking_secgroup_v2 openstack_compute_secgroup_v2""",
    "RouteTable": "azurerm_route_table",
    "CloudInstance": """
        azurerm_linux_virtual_machine azurerm_windows_virtual_machine
        azurerm_virtual_machine google_compute_instance openstack_compute_instance_v2""",
    "CloudVolume": """
        azurerm_managed_disk google_compute_disk google_compute_region_disk
        openstack_blockstorage_volume_v2 openstack_blockstorage_volume_v3""",
    "CloudLoadBalancer": """
        azurerm_lb azurerm_application_gateway openstack_lb_loadbalancer_v2
        google_compute_forwarding_rule google_compute_global_forwarding_rule""",
    "CloudListener": """
        azurerm_lb_rule openstack_lb_listener_v2 google_compute_url_map
        google_compute_target_http_proxy google_compute_target_https_proxy google_compute_target_tcp_proxy
        google_compute_region_url_map google_compute_region_target_http_proxy""",
    "TargetGroup": """
        azurerm_lb_backend_address_pool openstack_lb_pool_v2 google_compute_backend_service
        google_compute_region_backend_service google_compute_target_pool""",
    "AutoScalingGroup": """
        azurerm_linux_virtual_machine_scale_set azurerm_windows_virtual_machine_scale_set
        google_compute_instance_group google_compute_instance_group_manager
        google_compute_region_instance_group_manager""",
    "ObjectStore": """
        azurerm_storage_account azurerm_storage_container google_storage_bucket
        openstack_objectstorage_container_v1""",
    "CloudFunction": """
        azurerm_function_app azurerm_linux_function_app azurerm_windows_function_app
        google_cloudfunctions_function google_cloudfunctions2_function""",
    "CloudDatabase": """
        azurerm_mssql_server azurerm_sql_server
        azurerm_mssql_database azurerm_sql_database azurerm_postgresql_server azurerm_postgresql_flexible_server
        azurerm_mysql_server azurerm_mysql_flexible_server azurerm_cosmosdb_account azurerm_redis_cache
        google_sql_database_instance google_sql_database google_spanner_instance google_redis_instance
        google_bigquery_dataset openstack_db_instance_v1""",
    "CloudCluster": """
        azurerm_kubernetes_cluster google_container_cluster google_dataproc_cluster
        openstack_containerinfra_cluster_v1""",
    "CloudGateway": """
        azurerm_nat_gateway azurerm_virtual_network_gateway azurerm_firewall
        google_compute_router google_compute_vpn_gateway openstack_networking_router_v2""",
    "CloudNetworkInterface": "azurerm_network_interface openstack_networking_port_v2",
    "CloudAddress": """
        azurerm_public_ip google_compute_address google_compute_global_address
        openstack_networking_floatingip_v2 openstack_compute_floatingip_v2""",
    "CloudEndpoint": "azurerm_private_endpoint",
    "CloudQueue": """
        azurerm_servicebus_queue azurerm_servicebus_topic
        azurerm_eventhub azurerm_storage_queue google_pubsub_topic google_pubsub_subscription""",
    "CloudIdentity": """
        azurerm_user_assigned_identity google_service_account openstack_identity_user_v3 openstack_identity_role_v3""",
    "CloudSecret": """
        azurerm_key_vault azurerm_key_vault_key
        azurerm_key_vault_secret google_kms_crypto_key google_kms_key_ring google_secret_manager_secret""",
    "CloudRepository": "azurerm_container_registry google_artifact_registry_repository",
    "DNSZone": "azurerm_dns_zone azurerm_private_dns_zone google_dns_managed_zone openstack_dns_zone_v2",
    "Namespace": "kubernetes_namespace kubernetes_namespace_v1",
    "Workload": """
        kubernetes_deployment kubernetes_deployment_v1 kubernetes_stateful_set kubernetes_stateful_set_v1
        kubernetes_daemonset kubernetes_daemon_set_v1 kubernetes_job kubernetes_job_v1 kubernetes_cron_job
        kubernetes_cron_job_v1 kubernetes_replication_controller kubernetes_replication_controller_v1""",
    "Pod": "kubernetes_pod kubernetes_pod_v1",
    "KubernetesService": "kubernetes_service kubernetes_service_v1",
    "Ingress": "kubernetes_ingress kubernetes_ingress_v1",
    "ConfigMap": "kubernetes_config_map kubernetes_config_map_v1",
    "Secret": "kubernetes_secret kubernetes_secret_v1",
    "ServiceAccount": "kubernetes_service_account kubernetes_service_account_v1",
    "PersistentVolumeClaim": "kubernetes_persistent_volume_claim kubernetes_persistent_volume_claim_v1",
    "PersistentVolume": "kubernetes_persistent_volume kubernetes_persistent_volume_v1",
}  # fmt: skip
"""The classes of what is not at Amazon, of which :mod:`importers.amazon` knows."""

_BY_TYPE: Final[Mapping[str, str]] = {
    **{type_: kind.cls for type_, kind in BY_TERRAFORM_TYPE.items() if kind.cls != GENERIC},
    **{type_: cls for cls, types in _ELSEWHERE.items() for type_ in types.split()},
}

_ASPECTS: Final = (
    "_association", "_attachment", "_policy", "_policies", "_permission", "_notification", "_configuration",
    "_versioning", "_acl", "_rule", "_record", "_validation", "_binding", "_member", "_assignment", "_block",
    "_controls", "_metric", "_inventory", "_attach", "_associate", "_providers", "_logging",
)  # fmt: skip


def known_type(type_: str) -> str:
    """The type by the name under which the tables have it: load balancers of AWS have two."""
    return f"aws_lb{type_.removeprefix('aws_alb')}" if type_ == "aws_alb" or type_.startswith("aws_alb_") else type_


def class_of(type_: str) -> str:
    """The class of a type; the generic one when the table has none.

    >>> class_of("aws_instance"), class_of("aws_alb"), class_of("aws_cloudfront_distribution"), class_of("random_id")
    ('CloudInstance', 'CloudLoadBalancer', 'OtherCloudResource', 'OtherCI')
    """
    found = _BY_TYPE.get(known_type(type_))
    if found is not None:
        return found
    return NO_CLOUD if family_of(type_) in _NO_CLOUD_PROVIDERS else GENERIC


def is_known(type_: str) -> bool:
    """Whether the table has the type."""
    return known_type(type_) in _BY_TYPE


def family_of(type_: str) -> str:
    """The first word of a type, which is its provider's name by convention: ``aws``."""
    return type_.partition("_")[0]


def is_aspect(type_: str) -> bool:
    """Whether resources of this type are a side of another one, such as its policy, and often bear its id."""
    return not is_known(type_) and type_.endswith(_ASPECTS)
