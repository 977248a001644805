"""Items of AWS Config as things and edges: one scope for each account and region."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from cmdb.model.items import Effect
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from cmdb.model.values import JSONValue
from importers.aws.answers import unknown
from importers.aws.arns import account_in, is_region, parse_arn, region_of_zone
from importers.aws.declarations import Way, contained
from importers.aws.estate import fallen_back, records_of
from importers.aws.items import Item, either, items_of, latest, word
from importers.aws.layouts import UNKNOWN, ItemLayout
from importers.aws.links import edge, homes_of
from importers.aws.lookups import tag_pairs
from importers.aws.network_table import ZONE
from importers.aws.pairs import meaning
from importers.aws.paths import camel, first_text
from importers.aws.resources import Resource, ending, formed_arn, tag_texts
from importers.aws.table import BY_TYPE
from importers.base import ReadOptions
from importers.evidence import merged
from importers.fields import entries

SOURCE: Final = "aws-config"
"""What stands before the account in the source of what Config records."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The last items of an input, whatever accounts and regions they are of, and what is wrong with it."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    options: ReadOptions

    @classmethod
    def of(cls, bodies: Sequence[tuple[str, JSONValue]], options: ReadOptions) -> "Recorded":
        """The items of some files, each with its name."""
        read = [found for file, body in bodies for found in items_of(body, file)]
        items = tuple(latest(found for found in read if isinstance(found, Item)))
        return cls(items, tuple(found for found in read if isinstance(found, Problem)), options)

    def observations(self) -> Iterator[Observation]:
        """Problems, then things and edges, place by place in the order of first sight; each thing once."""
        yield from self.problems
        places: dict[ItemLayout, list[Item]] = {}
        names: Names = {}
        for item in self.items:
            layout = self._layout(item)
            places.setdefault(layout, []).append(item)
            if item.name:
                names[layout.source, item.type, item.name] = item.id
        seen: set[tuple[str, str]] = set()
        for layout, items in places.items():
            for found in _observations(layout, items, names):
                place = (str(found.scope), found.key) if isinstance(found, CIRecord) else None
                if place is None or place not in seen:
                    yield found
                if place is not None:
                    seen.add(place)

    def _layout(self, item: Item) -> ItemLayout:
        arn = parse_arn(item.word("arn", "ARN"))
        told = item.word("awsAccountId", "accountId") or (arn.account if arn is not None else "")
        account = account_in(self.options.source or "") or account_in(told)
        region = item.word("awsRegion") or self.options.boundary or ""
        return ItemLayout(self.options.source or f"{SOURCE}/{account or UNKNOWN}", account, region)


Told: TypeAlias = tuple[str, RelationshipRecord]
"""An edge, with the type of the thing at its other end."""
Names: TypeAlias = dict[tuple[str, str, str], str]
"""The ids of things by their source, type and name: Config knows some relationships by name only."""


def _observations(layout: ItemLayout, items: Sequence[Item], names: Names) -> Iterator[Observation]:
    resources = [_resource(item, layout) for item in items]
    edges: list[RelationshipRecord] = []
    zones: dict[str, Resource] = {}
    for item, resource in zip(items, resources, strict=True):
        told = [*_zone(item, resource, layout), *_related(item, resource, layout, names)]
        inside = {type_ for type_, record in told if _is_inside(record, resource)}
        edges += [*(record for _, record in told), *homes_of(resource, inside, layout)]
        zone = item.word("availabilityZone")
        if any(type_ == ZONE for type_, _ in told):
            zones.setdefault(zone, _zone_itself(zone, resource, layout))
    held = merged([*edges, *(home for zone in zones.values() for home in homes_of(zone, set(), layout))])
    yield from fallen_back(resources)
    yield from records_of([*zones.values(), *resources], held, layout)
    yield from held


def _is_inside(record: RelationshipRecord, resource: Resource) -> bool:
    return record.type == "CONTAINED_IN" and record.from_ref == resource.binding and record.effect is None


def _resource(item: Item, layout: ItemLayout) -> Resource:
    listing = BY_TYPE.get(item.type) or unknown(item.type)
    told = item.word("arn", "ARN") or item.id
    arn = told if parse_arn(told) is not None else formed_arn(listing, item.id, layout.account, layout.region)
    pairs = tag_pairs(item.body)
    named = next((value for key, value in pairs if key == "Name" and value.strip()), "")
    return Resource(
        listing=listing,
        id=item.id,
        binding=layout.binding(item.type, item.id),
        name=item.name or named or ending(item.id),
        arn=arn,
        account=layout.account,
        region=layout.region if is_region(layout.region) else "",
        state=first_text(item.configuration, camel(listing.state)),
        tags=tag_texts(pairs),
        body=item.configuration,
        where=item.where,
        kind=item.type,
    )


def _zone(item: Item, resource: Resource, layout: ItemLayout) -> Iterator[Told]:
    zone = item.word("availabilityZone")
    if region_of_zone(zone) and item.type != ZONE:
        several = first_text(item.configuration, "multiAZ|MultiAZ") == "true"
        ends = (resource.binding, layout.binding(ZONE, zone))
        link = contained("availabilityZone", ZONE)
        yield ZONE, edge(resource, link, link.path, ends, effect=Effect.SOFT if several else None)


def _zone_itself(zone: str, resource: Resource, layout: ItemLayout) -> Resource:
    return replace(
        resource,
        listing=BY_TYPE[ZONE],
        id=zone,
        binding=layout.binding(ZONE, zone),
        name=zone,
        arn="",
        region=region_of_zone(zone),
        state="",
        tags=(),
        body={},
        kind="",
    )


def _related(item: Item, resource: Resource, layout: ItemLayout, names: Names) -> Iterator[Told]:
    """The relationships of an item: the other thing is known by type and id, or by type and name."""
    for number, entry in enumerate(entries(either(item.body, "relationships"))):
        if not isinstance(entry, Mapping):
            continue
        type_, name = word(entry, "resourceType"), word(entry, "resourceName")
        id_ = word(entry, "resourceId") or names.get((layout.source, type_, name), name)
        if not type_ or not id_ or (type_, id_) == (item.type, item.id):
            continue
        link, way = meaning(item.type, type_, word(entry, "name", "relationshipName"))
        other = layout.binding(type_, id_)
        ends = (resource.binding, other) if way is Way.FORWARD else (other, resource.binding)
        yield type_, edge(resource, link, f"relationships[{number}]", ends, effect=link.effect)
