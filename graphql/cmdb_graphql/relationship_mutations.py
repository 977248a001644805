"""Mutations of relationships."""

from typing import Annotated, TypeAlias

import strawberry
from strawberry import field
from strawberry.scalars import JSON

from cmdb.ingest.edits import NewRelationship
from cmdb.model import items as model
from cmdb_graphql.choices import Effect
from cmdb_graphql.cohort import Cohort
from cmdb_graphql.context import Info, RequestContext
from cmdb_graphql.fields import computed
from cmdb_graphql.inputs import LONGEST_NAME, attributes_of, checked_text, effect_of, request
from cmdb_graphql.item_mutations import KEY, REASON
from cmdb_graphql.items import Relationship
from cmdb_graphql.references import CIRef, reference
from cmdb_graphql.user_errors import Refused, attempted

RelationshipCreateError: TypeAlias = Annotated[
    Refused, strawberry.union("RelationshipCreateError", description="Why no relationship was made.")
]
RelationshipRemoveError: TypeAlias = Annotated[
    Refused, strawberry.union("RelationshipRemoveError", description="Why no relationship was removed.")
]


@strawberry.input(description="A relationship to make, or to change as a whole when it is there.")
class RelationshipCreateInput:
    """What `relationshipCreate` is given."""

    type: str = field(description="The relationship type.")
    from_: CIRef = field(name="from", description="The item it begins at.")
    to: CIRef = field(description="The item it points to.")
    group: str | None = field(description="The redundancy group of the dependent that it joins.", default=None)
    effect: Effect | None = field(description="Overrides the effect of the type.", default=None)
    attributes: JSON | None = field(description="An object of values by the names of attributes.", default=None)
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description=REASON, default="")


@strawberry.input(description="A relationship to remove.")
class RelationshipRemoveInput:
    """What `relationshipRemove` is given."""

    type: str = field(description="The relationship type.")
    from_: CIRef = field(name="from", description="The item it begins at.")
    to: CIRef = field(description="The item it points to.")
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description=REASON, default="")


@strawberry.type(description="What became of `relationshipCreate`.")
class RelationshipCreatePayload:
    """A relationship or errors."""

    relationship: Relationship | None = field(description="The relationship as it is now; null when it was refused.")
    errors: list[RelationshipCreateError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `relationshipRemove`.")
class RelationshipRemovePayload:
    """A key or errors."""

    relationship_id: strawberry.ID | None = field(
        description="The id of the relationship that is gone; null when it was refused."
    )
    errors: list[RelationshipRemoveError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type
class RelationshipMutations:
    """Changes of relationships."""

    @computed("Makes a relationship by hand, or changes it as a whole when it is there.")
    def relationship_create(
        self,
        info: Info,
        given: Annotated[RelationshipCreateInput, strawberry.argument(name="input", description="The relationship.")],
    ) -> RelationshipCreatePayload:
        """An edge."""
        edge, errors = attempted(lambda: _relate(info.context, given))
        return RelationshipCreatePayload(relationship=_shown(info.context, edge), errors=errors)

    @computed("Removes a relationship and every source's claim to it; its history is kept.")
    def relationship_remove(
        self,
        info: Info,
        given: Annotated[RelationshipRemoveInput, strawberry.argument(name="input", description="The relationship.")],
    ) -> RelationshipRemovePayload:
        """The key of an edge that is gone."""
        key, errors = attempted(lambda: _unrelate(info.context, given))
        return RelationshipRemovePayload(relationship_id=None if key is None else strawberry.ID(key), errors=errors)


def _relate(context: RequestContext, given: RelationshipCreateInput) -> model.Relationship:
    new = NewRelationship(
        given.type,
        reference(given.from_),
        reference(given.to),
        None if given.group is None else checked_text("group", given.group, LONGEST_NAME),
        effect_of(given.effect),
        attributes_of(given.attributes),
    )
    return context.services.editor.relate(new, request(context, given.idempotency_key, given.reason))


def _unrelate(context: RequestContext, given: RelationshipRemoveInput) -> str:
    type_ = context.services.catalogue.relationship(given.type).name
    asked = request(context, given.idempotency_key, given.reason)
    return context.services.editor.unrelate(type_, reference(given.from_), reference(given.to), asked)


def _shown(context: RequestContext, edge: model.Relationship | None) -> Relationship | None:
    if edge is None:
        return None
    return Relationship.of(edge, Cohort(context.services, (edge.from_id, edge.to_id), None))
