"""Projects, services, and what they declare or only imply, as CI records."""

from collections.abc import Iterator, Mapping

from cmdb.model.items import GroupSetting
from cmdb.model.observations import CIRecord
from cmdb.model.values import JSONValue
from importers.compose.definitions import Definition, Entry
from importers.compose.details import details_of
from importers.compose.project import Project
from importers.compose.structure import DEFAULT_NETWORK, PARTS, PARTS_GROUP, image_of, networks_of, replicas_of
from importers.fields import at, text
from importers.keepable import kept_text


def records_of(project: Project, groups: Mapping[str, Mapping[str, GroupSetting]]) -> Iterator[CIRecord]:
    """The project, then images, networks, volumes and configurations, then services, each in order of the files."""
    own = project.own
    yield CIRecord(
        own.scope, own.key, "Application", project.name, {}, {PARTS_GROUP: PARTS}, "project", where=project.where
    )
    yield from _images(project)
    yield from _networks(project)
    for name, entry in project.sections["volumes"].items():
        yield _declared(project, "volume", name, entry)
    for kind in ("config", "secret"):
        for name, entry in project.sections[f"{kind}s"].items():
            reference = project.reference(kind, name)
            yield CIRecord(
                reference.scope, reference.key, "OtherCI", name, {"kind": kind}, kind=kind, where=entry.where
            )
    for name, definition in project.services.items():
        yield _service(project, name, definition, groups)


def _service(
    project: Project, name: str, definition: Definition, groups: Mapping[str, Mapping[str, GroupSetting]]
) -> CIRecord:
    reference = project.reference("service", name)
    replicas = replicas_of(definition)
    attributes: dict[str, JSONValue] = {"kind": "service"}
    return CIRecord(
        reference.scope,
        reference.key,
        "ApplicationComponent",
        name,
        attributes if replicas is None else {**attributes, "replicas": replicas},
        groups.get(reference.key, {}),
        "service",
        definition.where,
        details_of(definition),
    )


def _images(project: Project) -> Iterator[CIRecord]:
    found: dict[str, Entry] = {}
    for definition in project.services.values():
        entry = image_of(definition)
        if entry is not None:
            found.setdefault(text(entry.value), entry)
    for image, entry in found.items():
        reference = project.reference("image", image)
        yield CIRecord(reference.scope, reference.key, "ContainerImage", image, {"image": image}, where=entry.where)


def _networks(project: Project) -> Iterator[CIRecord]:
    declared = project.sections["networks"]
    used = any(DEFAULT_NETWORK in networks_of(definition) for definition in project.services.values())
    # where there are more files, one of them may declare it otherwise
    if used and DEFAULT_NETWORK not in declared and not project.patched:
        reference = project.reference("network", DEFAULT_NETWORK)
        name = f"{project.name}_{DEFAULT_NETWORK}"
        yield CIRecord(reference.scope, reference.key, "NetworkSegment", name, where=project.where)
    for name, entry in declared.items():
        yield _declared(project, "network", name, entry)


_CLASSES = {"network": "NetworkSegment", "volume": "StorageVolume"}


def _declared(project: Project, kind: str, name: str, entry: Entry) -> CIRecord:
    """A network or volume under the name that Docker knows it by."""
    reference = project.reference(kind, name)
    external = at(entry.value, "external")
    is_external = external not in (None, False)
    given = text(entry.value, "name") or text(external, "name") if entry.complete else ""
    driver = kept_text(text(entry.value, "driver"))
    attributes: dict[str, JSONValue] = {"driver": driver} if driver and kind == "network" else {}
    unmapped: dict[str, JSONValue] = {"driver": driver} if driver and kind == "volume" else {}
    return CIRecord(
        reference.scope,
        reference.key,
        _CLASSES[kind],
        kept_text(given) or (name if is_external else f"{project.name}_{name}"),
        attributes,
        kind=kind,
        where=entry.where,
        unmapped={**unmapped, "external": True} if is_external else unmapped,
    )
