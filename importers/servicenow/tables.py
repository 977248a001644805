"""Which class a table's rows become, by the table's name or by its label."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final

COMPUTERS: Final = frozenset({"Host", "VirtualMachine"})
DEVICES: Final = frozenset({"Router", "Switch", "Firewall", "LoadBalancer", "AccessPoint", "OtherNetworkDevice"})
POWER_SOURCES: Final = frozenset({"UPS", "PDU", "Generator"})
EQUIPMENT: Final = COMPUTERS | DEVICES | POWER_SOURCES | {"CoolingUnit", "OtherDevice", "StorageArray"}
PLACES: Final = frozenset({"Site", "Region", "Room", "Rack"})
CLUSTERS: Final = frozenset({"HypervisorCluster", "ServerFarm", "KubernetesCluster"})
SOFTWARE: Final = frozenset({"Application", "ApplicationComponent", "ContainerImage"})
DATA_SERVICES: Final = frozenset({"DatabaseInstance", "Datastore", "MessageBroker", "MessageQueue"})
STORAGE: Final = frozenset({"StorageArray", "StoragePool", "StorageVolume", "FileShare", "ObjectStore"})
CLOUD: Final = frozenset(
    {
        "CloudAccount", "CloudRegion", "AvailabilityZone", "VirtualNetwork", "CloudSubnet", "CloudLoadBalancer",
        "CloudDatabase", "CloudFunction", "ObjectStore", "SecurityGroup",
    }
)  # fmt: skip
SERVICES: Final = frozenset({"BusinessService", "TechnicalService"})
PARTIES: Final = frozenset({"Customer", "Supplier", "Organization", "Team", "Person"})
RECORDS: Final = SERVICES | PARTIES | {"Offering", "BusinessProcess"}

_CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "Host": (
        "cmdb_ci_computer", "cmdb_ci_server", "cmdb_ci_linux_server", "cmdb_ci_win_server", "cmdb_ci_unix_server",
        "cmdb_ci_aix_server", "cmdb_ci_hpux_server", "cmdb_ci_solaris_server", "cmdb_ci_osx_server",
        "cmdb_ci_esx_server", "cmdb_ci_hyper_v_server", "cmdb_ci_mainframe",
    ),
    "VirtualMachine": (
        "cmdb_ci_vm_instance", "cmdb_ci_vmware_instance", "cmdb_ci_hyper_v_instance", "cmdb_ci_kvm_instance",
        "cmdb_ci_mainframe_lpar",
    ),
    "HypervisorCluster": ("cmdb_ci_vcenter_cluster", "cmdb_ci_hyper_v_cluster"),
    "ServerFarm": ("cmdb_ci_cluster", "cmdb_ci_win_cluster", "cmdb_ci_unix_cluster", "cmdb_ci_lb_pool"),
    "KubernetesCluster": ("cmdb_ci_kubernetes_cluster",),
    "Router": ("cmdb_ci_ip_router",),
    "Switch": ("cmdb_ci_ip_switch", "cmdb_ci_storage_switch"),
    "Firewall": ("cmdb_ci_ip_firewall", "cmdb_ci_firewall_network", "cmdb_ci_firewall_device"),
    "LoadBalancer": ("cmdb_ci_lb", "cmdb_ci_lb_appl", "cmdb_ci_lb_f5_ltm", "cmdb_ci_lb_netscaler"),
    "AccessPoint": ("cmdb_ci_wap_network",),
    "OtherNetworkDevice": ("cmdb_ci_netgear", "cmdb_ci_ip_device", "cmdb_ci_vpn"),
    "NetworkInterface": ("cmdb_ci_network_adapter", "cmdb_ci_nic"),
    "NetworkSegment": ("cmdb_ci_ip_network", "cmdb_ci_vlan", "cmdb_ci_subnet"),
    "NetworkCircuit": ("cmdb_ci_network_circuit",),
    "UPS": ("cmdb_ci_ups",),
    "PDU": ("cmdb_ci_pdu",),
    "CoolingUnit": ("cmdb_ci_crac", "cmdb_ci_chiller"),
    "OtherDevice": ("cmdb_ci_hardware", "cmdb_ci_printer", "cmdb_ci_comm", "cmdb_ci_peripheral", "cmdb_ci_ip_phone"),
    "Rack": ("cmdb_ci_rack",),
    "Room": ("cmdb_ci_computer_room",),
    "Site": ("cmdb_ci_datacenter",),
    "StorageArray": ("cmdb_ci_storage_server", "cmdb_ci_msd"),
    "StoragePool": ("cmdb_ci_storage_pool", "cmdb_ci_vcenter_datastore"),
    "StorageVolume": ("cmdb_ci_storage_volume",),
    "FileShare": ("cmdb_ci_nas_file_system", "cmdb_ci_storage_fileshare"),
    "Application": ("cmdb_ci_appl", "cmdb_ci_business_app"),
    "ApplicationComponent": (
        "cmdb_ci_app_server", "cmdb_ci_app_server_tomcat", "cmdb_ci_app_server_jboss", "cmdb_ci_app_server_weblogic",
        "cmdb_ci_app_server_websphere", "cmdb_ci_web_server", "cmdb_ci_apache_web_server", "cmdb_ci_nginx_web_server",
        "cmdb_ci_microsoft_iis_web_server", "cmdb_ci_web_site", "cmdb_ci_docker_container", "cmdb_ci_cluster_node",
        "cmdb_ci_win_cluster_node",
    ),
    "ContainerImage": ("cmdb_ci_docker_image",),
    "DatabaseInstance": (
        "cmdb_ci_db_instance", "cmdb_ci_db_mssql_instance", "cmdb_ci_db_mysql_instance", "cmdb_ci_db_ora_instance",
        "cmdb_ci_db_postgresql_instance", "cmdb_ci_db_mongodb_instance", "cmdb_ci_db_syb_instance",
        "cmdb_ci_db_db2_instance",
    ),
    "Datastore": (
        "cmdb_ci_database", "cmdb_ci_db_catalog", "cmdb_ci_db_mssql_catalog", "cmdb_ci_db_mysql_catalog",
        "cmdb_ci_db_ora_catalog", "cmdb_ci_db_mssql_database",
    ),
    "MessageBroker": ("cmdb_ci_appl_ibm_wmq", "cmdb_ci_appl_rabbitmq"),
    "MessageQueue": ("cmdb_ci_appl_ibm_wmq_queue",),
    "Certificate": ("cmdb_ci_certificate",),
    "DNSZone": ("cmdb_ci_dns_zone",),
    "BusinessService": ("cmdb_ci_service", "cmdb_ci_service_business"),
    "TechnicalService": (
        "cmdb_ci_service_technical", "cmdb_ci_service_auto", "cmdb_ci_service_discovered", "cmdb_ci_service_by_tags",
        "cmdb_ci_service_calculated", "cmdb_ci_query_based_service",
    ),
    "Offering": ("service_offering",),
    "BusinessProcess": ("cmdb_ci_business_process",),
    "CloudAccount": ("cmdb_ci_cloud_service_account",),
    "CloudRegion": ("cmdb_ci_aws_datacenter", "cmdb_ci_azure_datacenter", "cmdb_ci_google_datacenter"),
    "AvailabilityZone": ("cmdb_ci_availability_zone",),
    "VirtualNetwork": ("cmdb_ci_network",),
    "CloudSubnet": ("cmdb_ci_cloud_subnet",),
    "SecurityGroup": ("cmdb_ci_compute_security_group",),
    "CloudLoadBalancer": ("cmdb_ci_cloud_load_balancer", "cmdb_ci_lb_service"),
    "CloudDatabase": ("cmdb_ci_cloud_database",),
    "CloudFunction": ("cmdb_ci_cloud_function",),
    "ObjectStore": ("cmdb_ci_cloud_object_storage",),
    "Person": ("sys_user",),
    "Team": ("sys_user_group",),
    "Organization": ("core_company",),
    "Customer": ("customer_account",),
    "Place": ("cmn_location",),
}  # fmt: skip
_CLASS_OF: Final = {table: cls for cls, tables in _CLASSES.items() for table in tables}
ALL_CLASSES: Final = frozenset(_CLASSES) - {"Place"} | PLACES | PARTIES | {"OtherCI"}
"""Every class that a row can become."""
_LABELS: Final[Mapping[str, str]] = {
    "windows server": "cmdb_ci_win_server",
    "virtual machine instance": "cmdb_ci_vm_instance",
    "vmware virtual machine instance": "cmdb_ci_vmware_instance",
    "vmware vcenter cluster": "cmdb_ci_vcenter_cluster",
    "network gear": "cmdb_ci_netgear",
    "load balancer": "cmdb_ci_lb",
    "data center": "cmdb_ci_datacenter",
    "business service": "cmdb_ci_service_business",
    "technical service": "cmdb_ci_service_technical",
    "application service": "cmdb_ci_service_auto",
    "mapped application service": "cmdb_ci_service_discovered",
    "service offering": "service_offering",
    "application": "cmdb_ci_appl",
    "business application": "cmdb_ci_business_app",
    "application server": "cmdb_ci_app_server",
    "tomcat": "cmdb_ci_app_server_tomcat",
    "microsoft iis web server": "cmdb_ci_microsoft_iis_web_server",
    "database instance": "cmdb_ci_db_instance",
    "msft sql instance": "cmdb_ci_db_mssql_instance",
    "mysql instance": "cmdb_ci_db_mysql_instance",
    "oracle instance": "cmdb_ci_db_ora_instance",
    "postgresql instance": "cmdb_ci_db_postgresql_instance",
    "configuration item": "cmdb_ci",
    "user": "sys_user",
    "company": "core_company",
    "location": "cmn_location",
}
"""Labels that do not follow from the table's name: with display values only they are told."""

