"""The checker accepts what is right and rejects what was tampered with, and imports no engine."""

import ast
import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import impact.checker
from impact import proof
from impact.checker import check
from tests.impact.naive import Edge, Estate, Group
from tests.impact.strategies import compiled, estates, evaluated

Saved = dict[str, Any]
Mutation = Callable[[Saved], None]

DATABASES, NODES = [1, 2, 3], [5, 6, 7]
PAYMENTS, API, WEB, SHOP, REPORTS, ARCHIVE = 0, 4, 8, 9, 10, 11
ESTATE = Estate(
    12,
    [
        *(Edge(PAYMENTS, node, "hard", "db") for node in DATABASES),
        *(Edge(API, node, "hard", "nodes") for node in NODES),
        Edge(WEB, API),
        Edge(WEB, SHOP),
        Edge(SHOP, WEB),
        Edge(REPORTS, API, "soft"),
        Edge(ARCHIVE, PAYMENTS, "soft"),
    ],
    [Group(PAYMENTS, "db", "2"), Group(API, "nodes", "50%", "3")],
    {1: "down", 5: "down", 6: "down"},
)


def saved_proof(estate: Estate = ESTATE) -> Saved:
    """An answer as it is read back from JSON."""
    saved: Saved = json.loads(json.dumps(proof(compiled(estate), evaluated(estate))))
    return saved


def affected(saved: Saved, node: int) -> Saved:
    found: Saved = next(why for why in saved["answer"]["affected"] if why["node"] == node)
    return found


def spared(saved: Saved, node: int) -> Saved:
    found: Saved = next(why for why in saved["answer"]["spared"] if why["node"] == node)
    return found


def state_raised(saved: Saved) -> None:
    affected(saved, REPORTS)["state"] = "down"


def state_lowered(saved: Saved) -> None:
    affected(saved, REPORTS)["state"] = "at_risk"


def group_state_lowered(saved: Saved) -> None:
    affected(saved, API)["groups"][0]["state"] = "degraded"


def member_removed(saved: Saved) -> None:
    affected(saved, API)["groups"][0]["failed"].pop()


def only_member_removed(saved: Saved) -> None:
    affected(saved, REPORTS)["groups"][0]["failed"].clear()


def member_invented(saved: Saved) -> None:
    failed = affected(saved, API)["groups"][0]["failed"]
    failed.append({**failed[0], "edge": 5, "provider": 7})


def member_listed_twice(saved: Saved) -> None:
    failed = affected(saved, API)["groups"][0]["failed"]
    failed.append(failed[0])


def contribution_changed(saved: Saved) -> None:
    affected(saved, REPORTS)["groups"][0]["failed"][0]["contribution"] = "down"


def effect_changed(saved: Saved) -> None:
    affected(saved, REPORTS)["groups"][0]["failed"][0]["effect"] = "hard"


def count_changed(saved: Saved) -> None:
    affected(saved, API)["groups"][0]["up"] = 2


def size_changed(saved: Saved) -> None:
    affected(saved, API)["groups"][0]["n"] = 4


def needed_changed(saved: Saved) -> None:
    affected(saved, API)["groups"][0]["needed"] = 1


def threshold_changed(saved: Saved) -> None:
    affected(saved, API)["groups"][0]["min_up"] = "33%"


def overcommitment_invented(saved: Saved) -> None:
    affected(saved, API)["groups"][0]["overcommitted"] = True


def rank_made_circular(saved: Saved) -> None:
    affected(saved, WEB)["round"] = affected(saved, SHOP)["round"] + 1


def rank_of_a_provider_changed(saved: Saved) -> None:
    affected(saved, WEB)["groups"][0]["failed"][0]["round"] = 0


def seed_dropped(saved: Saved) -> None:
    saved["answer"]["affected"].remove(affected(saved, 1))


def seed_denied(saved: Saved) -> None:
    affected(saved, 1)["seed"] = None


def seed_invented(saved: Saved) -> None:
    affected(saved, WEB)["seed"] = "down"


def node_dropped(saved: Saved) -> None:
    saved["answer"]["affected"].remove(affected(saved, REPORTS))


def node_invented(saved: Saved) -> None:
    saved["answer"]["affected"].append({**spared(saved, ARCHIVE), "state": "at_risk", "round": 0})


def node_listed_twice(saved: Saved) -> None:
    saved["answer"]["affected"].append(affected(saved, REPORTS))


def spared_called_down(saved: Saved) -> None:
    spared(saved, PAYMENTS)["state"] = "down"


def spared_dropped(saved: Saved) -> None:
    saved["answer"]["spared"].remove(spared(saved, ARCHIVE))


def fallen_called_spared(saved: Saved) -> None:
    saved["answer"]["spared"].append(affected(saved, WEB))


