"""What of an import could be alarming, counted for each scope while it is rehearsed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from cmdb.identify import Evidence, evidence, is_evidence
from cmdb.ingest.planning import Planned
from cmdb.ingest.reader import Reader
from cmdb.ingest.reports import PlannedChange
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item, Lifecycle
from cmdb.model.values import JSONValue

ADDRESSES: Final = ("addresses", "management_address", "mac_address")
"""Attributes whose values belong to one CI at a time without identifying it."""

EXAMPLES: Final = 3
"""How many examples of each measure are kept for each scope."""


class Measure(StrEnum):
    """What is counted."""

    RETIRED = "cis_retired"
    REMOVED = "relationships_removed"
    RENAMED = "cis_renamed"
    RECLASSED = "classes_changed"
    REIDENTIFIED = "identities_changed"
    """CIs that have another identifying value than before (serial, system UUID, full name, ARN …)."""
    MOVED = "identities_moved"
    """CIs that take an identifying value which another CI has or had."""
    READDRESSED = "addresses_moved"
    """CIs that take an address which another CI of the same import loses."""
    SUSPECTED = "duplicates_suspected"
    FAILED = "rows_failed"


@dataclass(slots=True)
class Count:
    """How many of something, and a few of them in words."""

    number: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, example: str) -> None:
        """One more."""
        self.number += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(example)

    def merge(self, other: "Count") -> None:
        """Take over what was counted elsewhere."""
        self.number += other.number
        self.examples.extend(other.examples[: EXAMPLES - len(self.examples)])


Counts: TypeAlias = defaultdict[str, defaultdict[Measure, Count]]
"""By scope and measure."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What of one kind an item loses and gains, where that is counted, how it is called, and how it is told."""

    scope: str
    label: str
    lost: frozenset[str]
    gained: frozenset[str]
    words: str = ""


class Measures:
    """Counts by scope and measure.  Memory grows with the identities and addresses that change."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Begin at nothing."""
        self._catalogue = catalogue
        rules = (rule.attributes for spec in catalogue.classes.values() for rule in spec.identify)
        self._watched = frozenset(ADDRESSES).union(*rules)
        self.counts: Counts = defaultdict(lambda: defaultdict(Count))
        self.identities: dict[str, _Turn] = {}
        self.addresses: dict[str, _Turn] = {}

    def add(self, planned: Planned, before: Mapping[str, Item], after: Reader) -> None:
        """Take over one batch: ``before`` are the items that it updates, as they were; ``after`` has it in it."""
        for change in planned.changes:
            self._add_change(change)
        for row in planned.failed:
            self.counts[str(row.scope)][Measure.FAILED].add(str(row.where) or row.key)
        watched = [
            update.id for update in planned.updates if update.cls or not self._watched.isdisjoint(update.attributes)
        ]
        scopes = {record.target: str(record.scope) for record in planned.records} if watched else {}
        for id_, new in (after.items(watched) if watched else {}).items():
            self._add_item(before[id_], new, scopes.get(id_, ""))

    def merge(self, other: "Measures") -> None:
        """Take over what was counted elsewhere."""
        for scope, counts in other.counts.items():
            for measure, count in counts.items():
                self.counts[scope][measure].merge(count)
        self.identities |= other.identities
        self.addresses |= other.addresses

    def counted(self, before: Reader, after: Reader) -> Mapping[str, Mapping[Measure, Count]]:
        """The counts of each scope, once all is added; four reads at most, and only when an identity changes."""
        counts: Counts = defaultdict(lambda: defaultdict(Count))
        for scope, measured in self.counts.items():
            for measure, count in measured.items():
                counts[scope][measure].merge(count)
        for scope, words in _moved(self.identities, before, after):
            counts[scope][Measure.MOVED].add(words)
        for scope, words in _readdressed(self.addresses):
            counts[scope][Measure.READDRESSED].add(words)
        return counts

    def _add_change(self, change: PlannedChange) -> None:
        counts = self.counts[change.binding.partition("#")[0]]
        if change.action in _BY_ACTION:
            counts[_BY_ACTION[change.action]].add(change.subject)
        for name, measure in _BY_FIELD.items():
            if name in change.fields:
                counts[measure].add(f"{change.subject} becomes {_shown(change.fields[name][1])}")

    def _add_item(self, old: Item, new: Item, scope: str) -> None:
        if new.lifecycle is Lifecycle.RETIRED:
            return
        identity = self._identity(old, new, scope)
        if identity is not None:
            self.identities[old.id] = identity
            if identity.lost and identity.gained:
                self.counts[scope][Measure.REIDENTIFIED].add(f"{old.label} {identity.words}")
        had, has = _addresses(old), _addresses(new)
        if had != has:
            self.addresses[old.id] = _Turn(scope, old.label, had - has, has - had)

    def _identity(self, old: Item, new: Item, scope: str) -> _Turn | None:
        """What of its identity an item loses and gains by more than its name; ``None`` when nothing that counts.

        An attribute that identifies by itself counts; one that does so with others only when nothing else stays.
        """
        had, has = self._evidence(old), self._evidence(new)
        rules = {**had, **has}
        changed = [
            name
            for name in sorted({part for _, parts in rules for part in parts if part != "name"})
            if old.attributes.get(name) != new.attributes.get(name)
        ]
        alone = {parts[0] for _, parts in rules if len(parts) == 1}
        survives = not set(had.values()).isdisjoint(has.values())
        if not changed or (survives and alone.isdisjoint(changed)):
            return None
        words = ", ".join(
            f"{name} {_shown(old.attributes.get(name))} → {_shown(new.attributes.get(name))}" for name in changed
        )
        lost, gained = set(had.values()) - set(has.values()), set(has.values()) - set(had.values())
        return _Turn(scope, old.label, frozenset(lost), frozenset(gained), words)

    def _evidence(self, item: Item) -> Evidence:
        spec = self._catalogue.classes.get(item.cls)
        return evidence(spec, item.name, item.attributes) if spec else {}


