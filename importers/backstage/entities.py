"""Files to entities: several documents in one, lists as the catalogue's own interface answers them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from cmdb.errors import FileMalformed
from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.backstage.references import EntityRef, entity_ref
from importers.base import Document
from importers.fields import text
from importers.json_text import parse_json
from importers.places import Place
from importers.text_input import as_problem, whole_text
from importers.yaml_tree import Tree, parse_yaml

KINDS: Final = frozenset({"component", "api", "resource", "system", "domain", "group", "user", "location"})
"""The kinds that every catalogue knows and for which there is a meaning of its own here."""

_FOREIGN_VERSION: Final = re.compile(r"([a-z]+/)?v\d+((alpha|beta)\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: how it is referred to, its kind and name as written, what it says of itself."""

    ref: EntityRef
    kind: str
    name: str
    body: Mapping[str, JSONValue]
    place: Place

    @property
    def type(self) -> str:
        """Its ``spec.type``: ``service``, ``library``, ``database`` …; empty when it has none."""
        return text(self.body, "spec", "type")


Read: TypeAlias = Entity | Problem


def entities_of(document: Document, default_namespace: str) -> Iterator[Read]:
    """Every entity in order, and a problem for what is none.

    Raises:
        FileMalformed: no document of the file can be read.
        FileMissing: it cannot be opened.
    """
    read = 0
    try:
        for tree in _trees(document):
            read += 1
            yield from _entities(tree, document.name, default_namespace)
    except FileMalformed as error:
        if not read:
            raise
        yield as_problem(error, Severity.INCOMPLETE, "Correct it; the rest of the file was not read.")


def _trees(document: Document) -> Iterator[Tree]:
    content = whole_text(document)
    if content.lstrip().startswith(("{", "[")):
        yield Tree(parse_json(content, Where(document.name, 1)))
    else:
        yield from parse_yaml(content, Where(document.name, 1))


def _entities(tree: Tree, file: str, default_namespace: str) -> Iterator[Read]:
    value, prefix = tree.value, ""
    if isinstance(value, Mapping) and isinstance(value.get("items"), list) and "kind" not in value:
        value, prefix = value["items"], "items"
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield _entity(entry, Place(file, tree, f"{prefix}[{index}]"), default_namespace)
    elif value is not None:
        yield _entity(value, Place(file, tree), default_namespace)


def _entity(value: JSONValue, place: Place, default_namespace: str) -> Read:
    kind, name = text(value, "kind"), text(value, "metadata", "name")
    if not isinstance(value, Mapping) or not kind or not name:
        return _refused("NOT_AN_ENTITY", "This is no entity. Give apiVersion, kind and metadata.name.", place)
    if _FOREIGN_VERSION.match(text(value, "apiVersion")):
        version = text(value, "apiVersion")
        message = f"{kind} of {version} is not of a catalogue. Import it by its own format."
        return _refused("NOT_AN_ENTITY", message, place)
    ref = entity_ref(kind, text(value, "metadata", "namespace") or default_namespace, name)
    if ref is None:
        message = f"Nothing could refer to this {kind}. Use letters, digits, - _ and dots in its names."
        return _refused("NAME_INVALID", message, place)
    return Entity(ref, kind, name, value, place)


def _refused(code: str, message: str, place: Place) -> Problem:
    return Problem(Severity.ERROR, code, message, place.at())
