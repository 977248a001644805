"""What a pod's specification names: containers, volumes, configuration."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.values import JSONValue
from importers.fields import entries, mapping, text
from importers.kubernetes.manifests import Manifest


@dataclass(frozen=True, slots=True)
class Container:
    """A container or init container, with the pointer to it inside its object."""

    name: str
    image: str
    pointer: str
    body: Mapping[str, JSONValue]


@dataclass(frozen=True, slots=True)
class Use:
    """A named object that a pod needs: its kind and name, the field that says so, whether the pod can do without."""

    kind: str
    name: str
    pointer: str
    optional: bool = False


_SOURCES: Final[Mapping[str, str]] = {"configMap": "ConfigMap", "secret": "Secret"}
_ENV_FROM: Final[Mapping[str, str]] = {"configMapRef": "ConfigMap", "secretRef": "Secret"}
_VALUE_FROM: Final[Mapping[str, str]] = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}


def containers_of(unit: Manifest) -> Iterator[Container]:
    """Init containers, then containers, in order."""
    spec, path = unit.pod_spec
    for field in ("initContainers", "containers"):
        for index, entry in enumerate(entries(spec, field)):
            pointer = f"{path}.{field}[{index}]"
            yield Container(text(entry, "name"), text(entry, "image"), pointer, mapping(entry))


def claims_of(unit: Manifest) -> Iterator[Use]:
    """The volume claims that the pod mounts."""
    for volume, pointer in _volumes(unit):
        name = text(volume, "persistentVolumeClaim", "claimName")
        if name:
            yield Use("PersistentVolumeClaim", name, f"{pointer}.persistentVolumeClaim")


def volume_configuration_of(unit: Manifest) -> Iterator[Use]:
    """The config maps and secrets that the pod mounts, projected ones too."""
    for volume, pointer in _volumes(unit):
        yield from _uses(volume, pointer, _SOURCES)
        for index, source in enumerate(entries(volume, "projected", "sources")):
            yield from _uses(source, f"{pointer}.projected.sources[{index}]", _SOURCES)


def environment_sources_of(container: Container) -> Iterator[Use]:
    """The config maps and secrets of which a container takes every entry as environment."""
    for index, entry in enumerate(entries(container.body, "envFrom")):
        yield from _uses(entry, f"{container.pointer}.envFrom[{index}]", _ENV_FROM)


def environment_values_of(container: Container) -> Iterator[Use]:
    """The config maps and secrets of which a container takes single entries as environment."""
    for index, entry in enumerate(entries(container.body, "env")):
        yield from _uses(mapping(entry, "valueFrom"), f"{container.pointer}.env[{index}]", _VALUE_FROM)


def _volumes(unit: Manifest) -> Iterator[tuple[JSONValue, str]]:
    spec, path = unit.pod_spec
    for index, volume in enumerate(entries(spec, "volumes")):
        yield volume, f"{path}.volumes[{index}]"


def _uses(value: JSONValue, pointer: str, kinds: Mapping[str, str]) -> Iterator[Use]:
    for field, kind in kinds.items():
        source = mapping(value, field)
        name = text(source, "name") or text(source, "secretName")
        if name:
            yield Use(kind, name, f"{pointer}.{field}", source.get("optional") is True)
