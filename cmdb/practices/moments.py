"""The graph as it was: the same reads, at one ``seq``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from cmdb.errors import BadInput, SeqUnavailable
from cmdb.model.items import Item, Relationship
from cmdb.model.queries import Direction
from cmdb.model.sources import Bond, Scope, SourceRecord
from cmdb.practices.answers import AsOf
from cmdb.store.port import Store


class Moment:
    """A :class:`cmdb.ingest.reader.Reader` of one point in history.

    Items, names and edges are as of ``seq``; bindings and identifiers are today's, since they are not versioned.
    """

    def __init__(self, store: Store, seq: int | None) -> None:
        """Read ``store`` at ``seq``, or live when it is ``None``."""
        self._store = store
        self._seq = seq

    def items(self, ids: Collection[str]) -> Mapping[str, Item]:
        """Items by id."""
        return self._store.items(ids, self._seq)

    def named(self, names: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Sequence[Item]]:
        """Items by exact class and name."""
        return self._store.named(names, self._seq)

    def identified(self, identifiers: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Ids by identifier hash."""
        return self._store.identified(identifiers)

    def relationships(self, keys: Collection[str]) -> Mapping[str, Relationship]:
        """Edges by key."""
        return self._store.relationships(keys, self._seq)

    def relationships_of(
        self, ids: Collection[str], direction: Direction, types: Collection[str]
    ) -> Sequence[Relationship]:
        """Edges of some types at items."""
        return self._store.relationships_of(ids, direction, types, self._seq)

    def records(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], SourceRecord]:
        """Source records by binding."""
        return self._store.records(bindings)

    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], Bond]:
        """What source records are bound to, by binding."""
        return self._store.bonds(bindings)

    def records_of(self, targets: Collection[str]) -> Mapping[str, Sequence[SourceRecord]]:
        """Source records by target."""
        return self._store.records_of(targets)


def as_of(text: str) -> AsOf:
    """A sequence number, or an instant or date (its first moment), in UTC when it names no offset.

    Raises:
        BadInput: it is none of them.

    >>> as_of("42"), str(as_of("2026-11-28T22:00Z"))
    (42, '2026-11-28 22:00:00+00:00')
    """
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "Write one such as 42 or 2026-11-28T22:00Z."
        raise BadInput(f"{text!r} is neither a sequence number nor an instant.", hint=hint) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def seq_of(store: Store, as_of: AsOf) -> int | None:
    """The ``seq`` meant by a point in time; ``None`` for now.

    Raises:
        SeqUnavailable: a number that is not between 0 and the head.  BadInput: an instant without its offset.
    """
    if as_of is None:
        return None
    if isinstance(as_of, datetime):
        if as_of.tzinfo is None:
            raise BadInput(f"The instant {as_of} has no offset.", hint="Write one such as 2026-11-28T22:00:00Z.")
        return store.seq_at(as_of)
    head = store.head()
    if not 0 <= as_of <= head:
        raise SeqUnavailable(f"The sequence number {as_of} is not between 0 and the head {head}.")
    return as_of
