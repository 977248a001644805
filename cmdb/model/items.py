"""CIs, records and relationships: the versions that live in ``[from_seq, to_seq)``.

CIs and records share one shape, :class:`Item`; the catalogue says which a class is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cmdb.model.values import Attributes

OPEN = 2**63 - 1
"""``to_seq`` of a version that still holds."""


class Lifecycle(StrEnum):
    """Whether an item lives or was retired; a retired one keeps its history and its relationships."""

    LIVE = "live"
    RETIRED = "retired"


class Effect(StrEnum):
    """What of a provider's failure reaches the dependent."""

    HARD = "hard"
    SOFT = "soft"
    NONE = "none"


class Basis(StrEnum):
    """What a relationship rests on, strongest first: declared, observed, inferred."""

    DECLARED = "declared"
    OBSERVED = "observed"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class GroupSetting:
    """How many members of a named redundancy group must be up: a count (``"2"``) or a percentage (``"50%"``)."""

    min_up: str = "1"
    degraded_below: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One version of a CI or record.

    ``identity_key`` is unique over the store; ``identifiers`` are the hashes under which it can be found
    (several items may share one: that is a duplicate case).  ``created_seq`` is the first version's ``from_seq``.
    """

    id: str
    cls: str
    name: str
    attributes: Attributes
    identity_key: str
    revision: int
    from_seq: int
    created_seq: int
    to_seq: int = OPEN
    lifecycle: Lifecycle = Lifecycle.LIVE
    groups: Mapping[str, GroupSetting] = field(default_factory=dict)
    identifiers: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """``Class:name``, as people write it."""
        return f"{self.cls}:{self.name}"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One version of a directed, typed edge.

    ``group`` names a redundancy group of the dependent; ``effect`` overrides the type's; both ``None`` by default.
    """

    type: str
    from_id: str
    to_id: str
    revision: int
    from_seq: int
    to_seq: int = OPEN
    group: str | None = None
    effect: Effect | None = None
    basis: Basis = Basis.DECLARED
    attributes: Attributes = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The one identity of an edge."""
        return relationship_key(self.type, self.from_id, self.to_id)


def relationship_key(type_: str, from_id: str, to_id: str) -> str:
    """``TYPE|from|to``: there is at most one live edge of a type between two items in one direction."""
    return f"{type_}|{from_id}|{to_id}"
