"""Rows in batches by weight: one batch is one commit."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from cmdb.ingest.spool import Weighed
from cmdb.model.observations import CIRecord, RelationshipRecord

Row = TypeVar("Row", CIRecord, RelationshipRecord)

ROWS: Final = 2_000
"""Rows a batch: large enough for bulk statements, small enough for people to work beside."""
BYTES: Final = 4 * 1024 * 1024
"""Bytes a batch, as the rows take them in the spool."""


def batches(rows: Iterable[Weighed[Row]]) -> Iterator[list[Row]]:
    """The rows in their order, as many at a time as make neither :data:`ROWS` nor :data:`BYTES` full; never none."""
    batch: list[Row] = []
    weight = 0
    for row in rows:
        if batch and (len(batch) == ROWS or weight + row.weight > BYTES):
            yield batch
            batch, weight = [], 0
        batch.append(row.row)
        weight += row.weight
    if batch:
        yield batch
