"""What a planned import would do to services, as the API shows it."""

from enum import Enum
from typing import Annotated, TypeAlias

import strawberry
from strawberry import enum_value as word
from strawberry import field

from cmdb.errors import BadInput
from cmdb.practices import effects as model
from cmdb_graphql.impact_rows import Step
from cmdb_graphql.scalars import BigInt

MOST_LISTED = 1_000

ListedArgument: TypeAlias = Annotated[
    int,
    strawberry.argument(
        description="How many rows of each kind are listed one by one, from 0 to 1000; all are counted."
    ),
]


def checked_listing(listed: int) -> int:
    """A number of rows that is served.

    Raises:
        BadInput: below 0 or above 1,000.
    """
    if not 0 <= listed <= MOST_LISTED:
        raise BadInput(f"An answer cannot list {listed} rows.", hint=f"List 0 to {MOST_LISTED}.")
    return listed


@strawberry.enum(description="Why something was left out of a comparison.")
class OmissionKind(Enum):
    """Limits, and what has no two sides."""

    NOTHING_BEFORE = word("nothing_before", description="The store is empty: there is nothing to compare with.")
    NEW = word("new", description="Services that are not there yet: nothing to compare with.")
    RETIRED = word("retired", description="Services that are retired before or after.")
    UNLISTED = word("unlisted", description="Rows that were found and are not listed.")
    REGION = word("region", description="What lies beyond the items that might be read.")
    TRIALS = word("trials", description="CIs that were not failed.")
    MOVED = word("moved", description="The graph moved on while it was compared.")


@strawberry.type(description="An item that an effect is about.")
class EffectItem:
    """Id, class and name."""

    id: strawberry.ID = field(description="Its id; what the plan would create has none that lasts.")
    class_: str = field(name="class", description="Its class.")
    name: str = field(description="Its name.")
    is_retired: bool = field(description="Whether it is retired once the plan is done.")

    @classmethod
    def of(cls, item: model.Named) -> "EffectItem":
        """An item as it is shown."""
        return cls(id=strawberry.ID(item.id), class_=item.cls, name=item.name, is_retired=item.retired)


@strawberry.type(description="A CI whose failure alone takes a service down.")
class SinglePointOfFailure:
    """A CI and a service."""

    service: EffectItem = field(description="The service or offering.")
    criticality: str | None = field(description="How much the business depends on the service, if that is said.")
    ci: EffectItem = field(description="The CI.")
    reason: str = field(description="What the plan does to make it so, or to end it: a group or relationship.")
    chain: list[Step] = field(description="One shortest way of the failure, the CI first.")

    @classmethod
    def of(cls, row: model.SinglePoint) -> "SinglePointOfFailure":
        """A row as it is shown."""
        return cls(
            service=EffectItem.of(row.service),
            criticality=row.criticality,
            ci=EffectItem.of(row.ci),
            reason=row.reason,
            chain=[Step.of(step) for step in row.chain],
        )


@strawberry.type(description="A redundancy group in numbers.")
class GroupStrength:
    """Members, and how many of them are needed."""

    member_count: int = field(description="How many members it has.")
    min_up: str = field(description="How many must be up, as it is stated: a count or a percentage.")
    needed_count: int = field(description="The same in members, never more than there are.")
    is_broken: bool = field(description="Whether more members must be up than there are.")

    @classmethod
    def of(cls, strength: model.Strength) -> "GroupStrength":
        """A strength as it is shown."""
        return cls(
            member_count=strength.members,
            min_up=strength.min_up,
            needed_count=strength.needed,
            is_broken=strength.is_broken,
        )


@strawberry.type(description="A redundancy group that becomes weaker.")
class GroupChange:
    """A group before and after."""

    owner: EffectItem = field(description="The item whose group it is.")
    group: str | None = field(description="The name of the group; null for a relationship that stands alone.")
    before: GroupStrength = field(description="As it is.")
    after: GroupStrength = field(description="As it would be.")
    loses_redundancy: bool = field(description="Whether a member may fail now, and may not after.")
    lost: list[str] = field(description="`Class:name` of members that are in it no longer.")
    retired: list[str] = field(description="`Class:name` of members that the plan retires; they still count.")

    @classmethod
    def of(cls, row: model.GroupChange) -> "GroupChange":
        """A row as it is shown."""
        return cls(
            owner=EffectItem.of(row.owner),
            group=row.group,
            before=GroupStrength.of(row.before),
            after=GroupStrength.of(row.after),
            loses_redundancy=row.loses_redundancy,
            lost=list(row.lost),
            retired=list(row.retired),
        )


