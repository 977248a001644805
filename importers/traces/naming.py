"""Who a service or its counterpart is: parties, their environments and their keys."""

import re
from collections.abc import Mapping
from typing import Final

from importers.traces.attributes import DESTINATIONS, Attributes, first, is_true
from importers.traces.spans import Kind, Party, Resource, Target

DEFAULT_ENVIRONMENT: Final = "default"
"""The boundary of services that name no environment."""

_UNNAMED: Final = re.compile(r"(?i)(unknown([-_ ]service)?(:.*)?|otlpresourcenoservicename|none|null)\Z", re.DOTALL)
_NOT_BOUNDARY: Final = re.compile(r"[#/\x00-\x1f\ud800-\udfff]+")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.:-]*://")
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?|[0-9a-f:.]{2,45}")
_HOST_PORT: Final = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+):(\d{1,5})\Z")
_DNS_NAMESPACE: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\Z")
_CLUSTER_SUFFIX: Final = re.compile(r"\.svc(\.cluster\.local)?\Z")
_LOOPBACK: Final = re.compile(r"localhost|.*\.localhost|127\.[\d.]+|0\.0\.0\.0|::1?|0:0:0:0:0:0:0:1")
_WORKLOAD_UIDS: Final = ("k8s.deployment.uid", "k8s.statefulset.uid", "k8s.daemonset.uid")
_ENGINES: Final[Mapping[str, str]] = {
    "mssql": "microsoft.sql_server",
    "oracle": "oracle.db",
    "db2": "ibm.db2",
    "dynamodb": "aws.dynamodb",
    "cosmosdb": "azure.cosmosdb",
    "spanner": "gcp.spanner",
    "hanadb": "sap.hana",
    "postgres": "postgresql",
    "mongo": "mongodb",
}
_PORTS: Final[Mapping[str, int]] = {
    "postgresql": 5432,
    "mysql": 3306,
    "mariadb": 3306,
    "redis": 6379,
    "mongodb": 27_017,
    "microsoft.sql_server": 1433,
    "oracle.db": 1521,
    "ibm.db2": 50_000,
    "elasticsearch": 9200,
    "opensearch": 9200,
    "cassandra": 9042,
    "memcached": 11_211,
    "couchdb": 5984,
    "neo4j": 7687,
    "influxdb": 8086,
}


def resource_of(attributes: Attributes, environment: str, name: str = "") -> Resource | None:
    """The service that a process says it is, or ``None`` when it does not say.

    ``environment`` is the boundary for those that name none; ``name`` is a service name that stands beside the
    attributes.  The names that SDKs put in where none was configured name nobody: under them quite different programs
    would become one.
    """
    name = (name or attributes.get("service.name", "")).strip()
    if not name or _UNNAMED.match(name):
        return None
    deployment = first(attributes, "deployment.environment.name", "deployment.environment")
    namespace = first(attributes, "service.namespace")
    boundary = _NOT_BOUNDARY.sub("-", deployment).strip() or environment
    dns = first(attributes, "k8s.namespace.name").lower()
    return Resource(
        service(boundary, namespace, name),
        deployment,
        namespace,
        first(attributes, "service.version"),
        dns if _DNS_NAMESPACE.match(dns) else "",
        tuple(uid for uid in (first(attributes, field) for field in _WORKLOAD_UIDS) if uid),
    )


def service(environment: str, namespace: str, name: str) -> Party:
    """The party of a service; letter case and suffixes count, for nothing says that they do not."""
    parts = (namespace, name) if namespace else (name,)
    return Party("ApplicationComponent", environment, "/".join(["service", *map(_part, parts)]), name)


def target_of(kind: Kind, attributes: Attributes, caller: Resource, peer: str = "", address: str = "") -> Target | None:
    """Whom a span names at the other end: a queue, a data store or a service.

    ``peer`` is a service name and ``address`` a host and port that stand beside the attributes.  Of server spans this
    is the caller, and of internal ones nobody: both give ``None``.
    """
    if kind in (Kind.SERVER, Kind.INTERNAL):
        return None
    queue = _queue(attributes, caller)
    if queue is not None or kind in (Kind.CONSUMER, Kind.PRODUCER):
        return queue
    peer = _unspoken(first(attributes, "service.peer.name", "peer.service") or peer)
    product = _product(peer)
    engine = _product(first(attributes, "db.system.name", "db.system", "db.type"))
    engine = engine or (product if product in _PORTS else "")
    if engine:
        return _datastore(engine, attributes, caller, _address(attributes) or address or _unless_product(peer, engine))
    if kind is not Kind.CLIENT or not peer or _UNNAMED.match(peer):
        return None
    namespace = first(attributes, "service.peer.namespace") or caller.namespace
    return Target(service(caller.party.environment, namespace, peer))