_NO_CI: Final = re.compile(
    r"(task|incident|problem|change|sc|kb|alm|ast|sys|syslog|contract|cmdb_(rel|model|sw|key)|ecc|em|discovery|kmf)(_|\Z)"
)
_NEVER: Final = re.compile(r"credential|password|oauth|token|private_key|auth_profile|api_key|keystore")


class Sort(Enum):
    """What a row is read as."""

    ITEM = "item"
    """A CI or a record."""
    RELATION = "relation"
    """A row of ``cmdb_rel_ci``."""
    RELATION_TYPE = "relation type"
    """A row of ``cmdb_rel_type``."""
    MEMBERSHIP = "membership"
    """A row of ``sys_user_grmember``."""
    NOT_TAKEN = "not taken"
    """A row of a table that holds no CIs."""
    NEVER = "never"
    """A row of a table that holds secrets: it is not looked at."""


_SORTS: Final[Mapping[str, Sort]] = {
    "cmdb_rel_ci": Sort.RELATION,
    "cmdb_rel_type": Sort.RELATION_TYPE,
    "sys_user_grmember": Sort.MEMBERSHIP,
}


def table_of(word: str) -> str:
    """The table's name for a name or a label; what is neither stays as it is.

    >>> table_of("cmdb_ci_linux_server"), table_of("Linux Server"), table_of("Windows Server"), table_of("Toaster")
    ('cmdb_ci_linux_server', 'cmdb_ci_linux_server', 'cmdb_ci_win_server', 'Toaster')
    """
    label = word.strip().lower()
    regular = f"cmdb_ci_{label.replace(' ', '_')}"
    return _LABELS.get(label) or (regular if regular in _CLASS_OF else word)


def class_of(table: str) -> str | None:
    """The class of a table's rows, ``Place`` for locations of any sort, or ``None`` when there is none for it."""
    return _CLASS_OF.get(table)


def sort_of(table: str) -> Sort:
    """What the rows of a table are read as; a table that nobody knows is taken for one of CIs."""
    if table in _SORTS:
        return _SORTS[table]
    if table in _CLASS_OF:
        return Sort.ITEM
    if _NEVER.search(table):
        return Sort.NEVER
    return Sort.NOT_TAKEN if _NO_CI.match(table) else Sort.ITEM
