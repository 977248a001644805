"""What an import plan would do to impact results: single points of failure, redundancy groups, blast radii."""

from cmdb.practices.effects.answers import (
    Effects,
    Extent,
    GroupChange,
    Limits,
    Named,
    Omission,
    OmissionKind,
    RadiusChange,
    SinglePoint,
    Strength,
    Totals,
)
from cmdb.practices.effects.comparison import effects

__all__ = [
    "Effects",
    "Extent",
    "GroupChange",
    "Limits",
    "Named",
    "Omission",
    "OmissionKind",
    "RadiusChange",
    "SinglePoint",
    "Strength",
    "Totals",
    "effects",
]
