"""The redundancy groups of a dependent, before and after, and which of them differ."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import impact
from cmdb.model.items import Effect, GroupSetting, Item, Relationship
from cmdb.practices.dependencies import DependencyRules
from cmdb.practices.effects.answers import Strength
from cmdb.practices.effects.laid_over import LaidOver


class GroupKey(NamedTuple):
    """Names a group among those of its owner: by its name, or by the key of the one edge that stands alone."""

    name: str | None
    edge: str


@dataclass(frozen=True, slots=True)
class Member:
    """Whom a relationship makes the owner depend on, and how much."""

    provider: str
    effect: Effect
    edge: Relationship


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its members by the key of their edge."""

    min_up: str
    members: Mapping[str, Member]

    @property
    def providers(self) -> frozenset[str]:
        """Whom its members lead to."""
        return frozenset(member.provider for member in self.members.values())

    @property
    def strength(self) -> Strength:
        """The group in numbers."""
        return strength(self.min_up, len(self.members))

    @property
    def rule(self) -> tuple[str, Mapping[str, Effect]]:
        """All that decides when it falls: the number needed, and the effect of each member."""
        return self.min_up, {key: member.effect for key, member in self.members.items()}


Groups: TypeAlias = Mapping[GroupKey, Group]


@dataclass(frozen=True, slots=True)
class OwnerPair:
    """The groups of one dependent before and after."""

    id: str
    before: Groups
    after: Groups

    def changed(self) -> frozenset[GroupKey]:
        """The groups that may fall otherwise than before."""
        rules = [{key: group.rule for key, group in groups.items()} for groups in (self.before, self.after)]
        return frozenset(key for key in rules[0].keys() | rules[1].keys() if rules[0].get(key) != rules[1].get(key))

    def hard_providers(self, keys: Collection[GroupKey]) -> Iterator[str]:
        """Whom DOWN can come from through these groups, before or after."""
        for groups in (self.before, self.after):
            for key in keys & groups.keys():
                yield from (member.provider for member in groups[key].members.values() if member.effect is Effect.HARD)


def strength(min_up: str, members: int) -> Strength:
    """A group of so many members in numbers."""
    stated = impact.Threshold.parse(min_up).members_needed(members)
    return Strength(members, min_up, min(stated, members), stated > members)


def owner_pairs(graph: LaidOver, ids: Collection[str]) -> dict[str, OwnerPair]:
    """The groups of dependents, before and after."""
    pairs = {}
    for id_, edges in graph.below(ids).items():
        items = graph.item(id_)
        before = _groups(items.before, [pair.before for pair in edges], graph.rules) if items.before else {}
        pairs[id_] = OwnerPair(id_, before, _groups(items.after, [pair.after for pair in edges], graph.rules))
    return pairs


def _groups(owner: Item, edges: Sequence[Relationship | None], rules: DependencyRules) -> Groups:
    members: dict[GroupKey, dict[str, Member]] = {GroupKey(name, ""): {} for name in owner.groups}
    for edge in edges:
        carried = rules.dependency(edge) if edge is not None else None
        if edge is not None and carried is not None:
            name = rules.group_name(edge, owner)
            key = GroupKey(name, "" if name is not None else edge.key)
            members.setdefault(key, {})[edge.key] = Member(carried.provider, carried.effect, edge)
    return {key: Group(min_up(owner, key, rules), found) for key, found in members.items()}


def min_up(owner: Item, key: GroupKey, rules: DependencyRules) -> str:
    """How many members must be up: the owner's setting, its class's, or one."""
    setting = rules.group_setting(owner, key.name) if key.name is not None else GroupSetting()
    return setting.min_up
