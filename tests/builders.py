"""Short ways to say what a test writes into a store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from cmdb.model.catalogue import Catalogue, load_catalogue
from cmdb.model.commits import ChangeSet, Commit, CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import GroupSetting, relationship_key
from cmdb.model.sources import RecordKind, Run, RunState, Scope, SourceRecord
from cmdb.model.values import Attributes, Value, digest
from cmdb.store.port import Store

SCOPE = Scope("inventory/prod", "rack-1")
DAY = datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Removed:
    """An edge to remove."""

    key: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A source record to drop."""

    scope: Scope
    key: str


Part: TypeAlias = CreateItem | UpdateItem | PutRelationship | Removed | SourceRecord | Dropped


@cache
def gadgets() -> Catalogue:
    """The built-in catalogue and ``gadgets.yaml``."""
    return load_catalogue(Path(__file__).with_name("gadgets.yaml"))


def create(
    id_: str, cls: str = "Gadget", *, name: str | None = None, key: str | None = None, **attributes: Value
) -> CreateItem:
    """A new gadget, named like its id, with an identity of its own."""
    return CreateItem(
        id=id_,
        cls=cls,
        name=id_ if name is None else name,
        attributes=attributes,
        identity_key=f"identity of {id_}" if key is None else key,
    )


def holding(id_: str, attributes: Attributes) -> CreateItem:
    """A new gadget with whatever attributes."""
    return CreateItem(id_, "Gadget", id_, attributes, f"identity of {id_}")


def grouped(id_: str, groups: Mapping[str, GroupSetting]) -> CreateItem:
    """A new gadget with redundancy groups."""
    return CreateItem(id_, "Gadget", id_, {}, f"identity of {id_}", groups=groups)


def patch(id_: str, revision: int | None = None, **attributes: Value) -> UpdateItem:
    """Attributes to set, or with ``None`` to remove."""
    return UpdateItem(id_, expected_revision=revision, attributes=attributes)


def link(from_id: str, to_id: str, type_: str = "LINKED_TO", **attributes: Value) -> PutRelationship:
    """An edge without further settings."""
    return PutRelationship(type_, from_id, to_id, attributes=attributes)


def unlink(from_id: str, to_id: str, type_: str = "LINKED_TO") -> Removed:
    """The removal of that edge."""
    return Removed(relationship_key(type_, from_id, to_id))


def said(key: str, target: str | None, scope: Scope = SCOPE, **body: Value) -> SourceRecord:
    """What a source said of an item or edge."""
    kind = RecordKind.RELATIONSHIP if target and "|" in target else RecordKind.ITEM
    return SourceRecord(scope, key, kind, target, digest(body), body, run_id="run-1", seen_at=DAY)


def an_import(id_: str, minutes: int = 0, state: RunState = RunState.RUNNING, **counts: int) -> Run:
    """An import that started so many minutes after noon."""
    return Run(id_, "inventory/prod", "importer", state, DAY + timedelta(minutes=minutes), counts=counts)


def changes(
    *parts: Part,
    request_id: str | None = None,
    fingerprint: str = "same",
    reason: str = "",
    run_id: str | None = None,
) -> ChangeSet:
    """One atomic write of all parts; a request id of its own unless one is given."""
    return ChangeSet(
        request_id=uuid4().hex if request_id is None else request_id,
        fingerprint=fingerprint,
        actor="tester",
        reason=reason,
        creates=tuple(part for part in parts if isinstance(part, CreateItem)),
        updates=tuple(part for part in parts if isinstance(part, UpdateItem)),
        relationships=tuple(part for part in parts if isinstance(part, PutRelationship)),
        removals=tuple(part.key for part in parts if isinstance(part, Removed)),
        records=tuple(part for part in parts if isinstance(part, SourceRecord)),
        dropped_records=tuple((part.scope, part.key) for part in parts if isinstance(part, Dropped)),
        run_id=run_id,
    )


def write(store: Store, *parts: Part) -> Commit:
    """Commit all parts at once."""
    return store.commit(changes(*parts))
