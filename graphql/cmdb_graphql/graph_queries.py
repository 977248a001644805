"""Root fields that ask the graph: nodes, search, relationships, neighbourhood and impact."""

from typing import Annotated, TypeAlias

import strawberry
from strawberry import ID, field

from cmdb.errors import BadInput, BatchTooLarge
from cmdb.model.queries import Direction as Way
from cmdb.model.queries import RelationshipQuery
from cmdb.model.values import fault_of
from cmdb.practices import answers
from cmdb.practices.answers import DETAIL, Question
from cmdb.practices.services import Services
from cmdb_graphql.assessments import Assessment, ListedArgument, checked_listing, shown_assessment
from cmdb_graphql.choices import Direction, FailureState
from cmdb_graphql.cohort import Cohort
from cmdb_graphql.connections import PAGE, After, Connection, First, Slice, checked_size, connection, key_of
from cmdb_graphql.context import Info
from cmdb_graphql.cursors import question_mark
from cmdb_graphql.fields import computed
from cmdb_graphql.items import DirectionArgument, Item, Node, Relationship, TypesArgument, checked_types
from cmdb_graphql.kinds import shown
from cmdb_graphql.neighbourhood import Bounds, Neighbourhood, neighbourhood
from cmdb_graphql.references import AsOfArgument, CIRef, RefArgument, point, reference, sought

MOST_NODES = 100
MOST_HITS = 100
MOST_SEEDS = 1_000


@strawberry.input(description="Which relationships; every condition given must hold.")
class RelationshipFilter:
    """Conditions on edges."""

    types: list[str] | None = field(description="Of one of these types.", default=None)
    from_: CIRef | None = field(name="from", description="Beginning at this item.", default=None)
    to: CIRef | None = field(description="Pointing to this item.", default=None)
    touching: CIRef | None = field(description="With this item at either end.", default=None)


@strawberry.input(description="Something that fails, and how badly.")
class SeedInput:
    """A seed of impact."""

    ref: CIRef = field(description="Which CI or record.")
    state: FailureState = field(description="How badly it fails.", default=FailureState.DOWN)


@strawberry.type(description="What a text search found.")
class SearchResult:
    """The best hits."""

    nodes: list[Item] = field(description="The best hits, the best first.")
    total_count: int = field(description="How many items hold the words in all.")


ClassesArgument: TypeAlias = Annotated[
    list[str] | None, strawberry.argument(description="Only items of these classes or inheriting from them.")
]


