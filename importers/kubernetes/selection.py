"""Which workloads and lone pods a service sends its requests to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from importers.fields import texts
from importers.kubernetes.estate import Estate
from importers.kubernetes.manifests import Manifest

_ByLabel: TypeAlias = Mapping[tuple[str, str, str], Sequence[Manifest]]


def selects(service: Manifest, unit: Manifest) -> bool:
    """Whether the pods of a unit bear every label of the selector, in one namespace; no selector selects nothing."""
    selector = texts(service.body, "spec", "selector").items()
    return bool(selector) and unit.namespace == service.namespace and selector <= unit.pod_labels.items()


@dataclass(frozen=True, slots=True)
class Selection:
    """Units and pods of an estate by namespace and pod label, so that a selector looks at few of them."""

    units: _ByLabel
    pods: _ByLabel

    @classmethod
    def of(cls, estate: Estate) -> "Selection":
        """Index all of them; linear in their labels."""
        return cls(_by_label(estate.units()), _by_label(estate.of_kind("Pod")))

    def units_of(self, service: Manifest) -> list[Manifest]:
        """The units that a service selects, in input order; single pods of a workload if only they bear its labels."""
        return _selected(self.units, service) or _selected(self.pods, service)


def _by_label(units: Iterable[Manifest]) -> _ByLabel:
    index: defaultdict[tuple[str, str, str], list[Manifest]] = defaultdict(list)
    for unit in units:
        for label, value in unit.pod_labels.items():
            index[unit.namespace, label, value].append(unit)
    return dict(index)


def _selected(index: _ByLabel, service: Manifest) -> list[Manifest]:
    selector = texts(service.body, "spec", "selector")
    found = [index.get((service.namespace, label, value), ()) for label, value in selector.items()]
    return [unit for unit in min(found, key=len, default=()) if selects(service, unit)]
