"""Stores with one fault each, to see that the tests would notice."""

import time
from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import override

from cmdb.errors import EndMissing
from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.items import Item
from cmdb.store.memory import MemoryStore
from cmdb.store.memory.book import Book
from cmdb.store.memory.drafting import Draft
from cmdb.store.points import Clock
from tests.builders import gadgets

MOMENT = 0.0005
"""Seconds in which another thread surely gets its turn."""


class NoLock:
    """A lock that lets everybody in."""

    def __enter__(self) -> bool:
        return True

    def __exit__(self, *_: object) -> None:
        """Nothing was locked."""


class Unlocked(MemoryStore):
    """Works out and writes without a lock, with a moment in between."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(gadgets(), clock)
        self._lock = NoLock()  # type: ignore[assignment]

    @override
    def _commit_of(self, changes: ChangeSet, draft: Draft) -> Commit:
        commit = super()._commit_of(changes, draft)
        time.sleep(MOMENT)
        return commit


class BlindToRevisions(MemoryStore):
    """Writes whatever revision was expected."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(gadgets(), clock)

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        blind = [replace(update, expected_revision=None) for update in changes.updates]
        return super().commit(replace(changes, updates=tuple(blind)))


class NumberedTooEarly(MemoryStore):
    """Every other commit shows a moment after its successor, as when numbers are given before the work."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(gadgets(), clock)
        self._shown_from: dict[int, float] = {}

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        commit = super().commit(changes)
        self._shown_from[commit.seq] = time.monotonic() + (commit.seq % 2) * 10 * MOMENT
        return commit

    @override
    def commits(self, after: int, limit: int = 100) -> Sequence[Commit]:
        now = time.monotonic()
        shown = [commit for commit in super().commits(after, 10_000) if self._shown_from.get(commit.seq, now) <= now]
        return shown[:limit]


class Forgetful(MemoryStore):
    """Does not know any request again."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(gadgets(), clock)

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        self._book.requests.clear()
        return super().commit(changes)


class SwallowingBook(Book):
    """Writes every third version of an item over the one before."""

    __slots__ = ()

    @override
    def write_item(self, version: Item) -> None:
        super().write_item(version)
        versions = self.items[version.id]
        if version.revision % 3 == 0:
            versions[-2:] = [replace(version, from_seq=versions[-2].from_seq)]


class Swallowing(MemoryStore):
    """Loses versions."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(gadgets(), clock)
        self._book = SwallowingBook()


class Overcrowded(MemoryStore):
    """Lets any number of edges be."""

    def __init__(self, clock: Clock) -> None:
        known = gadgets()
        plain = dict.fromkeys(known.relationship_types, known.relationship("LINKED_TO"))
        super().__init__(Catalogue(known.classes, plain), clock)


class HalfWriting(MemoryStore):
    """Keeps the new items of a change set that it refuses."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(gadgets(), clock)

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        try:
            return super().commit(changes)
        except EndMissing:
            super().commit(ChangeSet(f"half of {changes.request_id}", "", "", creates=changes.creates))
            raise
