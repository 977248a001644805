"""Checks an answer against the edges it speaks of. Shares no code with what computed it.

An answer is accepted exactly when it is the least fixpoint: each reason lists all failed members of each group
concerned, with the numbers that follow (so no state is too low), and each state follows already from members of an
earlier rank (so none is too high).
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

LEVELS = ["up", "at_risk", "degraded", "down"]
MEMBER = ("provider", "edge", "effect", "state", "contribution", "round")
Rows = Sequence[Sequence[Any]]
Name = int | str


def check(edges: Rows, groups: Rows, seeds: Rows, answer: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with ``answer``, one sentence a problem; empty when it is accepted.

    ``edges``: [dependent, provider, effect, group name or None]; ``groups``: [owner, name, min_up, degraded_below
    or None]; ``seeds``: [node, state]; ``answer``: lists of reasons under ``affected`` and ``spared``. All as JSON
    gives it. O(edges + size of the reasons).
    """
    try:
        return list(_Check(edges, groups, seeds, answer).problems())
    except (KeyError, TypeError, ValueError, IndexError) as error:
        return [f"The answer cannot be read: {error!r}."]


class _Check:
    def __init__(self, edges: Rows, groups: Rows, seeds: Rows, answer: Mapping[str, Any]) -> None:
        self.edges, self.answer = edges, answer
        self.stated = {(owner, name): rest for owner, name, *rest in groups}
        self.seeds = {node: state for node, state in seeds if state != "up"}
        self.level = {r["node"]: LEVELS.index(r["state"], 1) for r in answer["affected"]}
        self.round = {r["node"]: int(r["round"]) for r in answer["affected"]}
        self.members: dict[Name, dict[Name, list[int]]] = {}
        for i, (owner, _, _, name) in enumerate(edges):
            self.members.setdefault(owner, {}).setdefault(i if name is None else name, []).append(i)

    def problems(self) -> Iterator[str]:
        level = self.level
        yield from (f"Seed {node} is missing." for node in self.seeds.keys() - level.keys())
        passing = [(d, p) for d, p, effect, _ in self.edges if effect != "none"]
        spared = {d for d, p in passing if level.get(p, 0) > level.get(d, 0)}
        for part, nodes in (("affected", set(level)), ("spared", spared)):
            if sorted(r["node"] for r in self.answer[part]) != sorted(nodes):
                yield f"The list {part} is not each of its nodes once."
            for reason in self.answer[part]:
                yield from self._reason(reason)

    def _reason(self, reason: Mapping[str, Any]) -> Iterator[str]:
        node, mine = reason["node"], self.members.get(reason["node"], {})
        level, seed, turn = (of.get(node) for of in (self.level, self.seeds, self.round))
        if (reason["state"], reason["seed"], reason["round"]) != (LEVELS[level or 0], seed, turn):
            yield f"State, seed or round of {node} is not what is said of it elsewhere."
        truth = {key: self._group(node, key) for key in mine if any(map(self._fails, mine[key]))}
        given = [(g["failed"][0]["edge"] if g["name"] is None else g["name"], g) for g in reason["groups"]]
        if sorted(map(repr, truth)) != sorted(repr(key) for key, _ in given):
            yield f"The groups of {node} are not those with a failed member, each once."
        for key, group in given:
            real = truth.get(key, {})
            wrong = [field for field in group.keys() | real.keys() if group.get(field, ...) != real.get(field, ...)]
            yield from (f"In group {key} of {node}, {field} does not follow." for field in sorted(wrong))
        rank = (-(level or 0), turn or 0)
        early = [self._group(node, key, rank) for key in truth]
        for groups, fault in ((truth.values(), "does not follow"), (early, "rests on itself")):
            states = [LEVELS.index(s) for s in (seed or "up", *(g["state"] for g in groups))]
            if max(states) != (level or 0):
                yield f"The state of {node} {fault}."

    def _fails(self, edge: int) -> bool:
        return self.edges[edge][2] != "none" and self.edges[edge][1] in self.level

    def _group(self, node: Name, key: Name, rank: tuple[int, int] = (1, 0)) -> dict[str, Any]:
        min_up, below = ("1", None) if isinstance(key, int) else self.stated[node, key]
        members, failed = self.members[node][key], []
        for edge in filter(self._fails, members):
            provider, effect = self.edges[edge][1:3]
            level, turn = self.level[provider], self.round[provider]
            if (-level, turn) < rank:
                failed.append([provider, edge, effect, LEVELS[level], LEVELS[level - (effect == "soft")], turn])
        n = len(members)
        given = sorted([LEVELS.index(row[4]) for row in failed] + [0] * (n - len(failed)))
        stated, degraded = _members(min_up, n), min(_members(below or "0", n), n)
        needed, up = min(stated, n), n - given.count(3)
        base = 3 if up < needed else 2 if up < degraded else int(up < n)
        counts = {state: given.count(i) for i, state in enumerate(LEVELS)}
        state = LEVELS[max(base, given[needed - 1] if needed else 0)]
        rows = [dict(zip(MEMBER, row, strict=True)) for row in sorted(failed)]
        name = None if isinstance(key, int) else key
        spec = {"name": name, "min_up": min_up, "degraded_below": below, "overcommitted": stated > n}
        numbers = {"n": n, "needed": needed, "degraded": degraded, "up": up, "contributions": counts}
        return {**spec, **numbers, "failed": rows, "state": state}


def _members(threshold: str, n: int) -> int:
    return -int(Fraction(threshold[:-1]) * -n // 100) if "%" in threshold else int(threshold)