def group_dropped(saved: Saved) -> None:
    affected(saved, WEB)["groups"].pop()


def group_renamed(saved: Saved) -> None:
    affected(saved, API)["groups"][0]["name"] = "db"


def state_of_no_meaning(saved: Saved) -> None:
    affected(saved, API)["state"] = "broken"


def healthy_called_affected(saved: Saved) -> None:
    saved["answer"]["affected"].append({**spared(saved, ARCHIVE), "round": 0})


MUTATIONS: list[Mutation] = [
    state_raised,
    state_lowered,
    group_state_lowered,
    member_removed,
    only_member_removed,
    member_invented,
    member_listed_twice,
    contribution_changed,
    effect_changed,
    count_changed,
    size_changed,
    needed_changed,
    threshold_changed,
    overcommitment_invented,
    rank_made_circular,
    rank_of_a_provider_changed,
    seed_dropped,
    seed_denied,
    seed_invented,
    node_dropped,
    node_invented,
    node_listed_twice,
    spared_called_down,
    spared_dropped,
    fallen_called_spared,
    group_dropped,
    group_renamed,
    state_of_no_meaning,
    healthy_called_affected,
]


def test_the_untouched_answer_is_accepted() -> None:
    assert check(**saved_proof()) == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_an_answer_that_was_tampered_with_is_rejected(mutation: Mutation) -> None:
    saved = saved_proof()
    mutation(saved)
    assert check(**saved)


@pytest.mark.parametrize("rounds", [(0, 0), (0, 1), (1, 0), (7, 3)])
def test_a_cycle_that_holds_itself_down_is_rejected_whatever_its_ranks(rounds: tuple[int, int]) -> None:
    saved = saved_proof(Estate(3, [Edge(0, 1), Edge(1, 0), Edge(0, 2)], seeds={2: "down"}))
    saved["edges"].pop()
    for node, turn in enumerate(rounds):
        why = affected(saved, node)
        why["round"] = turn
        why["groups"] = [group for group in why["groups"] if group["failed"][0]["provider"] == 1 - node]
        why["groups"][0]["failed"][0]["round"] = rounds[1 - node]
    problems = check(**saved)
    assert problems
    assert all("rests on itself" in problem for problem in problems)


def test_a_failure_left_out_of_the_whole_answer_is_rejected() -> None:
    saved = saved_proof(Estate(2, [Edge(0, 1)], seeds={1: "down"}))
    saved["answer"]["affected"].pop(0)
    assert check(**saved)


def test_nodes_may_be_named_by_text() -> None:
    failed = {"edge": 0, "provider": "db", "effect": "hard", "state": "down", "contribution": "down", "round": 0}
    counts = {"up": 0, "at_risk": 0, "degraded": 0, "down": 1}
    group: Saved = {"name": None, "n": 1, "min_up": "1", "needed": 1, "degraded_below": None, "degraded": 0, "up": 0}
    group |= {"contributions": counts, "failed": [failed], "state": "down", "overcommitted": False}
    api = {"node": "api", "state": "down", "seed": None, "round": 1, "groups": [group]}
    db = {"node": "db", "state": "down", "seed": "down", "round": 0, "groups": []}
    assert check([["api", "db", "hard", None]], [], [["db", "down"]], {"affected": [api, db], "spared": []}) == []


def test_an_answer_that_is_none_is_rejected() -> None:
    (problem,) = check([], [], [], {})
    assert problem.startswith("The answer cannot be read")


@settings(max_examples=300, deadline=None)
@given(estates(), st.data())
def test_any_single_value_changed_is_noticed(estate: Estate, data: st.DataObject) -> None:
    saved = saved_proof(estate)
    places = list(_places(saved["answer"], ()))
    assume(places)
    changed = deepcopy(saved)
    *way, last = data.draw(st.sampled_from(places))
    inside = changed["answer"]
    for step in way:
        inside = inside[step]
    inside[last] = data.draw(_another(inside[last]))
    assert check(**changed)


def test_the_checker_is_short_and_imports_nothing_of_the_project() -> None:
    source = Path(impact.checker.__file__).read_text(encoding="utf-8")
    imported = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imported}
    assert modules == {"collections.abc", "fractions", "typing"}
    assert len(source.splitlines()) <= 100


def _places(value: object, way: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The way to each plain value but the rounds, of which many are right."""
    if isinstance(value, dict):
        for key in value.keys() - {"round"}:
            yield from _places(value[key], (*way, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, (*way, index))
    else:
        yield way


def _another(value: object) -> st.SearchStrategy[Any]:
    words = ["up", "at_risk", "degraded", "down", "hard", "soft", "none", "a", "b", "1", "50%", None, True, False]
    values = st.sampled_from(words) | st.integers(-1, 9)
    return values.filter(lambda other: other != value)
