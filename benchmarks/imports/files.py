"""The generated estate as a file of newline-delimited JSON: CIs first, then relationships."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from benchmarks.estate import SCOPE, Estate
from cmdb.model.observations import CIRecord, RelationshipRecord

_ROWS_A_HOST = 12.5
_HEADER = {"source": SCOPE.source, "scope": SCOPE.boundary}


@dataclass(frozen=True, slots=True)
class Sample:
    """One estate in a file, and how many rows of each kind it has."""

    path: Path
    items: int
    relationships: int

    @property
    def rows(self) -> int:
        """Rows of both kinds."""
        return self.items + self.relationships


def written(size: int, folder: Path) -> Sample:
    """An estate of about ``size`` rows, written in constant memory."""
    estate = Estate(max(1, round(size / _ROWS_A_HOST)))
    path = folder / f"estate-{size}.ndjson"
    with path.open("wb") as file:
        file.write(orjson.dumps(_HEADER) + b"\n")
        return Sample(path, _write(file, _items(estate)), _write(file, _relationships(estate)))


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


def _write(file: BinaryIO, rows: Iterable[object]) -> int:
    number = 0
    for number, row in enumerate(rows, 1):  # noqa: B007 - the last one tells how many there were
        file.write(orjson.dumps(row) + b"\n")
    return number
