"""Small dumps and pages, written as they are in NetBox's files."""

import json
from collections.abc import Mapping, Sequence

from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from cmdb.model.references import ByKey
from cmdb.model.values import JSONValue
from importers.base import Document, ReadOptions
from importers.netbox import NetBoxImporter
from tests.importers.sources import FIXTURES

DEFAULTS = ReadOptions()
FOLDER = FIXTURES / "netbox"
ESTATE = Document.at(FOLDER / "estate.json")
REST = tuple(Document.at(path) for path in sorted((FOLDER / "rest").iterdir()))
SINGLE = sorted(FOLDER.glob("*.json"))
API = "https://netbox.example.com/api"

Fields = Mapping[str, JSONValue]


def row(model: str, pk: int | None, /, **fields: JSONValue) -> Fields:
    key: Fields = {} if pk is None else {"pk": pk}
    return {"model": model, **key, "fields": fields}


def dump(*rows: JSONValue, name: str = "dump.json") -> Document:
    return Document(name, json.dumps(rows).encode())


def nested(path: str, pk: int, **fields: JSONValue) -> Fields:
    return {"id": pk, "url": f"{API}/{path}/{pk}/", **fields}


def page(
    results: Sequence[JSONValue],
    count: int | None = None,
    following: str | None = None,
    previous: str | None = None,
    name: str = "page.json",
) -> Document:
    body = {"count": count, "next": following, "previous": previous, "results": results}
    return Document(name, json.dumps(body).encode())


def read(*documents: Document, options: ReadOptions = DEFAULTS) -> list[Observation]:
    return list(NetBoxImporter().read_together(documents, options))


def items(observations: Sequence[Observation], model: str = "") -> dict[str, CIRecord]:
    """The CIs by key, of one model or, with the model before the key, of all."""
    records = [record for record in observations if isinstance(record, CIRecord)]
    return {
        record.key if model else f"{record.kind}#{record.key}": record
        for record in records
        if model in {"", record.kind}
    }


def edges(observations: Sequence[Observation], *types: str) -> list[tuple[str, str, str]]:
    """Type, from and to of the edges of some types."""
    records = [record for record in observations if isinstance(record, RelationshipRecord)]
    return [(edge.type, end(edge.from_ref), end(edge.to_ref)) for edge in records if edge.type in types]


def problems(observations: Sequence[Observation]) -> list[Problem]:
    return [problem for problem in observations if isinstance(problem, Problem)]


def end(reference: object) -> str:
    assert isinstance(reference, ByKey)
    return f"{reference.scope.boundary}#{reference.key}"
