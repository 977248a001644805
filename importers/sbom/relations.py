"""What the relationships of SPDX mean: which of the two ends needs the other."""

from dataclasses import dataclass
from typing import Final

from cmdb.model.observations import Where
from importers.sbom.bill import Link, Need

DESCRIBES: Final = "DESCRIBES"
DESCRIBED_BY: Final = "DESCRIBED_BY"

_NOTHING: Final = frozenset({"NONE", "NOASSERTION"})
_FORWARD: Final = frozenset({"DEPENDS_ON", "CONTAINS", "STATIC_LINK", "DYNAMIC_LINK", "HAS_PREREQUISITE"})
_BACKWARD: Final = frozenset(
    {
        "DEPENDENCY_OF", "CONTAINED_BY", "PREREQUISITE_FOR", "PACKAGE_OF", "BUILD_DEPENDENCY_OF", "DEV_DEPENDENCY_OF",
        "OPTIONAL_DEPENDENCY_OF", "PROVIDED_DEPENDENCY_OF", "RUNTIME_DEPENDENCY_OF", "TEST_DEPENDENCY_OF",
        "OPTIONAL_COMPONENT_OF",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship as the document writes it, with its place."""

    origin: str
    word: str
    target: str
    where: Where


def link_of(relation: Relation) -> Link | None:
    """The link that a relationship is; ``None`` when it says that there is, or may be, nothing at its other end.

    A word that says nothing of who needs whom makes two things relate.
    """
    word = relation.word.upper()
    if not relation.origin or not relation.target or {relation.origin, relation.target} & _NOTHING:
        return None
    if word in _BACKWARD:
        return Link(relation.target, relation.origin, word, relation.where)
    return Link(relation.origin, relation.target, word, relation.where, Need.USES if word in _FORWARD else Need.RELATES)
