"""Cables between ports, followed through patch panels."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from cmdb.model.values import JSONValue
from importers.fields import entries, mapping, number, text
from importers.netbox.estate import Estate, Target
from importers.netbox.rows import Row, key_text
from importers.netbox.values import status_of

MAX_CABLES: Final = 64
"""The longest chain of cables that is followed."""
MAX_PORTS: Final = 64
"""How many ports one end of a cable may have; a wider cable is not followed, and people are told."""
MAX_FAR_ENDS: Final = 256
"""How many far ends one port may have, reached through panels that fan out."""

_FRONT, _REAR = "dcim.frontport", "dcim.rearport"

Path: TypeAlias = tuple["Cable", ...]


@dataclass(frozen=True, slots=True)
class Cable:
    """A cable: its key, the row that tells of it, and the ports at either end."""

    pk: str
    row: Row
    ends: tuple[tuple[Target, ...], tuple[Target, ...]]

    @property
    def is_wide(self) -> bool:
        """Whether it has more ports on one end than are followed."""
        return max(map(len, self.ends)) > MAX_PORTS

    def other_end(self, port: Target) -> tuple[Target, ...]:
        """The ports that are not on the same end as this one."""
        return self.ends[1] if port in self.ends[0] else self.ends[0]


@dataclass(frozen=True, slots=True)
class _Step:
    """A port that is reached, the positions to come out at behind it, innermost last, and the cables on the way."""

    port: Target
    positions: tuple[int, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Wiring:
    """Which cable each port has, and which front port stands for which position of which rear port."""

    cables: tuple[Cable, ...]
    at_port: Mapping[Target, Cable]
    rear_of: Mapping[Target, Sequence[tuple[Target, int]]]
    front_of: Mapping[Target, Mapping[int, Target]]

    @classmethod
    def of(cls, estate: Estate) -> "Wiring":
        """Gather it from cables, terminations, front ports and mappings of ports; linear in their number."""
        cables = tuple(_cables(estate))
        at_port: dict[Target, Cable] = {}
        for cable in cables:
            if status_of(cable.row) != "planned" and not cable.is_wide:
                for port in (*cable.ends[0], *cable.ends[1]):
                    at_port.setdefault(port, cable)
        rear_of: dict[Target, list[tuple[Target, int]]] = defaultdict(list)
        front_of: dict[Target, dict[int, Target]] = defaultdict(dict)
        for front, rear, position in _mapped_ports(estate):
            rear_of[front].append((rear, position))
            front_of[rear].setdefault(position, front)
        return cls(cables, at_port, rear_of, front_of)

    def too_wide(self) -> list[Cable]:
        """The cables that are not followed because of their number of ports."""
        return [cable for cable in self.cables if cable.is_wide]

    def ports(self) -> list[Target]:
        """The ports at which a chain of cables begins or ends, in the order of their cables."""
        return [port for port in self.at_port if port[0] not in {_FRONT, _REAR}]

    def far_ends(self, port: Target) -> list[tuple[Target, Path]]:
        """What the cables of a port lead to, panels passed through, with the cables on the way.

        A rear port of several positions is left by the position at which the chain entered its counterpart; where that
        is not known, the chain ends without a far end.  At most ``MAX_CABLES`` cables and ``MAX_FAR_ENDS`` ends.
        """
        found: list[tuple[Target, Path]] = []
        pending = [_Step(port, (), ())]
        seen: set[tuple[Target, tuple[int, ...]]] = set()
        while pending and len(found) < MAX_FAR_ENDS and len(seen) < MAX_FAR_ENDS * MAX_CABLES:
            step = pending.pop()
            cable = self.at_port.get(step.port)
            if cable is None or len(step.path) == MAX_CABLES or (step.port, step.positions) in seen:
                continue
            seen.add((step.port, step.positions))
            path = (*step.path, cable)
            ends = cable.other_end(step.port)
            for panel in (far for far in ends if far[0] in {_FRONT, _REAR}):
                pending.extend(_Step(behind, positions, path) for behind, positions in self._behind(panel, step))
            found.extend((far, path) for far in ends if far[0] not in {_FRONT, _REAR} and far != port)
        return found[:MAX_FAR_ENDS]

    def _behind(self, port: Target, step: _Step) -> Iterator[tuple[Target, tuple[int, ...]]]:
        """The ports on the other side of a panel."""
        if port[0] == _FRONT:
            for rear, position in self.rear_of.get(port, ()):
                several = len(self.front_of.get(rear, ())) > 1
                yield rear, ((*step.positions, position) if several else step.positions)
            return
        fronts = self.front_of.get(port, {})
        if len(fronts) == 1:
            yield next(iter(fronts.values())), step.positions
        elif step.positions and step.positions[-1] in fronts:
            yield fronts[step.positions[-1]], step.positions[:-1]


def _cables(estate: Estate) -> Iterator[Cable]:
    ends: dict[str, tuple[list[Target], list[Target]]] = defaultdict(lambda: ([], []))
    rows: dict[str, Row] = {}
    for row in estate.rows("dcim.cable"):
        rows[row.pk] = row
        for number_, side in enumerate(("a", "b")):
            ends[row.pk][number_].extend(_told_ends(estate, row, side))
    for row in estate.rows("dcim.cabletermination"):
        cable, port = estate.target(row, "cable", "dcim.cable"), estate.generic(row, "termination")
        side = text(row.fields, "cable_end") or text(row.fields, "cable_end", "value")
        if cable is not None and port is not None and side in {"A", "B"}:
            rows.setdefault(cable[1], row)
            ends[cable[1]]["AB".index(side)].append(port)
    for pk, row in rows.items():
        first, second = (tuple(dict.fromkeys(side)) for side in ends[pk])
        yield Cable(pk, row, (first, tuple(port for port in second if port not in set(first))))


def _told_ends(estate: Estate, row: Row, side: str) -> Iterator[Target]:
    for entry in entries(row.fields, f"{side}_terminations"):
        model, pk = estate.model_of(mapping(entry).get("object_type")), key_text(mapping(entry).get("object_id"))
        if model and pk:
            yield model, pk
    told = estate.generic(row, f"termination_{side}")
    if told is not None:
        yield told


def _mapped_ports(estate: Estate) -> Iterator[tuple[Target, Target, int]]:
    """Front port, rear port, position: on the front port itself, or since 4.5 in rows or lists of their own."""
    for row in estate.rows(_FRONT):
        rear = estate.target(row, "rear_port", _REAR)
        if rear is not None:
            yield (_FRONT, row.pk), rear, _position(row.fields)
        for entry in entries(row.fields, "rear_ports"):
            pk = key_text(mapping(entry).get("rear_port")) or key_text(mapping(entry, "rear_port").get("id"))
            if pk:
                yield (_FRONT, row.pk), (_REAR, pk), _position(entry)
    for row in estate.rows("dcim.portmapping"):
        front, rear = estate.target(row, "front_port", _FRONT), estate.target(row, "rear_port", _REAR)
        if front is not None and rear is not None:
            yield front, rear, _position(row.fields)


def _position(value: JSONValue) -> int:
    return number(value, "rear_port_position") or 1