_BY_ACTION: Final = {"retire": Measure.RETIRED, "unrelate": Measure.REMOVED, "suspect": Measure.SUSPECTED}
_BY_FIELD: Final = {"name": Measure.RENAMED, "class": Measure.RECLASSED}
_LONGEST: Final = 60


def _shown(value: JSONValue) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _addresses(item: Item) -> frozenset[str]:
    values = (item.attributes.get(name) for name in ADDRESSES)
    lists = (value if isinstance(value, list | tuple) else [value] for value in values if value is not None)
    return frozenset(str(entry) for entries in lists for entry in entries if is_evidence(entry))


def _moved(turns: Mapping[str, _Turn], before: Reader, after: Reader) -> Iterator[tuple[str, str]]:
    """The scope and a sentence for each item that takes an identity which a living one had before."""
    hashes = {hash_ for turn in turns.values() for hash_ in turn.lost | turn.gained}
    if not hashes:
        return
    had, has = before.identified(hashes), after.identified(hashes)
    living = before.items({id_ for ids in had.values() for id_ in ids})
    former: defaultdict[str, set[str]] = defaultdict(set)
    for hash_ in hashes:
        owners = {id_ for id_ in had.get(hash_, ()) if living[id_].lifecycle is Lifecycle.LIVE}
        for taker in owners and set(has.get(hash_, ())) - set(had.get(hash_, ())):
            former[taker] |= owners
    names = {id_: item.label for id_, item in after.items({*former, *living}).items()}
    for taker, owners in sorted(former.items(), key=lambda entry: (names[entry[0]], entry[0])):
        owner = min(owners, key=lambda id_: (names[id_], id_))
        turn = turns.get(taker)
        how = "is swapped with" if taker in former[owner] else "takes the identity of"
        words = f"{names[taker]} {how} {living[owner].label}"
        yield (turn or turns.get(owner) or next(iter(turns.values()))).scope, _with(words, turn)


def _with(words: str, turn: _Turn | None) -> str:
    return f"{words} ({turn.words})" if turn is not None else words


def _readdressed(turns: Mapping[str, _Turn]) -> Iterator[tuple[str, str]]:
    """The scope and a sentence for each item that takes an address which another one loses."""
    losers: dict[str, tuple[str, str]] = {
        value: (id_, turn.label) for id_, turn in turns.items() for value in turn.lost
    }
    for id_, turn in turns.items():
        taken = sorted(value for value in turn.gained if losers.get(value, (id_, ""))[0] != id_)
        if taken:
            yield turn.scope, f"{turn.label} takes {taken[0]} of {losers[taken[0]][1]}"
