"""A bill of material, whatever wrote it: what it describes, its parts, and what they need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cmdb.model.observations import Problem, Where
from cmdb.model.values import JSONValue
from importers.sbom.purls import Purl


class Need(StrEnum):
    """What a link says."""

    USES = "uses"
    """The first is built with, contains or depends on the second."""
    LISTED = "listed"
    """The second is listed among the contents of the first; of interest where nothing else leads there."""
    RELATES = "relates"
    """They have something to do with one another."""


def place_reference(pointer: str) -> str:
    """How a part is referred to by its place; no bill writes such a reference."""
    return f"at {pointer}"


@dataclass(frozen=True, slots=True)
class Part:
    """A component, package or service.

    ``ref`` is how the bill refers to it, ``kind`` the bill's word for what it is (``library``, ``service``), ``group``
    the namespace of its name; ``extras`` is what is kept beside the attributes.
    """

    ref: str
    kind: str
    name: str
    where: Where
    group: str = ""
    version: str = ""
    purl: Purl | None = None
    description: str = ""
    repository: str = ""
    endpoints: tuple[str, ...] = ()
    extras: Mapping[str, JSONValue] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """A reference that only this part can have: its place in the bill."""
        return place_reference(self.where.pointer or str(self.where.line))

    @property
    def full_name(self) -> str:
        """Group and name."""
        return f"{self.group}/{self.name}" if self.group else self.name


@dataclass(frozen=True, slots=True)
class Link:
    """That one part needs another, by their refs, with the bill's word for it."""

    origin: str
    target: str
    word: str
    where: Where
    need: Need = Need.USES


@dataclass(frozen=True, slots=True)
class Bill:
    """One document.  ``roots`` is what it describes; ``number`` is its own unique number or address."""

    number: str
    roots: tuple[Part, ...] = ()
    parts: tuple[Part, ...] = ()
    links: tuple[Link, ...] = ()
    problems: tuple[Problem, ...] = ()
