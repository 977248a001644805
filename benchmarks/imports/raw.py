"""What a script without a CMDB does: read rows, write each with its version and its source record, look digests up.

It plans nothing, resolves nothing and folds nothing: a row's key is its id, and the caller knows that all of it is new.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import Protocol, TypeAlias

import orjson

BATCH = 2_000
"""Rows a transaction, as many as an import takes at once."""

Row: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Said:
    """One row with what a source record keeps of it."""

    row: Row
    key: str
    body: str
    digest: str

    @property
    def is_item(self) -> bool:
        """Whether it is one, and no relationship."""
        return "class" in self.row

    @classmethod
    def of(cls, row: Row) -> "Said":
        """The row under its key; a relationship's is made of its type and ends."""
        key = str(row["key"]) if "class" in row else f"{row['type']}|{row['from']}|{row['to']}"
        body = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
        return cls(row, key, body.decode(), hashlib.sha256(body).hexdigest())


class RawStore(Protocol):
    """A store as a script uses it."""

    def write_items(self, rows: Sequence[Said]) -> None:
        """New items in one transaction, each with its version and its source record."""

    def write_relationships(self, rows: Sequence[Said]) -> None:
        """New edges in one transaction, each with its version and its source record."""

    def unchanged(self, rows: Sequence[Said]) -> int:
        """How many rows are as they were, by the digests of their source records."""

    def close(self) -> None:
        """Release what is open."""


def batches(path: Path) -> Iterator[list[Said]]:
    """The rows of a file, those of one kind at a time, but for its first line, which says who speaks."""
    with path.open("rb") as file:
        next(file)
        rows = (Said.of(orjson.loads(line)) for line in file)
        for _, of_a_kind in groupby(rows, key=attrgetter("is_item")):
            while batch := list(islice(of_a_kind, BATCH)):
                yield batch
