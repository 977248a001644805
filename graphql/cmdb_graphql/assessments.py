"""Impact as the API shows it: the whole answer, its lists in pages."""

from collections.abc import Callable, Sequence
from typing import Annotated, Protocol, TypeAlias, TypeVar

import strawberry
from strawberry import field
from strawberry.scalars import JSON

from cmdb.errors import BadInput
from cmdb.practices import answers
from cmdb.practices.services import Services
from cmdb_graphql.choices import FailureState
from cmdb_graphql.cohort import Cohort
from cmdb_graphql.connections import PAGE, After, Connection, First, connection, slice_of
from cmdb_graphql.cursors import question_mark
from cmdb_graphql.fields import computed, drawn
from cmdb_graphql.impact_rows import Affected, Called, ClassCount, Gaps, Seed, Spared
from cmdb_graphql.scalars import BigInt, as_json

MOST_LISTED = 10_000

ListedArgument: TypeAlias = Annotated[
    int,
    strawberry.argument(
        description="How many affected and spared items are listed one by one, from 0 to 10000; all are counted."
    ),
]
StatesArgument: TypeAlias = Annotated[
    list[FailureState] | None, strawberry.argument(description="Only items in one of these states.")
]


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_Identified)
S = TypeVar("S")


def _affected_in(name: str) -> Callable[..., Connection[Affected]]:
    def resolve(
        root: strawberry.Parent["Assessment"],
        states: StatesArgument = None,
        first: First = PAGE,
        after: After = None,
    ) -> Connection[Affected]:
        rows: Sequence[answers.Affected] = getattr(root.answer, name)
        return root.affected_page(name, rows, states, first, after)

    return resolve


def _called_in(name: str) -> Callable[..., Connection[Called]]:
    def resolve(root: strawberry.Parent["Assessment"], first: First = PAGE, after: After = None) -> Connection[Called]:
        rows: Sequence[answers.Called] = getattr(root.answer, name)
        return root.page(name, rows, Called.of, first, after)

    return resolve


@strawberry.type(description="What a failure, change, incident or problem does to everything else.")
class Assessment:
    """The whole answer; its lists are pages of what was computed once."""

    answer: strawberry.Private[answers.Assessment]
    given: strawberry.Private[Services]
    mark: strawberry.Private[str]
    complete: bool = field(description="False when the record itself makes the result doubtful.")
    incomplete: list[str] = field(description="Why the result is doubtful.")
    seq: BigInt = field(description="The sequence number of the graph that was evaluated.")
    rules: str = field(description="The version of the catalogue by which it was evaluated.")
    subject: JSON | None = field(description="The record that was asked about, with its times; null for bare seeds.")
    counts: list[ClassCount] = field(description="How many items of each class are in each state, over all of them.")
    omitted_count: int = field(description="How many affected items were counted but not listed.")
    spared_omitted_count: int = field(description="How many spared items were counted but not listed.")

    @computed("What was said to fail.")
    def seeds(self, first: First = PAGE, after: After = None) -> Connection[Seed]:
        """The seeds as they were found."""
        return self.page("seeds", self.answer.seeds, Seed.of, first, after)

    @computed("Affected items, the worst and nearest first, as far as they are listed.")
    def affected(
        self,
        states: StatesArgument = None,
        classes: Annotated[
            list[str] | None, strawberry.argument(description="Only items of these classes or inheriting from them.")
        ] = None,
        first: First = PAGE,
        after: After = None,
    ) -> Connection[Affected]:
        """One page of them."""
        if classes is None:
            return self.affected_page("affected", self.answer.affected, states, first, after)
        wanted = {name for cls in classes for name in self.given.catalogue.descendants(cls)}
        rows = [row for row in self.answer.affected if row.cls in wanted]
        return self.affected_page(f"affected {sorted(wanted)}", rows, states, first, after)

    @computed("Direct dependents of what fails that hold or fall less far.")
    def spared(self, first: First = PAGE, after: After = None) -> Connection[Spared]:
        """One page of them."""
        return self.page("spared", self.answer.spared, Spared.of, first, after)

    services: Connection[Affected] = drawn(_affected_in("services"), "Affected services.")
    offerings: Connection[Affected] = drawn(_affected_in("offerings"), "Affected offerings.")
    customers: Connection[Affected] = drawn(_affected_in("customers"), "Affected customers.")
    agreements: Connection[Affected] = drawn(_affected_in("agreements"), "Agreements that cover something affected.")
    processes: Connection[Affected] = drawn(_affected_in("processes"), "Affected business processes.")
    teams: Connection[Called] = drawn(_called_in("teams"), "Teams to be called.")
    suppliers: Connection[Called] = drawn(_called_in("suppliers"), "Suppliers to be called.")

    @computed("What the answer could not know.")
    def gaps(self) -> Gaps:
        """Doubts inside the radius."""
        return Gaps.of(self.answer.gaps)

    def affected_page(
        self,
        name: str,
        rows: Sequence[answers.Affected],
        states: Sequence[FailureState] | None,
        first: int,
        after: str | None,
    ) -> Connection[Affected]:
        """A page of the rows in one of these states."""
        wanted = None if states is None else sorted(str(state.value) for state in states)
        chosen = [row for row in rows if wanted is None or row.state in wanted]
        return self.page(f"{name} {wanted}", chosen, Affected.of, first, after)

    def page(
        self, name: str, rows: Sequence[R], present: Callable[[R, Cohort], S], first: int, after: str | None
    ) -> Connection[S]:
        """A page of rows of this answer; the items behind them are one cohort."""
        mark = question_mark(self.mark, name)
        part = slice_of(rows, first, after, mark)
        cohort = Cohort(self.given, (row.id for _, row in part.rows), self.answer.seq)
        return connection(part, mark, after, lambda row: present(row, cohort))


def checked_listing(listed: int) -> int:
    """How many rows an answer lists.

    Raises:
        BadInput: below 0 or above 10,000.
    """
    if not 0 <= listed <= MOST_LISTED:
        raise BadInput(f"An answer cannot list {listed} items.", hint=f"List 0 to {MOST_LISTED}.")
    return listed


def shown_assessment(answer: answers.Assessment, given: Services) -> Assessment:
    """An answer as it is shown; its cursors are bound to its seeds, its ``seq`` and how much it lists."""
    seeds = [[seed.id, seed.state] for seed in answer.seeds]
    return Assessment(
        answer=answer,
        given=given,
        mark=question_mark(answer.seq, answer.rules, seeds, len(answer.affected), len(answer.spared)),
        complete=answer.complete,
        incomplete=list(answer.incomplete),
        seq=BigInt(answer.seq),
        rules=answer.rules,
        subject=None if answer.subject is None else as_json(answer.subject),
        counts=[ClassCount.of(name, row) for name, row in answer.counts.items()],
        omitted_count=answer.omitted,
        spared_omitted_count=answer.spared_omitted,
    )
