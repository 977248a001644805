"""Each line of what a failure means, on real stores: groups, thresholds, effects, cycles, directions."""

import pytest

from cmdb.ingest.edits import Editor, ItemPatch, Request
from cmdb.model.items import Effect, GroupSetting
from cmdb.model.observations import CIRecord, Observation
from cmdb.model.references import ByName
from cmdb.store.port import Store
from tests.ingest.rows import ci, edge, grouped, load
from tests.practices.questions import ask, reason, states

NODES = ("n1", "n2", "n3")


def cluster(setting: str | GroupSetting | None) -> list[Observation]:
    """A database of three parts under a business service."""
    db: CIRecord = ci("db", "DatabaseCluster")
    return [
        db if setting is None else grouped(db, replicas=setting),
        *(ci(name, "DatabaseInstance") for name in NODES),
        *(edge(name, "PART_OF", "db") for name in NODES),
        ci("shop", "BusinessService", code="S-1"),
        edge("shop", "DEPENDS_ON", "db"),
    ]


def down(*names: str) -> list[str]:
    return [f"DatabaseInstance:{name}" for name in names]


def test_two_of_three_with_one_down_is_at_risk_and_no_service_is_down(any_store: Store) -> None:
    load(any_store, *cluster("2"))
    answer = ask(any_store, *down("n1"))
    assert states(answer) == {"n1": "down", "db": "at_risk", "shop": "at_risk"}
    assert reason(answer, "db") == "replicas: 2 of 3 left, needs 2; DatabaseInstance:n1 down"
    assert [(row.name, row.state) for row in answer.services] == [("shop", "at_risk")]
    assert answer.complete


def test_two_of_three_with_two_down_is_down_with_its_service(any_store: Store) -> None:
    load(any_store, *cluster("2"))
    answer = ask(any_store, *down("n1", "n2"))
    assert states(answer) == {"n1": "down", "n2": "down", "db": "down", "shop": "down"}
    assert reason(answer, "db") == "replicas: 1 of 3 left, needs 2; DatabaseInstance:n1 down, DatabaseInstance:n2 down"
    assert reason(answer, "shop") == "DEPENDS_ON DatabaseCluster:db, which is down"


TABLE: dict[str, tuple[str | GroupSetting | None, int, str]] = {
    "the class itself needs one: one of three down": (None, 1, "at_risk"),
    "the class itself needs one: two of three down": (None, 2, "at_risk"),
    "the class itself needs one: all down": (None, 3, "down"),
    "50 % of three is two: one down": ("50%", 1, "at_risk"),
    "50 % of three is two: two down": ("50%", 2, "down"),
    "33 % of three is one: two down": ("33%", 2, "at_risk"),
    "34 % of three is two: two down": ("34%", 2, "down"),
    "100 %: one down": ("100%", 1, "down"),
    "none is needed: all down": ("0", 3, "at_risk"),
    "degraded below three: one down": (GroupSetting("1", "3"), 1, "degraded"),
    "degraded below two: one down": (GroupSetting("1", "2"), 1, "at_risk"),
    "degraded below two: two down": (GroupSetting("1", "2"), 2, "degraded"),
    "degraded below 100 %: one down": (GroupSetting("1", "100%"), 1, "degraded"),
}


@pytest.mark.parametrize(("setting", "failed", "state"), TABLE.values(), ids=TABLE)
def test_a_group_is_read_as_it_is_set(
    store: Store, setting: str | GroupSetting | None, failed: int, state: str
) -> None:
    load(store, *cluster(setting))
    assert states(ask(store, *down(*NODES[:failed])))["db"] == state


def test_what_is_carried_only_by_degraded_members_is_degraded(store: Store) -> None:
    load(store, *cluster("2"))
    assert states(ask(store, *(f"{name} degraded" for name in down(*NODES))))["db"] == "degraded"
    assert "db" not in states(ask(store, "DatabaseInstance:n1 at_risk"))


def test_a_soft_dependency_passes_on_one_step_less(store: Store) -> None:
    load(store, ci("a", "Application"), ci("b", "Application"), edge("a", "DEPENDS_ON", "b", effect=Effect.SOFT))
    for given, passed in (("down", "degraded"), ("degraded", "at_risk"), ("at_risk", None)):
        answer = ask(store, f"Application:b {given}")
        assert states(answer).get("a") == passed
    assert reason(ask(store, "Application:b"), "a") == ("DEPENDS_ON Application:b, which is down, a soft dependency")