@strawberry.type
class GraphQueries:
    """Questions about the graph."""

    @computed("Anything by its global id; null when there is none.")
    def node(self, info: Info, id: Annotated[ID, strawberry.argument(description="The global id.")]) -> Node | None:  # noqa: A002
        """One node."""
        return _nodes(info.context.services, [id])[0]

    @computed("At most 100 things by their global ids, in the order asked; null for each that is not there.")
    def nodes(
        self, info: Info, ids: Annotated[list[ID], strawberry.argument(description="The global ids.")]
    ) -> list[Node | None]:
        """Several nodes, in one read of items and one of relationships."""
        if len(ids) > MOST_NODES:
            raise BatchTooLarge(f"{len(ids)} nodes were asked for.", hint=f"Ask for at most {MOST_NODES}.")
        return _nodes(info.context.services, ids)

    @computed("Live items whose name and text attributes hold words that begin with every word given.")
    def search(
        self,
        info: Info,
        text: Annotated[str, strawberry.argument(description="The words.")],
        classes: ClassesArgument = None,
        limit: Annotated[int, strawberry.argument(description="How many hits at most, 1 to 100.")] = 20,
    ) -> SearchResult:
        """The best hits, and how many there are."""
        if not 1 <= limit <= MOST_HITS:
            raise BadInput(f"{limit} hits are not served.", hint=f"Ask for 1 to {MOST_HITS}.")
        services = info.context.services
        kinds = None
        if classes is not None:
            kinds = sorted({name for cls in classes for name in services.catalogue.descendants(cls)})
        found = services.store.search(_storable(text), kinds, limit)
        cohort = Cohort.of(services, found.items, None)
        return SearchResult(nodes=[shown(item, cohort) for item in found.items], total_count=found.total)

    @computed("Relationships in order of their key.")
    def relationships(
        self,
        info: Info,
        filter_: Annotated[
            RelationshipFilter | None, strawberry.argument(name="filter", description="Which; all when absent.")
        ] = None,
        first: First = PAGE,
        after: After = None,
        as_of: AsOfArgument = None,
    ) -> Connection[Relationship]:
        """One page of edges; an end that is not there has none."""
        services = info.context.services
        at = point(services, as_of)
        asked = filter_ or RelationshipFilter()
        types = checked_types(asked.types, services.catalogue)
        from_ids, to_ids, touching = (_end(services, ref, at) for ref in (asked.from_, asked.to, asked.touching))
        mark = question_mark("edges", types, from_ids, to_ids, touching, at)
        query = RelationshipQuery(types, from_ids, to_ids, touching, key_of(after, mark), checked_size(first))
        page = services.store.relationship_page(query, at)
        far = Cohort(services, (id_ for edge in page.relationships for id_ in (edge.from_id, edge.to_id)), at)
        part = Slice([([edge.key], edge) for edge in page.relationships], page.has_more, page.total)
        return connection(part, mark, after, lambda edge: Relationship.of(edge, far))

    @computed("The items around one item, breadth first; null when it is not there.")
    def neighbourhood(  # noqa: PLR0913, PLR0917 - these are the arguments of the field
        self,
        info: Info,
        ref: RefArgument,
        depth: Annotated[int, strawberry.argument(description="How many relationships away at most, 0 to 5.")] = 1,
        direction: DirectionArgument = Direction.BOTH,
        types: TypesArgument = None,
        limit: Annotated[int, strawberry.argument(description="How many items at most, 1 to 1000.")] = 200,
        as_of: AsOfArgument = None,
    ) -> Neighbourhood | None:
        """A part of the graph, in two reads a level."""
        services = info.context.services
        bounds = Bounds(depth, Way(str(direction.value)), checked_types(types, services.catalogue), limit)
        at = point(services, as_of)
        center = sought(services, ref, at)
        return None if center is None else neighbourhood(services, center, bounds, at)

    @computed("What the failure of some CIs does to everything else.")
    def impact(
        self,
        info: Info,
        seeds: Annotated[list[SeedInput], strawberry.argument(description="What fails, at least one thing.")],
        as_of: AsOfArgument = None,
        listed: ListedArgument = DETAIL,
    ) -> Assessment:
        """The blast radius."""
        services = info.context.services
        if len(seeds) > MOST_SEEDS:
            raise BatchTooLarge(f"{len(seeds)} seeds were given.", hint=f"Give at most {MOST_SEEDS}.")
        asked = tuple(answers.Seed(reference(seed.ref), str(seed.state.value)) for seed in seeds)
        question = Question(asked, point(services, as_of), checked_listing(listed))
        return shown_assessment(services.assessor.assess(question), services)


def _storable(text: str) -> str:
    fault = fault_of(text)
    if fault is not None:
        raise BadInput(f"The text {fault}.", hint="Send plain text.")
    return text


def _end(services: Services, ref: CIRef | None, at: int | None) -> tuple[str, ...] | None:
    if ref is None:
        return None
    item = sought(services, ref, at)
    return () if item is None else (item.id,)


def _nodes(services: Services, ids: list[ID]) -> list[Node | None]:
    usable = [id_ for id_ in ids if fault_of(id_) is None]
    items = services.store.items([id_ for id_ in usable if "|" not in id_])
    keys = [id_ for id_ in usable if "|" in id_]
    edges = services.store.relationships(keys) if keys else {}
    cohort = Cohort.of(services, items.values(), None)
    ends = Cohort(services, (end for edge in edges.values() for end in (edge.from_id, edge.to_id)), None)
    found: dict[str, Node] = {id_: shown(item, cohort) for id_, item in items.items()}
    found.update({key: Relationship.of(edge, ends) for key, edge in edges.items()})
    return [found.get(id_) for id_ in ids]
