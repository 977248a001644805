"""Whatever the order of the same imports: one graph, up to what is still to be decided, and outright once it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.ingest.cases import CASE, SUSPECTS, cases_of
from cmdb.ingest.duplicates import Duplicates, Verdict
from cmdb.ingest.edge_claims import record_of
from cmdb.ingest.edits import Request
from cmdb.ingest.planning import Planned
from cmdb.ingest.references import find_current
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item
from cmdb.model.references import ById, ByIdentifier, Reference
from cmdb.model.sources import SourceRecord
from cmdb.reconcile import fold_edge, fold_item
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.ingest.graphs import bindings
from tests.ingest.rows import CLOUD, WATCH, ci, edge, load
from tests.ingest.test_properties import unsettled
from tests.ingest.worlds import LAB, Input, worldly, worlds
from tests.store.places import open_sqlite

ONLY = ("FITS_INTO", "LEADS")
"""Types of which an end has only one."""


@cache
def catalogue() -> Catalogue:
    return worldly()


@dataclass(frozen=True)
class Graph:
    """Items by who speaks of them, and edges between those; ids, numbers and times are left out."""

    items: Sequence[str]
    edges: Sequence[str]


def canonical(store: Store, *left_out: str) -> Graph:
    """The graph with what is still to be decided taken for one: folded from all that is said of it together.

    Relationships of some types may be left out.
    """
    things = [entry for chunk in store.graph().items for entry in chunk]
    own = [entry for entry in things if entry.cls != CASE and "merged_into" not in entry.attributes]
    groups = _groups(store, own)
    said = store.records_of([entry.id for entry in own])
    members: defaultdict[str, list[SourceRecord]] = defaultdict(list)
    for entry in own:
        members[groups[entry.id]].extend(said.get(entry.id, ()))
    names = {group: ", ".join(bindings(records)) for group, records in members.items()}
    items = [f"{names[group]}: {_told(records, store)}" for group, records in members.items()]
    edges = [f"{line} {told}" for line, told in _edges(store, groups, names, left_out)]
    return Graph(sorted(items), sorted(edges))


def _groups(store: Store, own: Sequence[Item]) -> dict[str, str]:
    """A representative for every item: that of all that it may be the same as."""
    groups = {entry.id: entry.id for entry in own}
    for case in cases_of([entry.id for entry in own], store):
        if case.is_open:
            one, other = (groups[id_] for id_ in case.suspects)
            groups = {id_: one if group == other else group for id_, group in groups.items()}
    return groups


def _told(records: Sequence[SourceRecord], store: Store) -> str:
    effective = fold_item(records, store.catalogue)
    return f"{effective.cls} {effective.name} {effective.attributes} {effective.groups} {effective.lifecycle}"


def _edges(
    store: Store, groups: dict[str, str], names: dict[str, str], left_out: Sequence[str]
) -> Iterable[tuple[str, str]]:
    """Every edge between different groups, folded from all claims that lead from the one to the other."""
    read = store.graph()
    list(read.items)
    keys = [edge.key for chunk in read.relationships for edge in chunk if edge.type not in {SUSPECTS, *left_out}]
    claims: defaultdict[tuple[str, str, str], list[SourceRecord]] = defaultdict(list)
    for key, records in store.records_of(keys).items():
        type_, from_id, to_id = key.split("|")
        claims[type_, groups[from_id], groups[to_id]].extend(records)
    for record in store.unresolved():
        if record_of(record).type in ONLY:
            continue  # somebody else has the place, or it leads nowhere
        ends = [_end(reference, store, groups) for reference in (record_of(record).from_ref, record_of(record).to_ref)]
        if all(len(end) == 1 for end in ends):  # several things, all of which may be one
            claims[record_of(record).type, min(ends[0]), min(ends[1])].append(record)
        else:
            yield f"{record.binding} dangles", ""
    for (type_, origin, target), records in claims.items():
        if origin != target:
            edge = fold_edge(records, store.catalogue.relationship(type_))
            yield f"{names[origin]} {type_} {names[target]}", f"{edge} {bindings(records)}"


def _end(reference: Reference, store: Store, groups: dict[str, str]) -> set[str]:
    found = find_current([reference], store, store.catalogue)
    return {groups[entry.id] for entries in found.items.values() for entry in entries}


def decide_all(store: Store) -> None:
    """Take everything that may be one for one."""
    duplicates = Duplicates(store)
    while opened := [
        case for case in cases_of([entry.id for chunk in store.graph().items for entry in chunk], store) if case.is_open
    ]:
        duplicates.merge(Verdict(ById(opened[0].item.id), Request("anna")))
    load(store)  # what was ambiguous is looked at again


def imported(store: Store, inputs: Iterable[Input]) -> Graph:
    for rows in inputs:
        load(store, *rows)
    return canonical(store, *ONLY)


def same(orders: Sequence[Sequence[Input]], opened: Callable[[], Store]) -> None:
    """Every order gives the graph of the first one, before and after everything is decided."""
    before: list[Graph] = []  # of what there can be only one is not told until it is decided what is one
    after: list[Graph] = []
    for order in orders:
        with opened() as store:
            before.append(imported(store, order))
            assert unsettled(store) == Planned()
            decide_all(store)
            assert unsettled(store) == Planned()
            after.append(canonical(store))
    assert before == [before[0]] * len(orders)
    assert after == [after[0]] * len(orders)


def fresh() -> MemoryStore:
    return MemoryStore(catalogue())


@settings(max_examples=60)
@given(st.data())
def test_any_order_of_the_same_imports_gives_one_graph(data: st.DataObject) -> None:
    inputs = data.draw(worlds())
    same([inputs, *(data.draw(st.permutations(inputs)) for _ in range(3))], fresh)


@settings(max_examples=6)
@given(worlds())
def test_the_order_does_not_matter_in_a_file_either(inputs: list[Input]) -> None:
    with TemporaryDirectory() as folder:
        numbers = count()
        same([inputs, inputs[::-1]], lambda: open_sqlite(Path(folder) / f"{next(numbers)}.sqlite", catalogue()))


BRIDGE: dict[str, Input] = {
    "serial": [ci("a", serial="S-1", model="x")],
    "uuid": [ci("c", scope=CLOUD, system_uuid="U-1", model="y")],
    "both": [ci("b", scope=WATCH, serial="S-1", system_uuid="U-1")],
    "edges": [
        edge(ByIdentifier("serial", "S-1"), "LINKED_TO", "lab/room-1#x", scope=LAB),
        edge("lab/room-1#x", "LINKED_TO", "cloud/eu#c", scope=LAB),
        ci("x", scope=LAB),
    ],
}


@pytest.mark.parametrize("order", list(permutations(BRIDGE)), ids="-".join)
def test_a_source_that_bridges_two_others_never_makes_one_guess(order: Sequence[str]) -> None:
    same([list(BRIDGE.values()), [BRIDGE[name] for name in order]], fresh)


def test_one_world_in_every_order() -> None:
    clones: list[Input] = [
        [ci("1", serial="S-1", system_uuid="U-1"), ci("2", serial="S-1", system_uuid="NA"), ci("3", serial="NA")],
        [ci("x", scope=CLOUD, serial="S-1"), edge("x", "LINKED_TO", "racks/hall-1#3", scope=CLOUD)],
        [ci("y", "Blade", scope=WATCH, system_uuid="u-1", name="blade")],
        [ci("z", scope=LAB, fqdn="z.example"), edge("z", "LINKED_TO", ByIdentifier("serial", "S-1"), scope=LAB)],
    ]
    same([clones, *permutations(clones)], fresh)
