"""Effects against brute force: every CI fails before and after, by a fixpoint that is written down as it is meant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmdb.ingest.touched import TouchedGraph
from cmdb.practices.effects import Effects, Extent, Limits, OmissionKind, effects
from cmdb.store.memory import MemoryStore
from tests.builders import gadgets
from tests.effort import examples
from tests.impact.naive import DOWN, naive_states, threshold
from tests.practices.effects.sketches import SERVICES, Story, World, id_of, stories

pytestmark = pytest.mark.slow
thorough = settings(max_examples=examples(400), suppress_health_check=[HealthCheck.too_slow])
many = settings(thorough, max_examples=examples(100))
EVERYTHING = Limits(radius_items=1)


@dataclass(frozen=True)
class Falls:
    """For each CI what is DOWN when it alone fails; ``services`` are such by their class after."""

    services: frozenset[int]
    by_ci: dict[int, frozenset[int]]

    @classmethod
    def of(cls, world: World, last: World) -> "Falls":
        estate = world.estate()
        services = frozenset(n for n, thing in last.things.items() if thing.cls in SERVICES)
        return cls(services, {ci: _down(naive_states(replace(estate, seeds={ci: "down"}))) for ci in world.things})

    def extent(self, ci: int) -> Extent:
        others = self.by_ci[ci] - {ci}
        return Extent(len(others), len(others & self.services))


def _down(states: dict[int, int]) -> frozenset[int]:
    return frozenset(n for n, state in states.items() if state == DOWN)


def points(story: Story, here: Falls, there: Falls) -> set[tuple[str, str]]:
    """Pairs of a service, live on both sides, and a CI with which it falls here and not there."""
    before, after = story.before.things, story.after.things
    lasting = [n for n in before if after[n].cls in SERVICES and not (before[n].is_retired or after[n].is_retired)]
    return {
        (id_of(service), id_of(ci))
        for ci, fallen in here.by_ci.items()
        for service in lasting
        if service != ci and service in fallen - there.by_ci.get(ci, frozenset())
    }


def told_points(found: Effects) -> list[set[tuple[str, str]]]:
    return [{(row.service.id, row.ci.id) for row in rows} for rows in (found.spof_gained, found.spof_lost)]


def radii(story: Story) -> Iterator[tuple[str, Extent, Extent]]:
    """Radii that differ in number, of CIs that are there before."""
    before, after = Falls.of(story.before, story.after), Falls.of(story.after, story.after)
    for ci in story.before.things:
        if before.extent(ci) != after.extent(ci):
            yield id_of(ci), before.extent(ci), after.extent(ci)


@thorough
@given(stories())
def test_single_points_and_radii_are_those_of_brute_force(story: Story) -> None:
    with MemoryStore(gadgets()) as store:
        found = effects(store, story.written(store), EVERYTHING)
    before, after = Falls.of(story.before, story.after), Falls.of(story.after, story.after)
    assert told_points(found) == [points(story, after, before), points(story, before, after)]
    rows = [(row.ci.id, row.before, row.after) for row in (*found.radii_grown, *found.radii_shrunk)]
    assert sorted(rows, key=str) == sorted(radii(story), key=str)
    assert found.complete


# --- groups, by count alone


def groups(world: World) -> dict[tuple[int, str], tuple[list[int], str]]:
    """The providers of each group's members, with ``min_up``; of groups that have members or a setting."""
    found: dict[tuple[int, str], tuple[list[int], str]] = {
        (owner, name): ([], min_up) for owner, thing in world.things.items() for name, min_up in thing.groups.items()
    }
    estate = world.estate()
    stated = {(group.owner, group.name): group.min_up for group in estate.groups}
    for edge in estate.edges:
        if edge.group is not None:
            key = (edge.dependent, edge.group)
            found.setdefault(key, ([], stated[key]))[0].append(edge.provider)
    return found


def is_short(members: Sequence[int], min_up: str) -> bool:
    return not min_up.endswith("%") and int(min_up) > len(members)


def spare(members: Sequence[int], min_up: str) -> int:
    return len(members) - threshold(min_up, len(members))


