"""The same edge found in several places becomes one record."""

from collections.abc import Iterable
from dataclasses import replace

from cmdb.model.observations import RelationshipRecord


def merged(edges: Iterable[RelationshipRecord]) -> list[RelationshipRecord]:
    """One record per edge in order of first sight, with all its evidence, each piece once."""
    found: dict[str, RelationshipRecord] = {}
    for record in edges:
        known = found.get(record.key)
        if known is None:
            found[record.key] = record
        else:
            evidence = tuple(dict.fromkeys((*known.evidence, *record.evidence)))
            found[record.key] = replace(known, evidence=evidence)
    return list(found.values())
