"""Source records of what was merged: they belong to what it became."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cmdb.ingest.reader import Reader
from cmdb.ingest.references import merged_into, survivors
from cmdb.model.items import relationship_key
from cmdb.model.sources import RecordKind, SourceRecord


def followed(records: Iterable[SourceRecord], reader: Reader) -> list[SourceRecord]:
    """The records with the targets that they have by now, in the same order.

    A record of an item that was merged into another is of that other; a claim to a relationship leads between what its
    ends became.  One read, and two more where something was merged.
    """
    held = list(records)
    ends = {end for record in held for end in _ends(record)}
    merged = [item for item in (reader.items(ends) if ends else {}).values() if merged_into(item)]
    if not merged:
        return held
    now = {id_: item.id for id_, item in survivors(merged, reader).items()}
    return [_bound(record, now) if not now.keys().isdisjoint(_ends(record)) else record for record in held]


def _ends(record: SourceRecord) -> list[str]:
    if record.target is None:
        return []
    return [record.target] if record.kind is RecordKind.ITEM else record.target.split("|")[1:]


def _bound(record: SourceRecord, now: Mapping[str, str]) -> SourceRecord:
    target = record.target or ""
    if record.kind is RecordKind.ITEM:
        return replace(record, target=now[target])
    type_, from_id, to_id = target.split("|")
    return replace(record, target=relationship_key(type_, now.get(from_id, from_id), now.get(to_id, to_id)))
