"""Finding what references name, many at once and in a constant number of reads."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cmdb.errors import AmbiguousName, NotFound, UnknownClass
from cmdb.identify import identifiers_of_attribute
from cmdb.ingest.reader import Reader
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item, Lifecycle
from cmdb.model.references import ById, ByIdentifier, ByKey, ByName, Reference
from cmdb.model.sources import Scope, SourceRecord

MERGED_INTO: Final = "merged_into"
"""The attribute by which a retired item names the one that it was merged into."""

_LONGEST_CHAIN: Final = 100
"""Merges that may follow on one another; a bound for a loop that always ends sooner."""


@dataclass(frozen=True, slots=True)
class Found:
    """The items that each reference may mean, and what sources say of those that are not alone."""

    items: Mapping[Reference, Sequence[Item]]
    records: Mapping[str, Sequence[SourceRecord]]

    def of(self, reference: Reference, scope: Scope | None = None) -> Sequence[Item]:
        """The candidates; among several, the only one that ``scope`` itself speaks of."""
        candidates = self.items.get(reference, ())
        if scope is None or len(candidates) < 2:  # noqa: PLR2004 - one candidate needs no choice
            return candidates
        own = [item for item in candidates if any(r.scope == scope for r in self.records.get(item.id, ()))]
        return own if len(own) == 1 else candidates

    def only(self, reference: Reference, scope: Scope | None = None) -> Item | None:
        """The single candidate, ``None`` when there is none.

        Raises:
            AmbiguousName: several bear it; ``details['candidates']`` lists them.
        """
        candidates = self.of(reference, scope)
        if len(candidates) < 2:  # noqa: PLR2004 - one candidate needs no choice
            return candidates[0] if candidates else None
        lines = sorted((self._line(item), item.id) for item in candidates)
        listed = "\n".join(f"  {id_} {line}" for line, id_ in lines)
        msg = f"{reference} is borne by {len(candidates)}:\n{listed}\n"
        raise AmbiguousName(msg, details={"candidates": [item.id for item in candidates]})

    def _line(self, item: Item) -> str:
        bindings = ", ".join(record.binding for record in self.records.get(item.id, ()))
        return f"{item.label} ({bindings})" if bindings else item.label


def find(references: Collection[Reference], reader: Reader, catalogue: Catalogue) -> Found:
    """Candidates for every reference in at most six reads, however many there are.

    Raises:
        UnknownClass: a reference names a class that the catalogue does not have.
    """
    ids = _ids(references, reader, catalogue)
    wanted = {
        name for reference in references if isinstance(reference, ByName) for name in _names(reference, catalogue)
    }
    named = reader.named(wanted) if wanted else {}
    items = reader.items({id_ for group in ids.values() for id_ in group})
    result: dict[Reference, Sequence[Item]] = {}
    for reference in references:
        if isinstance(reference, ByName):
            candidates = [item for name in _names(reference, catalogue) for item in named.get(name, ())]
        else:
            candidates = [items[id_] for id_ in ids.get(reference, ()) if id_ in items]
        result[reference] = _live_first(candidates)
    several = {item.id for candidates in result.values() if len(candidates) > 1 for item in candidates}
    return Found(result, reader.records_of(several) if several else {})


def find_current(references: Collection[Reference], reader: Reader, catalogue: Catalogue) -> Found:
    """As :func:`find`, with what was merged into another one as that other one: two reads more where there is such."""
    found = find(references, reader, catalogue)
    merged = [item for candidates in found.items.values() for item in candidates if merged_into(item)]
    if not merged:
        return found
    now = survivors(merged, reader)
    current = {
        reference: _live_first([now.get(item.id, item) for item in candidates])
        for reference, candidates in found.items.items()
    }
    several = {item.id for candidates in current.values() if len(candidates) > 1 for item in candidates}
    return Found(current, reader.records_of(several) if several else {})


def merged_into(item: Item) -> str | None:
    """The id of the item that this one was merged into, if it was."""
    target = item.attributes.get(MERGED_INTO)
    return str(target) if target is not None and item.lifecycle is Lifecycle.RETIRED else None


def survivors(merged: Iterable[Item], reader: Reader) -> dict[str, Item]:
    """What each of some items became in the end, by id: one read for each merge that followed on another."""
    found = {item.id: item for item in merged}
    for _ in range(_LONGEST_CHAIN):
        further = {id_: target for id_, item in found.items() if (target := merged_into(item)) is not None}
        if not further:
            break
        items = reader.items(set(further.values()))
        found |= {id_: items[target] for id_, target in further.items() if target in items}
    return found


def find_one(reference: Reference, reader: Reader, catalogue: Catalogue) -> Item:
    """The one item that a reference means, as it stands there: also one that was merged into another.

    Raises:
        NotFound: nothing bears it.  AmbiguousName: several do.
    """
    return _all([reference], find([reference], reader, catalogue))[0]


def find_all(references: Sequence[Reference], reader: Reader, catalogue: Catalogue) -> list[Item]:
    """The item of each reference, in order; for what was merged into another, that other.

    Raises:
        NotFound: nothing bears one of them.  AmbiguousName: several bear one.
    """
    return _all(references, find_current(references, reader, catalogue))


def _all(references: Sequence[Reference], found: Found) -> list[Item]:
    items = [found.only(reference) for reference in references]
    missing = [str(reference) for reference, item in zip(references, items, strict=True) if item is None]
    if missing:
        raise NotFound(f"{', '.join(missing)} names nothing in the CMDB.", details={"references": missing})
    return [item for item in items if item is not None]


def _live_first(candidates: Sequence[Item]) -> Sequence[Item]:
    if len(candidates) < 2:  # noqa: PLR2004 - one candidate needs no choice
        return candidates
    unique = sorted({item.id: item for item in candidates}.values(), key=lambda item: item.id)
    return [item for item in unique if item.lifecycle is Lifecycle.LIVE] or unique


def _names(reference: ByName, catalogue: Catalogue) -> list[tuple[str, str]]:
    try:
        return [(cls, reference.name) for cls in catalogue.descendants(catalogue.resolve(reference.cls).name)]
    except UnknownClass as error:
        raise UnknownClass(f"{reference} names the class {reference.cls!r}, which is not in the catalogue.") from error


def _ids(references: Collection[Reference], reader: Reader, catalogue: Catalogue) -> dict[Reference, Sequence[str]]:
    ids: dict[Reference, Sequence[str]] = {
        reference: [reference.id] for reference in references if isinstance(reference, ById)
    }
    keys = {(reference.scope, reference.key): reference for reference in references if isinstance(reference, ByKey)}
    for binding, bond in (reader.bonds(keys) if keys else {}).items():
        if bond.target is not None:
            ids[keys[binding]] = [bond.target]
    hashes = {
        reference: identifiers_of_attribute(catalogue, reference.attribute, reference.value, reference.cls)
        for reference in references
        if isinstance(reference, ByIdentifier)
    }
    found = reader.identified({hash_ for group in hashes.values() for hash_ in group}) if hashes else {}
    for by_identifier, group in hashes.items():
        ids[by_identifier] = [id_ for hash_ in group for id_ in found.get(hash_, ())]
    return ids
