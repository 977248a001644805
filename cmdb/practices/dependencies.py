"""The graph of the store as integers: what impact is computed on, at one ``seq``."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import impact
from cmdb.model.catalogue import Catalogue, Failure, RelationshipSpec
from cmdb.model.items import Effect, GroupSetting, Item, Relationship
from cmdb.store.port import GraphRead, Store

RESPONSIBILITIES = ("OWNED_BY", "SUPPORTED_BY", "SUPPLIED_BY", "AGREED_WITH")
"""Relationship types that lead from a CI or agreement to a party that must be called."""

EFFECTS: Mapping[Effect, impact.Effect] = {
    Effect.HARD: impact.Effect.HARD,
    Effect.SOFT: impact.Effect.SOFT,
}


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
    items = sorted((item for chunk in read.items for item in chunk), key=_place)
    numbers = {item.id: number for number, item in enumerate(items)}
    builder = _Builder(catalogue, items, numbers)
    for chunk in read.relationships:
        for edge in chunk:
            builder.add(edge)
    builder.add_empty_groups()
    return DependencyGraph(
        seq=read.seq,
        items=tuple(items),
        numbers=numbers,
        graph=builder.compile(),
        edges=tuple(builder.edges),
        responsible={number: tuple(sorted(parties)) for number, parties in builder.responsible.items()},
    )


def _place(item: Item) -> tuple[str, str, str, str]:
    return item.cls, item.name, item.identity_key, item.id


@dataclass(slots=True)
class _Builder:
    """Columns of edges and groups, grown edge by edge."""

    catalogue: Catalogue
    items: Sequence[Item]
    numbers: Mapping[str, int]
    edges: list[Relationship] = field(default_factory=list)
    dependents: list[int] = field(default_factory=list)
    providers: list[int] = field(default_factory=list)
    effects: list[impact.Effect] = field(default_factory=list)
    group_of: list[int] = field(default_factory=list)
    groups: dict[tuple[int, str], impact.GroupSpec] = field(default_factory=dict)
    group_numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    responsible: dict[int, list[tuple[str, int]]] = field(default_factory=dict)

    def add(self, edge: Relationship) -> None:
        """Take over one relationship, in the direction its type gives it."""
        spec = self.catalogue.relationship_types.get(edge.type)
        origin, target = self.numbers[edge.from_id], self.numbers[edge.to_id]
        if edge.type in RESPONSIBILITIES:
            self.responsible.setdefault(origin, []).append((edge.type, target))
        if spec is None or spec.failure is Failure.NONE:
            return
        dependent, provider = (origin, target) if spec.failure is Failure.AGAINST else (target, origin)
        effect = edge.effect or spec.effect
        if effect is Effect.NONE:  # it carries no failure, so it is no member: it must not feign redundancy
            return
        self.edges.append(edge)
        self.dependents.append(dependent)
        self.providers.append(provider)
        self.effects.append(EFFECTS[effect])
        self.group_of.append(self._group(dependent, edge, spec))

    def add_empty_groups(self) -> None:
        """Take over the groups that items were given settings for but that have no member: the record has lost them."""
        for number, item in enumerate(self.items):
            for name, setting in sorted(item.groups.items()):
                self.groups.setdefault((number, name), _spec(number, name, setting))

    def _group(self, dependent: int, edge: Relationship, spec: RelationshipSpec) -> int:
        """The edge's own group, else the one its class declares, else alone."""
        item = self.items[dependent]
        name = edge.group or self.catalogue.default_group(item.cls, spec.name)
        if name is None:
            return impact.ALONE
        key = (dependent, name)
        if key not in self.group_numbers:
            setting = item.groups.get(name) or self.catalogue.group_setting(item.cls, name) or GroupSetting()
            self.group_numbers[key] = len(self.groups)
            self.groups[key] = _spec(dependent, name, setting)
        return self.group_numbers[key]

    def compile(self) -> impact.Graph:
        """The columns as one compiled graph."""
        return impact.Graph.compile(
            len(self.items), self.dependents, self.providers, self.effects, self.group_of, list(self.groups.values())
        )


def _spec(owner: int, name: str, setting: GroupSetting) -> impact.GroupSpec:
    below = setting.degraded_below
    return impact.GroupSpec(
        owner, name, impact.Threshold.parse(setting.min_up), impact.Threshold.parse(below) if below else None
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
