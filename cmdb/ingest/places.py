"""Ends that can have only one relationship of a type: who takes the place when sources claim different ones."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cmdb.errors import CardinalityExceeded
from cmdb.ingest.edge_rows import EdgeRow
from cmdb.ingest.planning import Context
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Relationship
from cmdb.model.queries import Direction
from cmdb.model.sources import MANUAL, Scope, SourceRecord

Place: TypeAlias = tuple[str, str, str]
"""A relationship type, an item, and whether it stands ``from`` or ``to`` there."""


@dataclass(frozen=True, slots=True)
class Contest:
    """A new edge for which there is no place, and the edges that are there instead."""

    key: str
    error: CardinalityExceeded
    holders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Places:
    """The edges there are at the ends of rows whose type allows only one; ``types`` are those types."""

    catalogue: Catalogue
    types: Collection[str]
    edges: Sequence[Relationship]

    @classmethod
    def read(cls, rows: Sequence[EdgeRow], context: Context) -> "Places":
        """Those of some rows: a read for each end that can have only one, none where there is no such type.

        What else stands at the other end, however much, is not read.
        """
        specs = {type_: context.catalogue.relationship_types[type_] for type_ in {row.record.type for row in rows}}
        single = (
            (0, Direction.OUT, {type_ for type_, spec in specs.items() if spec.one_to}),
            (1, Direction.IN, {type_ for type_, spec in specs.items() if spec.one_from}),
        )
        edges: dict[str, Relationship] = {}
        for end, direction, types in single:
            ids = {row.ends[end].id for row in rows if row.ends and row.record.type in types}
            found = context.reader.relationships_of(ids, direction, types) if ids else ()
            edges |= {edge.key: edge for edge in found}
        return cls(context.catalogue, single[0][2] | single[1][2], [edges[key] for key in sorted(edges)])

    def contests(self, rows: Sequence[EdgeRow], removals: Collection[str]) -> list[Contest]:
        """The new edges that an end can not have as well; in order of the rows the first ones stay.

        ``removals`` are the edges that go.
        """
        gone = set(removals)
        kept = [edge for edge in self.edges if edge.key not in gone]
        there = {edge.key for edge in kept}
        held = {place: edge.key for edge in kept for place in self._places(edge.type, edge.from_id, edge.to_id)}
        found: dict[str, Contest] = {}
        for row in rows:
            if row.record.type not in self.types or row.ends is None or row.edge_key is None or row.is_loop:
                continue
            if row.edge_key in there or row.edge_key in found:
                continue
            places = self._places(row.record.type, row.ends[0].id, row.ends[1].id)
            full = [place for place in places if place in held]
            if full:
                label = row.ends[0 if full[0][2] == "from" else 1].label
                error = CardinalityExceeded(f"There can be only one {full[0][0]} {full[0][2]} {label}.")
                found[row.edge_key] = Contest(row.edge_key, error, frozenset(held[place] for place in full))
            else:
                held |= dict.fromkeys(places, row.edge_key)
                there.add(row.edge_key)
        return list(found.values())

    def _places(self, type_: str, from_id: str, to_id: str) -> list[Place]:
        spec = self.catalogue.relationship(type_)
        return [(type_, from_id, "from")] * spec.one_to + [(type_, to_id, "to")] * spec.one_from


def seniority(scope: Scope) -> tuple[bool, str]:
    """Whose claim to a place counts first: people, then sources in order of their scope, whoever was heard first."""
    return scope.source != MANUAL, str(scope)


def yielding(
    contests: Iterable[Contest], rows: Sequence[EdgeRow], claims: Mapping[str, Sequence[SourceRecord]]
) -> set[str]:
    """The edges that give up their place: all who claim one come after somebody who claims the new edge instead.

    A source does not contest its own word: of two edges that it claims itself, the one that is there stays.
    ``claims`` are those to the edges that are there; an edge without any is of this batch and stays.
    """
    best: dict[str, tuple[bool, str]] = {}
    for row in rows:
        if row.edge_key is not None:
            best[row.edge_key] = min(seniority(row.record.scope), best.get(row.edge_key, seniority(row.record.scope)))
    return {
        holder
        for contest in contests
        if all(
            claims.get(holder) and best[contest.key] < min(seniority(record.scope) for record in claims[holder])
            for holder in contest.holders
        )
        for holder in contest.holders
    }
