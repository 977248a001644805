"""Items and relationships as the API shows them: what every CI, record and edge has."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry
from strawberry import field
from strawberry.scalars import JSON

from cmdb.errors import UnknownAttribute
from cmdb.model import items as model
from cmdb.model.catalogue import Catalogue
from cmdb.model.queries import Direction as Way
from cmdb.model.sources import SourceRecord
from cmdb.reconcile import ItemClaim, provenances
from cmdb_graphql.choices import Basis, Direction, Effect, Lifecycle
from cmdb_graphql.cohort import Cohort, Look, Types
from cmdb_graphql.connections import PAGE, After, Connection, First, checked_size, connection, key_of
from cmdb_graphql.cursors import question_mark
from cmdb_graphql.fields import computed
from cmdb_graphql.provenance import Provenance
from cmdb_graphql.scalars import BigInt, as_json

TypesArgument: TypeAlias = Annotated[
    list[str] | None, strawberry.argument(description="Only relationships of these types; all of them when absent.")
]
DirectionArgument: TypeAlias = Annotated[Direction, strawberry.argument(description="Which way to look.")]


def checked_types(types: Collection[str] | None, catalogue: Catalogue) -> Types:
    """Relationship types, sorted, each once; ``None`` for all.

    Raises:
        UnknownRelationshipType: the catalogue does not have one of them.
    """
    return None if types is None else tuple(sorted({catalogue.relationship(type_).name for type_ in types}))


@strawberry.interface(description="Anything with an id that is unique over the whole API.")
class Node:
    """One id for everything that can be fetched again."""

    id: strawberry.ID = field(
        description="The global id. For a CI or record it is the id of the item; for a relationship, its key."
    )


@strawberry.type(description="What a redundancy group needs.")
class Group:
    """A group's threshold."""

    name: str = field(description="The name of the group.")
    min_up: str = field(description='How many members must be up: a count such as "2" or a percentage such as "50%".')
    degraded_below: str | None = field(description="Below how many members up it is degraded, if that is said.")

    @classmethod
    def of(cls, name: str, setting: model.GroupSetting) -> "Group":
        """A group setting as it is shown."""
        return cls(name=name, min_up=setting.min_up, degraded_below=setting.degraded_below)


@strawberry.type(description="What one source last said of an item, and when it saw it.")
class Source:
    """A binding and its claim."""

    binding: str = field(description="`source/scope#key`.")
    source: str = field(description="The source instance.")
    scope: str = field(description="The boundary inside the source.")
    key: str = field(description="The key inside the scope.")
    seen_at: datetime = field(description="When the source last confirmed it.")
    run_id: str = field(description="The import run or request that said so.")
    claims: JSON = field(description="What it said.")
    unmapped: JSON = field(description="What it said beside that, for which the catalogue has no attribute.")
    class_given: str | None = field(
        description="The class that it named, where the catalogue does not have it and took another one."
    )
    is_gone: bool = field(description="Whether the source no longer sees the item.")

    @classmethod
    def of(cls, record: SourceRecord) -> "Source":
        """A source record as it is shown."""
        claim = ItemClaim.of(record.body)
        return cls(
            binding=record.binding,
            source=record.scope.source,
            scope=record.scope.boundary,
            key=record.key,
            seen_at=record.seen_at,
            run_id=record.run_id,
            claims=as_json(record.body),
            unmapped=as_json(claim.unmapped),
            class_given=claim.given_class,
            is_gone=record.gone,
        )


