"""The graph of the store as integers: what impact is computed on, at one ``seq``."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import impact
from cmdb.model.catalogue import Catalogue, Failure
from cmdb.model.items import Effect, GroupSetting, Item, Relationship
from cmdb.store.port import GraphRead, Store

RESPONSIBILITIES = ("OWNED_BY", "SUPPORTED_BY", "SUPPLIED_BY", "AGREED_WITH")
"""Relationship types that lead from a CI or agreement to a party that must be called."""

EFFECTS: Mapping[Effect, impact.Effect] = {
    Effect.HARD: impact.Effect.HARD,
    Effect.SOFT: impact.Effect.SOFT,
}


class Dependency(NamedTuple):
    """What a relationship means for failures: who depends on whom (by id), and how much reaches the dependent."""

    dependent: str
    provider: str
    effect: Effect


class DependencyRules:
    """What relationships and groups mean for failures, by one catalogue; an answer is looked up once for its kind."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Nothing is looked up yet."""
        self._catalogue = catalogue
        self._meanings: dict[tuple[str, Effect | None], tuple[Failure, Effect] | None] = {}
        self._groups: dict[tuple[str, str], str | None] = {}

    def dependency(self, edge: Relationship) -> Dependency | None:
        """The dependency that an edge is; ``None`` when it carries no failure, for it must not feign redundancy."""
        kind = (edge.type, edge.effect)
        if kind not in self._meanings:
            self._meanings[kind] = self._meaning(*kind)
        meaning = self._meanings[kind]
        if meaning is None:
            return None
        failure, effect = meaning
        if failure is Failure.AGAINST:
            return Dependency(edge.from_id, edge.to_id, effect)
        return Dependency(edge.to_id, edge.from_id, effect)

    def group_name(self, edge: Relationship, dependent: Item) -> str | None:
        """The edge's own group, else the one that the dependent's class declares, else ``None``: it stands alone."""
        if edge.group:
            return edge.group
        kind = (dependent.cls, edge.type)
        if kind not in self._groups:
            self._groups[kind] = self._catalogue.default_group(*kind)
        return self._groups[kind]

    def group_setting(self, owner: Item, name: str) -> GroupSetting:
        """The owner's own setting of a group, else its class's, else one member."""
        return owner.groups.get(name) or self._catalogue.group_setting(owner.cls, name) or GroupSetting()

    def _meaning(self, type_: str, own: Effect | None) -> tuple[Failure, Effect] | None:
        spec = self._catalogue.relationship_types.get(type_)
        if spec is None or spec.failure is Failure.NONE:
            return None
        effect = own or spec.effect
        return None if effect is Effect.NONE else (spec.failure, effect)


@dataclass(frozen=True, slots=True)
class DependencyGraph:
    """Items numbered in canonical order (class, name, identity), and the compiled failure-carrying edges among them.

    ``edges[i]`` is the relationship of the compiled graph's edge ``i``; ``responsible`` the edges to parties.
    Canonical numbering makes answers equal on every store, whatever ids it gave.
    """

    seq: int
    items: tuple[Item, ...]
    numbers: Mapping[str, int]
    graph: impact.Graph
    edges: tuple[Relationship, ...]
    responsible: Mapping[int, tuple[tuple[str, int], ...]]

    def label(self, number: int) -> str:
        """``Class:name`` of an item by number."""
        return self.items[number].label


def compile_graph(read: GraphRead, catalogue: Catalogue) -> DependencyGraph:
    """Number the items and compile the edges of a bulk read: O(n log n + m).

    Equal graphs give equal answers whatever ids their items have: parallel edges come in order of their type, and
    everything else is told apart by the numbers of its ends.
    """
    builder = GraphBuilder(DependencyRules(catalogue))
    for item in sorted((item for chunk in read.items for item in chunk), key=_place):
        builder.add_item(item)
    for chunk in read.relationships:
        for edge in chunk:
            builder.add(edge)
    builder.add_empty_groups()
    return DependencyGraph(
        seq=read.seq,
        items=tuple(builder.items),
        numbers=builder.numbers,
        graph=builder.compile(),
        edges=tuple(builder.edges),
        responsible={number: tuple(sorted(parties)) for number, parties in builder.responsible.items()},
    )