def test_a_dependency_without_effect_passes_on_nothing(store: Store) -> None:
    load(store, ci("a", "Application"), ci("b", "Application"), edge("a", "DEPENDS_ON", "b", effect=Effect.NONE))
    answer = ask(store, "Application:b")
    assert (states(answer), answer.spared) == ({"b": "down"}, ())


def test_a_member_without_effect_feigns_no_redundancy(store: Store) -> None:
    load(
        store,
        *(ci(name, "Application") for name in "abc"),
        edge("a", "DEPENDS_ON", "b", group="g"),
        edge("a", "DEPENDS_ON", "c", group="g", effect=Effect.NONE),
    )
    assert states(ask(store, "Application:b"))["a"] == "down"


def test_a_type_that_is_soft_by_nature_is_soft_unless_the_edge_says_otherwise(store: Store) -> None:
    load(
        store,
        *(ci(name, "Application") for name in "ab"),
        ci("conf", "ConfigMap"),
        edge("a", "USES_CONFIGURATION", "conf"),
        edge("b", "USES_CONFIGURATION", "conf", effect=Effect.HARD),
    )
    assert states(ask(store, "ConfigMap:conf")) == {"conf": "down", "a": "degraded", "b": "down"}


def test_a_supplier_matters_only_where_the_edge_says_that_it_runs_the_thing(store: Store) -> None:
    load(
        store,
        ci("acme", "Supplier", code="A"),
        *(ci(name, "Application") for name in ("bought", "run")),
        edge("bought", "SUPPLIED_BY", "acme"),
        edge("run", "SUPPLIED_BY", "acme", effect=Effect.HARD),
    )
    assert states(ask(store, "Supplier:acme")) == {"acme": "down", "run": "down"}


def test_a_type_that_carries_no_failure_carries_none_whatever_its_edges_say(store: Store) -> None:
    load(
        store,
        *(ci(name, "Application") for name in "ab"),
        edge("a", "STARTS_AFTER", "b", effect=Effect.HARD, group="g"),
    )
    assert states(ask(store, "Application:b")) == {"b": "down"}


def test_a_cycle_falls_with_any_of_its_members_and_stays_up_without(store: Store) -> None:
    ring = [edge(one, "DEPENDS_ON", other) for one, other in ("ab", "bc", "ca")]
    load(store, *(ci(name, "Application") for name in "abcd"), *ring, edge("c", "DEPENDS_ON", "d"))
    assert set(states(ask(store, "Application:b")).items()) == {("a", "down"), ("b", "down"), ("c", "down")}
    answer = ask(store, "Application:d")
    assert [(row.name, row.distance) for row in answer.affected] == [("d", 0), ("c", 1), ("b", 2), ("a", 3)]
    load(store, ci("e", "Application"), edge("e", "DEPENDS_ON", "a"))
    assert states(ask(store, "Application:e")) == {"e": "down"}


def test_something_that_depends_on_itself_does_not_fall_for_it(store: Store) -> None:
    load(store, ci("a", "Application"), ci("b", "Application"), edge("a", "DEPENDS_ON", "a"))
    assert states(ask(store, "Application:b")) == {"b": "down"}
    assert states(ask(store, "Application:a degraded")) == {"a": "degraded"}


def two_groups() -> list[Observation]:
    members = {"web": ("w1", "w2", "w3"), "db": ("d1", "d2")}
    return [
        grouped(ci("shop", "Application"), web="2", db="1"),
        *(ci(name, "ApplicationComponent") for names in members.values() for name in names),
        *(edge("shop", "DEPENDS_ON", name, group=group) for group, names in members.items() for name in names),
    ]