@strawberry.interface(description="A CI or a record of service management, at one point in history.")
class Item(Node):
    """What every CI and record has."""

    version: strawberry.Private[model.Item]
    cohort: strawberry.Private[Cohort]
    class_: str = field(name="class", description="The class in the catalogue.")
    name: str = field(description="The name.")
    lifecycle: Lifecycle = field(description="Whether it lives or was retired.")
    revision: BigInt = field(description="Counts its versions; give it back as `expectedRevision` when updating.")
    created_seq: BigInt = field(description="The sequence number of the commit that created it.")
    updated_seq: BigInt = field(description="The sequence number of the commit that made this version.")
    attributes: JSON = field(description="All attributes that have a value, by name.")

    @computed("One attribute; null when it has no value.")
    def attribute(
        self, name: Annotated[str, strawberry.argument(description="The name, as the catalogue has it.")]
    ) -> JSON | None:
        """The value of one attribute.

        Raises:
            UnknownAttribute: no class declares it.
        """
        if name not in self.cohort.services.catalogue.attribute_types:
            raise UnknownAttribute(f"No class has an attribute {name!r}.", details={"attributes": [name]})
        value = self.version.attributes.get(name)
        return None if value is None else as_json(value)

    @computed("The redundancy groups set on this very item; those of its class stand in the catalogue.")
    def groups(self) -> list[Group]:
        """The item's own group settings, by name."""
        return [Group.of(name, setting) for name, setting in sorted(self.version.groups.items())]

    @computed("The sources that speak of it, as of today.")
    def sources(self) -> list[Source]:
        """Source records, by scope and key."""
        return [Source.of(record) for record in self.cohort.sources(self.version.id)]

    @computed("Who says what of it, and why that holds or not, as of today.")
    def provenance(self) -> list[Provenance]:
        """Class, name, attributes and groups, each with what every source says."""
        records = self.cohort.sources(self.version.id)
        return [Provenance.of(entry) for entry in provenances(records, self.cohort.services.catalogue)]

    @computed("What it was merged into, when it turned out to be the same; else null.")
    def merged_into(self) -> "Item | None":
        """The survivor; read once for all items beside this one."""
        survivor = self.cohort.survivor(self.version.id)
        return None if survivor is None else item_in(self.cohort.survivors, survivor.id)

    @computed("The relationships at it, in order of their key.")
    def relationships(
        self,
        direction: DirectionArgument = Direction.BOTH,
        types: TypesArgument = None,
        first: First = PAGE,
        after: After = None,
    ) -> "Connection[Relationship]":
        """One page of edges; read once for all items beside this one."""
        way = Way(str(direction.value))
        kinds = checked_types(types, self.cohort.services.catalogue)
        mark = question_mark("item edges", self.version.id, way, kinds, self.cohort.at)
        ties = self.cohort.ties(Look(way, kinds, checked_size(first), key_of(after, mark)))
        part = ties.of[self.version.id]
        return connection(part, mark, after, lambda edge: Relationship.of(edge, ties.ends))


@strawberry.type(description="A directed, typed relationship between two items.")
class Relationship(Node):
    """One edge and, on demand, its ends."""

    edge: strawberry.Private[model.Relationship]
    ends: strawberry.Private[Cohort]
    type: str = field(description="The relationship type in the catalogue.")
    from_id: strawberry.ID = field(description="The id of the item it begins at.")
    to_id: strawberry.ID = field(description="The id of the item it points to.")
    group: str | None = field(description="The redundancy group of the dependent that it joins by name.")
    effect: Effect | None = field(description="Overrides the effect of the type.")
    basis: Basis = field(description="What it rests on.")
    attributes: JSON = field(description="All attributes that have a value, by name.")
    revision: BigInt = field(description="Counts its versions.")
    updated_seq: BigInt = field(description="The sequence number of the commit that made this version.")

    @classmethod
    def of(cls, edge: model.Relationship, ends: Cohort) -> "Relationship":
        """An edge as it is shown; ``ends`` is the cohort in which its ends are read."""
        return cls(
            id=strawberry.ID(edge.key),
            edge=edge,
            ends=ends,
            type=edge.type,
            from_id=strawberry.ID(edge.from_id),
            to_id=strawberry.ID(edge.to_id),
            group=edge.group,
            effect=None if edge.effect is None else Effect(edge.effect.value),
            basis=Basis(edge.basis.value),
            attributes=as_json(edge.attributes),
            revision=BigInt(edge.revision),
            updated_seq=BigInt(edge.from_seq),
        )

    @computed("The item it begins at.", name="from")
    def from_(self) -> Item | None:
        """The first end."""
        return item_in(self.ends, self.edge.from_id)

    @computed("The item it points to.")
    def to(self) -> Item | None:
        """The second end."""
        return item_in(self.ends, self.edge.to_id)


def item_in(cohort: Cohort, item_id: str) -> Item | None:
    """One item of a cohort as it is shown; the first one asked for reads them all."""
    from cmdb_graphql.kinds import shown  # noqa: PLC0415 - kinds of items are items

    item = cohort.item(item_id)
    return None if item is None else shown(item, cohort)
