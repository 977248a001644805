"""The texts among a resource's values that may name another resource, and what they name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.references import ByIdentifier, Reference
from cmdb.model.values import JSONValue
from importers.fields import text
from importers.terraform.estate import Estate
from importers.terraform.identity import arn_of, global_name, is_distinctive
from importers.terraform.kinds import class_of, known_type
from importers.terraform.meanings import Meaning, Naming
from importers.terraform.resources import Resource

_OWN: Final = frozenset({"id", "arn", "self_link", "name", "tags", "tags_all", "labels"})
_ANY_RESOURCE: Final = "CloudResource"


@dataclass(frozen=True, slots=True)
class Mention:
    """A text, the names on the path to it, and the field as people write it: ``route[0].gateway_id``."""

    path: tuple[str, ...]
    field: str
    value: str


def mentions_of(resource: Resource) -> Iterator[Mention]:
    """Every text that is no name, id or tag of the resource itself, in order; linear in the size of the values."""
    for name, value in resource.values.items():
        if name not in _OWN and text(name):
            yield from _within(value, (name,), name)


def _within(value: JSONValue, path: tuple[str, ...], field: str) -> Iterator[Mention]:
    match value:
        case str():
            if found := text(value):
                yield Mention(path, field, found)
        case Mapping():
            for name, part in value.items():
                if text(name):
                    yield from _within(part, (*path, name), f"{field}.{name}")
        case list():
            for position, part in enumerate(value):
                yield from _within(part, path, f"{field}[{position}]")
        case _:
            pass  # only texts mention anything


def resolved(mention: Mention, meaning: Meaning, holder: Resource, estate: Estate) -> Reference | None:
    """What a text names: a resource of the file, or one of another by an identifier that leads there.

    ``None`` when it names nothing that can be told, the resource itself, or one of several that it is not clear which.
    """
    named = _named(mention.value, meaning, estate)
    if not named:
        return _elsewhere(mention.value, meaning, holder, estate)
    only = _nearest([resource for resource in named if resource.key != holder.key], holder, estate)
    if only is None:
        return None
    return looked_up(only, estate) if only.address.is_lookup else estate.reference(only)


def looked_up(lookup: Resource, estate: Estate) -> Reference | None:
    """The thing that a data resource looked up, by its global name; ``None`` when it has none or is a computation."""
    name = estate.identities[lookup.key].global_name
    cls = class_of(lookup.type)
    return ByIdentifier("arn", name, cls if cls.startswith("Cloud") else _ANY_RESOURCE) if name else None


def _named(value: str, meaning: Meaning, estate: Estate) -> list[Resource]:
    """The resources of the file that the text can mean; a name counts only where no id is meant."""
    if meaning.naming is Naming.BY_HOST:
        return _fitting(estate.by_host.get(value.rstrip("."), ()), meaning)
    name = global_name(value)
    ids = (*estate.by_id.get(value, ()), *estate.by_id.get(name, ()), *estate.by_id.get(name.lower(), ()))
    found = _fitting(ids, meaning)
    if not found and meaning.naming is Naming.BY_NAME:
        return _fitting(estate.by_name.get(value, ()), meaning)
    return found


def _fitting(found: Iterable[Resource], meaning: Meaning) -> list[Resource]:
    """Those of a class or type that is meant, each once."""
    fitting = {
        resource.key: resource
        for resource in found
        if meaning.can_name(class_of(resource.type), known_type(resource.type))
    }
    return list(fitting.values())


def _nearest(named: list[Resource], holder: Resource, estate: Estate) -> Resource | None:
    """The only one; among several the only managed one, the only one depended on, the only one in the module."""
    depended = {resource.key for entry in holder.dependencies for resource in estate.named(entry, holder)}
    choices: tuple[Callable[[Resource], bool], ...] = (
        lambda resource: not resource.address.is_lookup,
        lambda resource: resource.key in depended,
        lambda resource: resource.address.modules == holder.address.modules,
    )
    for choice in choices:
        if len(named) > 1:
            named = [resource for resource in named if choice(resource)] or named
    return named[0] if len(named) == 1 else None


def _elsewhere(value: str, meaning: Meaning, holder: Resource, estate: Estate) -> Reference | None:
    """A resource that the file does not have, when the text is of a form that only ids have."""
    if meaning.naming is Naming.BY_HOST or not is_distinctive(value):
        return None
    cls = meaning.cls or _ANY_RESOURCE
    name = global_name(value) or arn_of(value, estate.identities[holder.key])
    return ByIdentifier("arn", name, cls) if name else ByIdentifier("resource_id", value, cls)
