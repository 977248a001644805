"""Edges that a file declares: of what a project consists, start order, networks, volumes, images, configuration."""

import re
from collections.abc import Iterator
from typing import Final

from cmdb.model.items import Basis, Effect, GroupSetting
from cmdb.model.observations import Evidence, RelationshipRecord
from cmdb.model.references import ByKey
from importers.compose.definitions import Definition, Entry
from importers.compose.project import Project, condition_of
from importers.fields import at, number, text

PARTS_GROUP: Final = "services"
PARTS: Final = GroupSetting("1", "100%")
"""A project is degraded when one of its services is down, and down when all of them are."""
DEFAULT_NETWORK: Final = "default"

_WHOLE = re.compile(r"[0-9]{1,9}\Z")
_SHARED: Final = "service:"


def structure_edges(project: Project) -> Iterator[RelationshipRecord]:
    """All of them, service by service."""
    jobs = project.jobs()
    for name, definition in project.services.items():
        own = project.reference("service", name)
        is_member = name not in jobs and _is_switched_on(project, definition)
        yield _part_of(project, own, definition, None if is_member else Effect.NONE)
        yield from _start_order(project, own, definition)
        yield from _networks(project, own, definition)
        yield from _volumes(project, own, definition)
        yield from _image(project, own, definition)
        yield from _configuration(project, own, definition)


def image_of(definition: Definition) -> Entry | None:
    """The image, when it is known as a whole: without a variable that has no value."""
    entry = definition.single("image")
    return entry if entry is not None and entry.complete and text(entry.value) else None


def networks_of(definition: Definition) -> dict[str, Entry]:
    """The networks that the service joins by name, the default one when it says nothing."""
    mode = definition.single("network_mode")
    if definition.of("networks"):
        return {name: entry for name, entry in definition.of("networks").items() if name}
    if mode is not None and text(mode.value) not in ("", DEFAULT_NETWORK, "bridge"):
        return {}
    return {DEFAULT_NETWORK: Entry({}, definition.where)}


def replicas_of(definition: Definition) -> int | None:
    """How many containers are asked for, when the file says so."""
    said = [definition.of("deploy").get("replicas"), definition.single("scale")]
    values = [_whole(entry) for entry in said if entry is not None]
    return next((value for value in values if value is not None), None)


def _whole(entry: Entry) -> int | None:
    written = text(entry.value)
    return int(written) if _WHOLE.match(written) else number(entry.value)


def _edge(
    type_: str, ends: tuple[ByKey, ByKey], evidence: Evidence, group: str | None = None, effect: Effect | None = None
) -> RelationshipRecord:
    own, to = ends
    return RelationshipRecord(
        own.scope, type_, own, to, Basis.DECLARED, group, effect, evidence=(evidence,), where=evidence.where
    )


def _part_of(project: Project, own: ByKey, definition: Definition, effect: Effect | None) -> RelationshipRecord:
    """Edge to the project; without effect it is no member of the group, for that would count it as one that is up."""
    group = PARTS_GROUP if effect is None else None
    return _edge("PART_OF", (own, project.own), Evidence("services", definition.where), group, effect)


def _is_switched_on(project: Project, definition: Definition) -> bool:
    """Whether it is started with the project: in no profile that is off, and not scaled to 0."""
    profiles = {text(entry.value) for entry in definition.of("profiles").values()}
    off = bool(profiles) and not profiles & project.profiles and "*" not in project.profiles
    return not off and replicas_of(definition) != 0


def _start_order(project: Project, own: ByKey, definition: Definition) -> Iterator[RelationshipRecord]:
    for name, entry in definition.of("depends_on").items():
        optional = ", optional" if at(entry.value, "required") is False else ""
        evidence = Evidence(f"depends_on ({condition_of(entry)}{optional})", entry.where)
        if name:
            yield _edge("STARTS_AFTER", (own, project.reference("service", name)), evidence)
    for attribute in ("links", "volumes_from"):
        for entry in definition.of(attribute).values():
            name = text(entry.value).partition(":")[0]
            if name and not text(entry.value).startswith("container:"):
                yield _edge("STARTS_AFTER", (own, project.reference("service", name)), Evidence(attribute, entry.where))


def _networks(project: Project, own: ByKey, definition: Definition) -> Iterator[RelationshipRecord]:
    mode = definition.single("network_mode")
    if mode is not None and text(mode.value).startswith(_SHARED):
        other = text(mode.value).removeprefix(_SHARED)
        evidence = Evidence("network_mode", mode.where)
        if other:
            yield _edge("ATTACHED_TO", (own, project.reference("service", other)), evidence)
    networks = networks_of(definition)
    effect = Effect.SOFT if len(networks) > 1 else None  # the others still carry what goes through them
    for name, entry in networks.items():
        ends = (own, project.reference("network", name))
        yield _edge("ATTACHED_TO", ends, Evidence("networks", entry.where), effect=effect)


def _volumes(project: Project, own: ByKey, definition: Definition) -> Iterator[RelationshipRecord]:
    for entry in definition.of("volumes").values():
        source = text(entry.value, "source")
        if text(entry.value, "type") == "volume" and source:
            yield _edge("MOUNTS", (own, project.reference("volume", source)), Evidence("volumes", entry.where))


def _image(project: Project, own: ByKey, definition: Definition) -> Iterator[RelationshipRecord]:
    entry = image_of(definition)
    if entry is not None:
        ends = (own, project.reference("image", text(entry.value)))
        yield _edge("USES_IMAGE", ends, Evidence("image", entry.where))


def _configuration(project: Project, own: ByKey, definition: Definition) -> Iterator[RelationshipRecord]:
    for attribute in ("configs", "secrets"):
        for name, entry in definition.of(attribute).items():
            if name:
                ends = (own, project.reference(attribute.removesuffix("s"), name))
                yield _edge("USES_CONFIGURATION", ends, Evidence(attribute, entry.where))
