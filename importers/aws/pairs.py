"""What it means that a thing of one type is related to one of another, from the same tables as the fields of lists."""

from collections.abc import Iterator, Mapping
from typing import Final

from importers.aws.declarations import Link, Way, contained, protected, relates
from importers.aws.network_table import GROUP, SUBNET, VPC, ZONE
from importers.aws.table import BY_TYPE

_CONTAINERS: Final = {VPC: contained("", VPC), SUBNET: contained("", SUBNET, "subnets"), ZONE: contained("", ZONE)}
_RELATED: Final = relates("", "")


def _declared() -> dict[tuple[str, str], Link]:
    """For each pair of types, dependent first, the first link that leads from one to the other."""
    found: dict[tuple[str, str], Link] = {}
    for pair, link in _links_of_tables():
        if pair not in found and (pair[1], pair[0]) not in found:
            found[pair] = link
    return found


def _links_of_tables() -> Iterator[tuple[tuple[str, str], Link]]:
    """Every link with the types that it relates, dependent first."""
    for listing in BY_TYPE.values():
        for link in listing.links:
            for other in link.to:
                yield (listing.type, other) if link.way is Way.FORWARD else (other, listing.type), link


_PAIRS: Final[Mapping[tuple[str, str], Link]] = _declared()


def meaning(mine: str, theirs: str, words: str) -> tuple[Link, Way]:
    """The link between a thing and another one, and which of them it leads from.

    The tables say what two types mean to one another, whoever of them tells it and in which words.  For other types
    the words decide: ``Is contained in`` and ``Contains`` for networks, subnets and zones, anything for security
    groups; the rest is related, and carries no failure.

    >>> meaning("AWS::EC2::VPC", "AWS::EC2::Subnet", "Contains Subnet")[1]
    <Way.BACKWARD: 2>
    """
    if (mine, theirs) in _PAIRS:
        return _PAIRS[mine, theirs], Way.FORWARD
    if (theirs, mine) in _PAIRS:
        return _PAIRS[theirs, mine], Way.BACKWARD
    verb = words.strip().lower()
    if verb.startswith("is contained in") and theirs in _CONTAINERS:
        return _CONTAINERS[theirs], Way.FORWARD
    if verb.startswith("contains") and mine in _CONTAINERS:
        return _CONTAINERS[mine], Way.BACKWARD
    if GROUP in {mine, theirs}:
        return protected("", GROUP), Way.FORWARD if theirs == GROUP else Way.BACKWARD
    return _RELATED, Way.FORWARD
