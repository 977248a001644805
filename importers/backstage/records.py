"""Entities to CIs and records."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from cmdb.model.items import GroupSetting
from cmdb.model.observations import CIRecord, Problem, Severity
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.backstage.entities import Entity
from importers.backstage.relations import PARTS_GROUP, PROVIDERS_GROUP
from importers.fields import entries, mapping, text, texts
from importers.keepable import kept_text

_CLASSES: Final[Mapping[str, str]] = {
    "component": "ApplicationComponent",
    "api": "Api",
    "system": "Application",
    "domain": "ApplicationDomain",
    "group": "Team",
    "user": "Person",
}
_RESOURCES: Final[Mapping[str, str]] = {
    "database": "Datastore",
    "cache": "Cache",
    "queue": "MessageQueue",
    "topic": "MessageQueue",
    "s3-bucket": "ObjectStore",
    "bucket": "ObjectStore",
}
_SOFTWARE: Final = frozenset({"ApplicationComponent", "SoftwarePackage", "Api", "Application"})
_LOSING_ONE_DEGRADES: Final = GroupSetting("1", degraded_below="100%")
_SOURCE_LOCATION: Final = "backstage.io/source-location"
_MAX_KEPT: Final = 50
"""How many labels, annotations, links and tags of one entity are kept."""


def record_of(entity: Entity, source: str) -> CIRecord:
    """The CI or record that an entity becomes; a Location becomes none and must not be given."""
    cls = class_of(entity)
    return CIRecord(
        Scope(source, entity.ref.namespace),
        str(entity.ref),
        cls,
        entity.name,
        _attributes(entity, cls),
        groups=_groups(entity),
        kind=entity.kind,
        where=entity.place.at("metadata.name"),
        unmapped=_unmapped(entity),
    )


def class_of(entity: Entity) -> str:
    """The class of an entity by its kind and, for some kinds, its type; ``OtherCI`` when there is none for it."""
    kind, type_ = entity.ref.kind, entity.type.lower()
    if kind == "resource":
        return _RESOURCES.get(type_, "OtherCI")
    if kind == "component" and type_ == "library":
        return "SoftwarePackage"
    if kind == "group" and type_ == "organization":
        return "Organization"
    return _CLASSES.get(kind, "OtherCI")


def fallbacks(entities: Sequence[Entity]) -> Iterator[Problem]:
    """One report for each kind, or type of resource, that has no class of its own, with the number seen."""
    without = [entity for entity in entities if class_of(entity) == "OtherCI"]
    counts = Counter(_word(entity) for entity in without)
    told: set[str] = set()
    for entity in without:
        if (word := _word(entity)) not in told:
            told.add(word)
            message = f"There is no class for {word}; {counts[word]} became OtherCI."
            yield Problem(Severity.INFO, "CLASS_FELL_BACK", message, entity.place.at("kind"), word)


def _word(entity: Entity) -> str:
    if entity.ref.kind == "resource":
        return f"Resource of type {entity.type}" if entity.type else "Resource without a type"
    return entity.kind


def _attributes(entity: Entity, cls: str) -> dict[str, JSONValue]:
    said: dict[str, JSONValue] = {"description": kept_text(text(entity.body, "metadata", "description"))}
    if cls in ("Team", "Organization", "Person"):
        said["email"] = kept_text(text(entity.body, "spec", "profile", "email"))
    else:
        tags = entries(entity.body, "metadata", "tags")[:_MAX_KEPT]
        said["tags"] = [tag for entry in tags if isinstance(entry, str) and (tag := kept_text(entry))]
    if cls in _SOFTWARE:
        location = text(entity.body, "metadata", "annotations", _SOURCE_LOCATION)
        said["repository"] = kept_text(location.removeprefix("url:"))
    if cls in ("ApplicationComponent", "OtherCI"):
        said["kind"] = entity.type if entity.ref.kind in ("component", "resource") else entity.kind
    if cls == "ObjectStore":
        said["resource_type"] = entity.type
    return {name: value for name, value in said.items() if value}


def _groups(entity: Entity) -> dict[str, GroupSetting]:
    if entity.ref.kind == "system":
        return {PARTS_GROUP: _LOSING_ONE_DEGRADES}
    return {PROVIDERS_GROUP: _LOSING_ONE_DEGRADES} if entity.ref.kind == "api" else {}


def _unmapped(entity: Entity) -> dict[str, JSONValue]:
    links = entries(entity.body, "metadata", "links")[:_MAX_KEPT]
    definition = texts(entity.body, "spec", "definition")
    said: dict[str, JSONValue] = {
        "title": kept_text(text(entity.body, "metadata", "title")),
        "type": entity.type,
        "lifecycle": kept_text(text(entity.body, "spec", "lifecycle")),
        "displayName": kept_text(text(entity.body, "spec", "profile", "displayName")),
        "labels": _kept(texts(entity.body, "metadata", "labels")),
        "annotations": _kept(texts(entity.body, "metadata", "annotations")),
        "links": [link for entry in links if (link := _kept(texts(mapping(entry))))],
        # where a definition is kept elsewhere, only the address: the text itself is a document, not a fact
        "definition": _kept({name: value for name, value in definition.items() if name.startswith("$")}),
    }
    return {name: value for name, value in said.items() if value}


def _kept(values: Mapping[str, str]) -> dict[str, JSONValue]:
    found = {name: kept_text(value, name) for name, value in list(values.items())[:_MAX_KEPT]}
    return {name: value for name, value in found.items() if value}
