"""References of things to edges: what each field names, how a failure comes through it, and where a thing lies."""

from collections.abc import Iterator
from dataclasses import replace

from cmdb.model.items import Effect
from cmdb.model.observations import Evidence, RelationshipRecord
from cmdb.model.references import ByIdentifier, ByKey, Reference
from importers.amazon import kind_of
from importers.aws.arns import account_in, is_region, parse_arn, region_of_zone
from importers.aws.declarations import Link, Way
from importers.aws.layouts import ACCOUNT, REGION, Layout
from importers.aws.network_table import ZONE
from importers.aws.paths import Found, first_text, walk
from importers.aws.resources import Resource, formed_arn
from importers.aws.table import BY_TYPE
from importers.fields import text


def links_of(resource: Resource, layout: Layout) -> Iterator[RelationshipRecord]:
    """The edges that the fields of a thing speak for; none to itself."""
    for link in resource.listing.links:
        for found in walk(resource.body, link.path):
            other = _target(link, found, resource, layout)
            if other is not None and not resource.is_at(other):
                ends = (resource.binding, other) if link.way is Way.FORWARD else (other, resource.binding)
                yield edge(resource, link, found.pointer, ends, effect=_effect(link, found))


def edge(
    resource: Resource, link: Link, pointer: str, ends: tuple[Reference, Reference], *, effect: Effect | None
) -> RelationshipRecord:
    """One edge that a field of a thing speaks for; it belongs to the scope of the thing."""
    where = replace(resource.where, pointer=f"{resource.where.pointer}.{pointer}".strip("."))
    from_ref, to_ref = ends
    return RelationshipRecord(
        scope=resource.binding.scope,
        type=link.type,
        from_ref=from_ref,
        to_ref=to_ref,
        basis=link.basis,
        group=link.group if effect is not Effect.NONE else None,
        effect=effect,
        evidence=(Evidence(pointer or link.path, where),),
        where=where,
    )


def target_types(resource: Resource, layout: Layout) -> set[str]:
    """The types of the things that a thing lies in and fails with, by its fields."""
    return {
        type_
        for link in resource.listing.links
        if link.type == "CONTAINED_IN"
        for found in walk(resource.body, link.path)
        if (type_ := _type_of(link, text(found.value)))
        and _effect(link, found) is None
        and _target(link, found, resource, layout) is not None
    }


def homes_of(resource: Resource, inside: set[str], layout: Layout) -> Iterator[RelationshipRecord]:
    """The region and account of a thing that lies in nothing else that is in them, or in what is another account's.

    A zone is in its region but in no account; so what lies in zones only is in its account beside.
    """
    if is_region(resource.region) and not inside:
        yield _home(resource, layout.binding(REGION, resource.region), "region")
    is_owned = bool(inside - {ZONE}) and resource.account == layout.account
    if resource.account and resource.listing.type != ZONE and not is_owned:
        yield _home(resource, layout.binding(ACCOUNT, resource.account), "account")


def _home(resource: Resource, to: ByKey, origin: str) -> RelationshipRecord:
    return edge(resource, Link(origin, "CONTAINED_IN", ()), "", (resource.binding, to), effect=None)


def _effect(link: Link, found: Found) -> Effect | None:
    turn = link.turn
    if turn is None or first_text(found.holder, turn.field) not in turn.values:
        return link.effect
    return link.effect if turn.lacking and first_text(found.holder, turn.lacking) else turn.effect


def _target(link: Link, found: Found, resource: Resource, layout: Layout) -> Reference | None:
    word = text(found.value)
    if parse_arn(word) is not None:
        return ByIdentifier("arn", word)
    type_ = _type_of(link, word)
    if not type_:
        return None
    return _elsewhere(link, found, resource, type_) or layout.binding(type_, word)


def _elsewhere(link: Link, found: Found, resource: Resource, type_: str) -> ByIdentifier | None:
    """The thing by its resource name, when the fields beside say that it is another account's or region's."""
    owner = account_in(first_text(found.holder, link.owner)) or resource.account
    region = first_text(found.holder, link.region) or resource.region
    if owner == resource.account and region == resource.region:
        return None
    arn = formed_arn(BY_TYPE[type_], text(found.value), owner, region)
    return ByIdentifier("arn", arn) if arn else None


def _type_of(link: Link, word: str) -> str:
    """Which of its types a reference is to, by how it begins; none for words such as ``local`` and ``Multiple``."""
    if parse_arn(word) is not None:
        return link.to[0]
    return next((type_ for type_ in link.to if word and _may_be(type_, word)), "")


def _may_be(type_: str, word: str) -> bool:
    if type_ == ZONE:
        return bool(region_of_zone(word))
    prefix = kind_of(type_).prefix
    return not prefix or word.startswith(f"{prefix}-")
