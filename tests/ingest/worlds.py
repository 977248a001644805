"""Worlds of machines, and what sources that see parts of them say: with placeholders, clones and mere names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from hypothesis import strategies as st

from cmdb.model.catalogue import Catalogue, load_catalogue
from cmdb.model.items import Basis, GroupSetting
from cmdb.model.observations import CIRecord, Observation, RelationshipRecord
from cmdb.model.references import ByIdentifier, ByKey
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from tests.ingest.rows import CLOUD, RACKS, WATCH, ci, edge, grouped

Input: TypeAlias = Sequence[Observation]

LAB = Scope("lab", "room-1")
SCOPES = (RACKS, CLOUD, WATCH, LAB)
NUMBERS = ("serial", "system_uuid", "fqdn")


def worldly() -> Catalogue:
    """The gadgets, a special kind of host, and precedences."""
    folder = Path(__file__).parent
    return load_catalogue(folder.parent / "gadgets.yaml", folder / "worlds.yaml")


@dataclass(frozen=True)
class Machine:
    """A machine as it is: its numbers, some of which nobody can read off it, and some of which it shares."""

    numbers: dict[str, JSONValue]


@st.composite
def machines(draw: st.DrawFn) -> list[Machine]:
    """A few machines; a number may be a placeholder, or that of another machine of which it is a clone."""
    made: list[Machine] = []
    for place in range(draw(st.integers(2, 4))):
        numbers: dict[str, JSONValue] = {name: f"{name} {place}" for name in NUMBERS}
        for name in NUMBERS:
            odd = draw(st.sampled_from(["own", "own", "own", "placeholder", "cloned"]))
            if odd == "placeholder":
                numbers[name] = draw(st.sampled_from(["NA", "To be filled by O.E.M.", "localhost"]))
            if odd == "cloned" and made:
                numbers[name] = draw(st.sampled_from(made)).numbers[name]
        made.append(Machine(numbers))
    return made


@st.composite
def worlds(draw: st.DrawFn) -> list[Input]:
    """One input for each source; it knows some numbers of some machines, and calls them as it likes."""
    world = draw(machines())
    inputs: list[Input] = []
    for scope in SCOPES[: draw(st.integers(2, 4))]:
        seen = draw(st.lists(st.sampled_from(range(len(world))), unique=True, min_size=1, max_size=len(world)))
        rows: list[Observation] = [draw(descriptions(scope, place, world[place])) for place in seen]
        rows += draw(st.lists(links(scope, world), max_size=3, unique_by=lambda row: row.key))
        rows += draw(st.lists(places(scope, world), max_size=1))
        inputs.append(draw(st.permutations(rows)))
    return inputs


@st.composite
def descriptions(draw: st.DrawFn, scope: Scope, place: int, machine: Machine) -> CIRecord:
    """What one source says of one machine."""
    known = draw(st.sets(st.sampled_from(NUMBERS)))
    said: dict[str, JSONValue] = {name: machine.numbers[name] for name in NUMBERS if name in known}
    for attribute in ("model", "description", "operating_system"):
        value = draw(st.sampled_from([None, "x", "y"]))
        if value is not None:
            said[attribute] = value
    cls = draw(st.sampled_from(["Host", "Host", "Blade"]))
    row = ci(f"key {place}", cls, scope=scope, name=draw(st.sampled_from(["web", "db"])), **said)
    up = draw(st.sampled_from([None, None, "1", "50%"]))
    return row if up is None else grouped(row, power=GroupSetting(up))


@st.composite
def links(draw: st.DrawFn, scope: Scope, world: Sequence[Machine]) -> RelationshipRecord:
    """A relationship by keys of its own or of other sources, or by numbers; some lead nowhere or to several."""
    places = st.integers(0, len(world) - 1)
    ends = st.one_of(
        places.map(lambda place: ByKey(scope, f"key {place}")),
        st.builds(lambda other, place: ByKey(other, f"key {place}"), st.sampled_from(SCOPES), places),
        places.map(lambda place: ByIdentifier("serial", str(world[place].numbers["serial"]))),
    )
    note: dict[str, JSONValue] = {"note": draw(st.sampled_from([None, "x", "y"]))}
    group = draw(st.sampled_from([None, "power"]))
    basis = draw(st.sampled_from(Basis))
    return edge(draw(ends), "LINKED_TO", draw(ends), scope=scope, basis=basis, group=group, attributes=note)


@st.composite
def places(draw: st.DrawFn, scope: Scope, world: Sequence[Machine]) -> RelationshipRecord:
    """What a machine has only one of; sources may disagree about it, but none with itself."""
    keys = [ByKey(draw(st.sampled_from(SCOPES)), f"key {draw(st.integers(0, len(world) - 1))}") for _ in range(2)]
    return edge(keys[0], draw(st.sampled_from(["FITS_INTO", "LEADS"])), keys[1], scope=scope)
