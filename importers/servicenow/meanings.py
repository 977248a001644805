"""What the labels of relation types mean: ``Runs on::Runs`` says how the parent stands to the child, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from cmdb.model.items import Effect
from importers.servicenow.tables import (
    ALL_CLASSES,
    CLUSTERS,
    COMPUTERS,
    DATA_SERVICES,
    EQUIPMENT,
    PARTIES,
    PLACES,
    POWER_SOURCES,
    RECORDS,
    SOFTWARE,
    STORAGE,
)


class Bond(Enum):
    """How one end stands to the other, whatever the words; the first end is the one that the bond speaks of."""

    NEEDS = "needs"
    RUNS_ON = "runs on"
    STORED_ON = "is stored on"
    POWERED_BY = "is powered by"
    COOLED_BY = "is cooled by"
    CONTAINED_BY = "is contained by"
    LOCATED_IN = "is located in"
    MEMBER_OF = "is a member of"
    CLUSTER_OF = "is the cluster of, or a node of the cluster"
    TALKS_TO = "talks to"
    LINKED_TO = "is linked to"
    CONCERNS = "has to do with"
    """Known to carry no failure, or not known in which direction."""


_PAIRS: Final[Mapping[tuple[str, str], Bond]] = {
    ("depends on", "used by"): Bond.NEEDS,
    ("uses", "used by"): Bond.NEEDS,
    ("consumes", "consumed by"): Bond.NEEDS,
    ("provided by", "provides"): Bond.NEEDS,
    ("instantiates", "instantiated by"): Bond.NEEDS,
    ("use end point to", "use end point from"): Bond.NEEDS,
    ("runs on", "runs"): Bond.RUNS_ON,
    ("hosted on", "hosts"): Bond.RUNS_ON,
    ("virtualized by", "virtualizes"): Bond.RUNS_ON,
    ("virtualised by", "virtualises"): Bond.RUNS_ON,
    ("registered on", "has registered"): Bond.RUNS_ON,
    ("installed on", "has installed"): Bond.RUNS_ON,
    ("stored on", "provides storage for"): Bond.STORED_ON,
    ("powered by", "powers"): Bond.POWERED_BY,
    ("cooled by", "cools"): Bond.COOLED_BY,
    ("contained by", "contains"): Bond.CONTAINED_BY,
    ("owned by", "owns"): Bond.CONTAINED_BY,
    ("located in", "houses"): Bond.LOCATED_IN,
    ("in rack", "rack contains"): Bond.LOCATED_IN,
    ("in zone", "zone contains"): Bond.LOCATED_IN,
    ("member of", "members"): Bond.MEMBER_OF,
    ("cluster of", "cluster"): Bond.CLUSTER_OF,
    ("cluster of", "clusters"): Bond.CLUSTER_OF,
    ("connects to", "connected by"): Bond.TALKS_TO,
    ("connects", "connected by"): Bond.TALKS_TO,
    ("ip connection", "ip connection"): Bond.LINKED_TO,
    ("managed by", "manages"): Bond.CONCERNS,
    ("monitored by", "monitors"): Bond.CONCERNS,
    ("receives data from", "sends data to"): Bond.CONCERNS,
    ("exchanges data with", "exchanges data with"): Bond.CONCERNS,
    ("gets resources from", "defines resources for"): Bond.CONCERNS,
    ("allocated from", "allocated to"): Bond.CONCERNS,
    ("dr provided by", "provides dr for"): Bond.CONCERNS,
    ("backed up by", "backs up"): Bond.CONCERNS,
    ("applicative flow to", "applicative flow from"): Bond.CONCERNS,
    ("implement end point to", "implement end point from"): Bond.CONCERNS,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a label says: the bond, and whether the parent or the child is the end that it speaks of."""

    bond: Bond
    first: str


PARENT: Final = "parent"
CHILD: Final = "child"


def reading_of(label: str) -> Reading | None:
    """The bond that a label names, in whichever order its two sides stand; ``None`` for a label that nobody knows.

    >>> reading_of("Runs on::Runs").first, reading_of("Runs::Runs on").first
    ('parent', 'child')
    >>> reading_of("Contains::Contained by").bond, reading_of("Likes::Liked by")
    (<Bond.CONTAINED_BY: 'is contained by'>, None)
    """
    parent, _, child = (side.strip().lower() for side in label.partition("::"))
    if (parent, child) in _PAIRS:
        return Reading(_PAIRS[parent, child], PARENT)
    return Reading(_PAIRS[child, parent], CHILD) if (child, parent) in _PAIRS else None


