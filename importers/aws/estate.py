"""Answers of the API as one account in one region: its things, their edges and what is wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cmdb.model.items import Effect
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity
from cmdb.model.references import ByIdentifier, ByKey, Reference
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.amazon import partition_of
from importers.aws.answers import Answer, Entry, entries_of, listed_in, unfinished
from importers.aws.declarations import GROUPS
from importers.aws.layouts import ACCOUNT, REGION, Layout, ListLayout
from importers.aws.links import homes_of, links_of, target_types
from importers.aws.lookups import Said, by_thing, said_in, unheard
from importers.aws.placing import Placer, implied, once
from importers.aws.resources import Resource, record_of
from importers.aws.table import BY_TYPE
from importers.aws.targets import Health, health_in, routes_of, scope_of
from importers.aws.votes import whereabouts
from importers.base import ReadOptions
from importers.evidence import merged

_CLASSES: Final = {ACCOUNT: "CloudAccount", REGION: "CloudRegion"}


@dataclass(frozen=True, slots=True)
class Estate:
    """The things of an input, where they are kept, the health of its target groups, and what is wrong with it."""

    layout: ListLayout
    resources: tuple[Resource, ...]
    health: tuple[Health, ...]
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, answers: Sequence[Answer], options: ReadOptions) -> "Estate":
        """Everything in some answers, taken as those of one account in one region."""
        read = [found for answer in answers for found in entries_of(answer)]
        kept = list(once(found for found in read if isinstance(found, Entry)))
        entries = [found for found in kept if isinstance(found, Entry)]
        place = whereabouts(answers, entries, options)
        listed = frozenset(listing.type for answer in answers for listing in listed_in(answer))
        layout = ListLayout(place.source, place.account, place.region, listed)
        told = [found for answer in answers for found in said_in(answer)]
        said = by_thing(found for found in told if isinstance(found, Said))
        placer = Placer(layout, said)
        resources = tuple(placer.resource(entry) for entry in (*implied(entries), *entries))
        health = [found for answer in answers for found in health_in(answer)]
        heard = {name for resource in resources for name in (resource.id, resource.arn)}
        return cls(
            layout,
            resources,
            tuple(found for found in health if isinstance(found, Health)),
            (
                *(problem for answer in answers for problem in unfinished(answer)),
                *(found for found in (*read, *kept, *told, *health) if isinstance(found, Problem)),
                *place.problems,
                *fallen_back(resources),
                *unheard(said, heard),
            ),
        )

    def scopes(self) -> set[Scope]:
        """The scopes of everything that is read, and of the lists that are empty."""
        read = {found.scope for found in self.observations() if not isinstance(found, Problem)}
        lists = {self.layout.scope_of(type_) for type_ in self.layout.listed}
        return read | lists | {scope_of(health, self.layout) for health in self.health}

    def observations(self) -> Iterator[Observation]:
        """Problems, then what is implied, then things, then edges, each in input order."""
        edges = merged(self._edges())
        yield from self.problems
        yield from records_of(self.resources, edges, self.layout)
        yield from edges

    def _edges(self) -> Iterator[RelationshipRecord]:
        for resource in self.resources:
            yield from links_of(resource, self.layout)
            yield from homes_of(resource, target_types(resource, self.layout), self.layout)
        for health in self.health:
            yield from routes_of(health, self.resources, self.layout)


def records_of(
    resources: Sequence[Resource], edges: Sequence[RelationshipRecord], layout: Layout
) -> Iterator[CIRecord]:
    """A record for each thing, and before them one for each account and region that things lie in."""
    yield from _places(resources, edges, layout)
    groups: defaultdict[Reference, set[str]] = defaultdict(set)
    for edge in edges:
        if edge.group is not None and edge.effect is not Effect.NONE:
            groups[edge.from_ref].add(edge.group)
    for resource in resources:
        used = groups[resource.binding] | groups[ByIdentifier("arn", resource.arn)]
        yield record_of(resource, {name: GROUPS[name] for name in sorted(used)})


def fallen_back(resources: Iterable[Resource]) -> Iterator[Problem]:
    """A note for each type that no table has, with how many there are."""
    first: dict[str, Resource] = {}
    counts: Counter[str] = Counter()
    for resource in resources:
        if resource.listing.type not in BY_TYPE:
            counts[resource.listing.type] += 1
            first.setdefault(resource.listing.type, resource)
    for type_, resource in first.items():
        message = f"{type_} is a kind that is not known; {counts[type_]} became {resource.listing.kind.cls}."
        yield Problem(Severity.INFO, "CLASS_FELL_BACK", message, resource.where, type_)


def _places(resources: Sequence[Resource], edges: Sequence[RelationshipRecord], layout: Layout) -> Iterator[CIRecord]:
    """The account that the input speaks for, then the others and the regions, in order of first sight."""
    named: dict[ByKey, tuple[str, str, str]] = {}
    for resource in resources:
        if resource.region:
            named[layout.binding(REGION, resource.region)] = (REGION, resource.region, resource.region)
        if resource.account:
            named.setdefault(layout.binding(ACCOUNT, resource.account), (ACCOUNT, resource.account, resource.region))
    own = layout.binding(ACCOUNT, layout.account) if layout.account else None
    if own is not None:
        named.setdefault(own, (ACCOUNT, layout.account, layout.region))
    wanted = dict.fromkeys([own, *(edge.to_ref for edge in edges)])
    for reference in wanted:
        if isinstance(reference, ByKey) and reference in named:
            yield _place(reference, *named[reference])


def _place(reference: ByKey, type_: str, id_: str, region: str) -> CIRecord:
    attributes: dict[str, JSONValue] = {"provider": "aws", "resource_id": id_, "resource_type": type_}
    if type_ == ACCOUNT:
        attributes |= {"account": id_, "arn": f"arn:{partition_of(region)}:iam::{id_}:root"}
    else:
        attributes |= {"region": id_}
    return CIRecord(reference.scope, reference.key, _CLASSES[type_], id_, attributes)
