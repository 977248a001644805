"""Objects to CI records, and the CIs that objects only imply."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from cmdb.model.items import GroupSetting
from cmdb.model.observations import CIRecord
from cmdb.model.values import JSONValue
from importers.fields import entries, number, text, texts
from importers.kubernetes.estate import IMAGES_BOUNDARY, Estate
from importers.kubernetes.manifests import CLUSTER_BOUNDARY, Manifest
from importers.kubernetes.pods import containers_of

CLAIMS_GROUP = "claims"
"""Group of a stateful set's claims: each of its pods has its own, so any one of them keeps a pod running."""

_PORT_FIELDS: Final = ("name", "protocol", "port", "targetPort", "nodePort")


def records_of(estate: Estate) -> Iterator[CIRecord]:
    """The cluster, namespaces and images that are implied, then a record for each object that is not folded."""
    yield _cluster(estate)
    yield from _implied_namespaces(estate)
    yield from _images(estate)
    for manifest in estate.manifests:
        if not estate.is_folded(manifest):
            yield _record(estate, manifest)


def _cluster(estate: Estate) -> CIRecord:
    key = estate.cluster_reference.key
    attributes = {"kubernetes_cluster": estate.cluster}
    return CIRecord(estate.scope(CLUSTER_BOUNDARY), key, "KubernetesCluster", estate.cluster, attributes)


def _implied_namespaces(estate: Estate) -> Iterator[CIRecord]:
    for name in estate.namespaces:
        if estate.find("Namespace", "", name) is None:
            attributes = {"kubernetes_cluster": estate.cluster, "kind": "Namespace"}
            yield CIRecord(estate.scope(CLUSTER_BOUNDARY), f"Namespace/{name}", "Namespace", name, attributes)


def _images(estate: Estate) -> Iterator[CIRecord]:
    seen: set[str] = set()
    for unit in estate.units():
        for container in containers_of(unit):
            if container.image and container.image not in seen:
                seen.add(container.image)
                attributes = {"image": container.image}
                key = f"ContainerImage/{container.image}"
                where = unit.place.at(f"{container.pointer}.image")
                scope = estate.scope(IMAGES_BOUNDARY)
                yield CIRecord(scope, key, "ContainerImage", container.image, attributes, where=where)


def _record(estate: Estate, manifest: Manifest) -> CIRecord:
    attributes: dict[str, JSONValue] = {
        "kubernetes_cluster": estate.cluster,
        "namespace": manifest.namespace,
        "kind": manifest.kind.word,
        "uid": text(manifest.body, "metadata", "uid"),
        "labels": dict(texts(manifest.body, "metadata", "labels")),
    }
    special = _SPECIAL.get(manifest.kind.cls)
    attributes |= special(manifest) if special is not None else {}
    return CIRecord(
        estate.scope(manifest.boundary),
        manifest.key,
        manifest.kind.cls,
        manifest.name,
        {name: value for name, value in attributes.items() if value not in ("", None, [], {})},
        {CLAIMS_GROUP: GroupSetting("1")} if entries(manifest.body, "spec", "volumeClaimTemplates") else {},
        manifest.kind.word,
        manifest.place.at(),
    )


def _workload(manifest: Manifest) -> dict[str, JSONValue]:
    return {"replicas": number(manifest.body, "spec", "replicas")}


def _pod(manifest: Manifest) -> dict[str, JSONValue]:
    return {"phase": text(manifest.body, "status", "phase")}


def _service(manifest: Manifest) -> dict[str, JSONValue]:
    ports: list[JSONValue] = [
        {field: value for field in _PORT_FIELDS if (value := number(port, field) or text(port, field))}
        for port in entries(manifest.body, "spec", "ports")
    ]
    return {"service_type": text(manifest.body, "spec", "type"), "ports": ports}


def _ingress(manifest: Manifest) -> dict[str, JSONValue]:
    hosts = (text(rule, "host") for rule in entries(manifest.body, "spec", "rules"))
    return {"hosts": list(dict.fromkeys(host for host in hosts if host))}


def _node(manifest: Manifest) -> dict[str, JSONValue]:
    addresses = entries(manifest.body, "status", "addresses")
    found = [text(entry, "address") for entry in addresses if text(entry, "type").endswith("IP")]
    provider: JSONValue = text(manifest.body, "spec", "providerID")
    return {"addresses": [address for address in found if address], "provider_id": provider}


_SPECIAL: Final[Mapping[str, Callable[[Manifest], dict[str, JSONValue]]]] = {
    "Workload": _workload,
    "Pod": _pod,
    "KubernetesService": _service,
    "Ingress": _ingress,
    "KubernetesNode": _node,
}
