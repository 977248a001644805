"""What a state or plan says, taken apart."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from cmdb.model.references import ByKey, Reference
from cmdb.model.values import JSONValue
from importers.base import Document, ReadOptions
from importers.terraform import TerraformImporter
from tests.importers.sources import FIXTURES, real_file

DEFAULTS = ReadOptions()
DEPENDENCIES = (".dependencies[", ".depends_on[")


@dataclass(frozen=True)
class Reading:
    """Resources by key, relationships and problems, in order."""

    resources: Mapping[str, CIRecord]
    implied: Mapping[str, CIRecord]
    changes: tuple[CIRecord, ...]
    edges: tuple[RelationshipRecord, ...]
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> "Reading":
        held = list(observations)
        records = [record for record in held if isinstance(record, CIRecord)]
        return cls(
            {record.key: record for record in records if record.kind and record.cls != "Change"},
            {record.key: record for record in records if not record.kind},
            tuple(record for record in records if record.cls == "Change"),
            tuple(record for record in held if isinstance(record, RelationshipRecord)),
            tuple(record for record in held if isinstance(record, Problem)),
        )

    def types(self) -> Counter[str]:
        return Counter(record.kind for record in self.resources.values())

    def codes(self) -> Counter[str]:
        return Counter(problem.code for problem in self.problems)

    def arrows(self, type_: str) -> set[tuple[str, str]]:
        return {(end(edge.from_ref), end(edge.to_ref)) for edge in self.edges if edge.type == type_}

    def entries(self, *, resolved: bool) -> set[str]:
        """The dependency entries whose target the file has, or has not, each by its resource and position."""
        edges = (edge for edge in self.edges if self._has_both(edge) is resolved)
        return {origin for edge in edges for origin in _entries(edge)}

    def lookups(self) -> list[str]:
        """The dependency entries that lead to lookups for which no relationship stands."""
        kept = (record.unmapped.get("lookups") for record in self.resources.values())
        return [str(entry) for entries in kept if isinstance(entries, list) for entry in entries]

    def expanded(self) -> set[frozenset[str]]:
        """The pairs between which a dependency entry leads, after blocks were expanded to their instances."""
        edges = (edge for edge in self.edges if _entries(edge))
        return {frozenset({end(edge.from_ref), end(edge.to_ref)}) for edge in edges}

    def _has_both(self, edge: RelationshipRecord) -> bool:
        return end(edge.from_ref) in self.resources and end(edge.to_ref) in self.resources


def _entries(edge: RelationshipRecord) -> list[str]:
    origins = (evidence.origin for evidence in edge.evidence)
    return [origin for origin in origins if any(mark in origin for mark in DEPENDENCIES)]


def end(reference: Reference) -> str:
    return reference.key if isinstance(reference, ByKey) else str(reference)


def read(document: Document, options: ReadOptions = DEFAULTS) -> Reading:
    return Reading.of(TerraformImporter().read(document, options))


def real(path: str, options: ReadOptions = DEFAULTS) -> Reading:
    return read(real_file(f"terraform/{path}"), options)


def fixture(name: str, options: ReadOptions = DEFAULTS) -> Reading:
    return read(Document.at(FIXTURES / "terraform" / name), options)


def state(*resources: JSONValue, name: str = "a.tfstate", **fields: JSONValue) -> Document:
    """A state of version 4 with these resources."""
    body = {"version": 4, "terraform_version": "1.9.2", "serial": 1, "lineage": "l-1", "resources": list(resources)}
    return Document(name, json.dumps({**body, **fields}).encode())


def resource(
    address: str, attributes: Mapping[str, JSONValue], *dependencies: str, **fields: JSONValue
) -> dict[str, JSONValue]:
    """One managed resource of one instance, ``type.name``."""
    type_, _, name = address.partition(".")
    instance: dict[str, JSONValue] = {"attributes": attributes, "dependencies": list(dependencies)}
    body: dict[str, JSONValue] = {
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider": "",
        "instances": [instance],
    }
    return {**body, **fields}
