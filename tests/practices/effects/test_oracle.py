"""Effects against brute force: every CI fails before and after, by a fixpoint that is written down as it is meant."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, given, settings

from cmdb.practices.effects import Effects, Extent, Limits, effects
from cmdb.store.memory import MemoryStore
from tests.builders import gadgets
from tests.impact.naive import DOWN, naive_states
from tests.practices.effects.sketches import SERVICES, Story, World, id_of, stories

thorough = settings(max_examples=1_500, suppress_health_check=[HealthCheck.too_slow])
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
