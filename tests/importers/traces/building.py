"""Small traces as JSON, for tests."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from cmdb.model.references import ByKey, Reference
from cmdb.model.values import JSONValue
from importers.base import Document, ReadOptions
from importers.traces import TracesImporter

NANOS = 1_700_000_000_000_000_000
"""When a span of this page ends, in nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class At:
    """A span of trace 1 by its number, that of its parent (0 for none) and its kind (3 is a client's)."""

    own: int
    parent: int = 0
    kind: int = 2
    attributes: dict[str, str] = field(default_factory=dict)
    ended: JSONValue = str(NANOS)
    trace: int = 1
    code: int = 0

    def body(self) -> JSONValue:
        return {
            "traceId": f"{self.trace:032x}",
            "spanId": f"{self.own:016x}",
            "parentSpanId": f"{self.parent:016x}" if self.parent else "",
            "kind": self.kind,
            "endTimeUnixNano": self.ended,
            "attributes": pairs(self.attributes),
            "status": {"code": self.code},
        }


def pairs(attributes: dict[str, str]) -> list[JSONValue]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]


def block(service: str, *spans: At, **resource: str) -> JSONValue:
    attributes = {"service.name": service} | {name.replace("_", "."): value for name, value in resource.items()}
    return {
        "resource": {"attributes": pairs(attributes)},
        "scopeSpans": [{"spans": [span.body() for span in spans]}],
    }


def otlp(*blocks: JSONValue, name: str = "traces.jsonl") -> Document:
    """A line a block, as the file exporter of a collector writes them."""
    return Document(name, "".join(json.dumps({"resourceSpans": [block]}) + "\n" for block in blocks).encode())


class Told:
    """What an input says, by the names of services."""

    def __init__(self, *documents: Document, options: ReadOptions | None = None) -> None:
        self.all: Sequence[Observation] = list(TracesImporter().read_together(documents, options or ReadOptions()))
        self.items = {f"{record.scope.boundary}#{record.key}": record for record in self._items()}

    def calls(self) -> dict[str, RelationshipRecord]:
        return {f"{self._name(edge.from_ref)} > {self._name(edge.to_ref)}": edge for edge in self.edges("CALLS")}

    def counts(self) -> dict[str, tuple[JSONValue, JSONValue]]:
        """Calls and errors of each pair."""
        return {
            pair: (edge.attributes["calls"], edge.attributes["errors"]) for pair, edge in sorted(self.calls().items())
        }

    def edges(self, type_: str) -> list[RelationshipRecord]:
        return [edge for edge in self.all if isinstance(edge, RelationshipRecord) and edge.type == type_]

    def codes(self) -> list[str]:
        return [problem.code for problem in self.all if isinstance(problem, Problem)]

    def _items(self) -> Iterator[CIRecord]:
        return (record for record in self.all if isinstance(record, CIRecord))

    def _name(self, reference: Reference) -> str:
        assert isinstance(reference, ByKey)
        return self.items[f"{reference.scope.boundary}#{reference.key}"].name
