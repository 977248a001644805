"""One object of an input, with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cmdb.model.values import JSONValue
from importers.fields import entries, mapping, text, texts
from importers.kubernetes.kinds import Kind
from importers.places import Place

CLUSTER_BOUNDARY = "-cluster"
"""Boundary of the scope of cluster-wide objects; a namespace's name cannot begin with a hyphen."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An object that controls another."""

    kind: str
    name: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object; ``namespace`` is empty for what belongs to the whole cluster."""

    kind: Kind
    name: str
    namespace: str
    body: Mapping[str, JSONValue]
    place: Place

    @property
    def key(self) -> str:
        """``Kind/name``, unique inside its boundary."""
        return f"{self.kind.word}/{self.name}"

    @property
    def boundary(self) -> str:
        """The boundary of its scope."""
        return self.namespace or CLUSTER_BOUNDARY

    @property
    def pod_labels(self) -> dict[str, str]:
        """Labels of the pods it makes, or of itself when it is a pod."""
        return texts(mapping(self.body, *(self.kind.template or ())), "metadata", "labels")

    @property
    def pod_spec(self) -> tuple[Mapping[str, JSONValue], str]:
        """The specification of its pods, and the pointer to it."""
        path = (*(self.kind.template or ()), "spec")
        return mapping(self.body, *path), ".".join(path)

    @property
    def owner(self) -> Owner | None:
        """Its controller, else its first owner of any sort."""
        owners = list(self._owners())
        controllers = [owner for owner, controls in owners if controls]
        return next(iter(controllers or [owner for owner, _ in owners]), None)

    def _owners(self) -> Iterator[tuple[Owner, bool]]:
        for index, entry in enumerate(entries(self.body, "metadata", "ownerReferences")):
            pointer = f"metadata.ownerReferences[{index}]"
            owner = Owner(text(entry, "kind"), text(entry, "name"), pointer)
            if owner.kind and owner.name:
                yield owner, mapping(entry).get("controller") is True