def _place(item: Item) -> tuple[str, str, str, str]:
    return item.cls, item.name, item.identity_key, item.id


@dataclass(slots=True)
class GraphBuilder:
    """Numbered items, and columns of edges and groups, grown one by one; compiled as often as wanted."""

    rules: DependencyRules
    items: list[Item] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    edges: list[Relationship] = field(default_factory=list)
    dependents: list[int] = field(default_factory=list)
    providers: list[int] = field(default_factory=list)
    effects: list[impact.Effect] = field(default_factory=list)
    group_of: list[int] = field(default_factory=list)
    groups: dict[tuple[int, str], impact.GroupSpec] = field(default_factory=dict)
    group_numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    responsible: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    thresholds: dict[str, impact.Threshold] = field(default_factory=dict)

    def add_item(self, item: Item) -> None:
        """Give an item the next number."""
        self.numbers[item.id] = len(self.items)
        self.items.append(item)

    def add(self, edge: Relationship) -> None:
        """Take over one relationship, in the direction its type gives it; both its ends have a number."""
        if edge.type in RESPONSIBILITIES:
            self.responsible.setdefault(self.numbers[edge.from_id], []).append((edge.type, self.numbers[edge.to_id]))
        carried = self.rules.dependency(edge)
        if carried is None:
            return
        dependent = self.numbers[carried.dependent]
        self.edges.append(edge)
        self.dependents.append(dependent)
        self.providers.append(self.numbers[carried.provider])
        self.effects.append(EFFECTS[carried.effect])
        self.group_of.append(self._group(dependent, edge))

    def add_empty_groups(self) -> None:
        """Take over the groups that items were given settings for but that have no member: the record has lost them."""
        for number, item in enumerate(self.items):
            for name, setting in sorted(item.groups.items()):
                self.groups.setdefault((number, name), self._spec(number, name, setting))

    def _group(self, dependent: int, edge: Relationship) -> int:
        item = self.items[dependent]
        name = self.rules.group_name(edge, item)
        if name is None:
            return impact.ALONE
        key = (dependent, name)
        if key not in self.group_numbers:
            self.group_numbers[key] = len(self.groups)
            self.groups[key] = self._spec(dependent, name, self.rules.group_setting(item, name))
        return self.group_numbers[key]

    def _spec(self, owner: int, name: str, setting: GroupSetting) -> impact.GroupSpec:
        below = setting.degraded_below
        return impact.GroupSpec(owner, name, self._threshold(setting.min_up), self._threshold(below) if below else None)

    def _threshold(self, text: str) -> impact.Threshold:
        if text not in self.thresholds:
            self.thresholds[text] = impact.Threshold.parse(text)
        return self.thresholds[text]

    def compile(self) -> impact.Graph:
        """The columns as one compiled graph."""
        return impact.Graph.compile(
            len(self.items), self.dependents, self.providers, self.effects, self.group_of, list(self.groups.values())
        )


class DependencyGraphs:
    """The last few graphs by ``seq``: an answer is never older than its request, and the past is kept ready."""

    def __init__(self, store: Store, keep: int = 4) -> None:
        """Compile from this store on demand; ``keep`` graphs stay in memory."""
        self._store = store
        self._keep = keep
        self._lock = threading.Lock()
        self._graphs: OrderedDict[int, DependencyGraph] = OrderedDict()

    def at(self, seq: int | None = None) -> DependencyGraph:
        """The graph at ``seq``, or at the head as it is now: the store's head is asked each time."""
        wanted = self._store.head() if seq is None else seq
        with self._lock:
            known = self._graphs.get(wanted)
            if known is not None:
                self._graphs.move_to_end(wanted)
                return known
            compiled = compile_graph(self._store.graph(seq), self._store.catalogue)
            self._graphs[compiled.seq] = compiled
            while len(self._graphs) > self._keep:
                self._graphs.popitem(last=False)
            return compiled