def _queue(attributes: Attributes, caller: Resource) -> Target | None:
    """Queues are told apart by system and name: what a producer and a consumer see of their address differs."""
    if is_true(
        attributes,
        "messaging.destination.temporary",
        "messaging.destination.anonymous",
        "messaging.temp_destination",
    ):
        return None
    system = first(attributes, "messaging.system").lower()
    own = next((tag for tag in DESTINATIONS if attributes.get(tag)), "")
    system = system or DESTINATIONS.get(own, "")
    name = first(
        attributes,
        "messaging.destination.template",
        "messaging.destination.name",
        "messaging.destination",
        "message_bus.destination",
        own,
    )
    name = _without_user(name) if "://" in name or "@" in name else name
    if not name or not (system or "message_bus.destination" in attributes):
        return None
    key = f"queue/{_part(system) or '-'}/{_part(name)}"
    return Target(Party("MessageQueue", caller.party.environment, key, name), system)


def _datastore(engine: str, attributes: Attributes, caller: Resource, address: str) -> Target:
    """A store at an address is one for all; one without an address, or on the caller's own machine, is the caller's."""
    database = _plain(first(attributes, "db.namespace", "db.name", "db.instance"))
    environment = caller.party.environment
    where = _host_and_port(address, engine, caller)
    if where:
        return Target(Party("Datastore", environment, f"datastore/{where}", where), engine, database)
    own = "/".join([caller.party.key, "datastore", *map(_part, filter(None, (engine, database)))])
    name = f"{database or engine} of {caller.party.name}"
    return Target(Party("Datastore", environment, own, name), engine, database)


def _address(attributes: Attributes) -> str:
    told = first(attributes, "server.address", "net.peer.name", "peer.hostname", "net.peer.ip", "peer.ipv4")
    host = _without_user(told).partition("/")[0]
    port = first(attributes, "server.port", "net.peer.port", "peer.port")
    if not told:
        return first(attributes, "peer.address")
    host = f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host  # an address of IP version 6
    return f"{host}:{port}" if port and not _HOST_PORT.match(host) else host


def _host_and_port(address: str, engine: str, caller: Resource) -> str:
    """``orders-db.shop:5432``: the port of the product where none is given, the namespace where names are looked up."""
    bare = _without_user(address).partition("/")[0].lower()
    match = _HOST_PORT.match(bare)
    host, port = (match[1], int(match[2])) if match else (bare, 0)
    host = _CLUSTER_SUFFIX.sub("", host.strip("[]").rstrip("."))
    if not _HOST.fullmatch(host) or _LOOPBACK.fullmatch(host):
        return ""
    if caller.dns_namespace and "." not in host and ":" not in host:
        host = f"{host}.{caller.dns_namespace}"
    port = port or _PORTS.get(engine, 0)
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{port}" if port else host


def _without_user(address: str) -> str:
    """An address without scheme, user information and query; an ``@`` in what comes after the host spoils it all."""
    scheme = _SCHEME.match(address)
    rest = address[scheme.end() :] if scheme else address
    authority, slash, path = re.split(r"[?#;]", rest, maxsplit=1)[0].partition("/")
    if "@" in path:
        return ""
    return f"{authority.rpartition('@')[2]}{slash}{path}"


def _unspoken(name: str) -> str:
    """A name that may be an address after all: of one only the host stays, of a connection string nothing."""
    return _plain(_without_user(name).partition("/")[0]) if "@" in name or "://" in name else _plain(name)


def _plain(name: str) -> str:
    """A name that is no address or connection string, else nothing."""
    return "" if any(sign in name for sign in ("=", ";", "@", "://")) else name


def _unless_product(peer: str, engine: str) -> str:
    """A peer that is only called by its product (``redis``) is not told apart from others of that product."""
    product = _product(peer)
    return "" if product == engine or product in _PORTS else peer


def _product(name: str) -> str:
    """The name of a product as today's conventions write it."""
    return _ENGINES.get(name.lower(), name.lower())


def _part(text: str) -> str:
    return text.replace("%", "%25").replace("/", "%2F")