@dataclass(frozen=True, slots=True)
class Edge:
    """The relationship that a bond becomes: its type, group and effect, and whether it leads from the other end."""

    type: str
    group: str | None = None
    effect: Effect | None = None
    turned: bool = False


def edge_of(bond: Bond, first: str | None, other: str | None) -> Edge | None:
    """The relationship for a bond between two classes, either of which the input may not tell.

    Where the catalogue has no such edge between the two, it is the nearest one that says no more than the bond.
    ``None`` when only the classes could say which end fails with which: better no direction than a wrong one.
    """
    if {first, other} & PARTIES:
        return _CONCERNS
    return _between_records(bond, first, other) if {first, other} & RECORDS else _between_cis(bond, first, other)


def _between_records(bond: Bond, first: str | None, other: str | None) -> Edge:
    """A service relies on things and is made of them; nothing relies on an offering."""
    if bond in _RELIANCE and other != "Offering":
        return Edge("DEPENDS_ON")
    if bond in _WHOLE and other in RECORDS and first != "Offering":  # without one of its parts it is not gone
        return Edge("DEPENDS_ON", effect=Effect.SOFT, turned=True)
    return _CONCERNS


def _between_cis(bond: Bond, first: str | None, other: str | None) -> Edge | None:
    if bond is Bond.CLUSTER_OF:  # the words are the same in both directions: the classes tell which end is the whole
        return Edge("PART_OF", PARTS_GROUP, turned=first in CLUSTERS) if {first, other} & CLUSTERS else None
    if bond is Bond.TALKS_TO:
        talks = first in SOFTWARE | DATA_SERVICES
        return None if first is None else Edge("CONNECTS_TO" if talks else "LINKED_TO")
    if bond is Bond.CONTAINED_BY:
        return _containment(first, other)
    if bond not in _ENDS:
        return _PLAIN[bond]
    ends, edge, otherwise = _ENDS[bond]
    return (
        edge
        if all(cls is None or cls in classes for cls, classes in zip((first, other), ends, strict=True))
        else otherwise
    )


def _containment(inner: str | None, outer: str | None) -> Edge | None:
    if inner in COMPUTERS and outer in CLUSTERS:
        return Edge("PART_OF", PARTS_GROUP)
    if {inner, outer} <= COMPUTERS | CLUSTERS | {None} and None in (inner, outer):  # a machine of a cluster, perhaps
        return None
    return Edge("LOCATED_IN") if inner in _LOCATED and outer in PLACES else Edge("CONTAINED_IN")


PARTS_GROUP: Final = "parts"
POWER_GROUP: Final = "power"
_CONCERNS: Final = Edge("RELATES_TO")
_RELIANCE: Final = frozenset({Bond.NEEDS, Bond.RUNS_ON, Bond.STORED_ON, Bond.POWERED_BY})
_WHOLE: Final = frozenset({Bond.CONTAINED_BY, Bond.MEMBER_OF})
_LOCATED: Final = EQUIPMENT | PLACES | CLUSTERS | {"NetworkCircuit", "NetworkSegment"}
_PLAIN: Final[Mapping[Bond, Edge]] = {
    Bond.NEEDS: Edge("DEPENDS_ON"),
    Bond.RUNS_ON: Edge("RUNS_ON"),
    Bond.MEMBER_OF: Edge("PART_OF", PARTS_GROUP),
    Bond.LINKED_TO: Edge("LINKED_TO"),
    Bond.CONCERNS: _CONCERNS,
}
_CIS: Final = ALL_CLASSES - RECORDS
_ENDS: Final[Mapping[Bond, tuple[tuple[frozenset[str], frozenset[str]], Edge, Edge]]] = {
    Bond.POWERED_BY: ((EQUIPMENT | PLACES, POWER_SOURCES), Edge("POWERED_BY"), Edge("DEPENDS_ON", POWER_GROUP)),
    Bond.COOLED_BY: ((EQUIPMENT | PLACES, frozenset({"CoolingUnit"})), Edge("COOLED_BY"), _CONCERNS),
    Bond.STORED_ON: ((_CIS, STORAGE), Edge("STORED_ON"), Edge("DEPENDS_ON")),
    Bond.LOCATED_IN: ((_LOCATED, PLACES), Edge("LOCATED_IN"), Edge("CONTAINED_IN")),
}
"""For each bond the classes that its own type of relationship is for, that type, and what it is between others."""
