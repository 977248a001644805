"""Stores that count what they are asked, let somebody else in between, or go away."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from typing_extensions import override

from cmdb.errors import StoreUnavailable
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.items import Item, Relationship
from cmdb.model.queries import Direction
from cmdb.model.sources import Bond, Lease, Run, Scope, SourceRecord
from cmdb.store.memory import MemoryStore
from tests.builders import gadgets


class CountingStore(MemoryStore):
    """Counts its reads by name."""

    def __init__(self) -> None:
        super().__init__(gadgets())
        self.reads: Counter[str] = Counter()

    @override
    def items(self, ids: Collection[str], at: int | None = None) -> Mapping[str, Item]:
        self.reads["items"] += 1
        return super().items(ids, at)

    @override
    def named(
        self, names: Collection[tuple[str, str]], at: int | None = None
    ) -> Mapping[tuple[str, str], Sequence[Item]]:
        self.reads["named"] += 1
        return super().named(names, at)

    @override
    def identified(self, identifiers: Collection[str]) -> Mapping[str, Sequence[str]]:
        self.reads["identified"] += 1
        return super().identified(identifiers)

    @override
    def relationships(self, keys: Collection[str], at: int | None = None) -> Mapping[str, Relationship]:
        self.reads["relationships"] += 1
        return super().relationships(keys, at)

    @override
    def relationships_of(
        self,
        ids: Collection[str],
        direction: Direction = Direction.BOTH,
        types: Collection[str] | None = None,
        at: int | None = None,
    ) -> Sequence[Relationship]:
        self.reads["relationships_of"] += 1
        return super().relationships_of(ids, direction, types, at)

    @override
    def records(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], SourceRecord]:
        self.reads["records"] += 1
        return super().records(bindings)

    @override
    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
        self.reads["bonds"] += 1
        return super().bonds(bindings)

    @override
    def records_of(self, targets: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
        self.reads["records_of"] += 1
        return super().records_of(targets)

    @override
    def unresolved(self, after: tuple[Scope, str] | None = None, limit: int = 1000) -> Sequence[SourceRecord]:
        self.reads["unresolved"] += 1
        return super().unresolved(after, limit)


class LeaselessStore(MemoryStore):
    """Grants every lease, as if all others had run out: what is written must be right even then."""

    @override
    def hold(self, leases: Sequence[Lease], now: datetime) -> Sequence[Lease]:
        return ()


class OvertakenStore(LeaselessStore):
    """Lets somebody else write just before a commit, as often as there are writers waiting."""

    def __init__(self) -> None:
        super().__init__(gadgets())
        self.waiting: list[Callable[[], object]] = []
        self.attempts = 0

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        self.attempts += 1
        if self.waiting:
            writer = self.waiting.pop(0)
            others, self.waiting = self.waiting, []
            writer()
            self.waiting = others
        return super().commit(changes)


class PeekingStore(LeaselessStore):
    """Lets somebody else write between two reads of a batch: after it looked for its own records."""

    def __init__(self) -> None:
        super().__init__(gadgets())
        self.waiting: list[Callable[[], object]] = []

    @override
    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
        found = super().bonds(bindings)
        if self.waiting:
            self.waiting.pop()()
        return found


class FailingStore(MemoryStore):
    """Goes away after so many commits, until it is mended; runs cannot be written either."""

    def __init__(self, commits: int) -> None:
        super().__init__(gadgets())
        self.left: int | None = commits

    @override
    def commit(self, changes: ChangeSet) -> Commit:
        if self.left == 0:
            raise StoreUnavailable("The store does not answer.")
        if self.left is not None:
            self.left -= 1
        return super().commit(changes)

    @override
    def put_run(self, run: Run) -> None:
        if self.left == 0:
            raise StoreUnavailable("The store does not answer.")
        super().put_run(run)
