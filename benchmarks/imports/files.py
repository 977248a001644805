"""The generated estate as files of newline-delimited JSON, CIs and relationships apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import orjson

from benchmarks.estate import SCOPE, Estate
from cmdb.model.observations import CIRecord, RelationshipRecord

_ROWS_A_HOST = 12.5
_HEADER = {"source": SCOPE.source, "scope": SCOPE.boundary}


@dataclass(frozen=True, slots=True)
class Sample:
    """One estate in two files, and how many rows each has."""

    items: Path
    relationships: Path
    item_rows: int
    relationship_rows: int

    @property
    def rows(self) -> int:
        """Rows of both."""
        return self.item_rows + self.relationship_rows


def written(size: int, folder: Path) -> Sample:
    """An estate of about ``size`` rows, written in constant memory."""
    estate = Estate(max(1, round(size / _ROWS_A_HOST)))
    items, relationships = folder / f"cis-{size}.ndjson", folder / f"relationships-{size}.ndjson"
    return Sample(items, relationships, _write(items, _items(estate)), _write(relationships, _relationships(estate)))


def _items(estate: Estate) -> Iterator[object]:
    for row in estate.observations():
        if isinstance(row, CIRecord):
            groups = {name: {"min_up": setting.min_up} for name, setting in row.groups.items()}
            plain = {"class": row.cls, "name": row.name, "key": row.key, "attributes": dict(row.attributes)}
            yield {**plain, "groups": groups} if groups else plain


def _relationships(estate: Estate) -> Iterator[object]:
    for row in estate.observations():
        if isinstance(row, RelationshipRecord):
            yield {"type": row.type, "from": _key(str(row.from_ref)), "to": _key(str(row.to_ref))}


def _key(reference: str) -> str:
    return reference.partition("#")[2]


def _write(path: Path, rows: Iterable[object]) -> int:
    counter = count()
    with path.open("wb") as file:
        file.write(orjson.dumps(_HEADER) + b"\n")
        for row in rows:
            file.write(orjson.dumps(row) + b"\n")
            next(counter)
    return next(counter)
