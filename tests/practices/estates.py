"""Random estates as a store keeps them, and the same as the naive oracle reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from cmdb.model.items import Effect, GroupSetting
from cmdb.model.observations import Observation
from cmdb.model.references import ByKey
from cmdb.practices.answers import Question, Seed
from tests.impact.naive import Edge, Estate, Group
from tests.ingest.rows import RACKS, ci, edge, grouped

THRESHOLDS = st.sampled_from(["0", "1", "2", "3", "1%", "34%", "50%", "66.7%", "100%"])
SOFT_BY_NATURE = {"COOLED_BY": "soft", "DEPENDS_ON": "hard", "PART_OF": "hard"}


@dataclass(frozen=True, slots=True)
class Link:
    """One edge: who points at whom, by number, in what group and with what effect."""

    origin: int
    type: str
    target: int
    group: str | None
    effect: Effect | None


@dataclass(frozen=True, slots=True)
class Sketch:
    """A whole estate and a question, before it is written anywhere."""

    size: int
    links: Sequence[Link]
    settings: Mapping[int, Mapping[str, GroupSetting]]
    seeds: Mapping[int, str]

    def rows(self) -> list[Observation]:
        """What an import of it says."""
        cis = [grouped(ci(name(n), "Application"), **self.settings.get(n, {})) for n in range(self.size)]
        return [
            *cis,
            *(
                edge(name(link.origin), link.type, name(link.target), group=link.group, effect=link.effect)
                for link in self.links
            ),
        ]

    def question(self) -> Question:
        """Who fails."""
        return Question(tuple(Seed(ByKey(RACKS, name(n)), state) for n, state in self.seeds.items()))

    def estate(self) -> Estate:
        """The same for the oracle.

        An application has no groups by nature, who has no effect is no member, and nothing is related to itself.
        """
        edges = []
        for link in self.links:
            along = link.type == "PART_OF"
            dependent, provider = (link.target, link.origin) if along else (link.origin, link.target)
            effect = str(link.effect or "hard")
            if effect != "none" and dependent != provider:
                edges.append(Edge(dependent, provider, effect, link.group))
        named = sorted({(entry.dependent, entry.group) for entry in edges if entry.group is not None})
        groups = []
        for owner, group in named:
            setting = self.settings.get(owner, {}).get(group, GroupSetting())
            groups.append(Group(owner, group, setting.min_up, setting.degraded_below))
        return Estate(self.size, edges, groups, dict(self.seeds))


def name(number: int) -> str:
    return f"app-{number}"


@st.composite
def sketches(draw: st.DrawFn) -> Sketch:
    """Up to seven applications with any edges, groups, cycles and several seeds."""
    size = draw(st.integers(2, 7))
    nodes = st.integers(0, size - 1)
    links = st.builds(
        Link,
        nodes,
        st.sampled_from(["DEPENDS_ON", "DEPENDS_ON", "PART_OF", "CONNECTS_TO"]),
        nodes,
        st.sampled_from([None, None, "a", "b"]),
        st.sampled_from([None, None, Effect.HARD, Effect.SOFT, Effect.NONE]),
    )
    setting = st.builds(GroupSetting, THRESHOLDS, st.none() | THRESHOLDS)
    settings = st.dictionaries(nodes, st.dictionaries(st.sampled_from("ab"), setting, max_size=2), max_size=4)
    seeds = st.dictionaries(nodes, st.sampled_from(["down", "down", "degraded", "at_risk"]), min_size=1, max_size=3)
    return Sketch(
        size,
        draw(st.lists(links, max_size=14, unique_by=lambda link: (link.type, link.origin, link.target))),
        draw(settings),
        draw(seeds),
    )
