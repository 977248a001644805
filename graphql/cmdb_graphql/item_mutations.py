"""Creating, updating, retiring and restoring items: the same for CIs and records."""

import strawberry
from strawberry import Maybe, field
from strawberry.scalars import JSON

from cmdb.ingest.edits import ItemPatch, NewItem, Release
from cmdb.model import items as model
from cmdb.model.references import ById
from cmdb_graphql.context import RequestContext
from cmdb_graphql.inputs import (
    LONGEST_NAME,
    GroupInput,
    OwnRelationshipInput,
    attributes_of,
    checked_class,
    checked_text,
    groups_of,
    named,
    own_relationships,
    request,
)
from cmdb_graphql.references import CIRef
from cmdb_graphql.scalars import BigInt

KEY = "Makes the write happen once: the same key with the same input repeats the first answer."
REASON = "Why; written into the commit."


@strawberry.input
class Creation:
    """What every new item is given."""

    class_: str = field(name="class", description="The class in the catalogue.")
    name: str = field(description="The name.")
    attributes: JSON | None = field(description="An object of values by the names of attributes.", default=None)
    groups: list[GroupInput] | None = field(description="Redundancy groups to set on it.", default=None)
    relationships: list[OwnRelationshipInput] | None = field(
        description="Relationships to make in the same commit.", default=None
    )
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description=REASON, default="")


@strawberry.input
class Patch:
    """What of an item changes."""

    ref: CIRef = field(description="Which one.")
    name: Maybe[str] = field(description="The new name; absent: as it is.")
    attributes: Maybe[JSON] = field(
        description="An object of values by the names of attributes; absent: as it is; null: hand the value back."
    )
    expected_revision: BigInt | None = field(
        description="The revision that was read; refused when it is not the current one.", default=None
    )
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description=REASON, default="")


@strawberry.input
class Lifetime:
    """What retiring and restoring are given."""

    ref: CIRef = field(description="Which one.")
    expected_revision: BigInt | None = field(
        description="The revision that was read; refused when it is not the current one.", default=None
    )
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description=REASON, default="")


@strawberry.input
class Releasing:
    """What handing values back is given."""

    ref: CIRef = field(description="Which one.")
    attributes: list[str] | None = field(
        description="Attributes that people set; `name` is the name itself.", default=None
    )
    groups: list[str] | None = field(description="Redundancy groups that people set.", default=None)
    expected_revision: BigInt | None = field(
        description="The revision that was read; refused when it is not the current one.", default=None
    )
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description=REASON, default="")


def create(context: RequestContext, given: Creation, root: str) -> model.Item:
    """Create an item of a class under a root class.

    Raises:
        Whatever the editor refuses; nothing was written then.
    """
    new = NewItem(
        checked_class(context.services, given.class_, root),
        checked_text("name", given.name, LONGEST_NAME),
        attributes_of(given.attributes),
        groups_of(given.groups),
        own_relationships(given.relationships),
    )
    return context.services.editor.create(new, request(context, given.idempotency_key, given.reason))


def update(context: RequestContext, given: Patch, root: str) -> model.Item:
    """Patch an item under a root class.

    Raises:
        Whatever the editor refuses; nothing was written then.
    """
    patch = ItemPatch(
        name=None if given.name is None else checked_text("name", given.name.value, LONGEST_NAME),
        attributes={} if given.attributes is None else attributes_of(given.attributes.value),
        expected_revision=given.expected_revision,
    )
    item = named(context.services, given.ref, root)
    return context.services.editor.update(ById(item.id), patch, request(context, given.idempotency_key, given.reason))


def set_lifetime(context: RequestContext, given: Lifetime, root: str, patch: ItemPatch) -> model.Item:
    """Retire or restore an item under a root class; ``patch`` says which.

    Raises:
        Whatever the editor refuses; nothing was written then.
    """
    item = named(context.services, given.ref, root)
    return context.services.editor.update(ById(item.id), patch, request(context, given.idempotency_key, given.reason))


def release(context: RequestContext, given: Releasing, root: str) -> model.Item:
    """Hand back what people said of an item under a root class.

    Raises:
        Whatever the editor refuses; nothing was written then.
    """
    item = named(context.services, given.ref, root)
    handed_back = Release(given.attributes or (), given.groups or (), given.expected_revision)
    asked = request(context, given.idempotency_key, given.reason)
    return context.services.editor.release(ById(item.id), handed_back, asked)