@pytest.mark.parametrize(
    ("failed", "state"),
    [
        (("w1",), "at_risk"),
        (("w1", "d1"), "at_risk"),
        (("w1", "w2"), "down"),
        (("d1", "d2"), "down"),
        (("w1", "w2", "d1"), "down"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_two_groups_on_one_ci_must_both_hold(store: Store, failed: tuple[str, ...], state: str) -> None:
    load(store, *two_groups())
    assert states(ask(store, *(f"ApplicationComponent:{name}" for name in failed)))["shop"] == state


def test_a_reason_names_each_group_that_gives_the_state(store: Store) -> None:
    load(store, *two_groups())
    answer = ask(store, "ApplicationComponent:w1", "ApplicationComponent:d1")
    assert reason(answer, "shop") == (
        "db: 1 of 2 left, needs 1; ApplicationComponent:d1 down; "
        "web: 2 of 3 left, needs 2; ApplicationComponent:w1 down"
    )


def test_a_part_brings_down_its_whole_along_the_arrow_and_never_the_other_way(store: Store) -> None:
    load(store, ci("pod", "Pod"), ci("app", "Workload"), edge("pod", "PART_OF", "app"))
    answer = ask(store, "Pod:pod")
    assert states(answer) == {"pod": "down", "app": "down"}
    assert reason(answer, "app") == "parts: 0 of 1 left, needs 1; Pod:pod down"
    (step,) = answer.affected[1].chain
    assert (step.dependent, step.type, step.provider) == ("Workload:app", "PART_OF", "Pod:pod")
    assert states(ask(store, "Workload:app")) == {"app": "down"}


def test_a_part_outside_any_group_says_whose_part_it_is(store: Store) -> None:
    load(store, *(ci(name, "Application") for name in "ab"), edge("a", "PART_OF", "b"))
    assert reason(ask(store, "Application:a"), "b") == "Application:a is PART_OF it and is down"


def feeds(**said: str | None) -> list[Observation]:
    rows = [edge("host", "POWERED_BY", name, group=said.get(name)) for name in ("p1", "p2")]
    return [*(ci(name, "PDU") for name in ("p1", "p2")), *rows]


def test_the_group_of_a_class_holds_where_nothing_else_is_said(store: Store) -> None:
    load(store, ci("host"), *feeds())
    assert states(ask(store, "PDU:p1"))["host"] == "at_risk"


def test_the_settings_of_a_ci_beat_those_of_its_class(store: Store) -> None:
    load(store, grouped(ci("host"), power="2"), *feeds())
    assert states(ask(store, "PDU:p1"))["host"] == "down"


def test_the_group_of_an_edge_beats_the_group_of_the_class(store: Store) -> None:
    load(store, grouped(ci("host"), gpu="1"), *feeds(p1="gpu"))
    answer = ask(store, "PDU:p1")
    assert states(answer)["host"] == "down"
    assert reason(answer, "host") == "gpu: 0 of 1 left, needs 1; PDU:p1 down"


def test_a_group_without_settings_needs_one_member(store: Store) -> None:
    load(store, ci("host"), *feeds(p1="mine", p2="mine"))
    assert states(ask(store, "PDU:p1"))["host"] == "at_risk"
    assert states(ask(store, "PDU:p1", "PDU:p2"))["host"] == "down"


def test_settings_under_the_name_of_the_group_of_an_edge_are_taken(store: Store) -> None:
    load(store, grouped(ci("host"), mine="2"), *feeds(p1="mine", p2="mine"))
    assert states(ask(store, "PDU:p1"))["host"] == "down"


def test_a_group_that_needs_more_than_it_has_counts_as_all_and_the_answer_says_so(any_store: Store) -> None:
    load(any_store, *cluster("4"))
    answer = ask(any_store, *down("n1"))
    assert states(answer)["db"] == "down"
    assert (answer.complete, answer.incomplete) == (
        False,
        ("DatabaseCluster:db replicas: needs 4 of 3, and counts as all of them",),
    )
    assert answer.gaps.overcommitted == ("DatabaseCluster:db replicas: needs 4 of 3",)
    assert "it needs more members than it has" in reason(answer, "db")


def test_a_group_that_lost_all_its_members_is_said_where_the_answer_passes_through_it(store: Store) -> None:
    load(store, grouped(ci("a", "Application"), replicas="2"), ci("b", "Application"), edge("a", "DEPENDS_ON", "b"))
    answer = ask(store, "Application:b")
    assert states(answer)["a"] == "down"
    assert answer.incomplete == ("Application:a replicas: needs 2 of 0, and counts as all of them",)


def test_a_group_that_needs_too_much_elsewhere_is_of_no_concern(store: Store) -> None:
    load(store, *cluster("4"), ci("x", "Application"))
    assert ask(store, "Application:x").complete


def test_a_retired_member_stays_in_the_denominator_and_is_counted(store: Store) -> None:
    load(store, *cluster("2"))
    Editor(store).update(ByName("DatabaseInstance", "n3"), ItemPatch(retired=True), Request("anna"))
    answer = ask(store, *down("n1"))
    assert reason(answer, "db").startswith("replicas: 2 of 3 left, needs 2")
    assert answer.gaps.retired == 0
    Editor(store).update(ByName("DatabaseCluster", "db"), ItemPatch(retired=True), Request("anna"))
    assert ask(store, *down("n1")).gaps.retired == 1
