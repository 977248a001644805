"""Root fields that ask for the catalogue and for history."""

from typing import Annotated

import strawberry

from cmdb.errors import BadInput
from cmdb.model.values import fault_of
from cmdb_graphql.catalogue_types import ClassDeclaration, RelationshipTypeDeclaration
from cmdb_graphql.connections import PAGE, After, Connection, First, Slice, checked_size, connection, slice_of
from cmdb_graphql.context import Info
from cmdb_graphql.cursors import decode, question_mark
from cmdb_graphql.fields import computed
from cmdb_graphql.references import AsOfInput, RefArgument, point, sought
from cmdb_graphql.scalars import BigInt
from cmdb_graphql.timeline import Commit, Difference, History, ImportRun

MOST_RUNS = 100
START = BigInt(0)
"""Before the first commit."""


@strawberry.type
class TimelineQueries:
    """Questions about the catalogue and about history."""

    @computed("The classes of the catalogue, by name.")
    def classes(
        self,
        info: Info,
        is_a: Annotated[
            str | None, strawberry.argument(description="Only this class and those that inherit from it.")
        ] = None,
        first: First = PAGE,
        after: After = None,
    ) -> Connection[ClassDeclaration]:
        """One page of classes."""
        catalogue = info.context.services.catalogue
        names = list(catalogue.classes) if is_a is None else catalogue.descendants(is_a)
        mark = question_mark("classes", catalogue.version, is_a)
        part = slice_of([catalogue.classes[name] for name in names], first, after, mark)
        return connection(part, mark, after, ClassDeclaration.of)

    @computed("The relationship types of the catalogue, by name.")
    def relationship_types(
        self, info: Info, first: First = PAGE, after: After = None
    ) -> Connection[RelationshipTypeDeclaration]:
        """One page of relationship types."""
        catalogue = info.context.services.catalogue
        mark = question_mark("relationship types", catalogue.version)
        part = slice_of(list(catalogue.relationship_types.values()), first, after, mark)
        return connection(part, mark, after, RelationshipTypeDeclaration.of)

    @computed("The sequence number of the last commit; 0 for an empty store.")
    def head(self, info: Info) -> BigInt:
        """The head."""
        return BigInt(info.context.services.store.head())

    @computed("Commits, oldest first: a reader that goes on after the last one it saw misses none.")
    def commits(
        self,
        info: Info,
        after_seq: Annotated[BigInt, strawberry.argument(description="Only commits after this one.")] = START,
        first: First = PAGE,
        after: After = None,
    ) -> Connection[Commit]:
        """One page of the feed."""
        store = info.context.services.store
        mark = question_mark("commits", after_seq)
        start = int(after_seq) if after is None else _seq(decode(after, mark))
        size = checked_size(first)
        head = store.head()
        rows = store.commits(max(0, start), size) if size else ()
        last = rows[-1].seq if rows else start
        part = Slice([([row.seq], row) for row in rows], last < head, max(0, head - max(0, int(after_seq))))
        return connection(part, mark, after, Commit.of)

    @computed("Everything that ever happened to one CI or record; null when it is not there.")
    def history(self, info: Info, ref: RefArgument) -> History | None:
        """Versions of the item and of the relationships at it."""
        services = info.context.services
        item = sought(services, ref, None)
        if item is None:
            return None
        return History(
            item_id=strawberry.ID(item.id),
            item_versions=services.store.history(item.id),
            edge_versions=services.store.relationship_history(item.id),
        )

    @computed("What changed between two points in history.")
    def difference(
        self,
        info: Info,
        start: Annotated[AsOfInput, strawberry.argument(description="The first point.")],
        end: Annotated[
            AsOfInput | None,
            strawberry.argument(description="The second point; now when absent."),
        ] = None,
    ) -> Difference:
        """Items and relationships that are not as they were."""
        services = info.context.services
        from_seq, to_seq = point(services, start) or 0, point(services, end)
        until = services.store.head() if to_seq is None else to_seq
        if until < from_seq:
            raise BadInput("The second point is before the first.", hint="Exchange them.")
        delta = services.store.difference(from_seq, until)
        return Difference(delta=delta, from_seq=BigInt(from_seq), to_seq=BigInt(until))

    @computed("The latest import runs, newest first.")
    def import_runs(
        self, info: Info, limit: Annotated[int, strawberry.argument(description="How many at most, 1 to 100.")] = 20
    ) -> list[ImportRun]:
        """The latest runs."""
        if not 1 <= limit <= MOST_RUNS:
            raise BadInput(f"{limit} runs are not served.", hint=f"Ask for 1 to {MOST_RUNS}.")
        return [ImportRun.of(run) for run in info.context.services.store.runs(limit)]

    @computed("One import run; null when there is none of that id.")
    def import_run(
        self,
        info: Info,
        id: Annotated[str, strawberry.argument(description="The id of the run.")],  # noqa: A002 - the argument's name
    ) -> ImportRun | None:
        """One run."""
        run = info.context.services.store.run(id) if fault_of(id) is None else None
        return None if run is None else ImportRun.of(run)


def _seq(position: tuple[object, ...]) -> int:
    value = position[0] if len(position) == 1 else None
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput("The cursor is not one that was given out.", hint="Start again from the first page.")
    return value
