"""The same edge found in several places becomes one record."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from cmdb.model.items import Effect
from cmdb.model.observations import RelationshipRecord
from cmdb.model.sources import Scope

_WEAKER: Final = (Effect.NONE, Effect.SOFT)
"""Effects that are weaker than the type's own, the weakest first."""


def merged(edges: Iterable[RelationshipRecord]) -> list[RelationshipRecord]:
    """One record per edge of a scope in order of first sight, with all its evidence, each piece once.

    None leads from a thing to itself.  Of several effects the strongest holds: an idle second line takes nothing away
    from a working one.  Linear.
    """
    found: dict[tuple[Scope, str], RelationshipRecord] = {}
    for record in edges:
        place = (record.scope, record.key)
        if record.from_ref == record.to_ref:
            continue
        known = found.get(place)
        if known is None:
            found[place] = record
            continue
        strong = known if _strength(known) >= _strength(record) else record
        found[place] = replace(strong, evidence=tuple(dict.fromkeys((*known.evidence, *record.evidence))))
    return list(found.values())


def _strength(record: RelationshipRecord) -> int:
    return _WEAKER.index(record.effect) if record.effect in _WEAKER else len(_WEAKER)
