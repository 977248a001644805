"""All objects of one input, indexed: what references are resolved against."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cmdb.model.observations import Problem, Severity
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.kubernetes.manifests import CLUSTER_BOUNDARY, Manifest, Owner

IMAGES_BOUNDARY = "-images"
"""Boundary of the scope of images, which belong to no namespace."""

_MAKERS: Mapping[str, str] = {"ReplicaSet": "Deployment", "Job": "CronJob"}
"""Workloads that another kind of workload makes: they are folded into it."""
_TEMPLATE_HASH = "pod-template-hash"


@dataclass(frozen=True, slots=True)
class Estate:
    """The objects of a cluster in input order, and an index by boundary and key."""

    source: str
    manifests: tuple[Manifest, ...]
    index: Mapping[tuple[str, str], Manifest]

    @classmethod
    def of(cls, source: str, manifests: Iterable[Manifest]) -> tuple["Estate", tuple[Problem, ...]]:
        """Index the objects; of two with one key the first is kept and the second is a problem."""
        index: dict[tuple[str, str], Manifest] = {}
        problems: list[Problem] = []
        for manifest in manifests:
            if (manifest.boundary, manifest.key) in index:
                problems.append(_twice(manifest))
            index.setdefault((manifest.boundary, manifest.key), manifest)
        return cls(source, tuple(index.values()), index), tuple(problems)

    @property
    def cluster(self) -> str:
        """The cluster's name: the source behind its last slash."""
        return self.source.rpartition("/")[2]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Every namespace that is declared or has an object in it, sorted."""
        declared = {manifest.name for manifest in self.manifests if manifest.kind.word == "Namespace"}
        return tuple(sorted(declared | {manifest.namespace for manifest in self.manifests if manifest.namespace}))

    def scope(self, boundary: str) -> Scope:
        """A scope of this source."""
        return Scope(self.source, boundary)

    def find(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object, if the input has it; an empty namespace is the cluster."""
        return self.index.get((namespace or CLUSTER_BOUNDARY, f"{kind}/{name}"))

    def reference(self, kind: str, namespace: str, name: str) -> ByKey:
        """A reference to an object, whether the input has it or not."""
        return ByKey(self.scope(namespace or CLUSTER_BOUNDARY), f"{kind}/{name}")

    def reference_to(self, manifest: Manifest) -> ByKey:
        """A reference to an object of the input."""
        return ByKey(self.scope(manifest.boundary), manifest.key)

    @property
    def cluster_reference(self) -> ByKey:
        """A reference to the cluster itself."""
        return ByKey(self.scope(CLUSTER_BOUNDARY), f"KubernetesCluster/{self.cluster}")

    def of_kind(self, *words: str) -> Iterator[Manifest]:
        """The objects of these kinds, in input order."""
        return (manifest for manifest in self.manifests if manifest.kind.word in words)

    def is_folded(self, manifest: Manifest) -> bool:
        """Whether the object is only the means of another one: a deployment's replica set, a cron job's job."""
        owner = manifest.owner
        return owner is not None and _MAKERS.get(manifest.kind.word) == owner.kind

    def workload_of(self, pod: Manifest) -> tuple[ByKey, Owner] | None:
        """The workload that a pod is a part of, folded ones followed, with the reference that says so.

        A replica set that the input lacks is seen through by the hash that its deployment puts into both names.
        """
        owner = pod.owner
        if pod.kind.word != "Pod" or owner is None or owner.kind not in _WORKLOADS:
            return None
        means = self.find(owner.kind, pod.namespace, owner.name)
        hash_ = pod.pod_labels.get(_TEMPLATE_HASH, "")
        if means is not None and self.is_folded(means) and means.owner is not None:
            kind, name = means.owner.kind, means.owner.name
        elif means is None and owner.kind == "ReplicaSet" and hash_ and owner.name.endswith(f"-{hash_}"):
            kind, name = "Deployment", owner.name.removesuffix(f"-{hash_}")
        else:
            kind, name = owner.kind, owner.name
        return self.reference(kind, pod.namespace, name), owner

    def units(self) -> Iterator[Manifest]:
        """What runs on its own: workloads, and pods whose workload the input does not have."""
        return (manifest for manifest in self.manifests if self._runs_on_its_own(manifest))

    def _runs_on_its_own(self, manifest: Manifest) -> bool:
        if manifest.kind.is_workload and not self.is_folded(manifest):
            return True
        if manifest.kind.word != "Pod":
            return False
        workload = self.workload_of(manifest)
        return workload is None or (workload[0].scope.boundary, workload[0].key) not in self.index


_WORKLOADS = frozenset({"ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job", "Deployment"})


def _twice(manifest: Manifest) -> Problem:
    message = f"{manifest.key} stands twice in {manifest.boundary}; the first was taken. Remove one of them."
    return Problem(Severity.ERROR, "DUPLICATE_KEY", message, manifest.place.at(), manifest.key)
