"""Everybody whom the spans of an input name, each with a number, and what is said of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from importers.traces.places import Place
from importers.traces.spans import Party, Resource, Target

MOST_WORDS: Final = 50
"""How many versions, products, databases or workloads of one party are kept."""


@dataclass(slots=True)
class Known:
    """What spans say of one party; ``first`` is the first place that names it, ``is_service`` that it ran spans."""

    party: Party
    first: Place
    is_service: bool = False
    deployment: str = ""
    namespace: str = ""
    versions: set[str] = field(default_factory=set)
    workloads: set[str] = field(default_factory=set)
    engines: set[str] = field(default_factory=set)
    databases: set[str] = field(default_factory=set)


class Roster:
    """Parties by number.  Reading the same spans again changes nothing.  Memory grows with the parties only."""

    def __init__(self) -> None:
        """Nobody yet."""
        self._numbers: dict[Party, int] = {}
        self._known: list[Known] = []

    def __iter__(self) -> Iterator[Known]:
        """Everybody in order of numbers."""
        return iter(self._known)

    def __getitem__(self, number: int) -> Known:
        """The party of a number."""
        return self._known[number]

    def service(self, resource: Resource, place: Place) -> int:
        """The number of the service that ran a span."""
        number, known = self._enter(resource.party, place)
        if not known.is_service:
            known.is_service, known.first = True, place
            known.deployment, known.namespace = resource.deployment, resource.namespace
        _keep(known.versions, resource.version)
        for uid in resource.workloads:
            _keep(known.workloads, uid)
        return number

    def target(self, target: Target, place: Place) -> int:
        """The number of whom a span names at its other end."""
        number, known = self._enter(target.party, place)
        _keep(known.engines, target.engine)
        _keep(known.databases, target.database)
        return number

    def _enter(self, party: Party, place: Place) -> tuple[int, Known]:
        number = self._numbers.setdefault(party, len(self._known))
        if number == len(self._known):
            self._known.append(Known(party, place))
        return number, self._known[number]


def _keep(words: set[str], word: str) -> None:
    if word and len(words) < MOST_WORDS:
        words.add(word)
