"""What a plan would do to impact results: frozen data, rendered elsewhere."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cmdb.practices.answers import Step


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a comparison goes, and from where on it tells.

    ``listed`` rows of each list are told one by one; all are counted.  A radius is told when it changes by
    ``radius_items`` items or by ``radius_services`` services.  ``region`` items may be read beside what is planned, and
    ``trials`` CIs may be failed one by one: where one of these ends, the answer is not complete and says so.  No
    further single point is listed once ``followed`` items fell, or stand in chains, in those that are: it is counted.
    """

    listed: int = 1_000
    radius_items: int = 10
    radius_services: int = 1
    region: int = 200_000
    trials: int = 20_000
    followed: int = 250_000


@dataclass(frozen=True, slots=True)
class Named:
    """An item by id, class and name.  ``retired``: whether it is so once the plan is done."""

    id: str
    cls: str
    name: str
    retired: bool = False

    @property
    def label(self) -> str:
        """``Class:name``, as people write it."""
        return f"{self.cls}:{self.name}"


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """A CI whose failure alone takes a service DOWN.

    ``reason`` says what the plan does to make it so, or to end it: the group or relationship where the way of the
    failure begins to differ, with its arithmetic.  ``chain`` is one shortest way from the CI to the service, with the
    plan for what is gained, without it for what is lost.
    """

    service: Named
    criticality: str | None
    ci: Named
    reason: str
    chain: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Strength:
    """A redundancy group in numbers: ``min_up`` as stated, ``needed`` in members and never above ``members``."""

    members: int
    min_up: str
    needed: int
    is_broken: bool
    """Whether ``min_up`` asks for more members than there are."""

    @property
    def spare(self) -> int:
        """How many members may fail."""
        return self.members - self.needed


@dataclass(frozen=True, slots=True)
class GroupChange:
    """A redundancy group of ``owner`` that the plan makes weaker; ``group`` is ``None`` for a relationship alone.

    ``lost``: labels of members that are no longer in it.  ``retired``: labels of members that the plan retires; they
    stay in the numbers, because to be retired is a state of knowledge.
    """

    owner: Named
    group: str | None
    before: Strength
    after: Strength
    lost: tuple[str, ...]
    retired: tuple[str, ...]

    @property
    def loses_redundancy(self) -> bool:
        """Whether a member might fail before, and no longer may."""
        return self.before.spare > 0 and self.after.spare == 0


@dataclass(frozen=True, slots=True)
class Extent:
    """How much goes DOWN when one CI fails, itself not counted: items of any class, and services among them."""

    items: int
    services: int


@dataclass(frozen=True, slots=True)
class RadiusChange:
    """How much more or less goes DOWN when a CI fails.

    ``at_least``: a limit ended the count, and both extents are larger by the same items.
    """

    ci: Named
    before: Extent
    after: Extent
    at_least: bool = False


class OmissionKind(StrEnum):
    """Why something was left out."""

    NOTHING_BEFORE = "nothing_before"
    """The store is empty: there is nothing to compare with."""
    NEW = "new"
    """Services that are not there yet: nothing to compare with."""
    RETIRED = "retired"
    """Services that are retired before or after."""
    UNLISTED = "unlisted"
    """Rows that were found and are not listed."""
    REGION = "region"
    """What lies beyond the items that might be read."""
    TRIALS = "trials"
    """CIs that were not failed."""
    MOVED = "moved"
    """The graph has moved since the plan was made."""


MISSED: Final = frozenset({OmissionKind.REGION, OmissionKind.TRIALS, OmissionKind.MOVED})
"""Kinds behind which an effect may hide."""


@dataclass(frozen=True, slots=True)
class Omission:
    """Something left out: so many of it, and why in one sentence."""

    kind: OmissionKind
    count: int
    message: str


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows of each list there are, listed or not."""

    spof_gained: int = 0
    spof_lost: int = 0
    groups_weakened: int = 0
    groups_broken: int = 0
    radii_grown: int = 0
    radii_shrunk: int = 0

    @property
    def rows(self) -> int:
        """How many there are of all kinds."""
        points, groups = self.spof_gained + self.spof_lost, self.groups_weakened + self.groups_broken
        return points + groups + self.radii_grown + self.radii_shrunk


@dataclass(frozen=True, slots=True)
class Effects:
    """What a plan would do to services, groups and radii; every list worst first.

    ``groups_broken`` need more members than they would have: they lie under ``min_up`` by count alone and then count as
    needing all they have.  They are not in ``groups_weakened``.  ``omitted`` says what was left out, and why.
    """

    base_seq: int
    spof_gained: tuple[SinglePoint, ...] = ()
    spof_lost: tuple[SinglePoint, ...] = ()
    groups_weakened: tuple[GroupChange, ...] = ()
    groups_broken: tuple[GroupChange, ...] = ()
    radii_grown: tuple[RadiusChange, ...] = ()
    radii_shrunk: tuple[RadiusChange, ...] = ()
    totals: Totals = Totals()
    omitted: tuple[Omission, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether no effect may have been missed.  What is not listed was found, and what is new has no effects."""
        return not any(omission.kind in MISSED for omission in self.omitted)

    @property
    def rows(self) -> int:
        """How many rows are listed, of all kinds."""
        lists = (self.spof_gained, self.spof_lost, self.groups_weakened, self.groups_broken)
        return sum(map(len, (*lists, self.radii_grown, self.radii_shrunk)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing that would be told was found."""
        return self.totals.rows == 0
