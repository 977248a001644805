"""What one atomic write contains, and the commit that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cmdb.model.items import Basis, Effect, GroupSetting, Item, Lifecycle, Relationship, relationship_key
from cmdb.model.sources import Scope, SourceRecord
from cmdb.model.values import Attributes, Value


@dataclass(frozen=True, slots=True)
class CreateItem:
    """A new CI or record, complete."""

    id: str
    cls: str
    name: str
    attributes: Attributes
    identity_key: str
    identifiers: tuple[str, ...] = ()
    groups: Mapping[str, GroupSetting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UpdateItem:
    """A patch: absent means unchanged, ``None`` inside ``attributes`` or ``groups`` removes the entry.

    ``expected_revision`` is compared after the lock is held.  ``lifecycle`` retires or restores.
    A patch that changes nothing writes nothing.
    """

    id: str
    expected_revision: int | None = None
    name: str | None = None
    cls: str | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)
    groups: Mapping[str, GroupSetting | None] = field(default_factory=dict)
    lifecycle: Lifecycle | None = None
    identity_key: str | None = None
    identifiers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PutRelationship:
    """An edge as it shall be, complete; one that is already so writes nothing."""

    type: str
    from_id: str
    to_id: str
    group: str | None = None
    effect: Effect | None = None
    basis: Basis = Basis.DECLARED
    attributes: Attributes = field(default_factory=dict)
    expected_revision: int | None = None

    @property
    def key(self) -> str:
        """The identity of the edge."""
        return relationship_key(self.type, self.from_id, self.to_id)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One atomic write: all of it happens under one ``seq``, or none of it.

    ``request_id`` makes it happen once: a second ``commit`` with the same id and the same ``fingerprint`` returns the
    first commit, with another fingerprint it is refused.  ``fingerprint`` is the digest of what the *caller* was asked
    to do (not of generated ids).  At most one create or update per item and one put or removal per edge.
    A removed key that is not there is ignored; an update of an unknown item is refused.

    ``expected_head`` is the head that the write was planned at and holds only at.  ``unshared`` are identifiers that no
    other item had when it was planned at ``planned_at``: should one have come to have one since, nothing is written.
    """

    request_id: str
    fingerprint: str
    actor: str
    reason: str = ""
    creates: tuple[CreateItem, ...] = ()
    updates: tuple[UpdateItem, ...] = ()
    relationships: tuple[PutRelationship, ...] = ()
    removals: tuple[str, ...] = ()
    records: tuple[SourceRecord, ...] = ()
    dropped_records: tuple[tuple[Scope, str], ...] = ()
    run_id: str | None = None
    expected_head: int | None = None
    planned_at: int | None = None
    unshared: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write at all."""
        return not (
            self.creates or self.updates or self.relationships or self.removals or self.records or self.dropped_records
        )


@dataclass(frozen=True, slots=True)
class Commit:
    """One write that happened.  ``seq`` has no gaps; ``at`` never falls as ``seq`` rises."""

    seq: int
    at: datetime
    actor: str
    request_id: str
    fingerprint: str
    reason: str = ""
    run_id: str | None = None
    created: int = 0
    updated: int = 0
    related: int = 0
    unrelated: int = 0
    replayed: bool = False
    """Whether this answer repeats an earlier commit of the same request."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed between two points: for each item or edge its state before and after (``None`` = not there)."""

    items: tuple[tuple[Item | None, Item | None], ...]
    relationships: tuple[tuple[Relationship | None, Relationship | None], ...]
