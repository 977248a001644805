"""Random estates and what becomes of them: as change sets for a store, and as the naive oracle reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from cmdb.ingest.overlay import Overlay
from cmdb.ingest.touched import TouchedGraph
from cmdb.model.commits import ChangeSet, CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import Effect, GroupSetting, Lifecycle, relationship_key
from cmdb.store.port import Store
from tests.impact.naive import Edge, Estate, Group

CLASSES = ("BusinessService", "Host", "Application", "TechnicalService", "Host", "Workload", "Offering", "Application")
SERVICES = {"BusinessService", "TechnicalService", "Offering"}
ALONG = {"PART_OF"}
NATURE = {"DEPENDS_ON": "hard", "UPLINKED_TO": "hard", "COOLED_BY": "soft", "PART_OF": "hard"}
BORN_IN_GROUPS = {("Host", "UPLINKED_TO"): "uplinks", ("Workload", "PART_OF"): "parts"}
THRESHOLDS = ("0", "1", "2", "3", "50%", "100%")


@dataclass(frozen=True, slots=True)
class Thing:
    """One item; ``groups`` are its own settings."""

    cls: str
    groups: Mapping[str, str]
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What an edge says of itself."""

    group: str | None
    effect: str | None


LinkKey = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class World:
    """All items by number and all edges by ends and type, at one time."""

    things: Mapping[int, Thing]
    links: Mapping[LinkKey, Said]

    def estate(self) -> Estate:
        """The same for the oracle, by the rules of the catalogue as this file states them."""
        edges = [edge for link, said in self.links.items() if (edge := self.edge(link, said)) is not None]
        named = {(edge.dependent, edge.group) for edge in edges if edge.group is not None}
        groups = [Group(owner, name, self.things[owner].groups.get(name, "1")) for owner, name in sorted(named)]
        return Estate(max(self.things, default=-1) + 1, edges, groups)

    def edge(self, link: LinkKey, said: Said) -> Edge | None:
        """One edge for the oracle; ``None`` when it carries no failure."""
        origin, type_, target = link
        effect = said.effect or NATURE.get(type_, "none")
        if type_ not in NATURE or effect == "none":
            return None
        dependent, provider = (target, origin) if type_ in ALONG else (origin, target)
        group = said.group or BORN_IN_GROUPS.get((self.things[dependent].cls, type_))
        return Edge(dependent, provider, effect, group)


@dataclass(frozen=True, slots=True)
class Story:
    """An estate before and after a plan."""

    before: World
    after: World

    def written(self, store: Store) -> TouchedGraph:
        """Write what is before, and lay what comes after over it."""
        store.commit(replace(_changes(World({}, {}), self.before), request_id="before"))
        overlay = Overlay(store, store.head())
        overlay.absorb(self.plan())
        return overlay.touched()

    def plan(self) -> ChangeSet:
        """What leads from the one to the other."""
        return _changes(self.before, self.after)


def id_of(number: int) -> str:
    return f"n{number}"


def _changes(before: World, after: World) -> ChangeSet:
    creates = [
        CreateItem(id_of(n), thing.cls, id_of(n), {}, f"key of {n}", groups=_settings(thing.groups))
        for n, thing in after.things.items()
        if n not in before.things
    ]
    puts = [
        PutRelationship(type_, id_of(a), id_of(b), said.group, Effect(said.effect) if said.effect else None)
        for (a, type_, b), said in after.links.items()
        if before.links.get((a, type_, b)) != said
    ]
    removals = [relationship_key(type_, id_of(a), id_of(b)) for a, type_, b in before.links.keys() - after.links.keys()]
    updates = [
        _update(n, before.things[n], thing)
        for n, thing in after.things.items()
        if n in before.things and before.things[n] != thing
    ]
    return ChangeSet(
        "plan", "plan", "tester",
        creates=tuple(creates), updates=tuple(updates), relationships=tuple(puts), removals=tuple(sorted(removals)),
    )  # fmt: skip


def _update(number: int, before: Thing, after: Thing) -> UpdateItem:
    gone = dict.fromkeys(before.groups.keys() - after.groups.keys())
    return UpdateItem(
        id_of(number),
        cls=after.cls,
        groups={**_settings(after.groups), **gone},
        lifecycle=Lifecycle.RETIRED if after.is_retired else Lifecycle.LIVE,
    )


def _settings(groups: Mapping[str, str]) -> dict[str, GroupSetting]:
    return {name: GroupSetting(min_up) for name, min_up in groups.items()}


def _things() -> st.SearchStrategy[Thing]:
    names = st.sampled_from(["a", "b", "uplinks", "parts"])
    settings = st.dictionaries(names, st.sampled_from(THRESHOLDS), max_size=2)
    return st.builds(Thing, st.sampled_from(CLASSES), settings)


def _said() -> st.SearchStrategy[Said]:
    effects = st.sampled_from([None, None, None, "hard", "soft", "none"])
    return st.builds(Said, st.sampled_from([None, None, "a", "b"]), effects)


@st.composite
def stories(draw: st.DrawFn, largest: int = 9) -> Story:
    """Up to nine items with any edges, groups and cycles; a plan adds, alters, retires, relates and unrelates."""
    size = draw(st.integers(3, largest))
    born = draw(st.sampled_from([size, size, size - 1, size - 2]))
    things = dict(enumerate(draw(st.lists(_things(), min_size=size, max_size=size))))
    numbers = st.integers(0, size - 1)
    types = st.sampled_from(
        ["DEPENDS_ON", "DEPENDS_ON", "UPLINKED_TO", "UPLINKED_TO", "PART_OF", "COOLED_BY", "LINKED_TO"]
    )
    ends = st.tuples(numbers, types, numbers)
    links = draw(st.dictionaries(ends, _said(), min_size=size, max_size=2 * size))
    older = {
        n: draw(st.sampled_from([thing, thing, thing, draw(_things())])) for n, thing in things.items() if n < born
    }
    before = World(older, {link: said for link, said in links.items() if max(link[0], link[2]) < born})
    retired = draw(st.sets(numbers, max_size=2))
    some = st.sampled_from(sorted(links))
    removed = draw(st.sets(some, max_size=3))
    kept = {link: said for link, said in links.items() if link not in removed}
    altered = draw(st.dictionaries(some | ends, _said(), max_size=3))
    last = {n: replace(thing, is_retired=n in retired) for n, thing in things.items()}
    return Story(before, World(last, {**kept, **altered}))
