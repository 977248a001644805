"""Which workloads and lone pods a service sends its requests to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from importers.kubernetes.estate import Estate
from importers.kubernetes.fields import texts
from importers.kubernetes.manifests import Manifest


def selects(service: Manifest, unit: Manifest) -> bool:
    """Whether the pods of a unit bear every label of the selector, in one namespace; no selector selects nothing."""
    selector = texts(service.body, "spec", "selector").items()
    return bool(selector) and unit.namespace == service.namespace and selector <= unit.pod_labels.items()


@dataclass(frozen=True, slots=True)
class Selection:
    """The units of an estate by namespace and pod label, so that a selector looks at few of them."""

    by_label: Mapping[tuple[str, str, str], Sequence[Manifest]]

    @classmethod
    def of(cls, estate: Estate) -> "Selection":
        """Index the units; linear in their labels."""
        index: defaultdict[tuple[str, str, str], list[Manifest]] = defaultdict(list)
        for unit in estate.units():
            for label, value in unit.pod_labels.items():
                index[unit.namespace, label, value].append(unit)
        return cls(dict(index))

    def units_of(self, service: Manifest) -> list[Manifest]:
        """The units that a service selects, in input order."""
        selector = texts(service.body, "spec", "selector")
        found = [self.by_label.get((service.namespace, label, value), ()) for label, value in selector.items()]
        return [unit for unit in min(found, key=len, default=()) if selects(service, unit)]
