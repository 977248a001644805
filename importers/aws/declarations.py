"""The words in which the tables declare what a list of the API holds and what its fields say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from cmdb.model.items import Basis, Effect, GroupSetting
from importers.amazon import Kind, kind_of

ANY_OF: Final = GroupSetting("1")
"""Any one member is enough."""
ALL_WANTED: Final = GroupSetting("1", degraded_below="100%")
"""Any one member is enough to go on, but each that is lost is missed: they do not stand in for one another."""
GROUPS: Final[Mapping[str, GroupSetting]] = {
    "subnets": ANY_OF,
    "zones": ANY_OF,
    "addresses": ANY_OF,
    "pool": ALL_WANTED,
    "listeners": ALL_WANTED,
    "routes": ALL_WANTED,
}
"""The redundancy groups that links name, with what each needs."""


class Reach(Enum):
    """How far a list speaks."""

    REGION = auto()
    """For the account in one region."""
    GLOBAL = auto()
    """For the account in all regions."""
    PROVIDER = auto()
    """Of things that belong to the provider and that accounts only use."""


class Way(Enum):
    """Which end of a relationship the thing is that has the field."""

    FORWARD = auto()
    BACKWARD = auto()


@dataclass(frozen=True, slots=True)
class Turn:
    """Another effect, when a field beside the reference has one of some values (and a further field is not there)."""

    field: str
    values: frozenset[str]
    effect: Effect
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A field that names other things, and what that means for failures.

    ``to`` are the types it may name; ``owner`` and ``region`` are fields beside it that say whose and where the other
    thing is; ``group`` is a redundancy group of the dependent.
    """

    path: str
    type: str
    to: tuple[str, ...]
    effect: Effect | None = None
    group: str | None = None
    way: Way = Way.FORWARD
    basis: Basis = Basis.DECLARED
    turn: Turn | None = None
    owner: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of the API.

    ``paths`` lead to its entries, ``id`` to what is unique in it (an entry without is not of this list), ``name`` to
    its name (else the tag ``Name``, else the end of the id), ``arn`` to its resource name.
    """

    paths: tuple[str, ...]
    type: str
    id: str
    name: str = ""
    arn: str = ""
    state: str = "State"
    owner: str = "OwnerId"
    reach: Reach = Reach.REGION
    links: tuple[Link, ...] = field(default_factory=tuple)

    @property
    def kind(self) -> Kind:
        """What is known of things of this type."""
        return kind_of(self.type)


def contained(path: str, to: str, group: str | None = None) -> Link:
    """The thing lies in another one; in any of several, with a group."""
    return Link(path, "CONTAINED_IN", (to,), group=group)


def protected(path: str, to: str) -> Link:
    """The other thing rules its traffic or rights."""
    return Link(path, "PROTECTED_BY", (to,))


def weakly_needs(path: str, to: str) -> Link:
    """What runs goes on without the other thing, but not as well."""
    return Link(path, "DEPENDS_ON", (to,), Effect.SOFT)


def relates(path: str, to: str) -> Link:
    """The other thing is named, but no failure comes from it."""
    return Link(path, "RELATES_TO", (to,))


def attached(path: str, to: str, turn: Turn | None = None) -> Link:
    """It is attached to the other thing and of no use without it."""
    return Link(path, "ATTACHED_TO", (to,), basis=Basis.OBSERVED, turn=turn)


def carries(path: str, to: str) -> Link:
    """The other thing is attached to this one."""
    return Link(path, "ATTACHED_TO", (to,), way=Way.BACKWARD, basis=Basis.OBSERVED)
