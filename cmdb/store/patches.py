"""What creates, patches and puts make of a version: pure, the same in every store.

Contents are compared strictly: ``1``, ``1.0`` and ``True`` are three values.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from cmdb.model.commits import CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import OPEN, Item, Relationship
from cmdb.model.values import Attributes, Value, canonical

T = TypeVar("T")


def created(create: CreateItem, seq: int) -> Item:
    """The first version of an item, at revision 1."""
    return Item(
        id=create.id,
        cls=create.cls,
        name=create.name,
        attributes=_present(create.attributes),
        identity_key=create.identity_key,
        revision=1,
        from_seq=seq,
        created_seq=seq,
        groups=dict(create.groups),
        identifiers=create.identifiers,
    )


def patched(current: Item, update: UpdateItem, seq: int) -> Item | None:
    """The next version of an item, or ``None`` when the patch changes nothing.

    ``expected_revision`` is the store's business: it must be compared under the store's lock.
    """
    after = replace(
        current,
        name=_given(update.name, current.name),
        cls=_given(update.cls, current.cls),
        attributes=_merged(current.attributes, update.attributes),
        groups=_merged(current.groups, update.groups),
        lifecycle=_given(update.lifecycle, current.lifecycle),
        identity_key=_given(update.identity_key, current.identity_key),
        identifiers=_given(update.identifiers, current.identifiers),
        revision=current.revision + 1,
        from_seq=seq,
        to_seq=OPEN,
    )
    return None if same_item(current, after) else after


def put(current: Relationship | None, wanted: PutRelationship, seq: int) -> Relationship | None:
    """The next version of an edge, or ``None`` when it is already so.

    An edge that was not there starts at revision 1, also when there had been one before.
    """
    after = Relationship(
        type=wanted.type,
        from_id=wanted.from_id,
        to_id=wanted.to_id,
        revision=current.revision + 1 if current else 1,
        from_seq=seq,
        group=wanted.group,
        effect=wanted.effect,
        basis=wanted.basis,
        attributes=_present(wanted.attributes),
    )
    return None if current and same_relationship(current, after) else after


def same_item(one: Item, other: Item) -> bool:
    """Whether two versions of an item say the same (not counting revision and ``seq``)."""
    return (
        (one.cls, one.name, one.identity_key, one.identifiers, one.lifecycle)
        == (other.cls, other.name, other.identity_key, other.identifiers, other.lifecycle)
        and one.groups == other.groups
        and canonical(one.attributes) == canonical(other.attributes)
    )


def same_relationship(one: Relationship, other: Relationship) -> bool:
    """Whether two versions of an edge say the same (not counting revision and ``seq``)."""
    return (one.group, one.effect, one.basis) == (other.group, other.effect, other.basis) and canonical(
        one.attributes
    ) == canonical(other.attributes)


def _given(new: T | None, old: T) -> T:
    return old if new is None else new


def _merged(old: Mapping[str, T], patch: Mapping[str, T | None]) -> dict[str, T]:
    merged: dict[str, T | None] = {**old, **patch}
    return {name: value for name, value in merged.items() if value is not None}


def _present(attributes: Attributes) -> dict[str, Value]:
    return {name: value for name, value in attributes.items() if value is not None}
