"""History as the API shows it: commits, versions, differences and import runs."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import strawberry
from strawberry import field
from strawberry.scalars import JSON

from cmdb.model import commits as model
from cmdb.model import items, sources
from cmdb_graphql.choices import Basis, Effect, Lifecycle, RunState
from cmdb_graphql.connections import PAGE, After, Connection, First, connection, slice_of
from cmdb_graphql.cursors import question_mark
from cmdb_graphql.fields import computed
from cmdb_graphql.items import Group
from cmdb_graphql.scalars import BigInt, as_json

T = TypeVar("T")


def _until(to_seq: int) -> BigInt | None:
    return None if to_seq == items.OPEN else BigInt(to_seq)


@strawberry.type(description="One atomic write that happened. Sequence numbers have no gaps.")
class Commit:
    """A commit of the feed."""

    seq: BigInt = field(description="Its sequence number.")
    at: datetime = field(description="When it happened; never earlier than the commit before it.")
    actor: str = field(description="Who wrote it.")
    reason: str = field(description="Why, as the actor said.")
    request_id: str = field(description="The id of the request; the same request happens once.")
    run_id: str | None = field(description="The import run it belongs to, if any.")
    created_count: int = field(description="How many items it created.")
    updated_count: int = field(description="How many items it updated.")
    related_count: int = field(description="How many relationships it made or changed.")
    unrelated_count: int = field(description="How many relationships it removed.")

    @classmethod
    def of(cls, commit: model.Commit) -> "Commit":
        """A commit as it is shown."""
        return cls(
            seq=BigInt(commit.seq),
            at=commit.at,
            actor=commit.actor,
            reason=commit.reason,
            request_id=commit.request_id,
            run_id=commit.run_id,
            created_count=commit.created,
            updated_count=commit.updated,
            related_count=commit.related,
            unrelated_count=commit.unrelated,
        )


@strawberry.type(description="One version of an item, and how long it held.")
class ItemVersion:
    """An item between two commits."""

    id: strawberry.ID = field(description="The id of the item.")
    from_seq: BigInt = field(description="The sequence number of the commit that made it.")
    to_seq: BigInt | None = field(description="The sequence number of the commit that ended it; null while it holds.")
    revision: BigInt = field(description="Counts the versions.")
    class_: str = field(name="class", description="The class.")
    name: str = field(description="The name.")
    lifecycle: Lifecycle = field(description="Whether it lived or was retired.")
    attributes: JSON = field(description="All attributes that had a value.")
    groups: list[Group] = field(description="The redundancy groups set on it.")

    @classmethod
    def of(cls, item: items.Item) -> "ItemVersion":
        """A version as it is shown."""
        return cls(
            id=strawberry.ID(item.id),
            from_seq=BigInt(item.from_seq),
            to_seq=_until(item.to_seq),
            revision=BigInt(item.revision),
            class_=item.cls,
            name=item.name,
            lifecycle=Lifecycle(item.lifecycle.value),
            attributes=as_json(item.attributes),
            groups=[Group.of(name, setting) for name, setting in sorted(item.groups.items())],
        )


@strawberry.type(description="One version of a relationship, and how long it held.")
class RelationshipVersion:
    """An edge between two commits."""

    id: strawberry.ID = field(description="The key of the relationship.")
    from_seq: BigInt = field(description="The sequence number of the commit that made it.")
    to_seq: BigInt | None = field(description="The sequence number of the commit that ended it; null while it holds.")
    revision: BigInt = field(description="Counts the versions.")
    type: str = field(description="The relationship type.")
    from_id: strawberry.ID = field(description="The id of the item it begins at.")
    to_id: strawberry.ID = field(description="The id of the item it points to.")
    group: str | None = field(description="The redundancy group that it joined by name.")
    effect: Effect | None = field(description="What overrode the effect of the type.")
    basis: Basis = field(description="What it rested on.")
    attributes: JSON = field(description="All attributes that had a value.")

    @classmethod
    def of(cls, edge: items.Relationship) -> "RelationshipVersion":
        """A version as it is shown."""
        return cls(
            id=strawberry.ID(edge.key),
            from_seq=BigInt(edge.from_seq),
            to_seq=_until(edge.to_seq),
            revision=BigInt(edge.revision),
            type=edge.type,
            from_id=strawberry.ID(edge.from_id),
            to_id=strawberry.ID(edge.to_id),
            group=edge.group,
            effect=None if edge.effect is None else Effect(edge.effect.value),
            basis=Basis(edge.basis.value),
            attributes=as_json(edge.attributes),
        )


@strawberry.type(description="Everything that ever happened to one item and to the relationships at it.")
class History:
    """Versions, oldest first."""

    item_id: strawberry.ID = field(description="The id of the item.")
    item_versions: strawberry.Private[Sequence[items.Item]]
    edge_versions: strawberry.Private[Sequence[items.Relationship]]

    @computed("Its versions, oldest first.")
    def versions(self, first: First = PAGE, after: After = None) -> Connection[ItemVersion]:
        """One page; a version that was added meanwhile comes last."""
        mark = question_mark("versions", self.item_id)
        return connection(slice_of(self.item_versions, first, after, mark), mark, after, ItemVersion.of)

    @computed("The versions of every relationship at it, oldest first.")
    def relationship_versions(self, first: First = PAGE, after: After = None) -> Connection[RelationshipVersion]:
        """One page; a version that was added meanwhile comes last."""
        mark = question_mark("edge versions", self.item_id)
        return connection(slice_of(self.edge_versions, first, after, mark), mark, after, RelationshipVersion.of)


@strawberry.type(description="An item before and after.")
class ItemChange:
    """What became of an item between two points."""

    before: ItemVersion | None = field(description="Its version at the first point; null when not there.")
    after: ItemVersion | None = field(description="Its version at the second point; null when not there.")

    @classmethod
    def of(cls, pair: tuple[items.Item | None, items.Item | None]) -> "ItemChange":
        """A pair as it is shown."""
        before, after = pair
        return cls(
            before=None if before is None else ItemVersion.of(before),
            after=None if after is None else ItemVersion.of(after),
        )


@strawberry.type(description="A relationship before and after.")
class RelationshipChange:
    """What became of an edge between two points."""

    before: RelationshipVersion | None = field(description="Its version at the first point; null when not there.")
    after: RelationshipVersion | None = field(description="Its version at the second point; null when not there.")

    @classmethod
    def of(cls, pair: tuple[items.Relationship | None, items.Relationship | None]) -> "RelationshipChange":
        """A pair as it is shown."""
        before, after = pair
        return cls(
            before=None if before is None else RelationshipVersion.of(before),
            after=None if after is None else RelationshipVersion.of(after),
        )


@strawberry.type(description="What changed between two points in history.")
class Difference:
    """Items and relationships that are not as they were."""

    delta: strawberry.Private[model.Delta]
    from_seq: BigInt = field(description="The sequence number of the first point.")
    to_seq: BigInt = field(description="The sequence number of the second point.")

    @computed("Items that changed, in order of their id.")
    def items(self, first: First = PAGE, after: After = None) -> Connection[ItemChange]:
        """One page of them."""
        mark = question_mark("changed items", self.from_seq, self.to_seq)
        return connection(slice_of(self.delta.items, first, after, mark), mark, after, ItemChange.of)

    @computed("Relationships that changed, in order of their key.")
    def relationships(self, first: First = PAGE, after: After = None) -> Connection[RelationshipChange]:
        """One page of them."""
        mark = question_mark("changed edges", self.from_seq, self.to_seq)
        return connection(slice_of(self.delta.relationships, first, after, mark), mark, after, RelationshipChange.of)


@strawberry.type(description="How many there are of something.")
class NamedCount:
    """A count by name."""

    name: str = field(description="What is counted.")
    count: int = field(description="How many.")


@strawberry.type(description="How far an import has come.")
class ImportProgress:
    """Rows that came, and rows that are done."""

    row_count: int = field(description="How many rows came so far, items and relationships.")
    read_count: int = field(description="How many of them were worked on; a key that stands twice counts once.")


@strawberry.type(description="One import, readable while it goes on.")
class ImportRun:
    """A run."""

    id: str = field(description="The id of the run.")
    source: str = field(description="What was imported.")
    actor: str = field(description="Who imported it.")
    state: RunState = field(description="How far it has come.")
    scopes: list[str] = field(description="The scopes it speaks for, as `source/boundary`.")
    message: str = field(description="Why it waits, or ended as it did; empty when there is nothing to say.")
    started_at: datetime = field(description="When it began.")
    finished_at: datetime | None = field(description="When it ended; null while it goes on.")
    part_count: int = field(description="How many parts of it were taken in whole; the next one to send follows.")
    progress: ImportProgress = field(description="How far it has come, in rows.")
    counts: list[NamedCount] = field(description="What it did so far.")
    reverted_run_id: str | None = field(description="The run that this one undid; null for an import.")

    @classmethod
    def of(cls, run: sources.Run) -> "ImportRun":
        """A run as it is shown."""
        return cls(
            id=run.id,
            source=run.source,
            actor=run.actor,
            state=RunState(run.state.value),
            started_at=run.started_at,
            scopes=[str(scope) for scope in run.scopes],
            message=run.message,
            finished_at=run.finished_at,
            part_count=run.batches,
            progress=ImportProgress(row_count=run.counts.get("rows", 0), read_count=run.counts.get("read", 0)),
            reverted_run_id=run.reverts or None,
            counts=[NamedCount(name=name, count=count) for name, count in sorted(run.counts.items())],
        )
