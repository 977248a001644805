"""Backstage catalogue files."""

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from cmdb.errors import InvalidReference
from cmdb.model.observations import Observation, Problem, RelationshipRecord, Severity
from cmdb.model.sources import Scope
from importers.backstage.entities import Entity, Read, entities_of
from importers.backstage.locations import targets_of
from importers.backstage.records import fallbacks, record_of
from importers.backstage.references import DEFAULT_NAMESPACE, EntityRef, entity_ref
from importers.backstage.relations import edges_of
from importers.base import Document, Importer, ReadOptions
from importers.evidence import merged

DEFAULT_SOURCE = "backstage/default"
"""The source of a catalogue that nobody has named."""

_VERSION: Final = re.compile(rb"apiVersion[\"']?\s*:\s*[\"']?([\w-]+\.)*backstage\.io/")
_CERTAIN: Final = 0.98


class BackstageImporter(Importer):
    """Entity descriptors in YAML, several in a file and several files in one call, and the catalogue's JSON lists.

    ``ReadOptions.source`` names the catalogue (``backstage/acme``), ``ReadOptions.boundary`` the namespace of entities
    that name none.  References need the whole input, so memory grows with its entities.
    """

    name: ClassVar[str] = "backstage"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure when something in it has an ``apiVersion`` of Backstage."""
        return _CERTAIN if _VERSION.search(head) else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The namespaces of its entities."""
        source, namespace = _named(options)
        read = list(entities_of(document, namespace))
        return tuple(sorted({Scope(source, entry.ref.namespace) for entry in read if isinstance(entry, Entity)}))

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, then CIs and records in input order, then edges."""
        yield from self.read_together([document], options)

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """All files as one catalogue: an edge that two of them speak for is told once, with both as evidence."""
        source, namespace = _named(options)
        entries = [entry for document in documents for entry in entities_of(document, namespace)]
        entities, problems = _sorted_out(entries)
        yield from problems
        described = [entity for entity in entities if entity.ref.kind != "location"]
        yield from fallbacks(described)
        files = [document.name for document in documents]
        for entity in entities:
            if entity.ref.kind == "location":
                yield from targets_of(entity, files)
        for entity in described:
            yield record_of(entity, source)
        yield from _edges(described, source)


def _named(options: ReadOptions) -> tuple[str, str]:
    boundary = options.boundary or DEFAULT_NAMESPACE
    usable = entity_ref("location", boundary, "x")
    if usable is None:
        raise InvalidReference(f"{boundary!r} is no namespace.", hint="Use letters, digits, - _ and dots.")
    return options.source or DEFAULT_SOURCE, usable.namespace


def _sorted_out(entries: Sequence[Read]) -> tuple[list[Entity], list[Problem]]:
    """The entities, each once, and the problems; of two of one kind, namespace and name the first is kept."""
    found: dict[EntityRef, Entity] = {}
    problems: list[Problem] = []
    for entry in entries:
        if isinstance(entry, Problem):
            problems.append(entry)
        elif found.setdefault(entry.ref, entry) is not entry:
            message = f"{entry.ref} stands twice; the first was taken. Remove one of them."
            where = entry.place.at("metadata.name")
            problems.append(Problem(Severity.ERROR, "DUPLICATE_KEY", message, where, str(entry.ref)))
    return list(found.values()), problems


def _edges(entities: Sequence[Entity], source: str) -> Iterator[Observation]:
    claimed: dict[Scope, list[RelationshipRecord]] = {}
    for entity in entities:
        for found in edges_of(entity, source):
            if isinstance(found, Problem):
                yield found
            else:
                claimed.setdefault(found.scope, []).append(found)
    for records in claimed.values():
        yield from merged(records)