def weaker(story: Story) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Owner and name of the groups that lose members, redundancy or hold, and of those that now need too many."""
    before, after = groups(story.before), groups(story.after)
    depends = {(edge.dependent, edge.provider) for edge in story.after.estate().edges}
    weakened, broken = set(), set()
    for key in before.keys() | after.keys():
        owner, name = key
        old, new = before.get(key), after.get(key)
        if owner not in story.before.things or story.after.things[owner].is_retired:
            continue
        if new is None and all((owner, provider) in depends for provider in (old or ([], ""))[0]):
            continue
        members, min_up = new or ([], "1")
        label = (id_of(owner), name)
        if is_short(members, min_up) and not (old and is_short(*old)):
            broken.add(label)
        elif (old and (len(members) < len(old[0]) or spare(members, min_up) < spare(*old))) or retired(story, members):
            weakened.add(label)
    return weakened, broken


def retired(story: Story, members: Sequence[int]) -> bool:
    """Whether one of the members is retired by the plan."""
    before, after = story.before.things, story.after.things
    return any(n in before and after[n].is_retired and not before[n].is_retired for n in members)


@many
@given(stories())
def test_groups_that_are_weaker_or_broken_are_those_that_counting_finds(story: Story) -> None:
    with MemoryStore(gadgets()) as store:
        found = effects(store, story.written(store), EVERYTHING)
    told = [{(row.owner.id, row.group) for row in rows} for rows in (found.groups_weakened, found.groups_broken)]
    assert [{row for row in rows if row[1] is not None} for rows in told] == list(weaker(story))


# --- what is told of a single point


@many
@given(stories())
def test_a_chain_leads_from_the_ci_to_the_service_through_what_is_down(story: Story) -> None:
    with MemoryStore(gadgets()) as store:
        found = effects(store, story.written(store), EVERYTHING)
    for rows, world in ((found.spof_gained, story.after), (found.spof_lost, story.before)):
        falls = Falls.of(world, story.after)
        edges = {(edge.dependent, edge.provider) for edge in world.estate().edges}
        for row in rows:
            steps = [(number_in(step.dependent), number_in(step.provider)) for step in row.chain]
            walk = [number_in(row.ci.label), *(dependent for dependent, _ in steps)]
            assert [provider for _, provider in steps] == walk[:-1]
            assert walk[-1] == number_in(row.service.label)
            assert set(walk) <= falls.by_ci[walk[0]]
            assert set(steps) <= edges


def number_in(label: str) -> int:
    """The number of an item by its label; a plan may change the class, which is the other half of it."""
    return int(label.partition(":n")[2])


@many
@given(stories())
def test_a_reason_names_a_group_or_relationship_that_the_plan_alters(story: Story) -> None:
    with MemoryStore(gadgets()) as store:
        found = effects(store, story.written(store), EVERYTHING)
    before, after = (rules(story, world) for world in (story.before, story.after))
    for row in (*found.spof_gained, *found.spof_lost):
        (named,) = [text for text in before.keys() | after.keys() if row.reason.startswith(f"{text}")]
        assert before.get(named) != after.get(named)


def rules(story: Story, world: World) -> dict[str, object]:
    """What decides whether a group or a relationship alone fires, by the words with which a reason begins."""
    found: dict[str, object] = {}
    for (owner, name), (members, min_up) in groups(world).items():
        effects_of = [edge.effect for edge in world.estate().edges if (edge.dependent, edge.group) == (owner, name)]
        found[f"{label(story, owner)} {name}:"] = (sorted(members), min_up, sorted(effects_of))
    for (origin, type_, target), said in world.links.items():
        edge = world.edge((origin, type_, target), said)
        if edge is not None and edge.group is None:
            found[f"{label(story, origin)} {type_} {label(story, target)} "] = edge.effect
    return found


def label(story: Story, number: int) -> str:
    return f"{story.after.things[number].cls}:{id_of(number)}"


# --- whence it is read


@many
@given(stories())
def test_a_plan_and_the_history_of_what_it_became_have_the_same_effects(story: Story) -> None:
    with MemoryStore(gadgets()) as store:
        planned = story.written(store)
        foreseen = effects(store, planned, EVERYTHING)
        commit = store.commit(story.plan())
        happened = effects(store, TouchedGraph(1, store.difference(1, commit.seq)), EVERYTHING)
    assert happened == foreseen


# --- limits


@many
@given(stories(), st.integers(0, 6), st.integers(0, 4), st.integers(1, 30))
def test_whatever_limit_ends_it_nothing_wrong_is_told_and_it_says_so(
    story: Story, region: int, trials: int, followed: int
) -> None:
    limits = replace(EVERYTHING, region=region, trials=trials, followed=followed)
    with MemoryStore(gadgets()) as store:
        planned = story.written(store)
        full, cut = effects(store, planned, EVERYTHING), effects(store, planned, limits)
    for told, known in zip(told_points(cut), told_points(full), strict=True):
        assert told <= known
    assert (cut.groups_weakened, cut.groups_broken) == (full.groups_weakened, full.groups_broken)
    if cut.complete:
        assert cut.totals == full.totals
        if OmissionKind.UNLISTED not in {omission.kind for omission in cut.omitted}:
            assert (cut.spof_gained, cut.spof_lost) == (full.spof_gained, full.spof_lost)
        assert {row.ci for row in cut.radii_grown} == {row.ci for row in full.radii_grown}
    extents = {row.ci.id: (row.before, row.after) for row in (*full.radii_grown, *full.radii_shrunk)}
    for row in (*cut.radii_grown, *cut.radii_shrunk):
        if not row.at_least and cut.complete:
            assert extents[row.ci.id] == (row.before, row.after)
