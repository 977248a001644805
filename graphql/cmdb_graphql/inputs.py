"""Parts that the inputs of several mutations share, and what they mean to the model."""

import uuid
from collections.abc import Mapping, Sequence

import strawberry
from pydantic import ValidationError
from strawberry import field
from strawberry.scalars import JSON

from cmdb.errors import BadInput, NotFound, WrongType
from cmdb.ingest.edits import SELF, NewRelationship, Request
from cmdb.ingest.references import find_one
from cmdb.model import items as model
from cmdb.model.items import GroupSetting, Item
from cmdb.model.rows import GroupRow, told
from cmdb.model.values import JSONValue, fault_of
from cmdb.practices.answers import Seed
from cmdb.practices.services import Services
from cmdb_graphql.choices import Direction, Effect, FailureState
from cmdb_graphql.context import RequestContext
from cmdb_graphql.kinds import UNHARMED
from cmdb_graphql.references import CIRef, reference

LONGEST_KEY = 200
LONGEST_REASON = 2_000
LONGEST_NAME = 4_096


@strawberry.input(description="What a redundancy group needs.")
class GroupSettingInput:
    """A group's threshold."""

    min_up: str = field(
        description='How many members must be up: a count such as "2" or a percentage such as "50%".', default="1"
    )
    degraded_below: str | None = field(description="Below how many members up it is degraded.", default=None)


@strawberry.input(description="A redundancy group and what it needs.")
class GroupInput:
    """A named group."""

    name: str = field(description="The name of the group.")
    setting: GroupSettingInput = field(description="What it needs.")


@strawberry.input(description="A relationship of the item that is being created.")
class OwnRelationshipInput:
    """An edge from or to the new item."""

    type: str = field(description="The relationship type.")
    other: CIRef = field(description="The item at the other end.")
    direction: Direction = field(
        description="OUT: from the new item to the other; IN: from the other to it.", default=Direction.OUT
    )
    group: str | None = field(description="The redundancy group of the dependent that it joins.", default=None)
    effect: Effect | None = field(description="Overrides the effect of the type.", default=None)
    attributes: JSON | None = field(description="An object of values by the names of attributes.", default=None)


@strawberry.input(description="What a record does to an item.")
class AffectsInput:
    """An item and its state."""

    ref: CIRef = field(description="The CI, service, offering or customer.")
    state: FailureState = field(
        description="What happens to it; UP: it is named but nothing happens to it.", default=FailureState.DOWN
    )


@strawberry.input(description="A relationship from a record to something else.")
class LinkInput:
    """A link."""

    type: str = field(description="The relationship type, such as CAUSED_BY or RESOLVED_BY.")
    to: CIRef = field(description="What it points to.")


def request(context: RequestContext, key: str | None, reason: str) -> Request:
    """Who asks and why; without a key every request is a new one.

    Raises:
        BadInput: a key or reason that is empty, too long or cannot be stored.
    """
    checked_text("reason", reason, LONGEST_REASON)
    if key is None:
        return Request(context.actor, reason, str(uuid.uuid4()))
    if not key.strip():
        raise BadInput("The idempotency key is empty.", hint="Give one, or none at all.")
    return Request(context.actor, reason, checked_text("idempotencyKey", key, LONGEST_KEY))


def checked_text(name: str, text: str, longest: int) -> str:
    """A text that every store can hold.

    Raises:
        WrongType: it cannot.  BadInput: it is too long.
    """
    fault = fault_of(text)
    if fault is not None:
        raise WrongType(f"{name} {fault}.", hint="Send plain text.")
    if len(text) > longest:
        raise BadInput(f"{name} has {len(text)} characters.", hint=f"Use at most {longest}.")
    return text


def attributes_of(given: JSON | None) -> dict[str, JSONValue]:
    """Attributes by name; ``None`` values are kept.

    Raises:
        WrongType: it is not an object.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise WrongType("The attributes are not an object.", hint="Send values by the names of the attributes.")
    return dict(given)


def setting_of(given: GroupSettingInput) -> GroupSetting:
    """A group setting.

    Raises:
        WrongType: a threshold that is neither a count nor a percentage.
    """
    try:
        row = GroupRow(min_up=given.min_up, degraded_below=given.degraded_below)
    except ValidationError as error:
        hint = "Write a count such as 2 or a percentage such as 50%."
        raise WrongType(f"The group setting is not usable: {told(error)}.", hint=hint) from error
    return GroupSetting(row.min_up, row.degraded_below)


def groups_of(given: Sequence[GroupInput] | None) -> dict[str, GroupSetting]:
    """Group settings by name.

    Raises:
        WrongType: as :func:`setting_of`.
    """
    return {checked_text("name", group.name, LONGEST_NAME): setting_of(group.setting) for group in given or ()}


def own_relationships(given: Sequence[OwnRelationshipInput] | None) -> list[NewRelationship]:
    """The edges of a new item.

    Raises:
        BadInput: one goes both ways.  InvalidReference: an end.
    """
    return [_own_relationship(part) for part in given or ()]


def _own_relationship(given: OwnRelationshipInput) -> NewRelationship:
    if given.direction is Direction.BOTH:
        raise BadInput("A relationship leads one way.", hint="Use OUT or IN.")
    other = reference(given.other)
    from_ref, to_ref = (SELF, other) if given.direction is Direction.OUT else (other, SELF)
    return NewRelationship(
        given.type, from_ref, to_ref, given.group, effect_of(given.effect), attributes_of(given.attributes)
    )


def effect_of(given: Effect | None) -> model.Effect | None:
    """The effect that the model calls so."""
    return None if given is None else model.Effect(str(given.value))


def affects_of(given: Sequence[AffectsInput] | None) -> list[Seed]:
    """What a record does to which items.

    Raises:
        InvalidReference: one of them.
    """
    return [
        Seed(reference(part.ref), UNHARMED if part.state is FailureState.UP else str(part.state.value))
        for part in given or ()
    ]


def named(services: Services, ref: CIRef, root: str) -> Item:
    """The one item of a root class that a reference means.

    Raises:
        NotFound: there is none.  AmbiguousName: there are several.  InvalidReference: it names nothing.
    """
    item = find_one(reference(ref), services.store, services.catalogue)
    if not services.catalogue.is_a(item.cls, root):
        raise NotFound(f"{item.label} is no {root}.", hint="Use the mutations for items of its kind.")
    return item


def checked_class(services: Services, cls: str, root: str) -> str:
    """A class under a root class.

    Raises:
        UnknownClass: the catalogue does not have it.  BadInput: it is under another root.
    """
    if root not in services.catalogue.cls(cls).lineage:
        raise BadInput(f"{cls} is no {root}.", hint="Use the mutations for items of its kind.")
    return cls
