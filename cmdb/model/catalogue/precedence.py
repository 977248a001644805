"""Resolving whose word counts first for each attribute of each class and relationship type."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from cmdb.errors import Fault
from cmdb.model.catalogue.declarations import AttributeSpec, Precedence, PrecedenceDeclaration

NAME, GROUPS = "name", "groups"
"""What may stand among the attributes of a class: the name of the CI, and its redundancy groups."""

GROUP, EFFECT = "group", "effect"
"""What may stand among the attributes of a relationship type."""

Precedences: TypeAlias = Mapping[tuple[str, str | None], Precedence]
"""By owner and attribute; ``None`` for all attributes of which nothing more precise is said."""


@dataclass(frozen=True, slots=True)
class Given:
    """One declaration and its place in a file."""

    declaration: PrecedenceDeclaration
    place: str

    @property
    def owners(self) -> tuple[str, ...]:
        """The classes or relationship types that it is for."""
        return self.declaration.classes or self.declaration.relationships

    def subjects(self) -> Iterator[tuple[str, str | None]]:
        """Each owner with each attribute that it is for; with ``None`` when it is for all of them."""
        return product(self.owners, self.declaration.attributes or (None,))


def gathered(given: Sequence[Given]) -> tuple[Precedences, list[Fault]]:
    """All declarations by owner and attribute; a second one for the same thing is a fault."""
    found: dict[tuple[str, str | None], Precedence] = {}
    places: dict[tuple[str, str | None], str] = {}
    faults: list[Fault] = []
    for entry in given:
        precedence = Precedence(sources=entry.declaration.sources, max_age_days=entry.declaration.max_age_days)
        for owner, attribute in entry.subjects():
            if (owner, attribute) in found:
                what = f"{owner}.{attribute}" if attribute else f"all of {owner}"
                message = f"{what} has a precedence already ({places[owner, attribute]})"
                faults.append(Fault(entry.place, message))
            found.setdefault((owner, attribute), precedence)
            places.setdefault((owner, attribute), entry.place)
    return found, faults


def resolved(names: Iterable[str], lineage: Sequence[str], known: Precedences) -> dict[str, Precedence]:
    """The precedence of each name: what the nearest owner in the lineage says of it, else of all its attributes."""
    result: dict[str, Precedence] = {}
    for name in sorted(names):
        keys = ((owner, attribute) for owner in lineage for attribute in (name, None))
        nearest = next((known[key] for key in keys if key in known), None)
        if nearest is not None:
            result[name] = nearest
    return result


def said_by_sources(attributes: Mapping[str, AttributeSpec]) -> list[str]:
    """The attributes that sources speak of: all that are not set by the CMDB itself."""
    return [name for name, spec in attributes.items() if not spec.managed]


def undeclared(given: Given, owner: str, names: Collection[str]) -> Iterable[Fault]:
    """A fault for each attribute of a declaration that its owner does not have."""
    for attribute in given.declaration.attributes:
        if attribute not in names:
            yield Fault(given.place, f"{owner} has no attribute {attribute}")
