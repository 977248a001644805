"""The rows of an impact answer: what is affected, what is spared and who is to be called, each with its reason."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

import strawberry
from strawberry import field
from strawberry.scalars import JSON

from cmdb.practices import answers
from cmdb_graphql.choices import Basis, FailureState
from cmdb_graphql.cohort import Cohort
from cmdb_graphql.fields import computed
from cmdb_graphql.items import Item, item_in
from cmdb_graphql.scalars import as_json

LimitArgument: TypeAlias = Annotated[int, strawberry.argument(description="How many at most.")]


@strawberry.type(description="One relationship of a chain of causes.")
class Step:
    """From a dependent to its provider."""

    dependent: str = field(description="`Class:name` of the item that needs the other.")
    type: str = field(description="The relationship type.")
    provider: str = field(description="`Class:name` of the item that is needed.")
    basis: Basis = field(description="What the relationship rests on.")

    @classmethod
    def of(cls, step: answers.Step) -> "Step":
        """A step as it is shown."""
        return cls(dependent=step.dependent, type=step.type, provider=step.provider, basis=Basis(step.basis.value))


@strawberry.interface(description="An item named in an impact answer.")
class Named:
    """Id, class, name and state, and the item behind them."""

    cohort: strawberry.Private[Cohort]
    id: strawberry.ID = field(description="The id of the item.")
    class_: str = field(name="class", description="Its class.")
    name: str = field(description="Its name.")
    state: FailureState = field(description="How badly it fails; for a party, the worst of what it answers for.")

    @computed("The item itself, at the point in history of the answer.")
    def item(self) -> Item | None:
        """The item; read once for the whole list."""
        return item_in(self.cohort, self.id)


@strawberry.type(description="An item that fails, or may fail, and why.")
class Affected(Named):
    """One raised item."""

    distance: int = field(description="The fewest relationships from a seed along causes; 0 for a seed.")
    reason: str = field(description="One sentence that says why.")
    chain: list[Step] = field(description="One shortest chain of causes, the seed first.")
    basis: Basis | None = field(description="The weakest basis in the chain; null for a seed.")
    criticality: str | None = field(description="How much the business depends on it, if that is said.")
    proof: JSON = field(description="The arithmetic behind the state, which can be checked by itself.")

    @classmethod
    def of(cls, row: answers.Affected, cohort: Cohort) -> "Affected":
        """A row as it is shown."""
        return cls(
            cohort=cohort,
            id=strawberry.ID(row.id),
            class_=row.cls,
            name=row.name,
            state=FailureState(row.state),
            distance=row.distance,
            reason=row.reason,
            chain=[Step.of(step) for step in row.chain],
            basis=None if row.basis is None else Basis(row.basis.value),
            criticality=row.criticality,
            proof=as_json(row.proof),
        )


@strawberry.type(description="A direct dependent of something that fails, which holds or falls less far, and why.")
class Spared(Named):
    """One item that holds."""

    reason: str = field(description="One sentence that says why it holds.")
    proof: JSON = field(description="The arithmetic behind it, which can be checked by itself.")

    @classmethod
    def of(cls, row: answers.Spared, cohort: Cohort) -> "Spared":
        """A row as it is shown."""
        return cls(
            cohort=cohort,
            id=strawberry.ID(row.id),
            class_=row.cls,
            name=row.name,
            state=FailureState(row.state),
            reason=row.reason,
            proof=as_json(row.proof),
        )


@strawberry.type(description="A team or supplier to be called.")
class Called(Named):
    """Who answers for raised items."""

    roles: list[str] = field(description="The relationship types by which it answers.")
    item_count: int = field(description="For how many affected items it answers.")

    @classmethod
    def of(cls, row: answers.Called, cohort: Cohort) -> "Called":
        """A row as it is shown."""
        return cls(
            cohort=cohort,
            id=strawberry.ID(row.id),
            class_=row.cls,
            name=row.name,
            state=FailureState(row.state),
            roles=list(row.roles),
            item_count=row.items,
        )


@strawberry.type(description="Something that was said to fail.")
class Seed(Named):
    """A seed as it was found."""

    @classmethod
    def of(cls, row: answers.SeedState, cohort: Cohort) -> "Seed":
        """A row as it is shown."""
        return cls(
            cohort=cohort, id=strawberry.ID(row.id), class_=row.cls, name=row.name, state=FailureState(row.state)
        )


@strawberry.type(description="How many items of a class are affected.")
class ClassCount:
    """Counts by state."""

    class_: str = field(name="class", description="The class.")
    down_count: int = field(description="How many are DOWN.")
    degraded_count: int = field(description="How many are DEGRADED.")
    at_risk_count: int = field(description="How many are AT_RISK.")

    @classmethod
    def of(cls, name: str, row: Mapping[str, int]) -> "ClassCount":
        """A row of the table of counts."""
        return cls(class_=name, down_count=row["down"], degraded_count=row["degraded"], at_risk_count=row["at_risk"])


@strawberry.type(description="What an answer could not know, inside its radius.")
class Gaps:
    """Doubts."""

    found: strawberry.Private[answers.Gaps]
    dangling_count: int | None = field(description="How many references lead nowhere; null for an answer in the past.")
    stale_count: int | None = field(
        description="How many listed items no source has seen for 30 days; null for an answer in the past."
    )
    unverified_count: int = field(description="How many listed chains rest on an inferred relationship.")
    retired_count: int = field(description="How many items in the radius are retired.")
    hidden_count: int = field(description="How many items in the radius the reader may not see.")
    overcommitted_count: int = field(description="How many groups need more members than they have.")

    @classmethod
    def of(cls, found: answers.Gaps) -> "Gaps":
        """The doubts as they are shown."""
        return cls(
            found=found,
            dangling_count=None if found.dangling is None else len(found.dangling),
            stale_count=found.stale,
            unverified_count=found.unverified,
            retired_count=found.retired,
            hidden_count=found.hidden,
            overcommitted_count=len(found.overcommitted),
        )

    @computed("References of items in the radius that lead nowhere.")
    def dangling(self, limit: LimitArgument = 100) -> list[str]:
        """Some of them, as text."""
        return list((self.found.dangling or ())[: max(0, limit)])

    @computed("Groups in the radius that need more members than they have.")
    def overcommitted(self, limit: LimitArgument = 100) -> list[str]:
        """Some of them, as text."""
        return list(self.found.overcommitted[: max(0, limit)])
