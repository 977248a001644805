"""Entries of lists to things: what is unique, named, owned and placed about each, and what is only implied."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cmdb.model.observations import Problem, Severity
from cmdb.model.values import JSONValue
from importers.aws.answers import Entry
from importers.aws.arns import is_region, parse_arn, region_of_zone
from importers.aws.compute_table import IMAGE, VOLUME
from importers.aws.declarations import Listing, Reach
from importers.aws.layouts import ListLayout
from importers.aws.lookups import Said, tag_pairs
from importers.aws.network_table import INSTANCE, ZONE
from importers.aws.paths import first_text, walk
from importers.aws.resources import Resource, ending, formed_arn, tag_texts
from importers.aws.table import BY_TYPE
from importers.aws.votes import names_owner, owner_of

_IMPLIED: Final[Mapping[str, Listing]] = {
    VOLUME: BY_TYPE[VOLUME],
    IMAGE: replace(BY_TYPE[IMAGE], reach=Reach.PROVIDER),  # whose image it is, an instance does not say
    ZONE: BY_TYPE[ZONE],
}
_NOTHING: Final[Mapping[str, JSONValue]] = {}


def once(entries: Iterable[Entry]) -> Iterator[Entry | Problem]:
    """Each thing once: what several lists say of it together; of two of one list the first, and a problem."""
    found: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        place = (entry.listing.type, entry.id)
        known = found.setdefault(place, entry)
        if known.path != entry.path:
            found[place] = replace(known, body={**entry.body, **known.body})
        elif known.body != entry.body:
            message = f"{entry.id} stands twice in the lists, with different content; the first was taken."
            yield Problem(Severity.ERROR, "DUPLICATE_KEY", message, entry.where, entry.id)
    yield from found.values()


def implied(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The zones that anything names, and the volumes and images of instances, when no list has them."""
    seen = {(entry.listing.type, entry.id) for entry in entries}
    for entry in entries:
        for type_, id_, pointer in _named(entry):
            if (type_, id_) not in seen:
                seen.add((type_, id_))
                where = replace(entry.where, pointer=f"{entry.where.pointer}.{pointer}")
                around = entry.around if type_ == VOLUME else _NOTHING
                yield Entry(_IMPLIED[type_], id_, "", _NOTHING, around, where, "")


def _named(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """The type and id of each such thing that an entry names, and where in it."""
    types = {ZONE, VOLUME, IMAGE} if entry.listing.type == INSTANCE else {ZONE}
    for link in entry.listing.links:
        for type_ in sorted(types & {*link.to}):
            found = ((place.value, place.pointer) for place in walk(entry.body, link.path))
            yield from ((type_, id_, at) for id_, at in found if isinstance(id_, str) and _is_id(type_, id_))


def _is_id(type_: str, text: str) -> bool:
    if type_ == ZONE:
        return bool(region_of_zone(text))
    return text.startswith(f"{_IMPLIED[type_].kind.prefix}-")


@dataclass(frozen=True, slots=True)
class Placer:
    """Makes things of entries: in this layout, with what other answers say of them."""

    layout: ListLayout
    said: Mapping[str, Sequence[Said]]

    def resource(self, entry: Entry) -> Resource:
        """The thing that an entry describes."""
        listing = entry.listing
        account, region = self._account(entry), self._region(entry)
        told = first_text(entry.body, listing.arn)
        arn = told if parse_arn(told) is not None else formed_arn(listing, entry.id, account, region)
        said = [*self.said.get(entry.id, ()), *(self.said.get(arn, ()) if arn != entry.id else ())]
        pairs = [*tag_pairs(entry.body), *(pair for one in said for pair in one.tags)]
        named = next((value for key, value in pairs if key == "Name" and value.strip()), "")
        return Resource(
            listing=listing,
            id=entry.id,
            binding=self.layout.binding(listing.type, entry.id),
            name=first_text(entry.body, listing.name) or named or ending(entry.id),
            arn=arn,
            account=account,
            region=region,
            state=first_text(entry.body, listing.state),
            tags=tag_texts(pairs),
            body=entry.body,
            where=entry.where,
            kind=entry.kind,
            facts={name: value for one in said for name, value in one.facts.items()},
        )

    def _account(self, entry: Entry) -> str:
        """Its own owner; the input's account only when it names none and is no thing of the provider."""
        if names_owner(entry):
            return owner_of(entry)
        is_foreign = entry.listing.reach is Reach.PROVIDER and entry.listing.type != ZONE
        return "" if is_foreign else self.layout.account

    def _region(self, entry: Entry) -> str:
        arn = parse_arn(first_text(entry.body, entry.listing.arn))
        told = arn.region if arn is not None else first_text(entry.body, "RegionName") or region_of_zone(entry.id)
        if is_region(told) or entry.listing.reach is Reach.GLOBAL:
            return told if is_region(told) else ""
        return self.layout.region