@strawberry.type(description="How much goes down when a CI fails, itself not counted.")
class RadiusExtent:
    """Counts of what is down."""

    item_count: int = field(description="How many items.")
    service_count: int = field(description="How many services and offerings among them.")

    @classmethod
    def of(cls, extent: model.Extent) -> "RadiusExtent":
        """An extent as it is shown."""
        return cls(item_count=extent.items, service_count=extent.services)


@strawberry.type(description="A CI that takes more or less down when it fails.")
class RadiusChange:
    """A radius before and after."""

    ci: EffectItem = field(description="The CI.")
    before: RadiusExtent = field(description="As it is.")
    after: RadiusExtent = field(description="As it would be.")
    is_at_least: bool = field(description="Whether a limit ended the count: both are larger by the same items.")

    @classmethod
    def of(cls, row: model.RadiusChange) -> "RadiusChange":
        """A row as it is shown."""
        return cls(
            ci=EffectItem.of(row.ci),
            before=RadiusExtent.of(row.before),
            after=RadiusExtent.of(row.after),
            is_at_least=row.at_least,
        )


@strawberry.type(description="How many effects of each kind there are, listed or not.")
class EffectTotals:
    """Counts."""

    gained_count: int = field(description="How many single points of failure are gained.")
    lost_count: int = field(description="How many single points of failure are lost.")
    weakened_count: int = field(description="How many groups become weaker.")
    broken_count: int = field(description="How many groups fall under what they need.")
    grown_count: int = field(description="How many radii grow.")
    shrunk_count: int = field(description="How many radii shrink.")

    @classmethod
    def of(cls, totals: model.Totals) -> "EffectTotals":
        """Totals as they are shown."""
        return cls(
            gained_count=totals.spof_gained,
            lost_count=totals.spof_lost,
            weakened_count=totals.groups_weakened,
            broken_count=totals.groups_broken,
            grown_count=totals.radii_grown,
            shrunk_count=totals.radii_shrunk,
        )


@strawberry.type(description="Something that was left out of a comparison, and why.")
class EffectOmission:
    """An omission."""

    kind: OmissionKind = field(description="Why, as a word.")
    count: int = field(description="How many.")
    message: str = field(description="Why, in a sentence.")

    @classmethod
    def of(cls, omission: model.Omission) -> "EffectOmission":
        """An omission as it is shown."""
        return cls(kind=OmissionKind(omission.kind.value), count=omission.count, message=omission.message)


@strawberry.type(description="What a planned import would do to services, redundancy groups and blast radii.")
class ImportEffects:
    """Every list worst first."""

    base_seq: BigInt = field(description="The sequence number of the graph that the plan was compared with.")
    is_complete: bool = field(description="Whether no effect may have been missed.")
    totals: EffectTotals = field(description="How many effects of each kind there are.")
    spof_gained: list[SinglePointOfFailure] = field(description="Services that gain a single point of failure.")
    spof_lost: list[SinglePointOfFailure] = field(description="Services that lose a single point of failure.")
    groups_weakened: list[GroupChange] = field(description="Groups that lose members or redundancy.")
    groups_broken: list[GroupChange] = field(description="Groups that need more members than they would have.")
    radii_grown: list[RadiusChange] = field(description="CIs that take more down when they fail.")
    radii_shrunk: list[RadiusChange] = field(description="CIs that take less down when they fail.")
    omitted: list[EffectOmission] = field(description="What was left out, and why.")

    @classmethod
    def of(cls, effects: model.Effects, listed: int = MOST_LISTED) -> "ImportEffects":
        """Effects as they are shown, with at most so many rows of each list."""
        return cls(
            base_seq=BigInt(effects.base_seq),
            is_complete=effects.complete,
            totals=EffectTotals.of(effects.totals),
            spof_gained=[SinglePointOfFailure.of(row) for row in effects.spof_gained[:listed]],
            spof_lost=[SinglePointOfFailure.of(row) for row in effects.spof_lost[:listed]],
            groups_weakened=[GroupChange.of(row) for row in effects.groups_weakened[:listed]],
            groups_broken=[GroupChange.of(row) for row in effects.groups_broken[:listed]],
            radii_grown=[RadiusChange.of(row) for row in effects.radii_grown[:listed]],
            radii_shrunk=[RadiusChange.of(row) for row in effects.radii_shrunk[:listed]],
            omitted=[EffectOmission.of(omission) for omission in effects.omitted],
        )
