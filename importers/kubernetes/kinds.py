"""The kinds of objects that are taken over, and where each keeps its pod template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of the Kubernetes API: its word, the class it becomes, its API groups, whether it lives in a namespace.

    ``template`` is the path to the pod (its ``metadata`` and ``spec``) inside the object; ``None`` for what has none.
    """

    word: str
    cls: str
    groups: frozenset[str]
    namespaced: bool = True
    template: tuple[str, ...] | None = None

    @property
    def is_workload(self) -> bool:
        """Whether it makes pods from a template."""
        return self.cls == "Workload"


_CORE: Final = frozenset({""})
_APPS: Final = frozenset({"apps", "extensions"})
_BATCH: Final = frozenset({"batch"})
_TEMPLATE: Final = ("spec", "template")

_DECLARED: Final = (
    Kind("Deployment", "Workload", _APPS, template=_TEMPLATE),
    Kind("StatefulSet", "Workload", _APPS, template=_TEMPLATE),
    Kind("DaemonSet", "Workload", _APPS, template=_TEMPLATE),
    Kind("ReplicaSet", "Workload", _APPS, template=_TEMPLATE),
    Kind("ReplicationController", "Workload", _CORE, template=_TEMPLATE),
    Kind("Job", "Workload", _BATCH, template=_TEMPLATE),
    Kind("CronJob", "Workload", _BATCH, template=("spec", "jobTemplate", "spec", "template")),
    Kind("Pod", "Pod", _CORE, template=()),
    Kind("Service", "KubernetesService", _CORE),
    Kind("Ingress", "Ingress", frozenset({"networking.k8s.io", "extensions"})),
    Kind("ConfigMap", "ConfigMap", _CORE),
    Kind("Secret", "Secret", _CORE),
    Kind("ServiceAccount", "ServiceAccount", _CORE),
    Kind("PersistentVolumeClaim", "PersistentVolumeClaim", _CORE),
    Kind("PersistentVolume", "PersistentVolume", _CORE, namespaced=False),
    Kind("Node", "KubernetesNode", _CORE, namespaced=False),
    Kind("Namespace", "Namespace", _CORE, namespaced=False),
)

KINDS: Final[Mapping[str, Kind]] = {kind.word: kind for kind in _DECLARED}


def kind_of(word: str, api_version: str) -> Kind | None:
    """The kind of that word in that API version; ``None`` for what is not taken over (another group's ``Service``).

    >>> kind_of("Service", "v1").cls
    'KubernetesService'
    >>> kind_of("Service", "serving.knative.dev/v1") is None
    True
    """
    kind = KINDS.get(word)
    group = api_version.rpartition("/")[0]
    return kind if kind is not None and (not api_version or group in kind.groups) else None
