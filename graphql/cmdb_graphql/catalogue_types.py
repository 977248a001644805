"""The catalogue as the API shows it: classes and relationship types."""

from collections.abc import Mapping

import strawberry
from strawberry import field

from cmdb.model import catalogue as model
from cmdb_graphql.choices import AttributeType, Effect, Failure


@strawberry.type(description="An attribute that a class or relationship type declares.")
class AttributeDeclaration:
    """One attribute."""

    name: str = field(description="The name.")
    type: AttributeType = field(description="What values it takes.")
    description: str = field(description="What it means.")
    is_required: bool = field(description="Whether every item must have a value for it.")
    is_managed: bool = field(description="Whether only the CMDB itself sets it.")
    values: list[str] = field(description="The words of an enum; empty for other types.")

    @classmethod
    def of(cls, name: str, spec: model.AttributeSpec) -> "AttributeDeclaration":
        """A declaration as it is shown."""
        return cls(
            name=name,
            type=AttributeType(spec.type.value),
            description=spec.description,
            is_required=spec.required,
            is_managed=spec.managed,
            values=list(spec.values),
        )


@strawberry.type(description="Attributes that together identify an item.")
class Identification:
    """An identification rule."""

    declared_by: str = field(description="The class that declares the rule; it holds among all items of that class.")
    attributes: list[str] = field(description="The attributes; `name` is the name of the item.")


@strawberry.type(description="A redundancy group that every item of a class has by nature.")
class GroupDeclaration:
    """A declared group."""

    name: str = field(description="The name.")
    members: list[str] = field(description="Relationships of these types are its members.")
    min_up: str = field(description='How many members must be up: a count such as "2" or a percentage such as "50%".')
    degraded_below: str | None = field(description="Below how many members up it is degraded, if that is said.")
    description: str | None = field(description="What it is for.")


@strawberry.type(description="Whose word counts first for an attribute, before the usual order of scope and key.")
class PrecedenceDeclaration:
    """A precedence."""

    attribute: str = field(
        description="The attribute; `name` and `groups` of a class, `group` and `effect` of a relationship type."
    )
    sources: list[str] = field(description="Sources in order, by name or beginning with `…*`; all others follow.")
    max_age_days: int | None = field(description="The silence, in days, after which a source yields to the next.")

    @classmethod
    def all_of(cls, rules: Mapping[str, model.Precedence]) -> "list[PrecedenceDeclaration]":
        """Rules by attribute as they are shown."""
        return [
            cls(attribute=name, sources=list(rule.sources), max_age_days=rule.max_age_days)
            for name, rule in rules.items()
        ]


@strawberry.type(description="A class with everything it inherits.")
class ClassDeclaration:
    """A class of the catalogue."""

    name: str = field(description="The name.")
    description: str = field(description="What it stands for.")
    is_abstract: bool = field(description="Whether nothing can be of this class itself.")
    lineage: list[str] = field(description="The class itself, then its ancestors up to the root.")
    attributes: list[AttributeDeclaration] = field(description="Its attributes, inherited ones too.")
    identifications: list[Identification] = field(
        description="Its identification rules in order: the first that has a value for each attribute decides."
    )
    groups: list[GroupDeclaration] = field(description="Its redundancy groups.")
    precedence: list[PrecedenceDeclaration] = field(
        description="Whose word counts first, where it is not the usual order."
    )

    @classmethod
    def of(cls, spec: model.ClassSpec) -> "ClassDeclaration":
        """A class as it is shown."""
        return cls(
            name=spec.name,
            description=spec.description,
            is_abstract=spec.abstract,
            lineage=list(spec.lineage),
            attributes=[AttributeDeclaration.of(name, entry) for name, entry in sorted(spec.attributes.items())],
            identifications=[
                Identification(declared_by=rule.declared_by, attributes=list(rule.attributes)) for rule in spec.identify
            ],
            groups=[
                GroupDeclaration(
                    name=name,
                    members=list(group.members),
                    min_up=group.min_up,
                    degraded_below=group.degraded_below,
                    description=group.description,
                )
                for name, group in sorted(spec.groups.items())
            ],
            precedence=PrecedenceDeclaration.all_of(spec.precedence),
        )


@strawberry.type(description="A relationship type.")
class RelationshipTypeDeclaration:
    """A relationship type of the catalogue."""

    name: str = field(description="The name.")
    description: str = field(description="What it says of the item it begins at.")
    from_classes: list[str] = field(description="It begins at items of these classes or inheriting from them.")
    to_classes: list[str] = field(description="It points to items of these classes or inheriting from them.")
    failure: Failure = field(description="Which way a failure travels over it.")
    effect: Effect = field(description="What of a provider's failure reaches its dependent.")
    is_one_to: bool = field(description="Whether an item points to at most one other by it.")
    is_one_from: bool = field(description="Whether at most one item points to another by it.")
    attributes: list[AttributeDeclaration] = field(description="Its attributes.")
    precedence: list[PrecedenceDeclaration] = field(
        description="Whose word counts first, where it is not the usual order."
    )

    @classmethod
    def of(cls, spec: model.RelationshipSpec) -> "RelationshipTypeDeclaration":
        """A relationship type as it is shown."""
        return cls(
            name=spec.name,
            description=spec.description,
            from_classes=list(spec.declared_from),
            to_classes=list(spec.declared_to),
            failure=Failure(spec.failure.value),
            effect=Effect(spec.effect.value),
            is_one_to=spec.one_to,
            is_one_from=spec.one_from,
            attributes=[AttributeDeclaration.of(name, entry) for name, entry in sorted(spec.attributes.items())],
            precedence=PrecedenceDeclaration.all_of(spec.precedence),
        )
