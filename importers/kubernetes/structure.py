"""Edges of the cluster's structure: containment, nodes, owners, claims and volumes, services and entry points."""

from collections.abc import Iterable, Iterator
from typing import Final

from cmdb.model.items import Basis, Effect
from cmdb.model.observations import RelationshipRecord
from cmdb.model.values import JSONValue
from importers.fields import at, entries, text
from importers.kubernetes.edges import Finding, edge
from importers.kubernetes.estate import Estate
from importers.kubernetes.manifests import Manifest
from importers.kubernetes.selection import Selection

_FAILS_WITH_NAMESPACE: Final = frozenset({"Workload", "Pod", "KubernetesService", "Ingress", "PersistentVolumeClaim"})
_NOT_RUNNING: Final = frozenset({"Succeeded", "Failed", "Pending"})


def structure_edges(estate: Estate) -> Iterator[RelationshipRecord]:
    """All of them, object by object in input order."""
    selection = Selection.of(estate)
    yield from _implied_containment(estate)
    for manifest in estate.manifests:
        if not estate.is_folded(manifest):
            yield from _containment(estate, manifest)
            yield from _EDGES.get(manifest.kind.word, _none)(estate, manifest)
        if manifest.kind.word == "Service":
            yield from _service(estate, manifest, selection.units_of(manifest))


def _none(_estate: Estate, _manifest: Manifest) -> Iterator[RelationshipRecord]:
    return iter(())


def _implied_containment(estate: Estate) -> Iterator[RelationshipRecord]:
    for name in estate.namespaces:
        if estate.find("Namespace", "", name) is None:
            ends = (estate.reference("Namespace", "", name), estate.cluster_reference)
            yield RelationshipRecord(ends[0].scope, "CONTAINED_IN", *ends)


def _containment(estate: Estate, manifest: Manifest) -> Iterator[RelationshipRecord]:
    own = estate.reference_to(manifest)
    if manifest.kind.cls in _FAILS_WITH_NAMESPACE:
        namespace = estate.reference("Namespace", "", manifest.namespace)
        yield edge(manifest, Finding("metadata.namespace"), "CONTAINED_IN", (own, namespace))
    elif manifest.kind.word == "Namespace":
        yield edge(manifest, Finding("metadata.name"), "CONTAINED_IN", (own, estate.cluster_reference))
    elif manifest.kind.word == "Node":
        yield edge(manifest, Finding("metadata.name"), "PART_OF", (own, estate.cluster_reference))


def _pod(estate: Estate, pod: Manifest) -> Iterator[RelationshipRecord]:
    own = estate.reference_to(pod)
    node = text(pod.body, "spec", "nodeName")
    if node:
        to = estate.reference("Node", "", node)
        yield edge(pod, Finding("spec.nodeName", Basis.OBSERVED), "RUNS_ON", (own, to))
    workload = estate.workload_of(pod)
    if workload is not None:
        to, owner = workload
        yield edge(pod, Finding(owner.pointer, Basis.OBSERVED), "PART_OF", (own, to), _redundancy_of(pod))


def _redundancy_of(pod: Manifest) -> Effect | None:
    # a pod that has ended or never started keeps nothing alive: it must not count as a member of the group
    return Effect.NONE if text(pod.body, "status", "phase") in _NOT_RUNNING else None


def _claim(estate: Estate, claim: Manifest) -> Iterator[RelationshipRecord]:
    volume = text(claim.body, "spec", "volumeName")
    if volume:
        ends = (estate.reference_to(claim), estate.reference("PersistentVolume", "", volume))
        yield edge(claim, Finding("spec.volumeName"), "BOUND_TO", ends)


def _volume(estate: Estate, volume: Manifest) -> Iterator[RelationshipRecord]:
    name, namespace = text(volume.body, "spec", "claimRef", "name"), text(volume.body, "spec", "claimRef", "namespace")
    claim = estate.find("PersistentVolumeClaim", namespace, name) if name and namespace else None
    if claim is not None and not text(claim.body, "spec", "volumeName"):
        ends = (estate.reference_to(claim), estate.reference_to(volume))
        yield edge(volume, Finding("spec.claimRef"), "BOUND_TO", ends)


def _service(estate: Estate, service: Manifest, units: Iterable[Manifest]) -> Iterator[RelationshipRecord]:
    own = estate.reference_to(service)
    for unit in units:
        # what is scaled to nothing or has ended answers no request: it must not count as a back end
        idle = at(unit.body, "spec", "replicas") == 0 or _redundancy_of(unit) is not None
        effect = Effect.NONE if idle else None
        yield edge(service, Finding("spec.selector"), "SELECTS", (own, estate.reference_to(unit)), effect)


def _ingress(estate: Estate, ingress: Manifest) -> Iterator[RelationshipRecord]:
    own = estate.reference_to(ingress)
    for backend, pointer in _backends(ingress):
        name = text(backend, "service", "name") or text(backend, "serviceName")
        if name:
            to = estate.reference("Service", ingress.namespace, name)
            yield edge(ingress, Finding(pointer), "ROUTES_TO", (own, to))
    for index, entry in enumerate(entries(ingress.body, "spec", "tls")):
        secret = text(entry, "secretName")
        if secret:
            to = estate.reference("Secret", ingress.namespace, secret)
            yield edge(ingress, Finding(f"spec.tls[{index}].secretName"), "USES_CONFIGURATION", (own, to))


def _backends(ingress: Manifest) -> Iterator[tuple[JSONValue, str]]:
    for field in ("defaultBackend", "backend"):
        yield at(ingress.body, "spec", field), f"spec.{field}"
    for index, rule in enumerate(entries(ingress.body, "spec", "rules")):
        for number, path in enumerate(entries(rule, "http", "paths")):
            yield at(path, "backend"), f"spec.rules[{index}].http.paths[{number}].backend"


_EDGES: Final = {
    "Pod": _pod,
    "PersistentVolumeClaim": _claim,
    "PersistentVolume": _volume,
    "Ingress": _ingress,
}
