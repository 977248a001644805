"""Relationships as people read them in a list of changes: by the names of their ends, not by ids."""

from collections.abc import Sequence
from dataclasses import replace

from cmdb.ingest.reader import Reader
from cmdb.ingest.reports import PlannedChange


def named(changes: Sequence[PlannedChange], reader: Reader) -> list[PlannedChange]:
    """Changes whose subjects are keys of edges, with ``Class:name TYPE Class:name`` instead, in order of these.

    One read when there is any.
    """
    ends = {id_ for change in changes for id_ in change.subject.split("|")[1:]}
    items = reader.items(ends) if ends else {}
    labels = {id_: items[id_].label if id_ in items else id_ for id_ in ends}
    told = (replace(change, subject=_label(change.subject, labels)) for change in changes)
    return sorted(told, key=lambda change: (change.subject, change.action))


def _label(key: str, labels: dict[str, str]) -> str:
    type_, from_id, to_id = key.split("|")
    return f"{labels[from_id]} {type_} {labels[to_id]}"
