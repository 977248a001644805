"""Impact over the API: of CIs, of records, now and in the past, in pages."""

import pytest

from cmdb.model.values import JSONValue
from tests.api import refs
from tests.api.client import Caller, at, rows, texts

IMPACT = """
query ($seeds: [SeedInput!]!, $asOf: AsOfInput, $states: [FailureState!], $first: Int! = 50, $after: String,
       $listed: Int! = 1000) {
  impact(seeds: $seeds, asOf: $asOf, listed: $listed) {
    complete seq omittedCount sparedOmittedCount
    counts { class downCount degradedCount atRiskCount }
    affected(states: $states, first: $first, after: $after) {
      totalCount nodes { class name state distance reason item { name } } pageInfo { hasNextPage endCursor }
    }
    services(states: $states) { nodes { name } }
    spared { nodes { name reason } }
  }
}
"""
ONE: JSONValue = [{"ref": refs.HOST_1}]
TWO: JSONValue = [{"ref": refs.HOST_1}, {"ref": refs.HOST_2}]


def test_one_of_three_replicas_down_is_a_risk_and_brings_no_service_down(caller: Caller) -> None:
    down = at(caller.ask(IMPACT, seeds=ONE, states=["DOWN"]), "impact")
    assert texts(down, "affected", "nodes") == ["host-1", "orders-db-1"]
    assert texts(down, "services", "nodes") == []
    at_risk = at(caller.ask(IMPACT, seeds=ONE, states=["AT_RISK"]), "impact")
    assert at(at_risk, "affected", "nodes", 0, "name") == "orders-db"
    assert texts(at_risk, "services", "nodes") == ["Database hosting", "Online shop"]


def test_two_of_three_replicas_down_bring_everything_down(caller: Caller) -> None:
    answer = at(caller.ask(IMPACT, seeds=TWO, states=["DOWN"]), "impact")
    assert {"orders-db", "shop", "Online shop", "Shop gold", "Northwind"} <= set(texts(answer, "affected", "nodes"))
    assert at(answer, "complete") is True
    counts = {str(at(row, "class")): at(row, "downCount") for row in rows(answer, "counts")}
    assert (counts["Host"], counts["Customer"]) == (2, 1)


def test_every_affected_item_can_be_followed(caller: Caller) -> None:
    answer = at(caller.ask(IMPACT, seeds=ONE), "impact")
    for row in rows(answer, "affected", "nodes"):
        assert at(row, "item", "name") == at(row, "name")
        assert at(row, "reason")


def test_affected_items_come_in_pages_without_gap_or_repetition(light: Caller) -> None:
    whole = texts(light.ask(IMPACT, seeds=TWO), "impact", "affected", "nodes")
    query = IMPACT.replace("impact(", "impact: impact(")
    found: list[str] = []
    after: JSONValue = None
    while True:
        page = at(light.ask(query, seeds=TWO, first=4, after=after), "impact", "affected")
        found += texts(page, "nodes")
        if not at(page, "pageInfo", "hasNextPage"):
            break
        after = str(at(page, "pageInfo", "endCursor"))
    assert found == whole


def test_a_cursor_of_another_impact_is_refused(light: Caller) -> None:
    cursor = str(at(light.ask(IMPACT, seeds=TWO, first=2), "impact", "affected", "pageInfo", "endCursor"))
    assert at(light.error(IMPACT, seeds=ONE, after=cursor), "extensions", "code") == "BAD_USER_INPUT"
    assert at(light.error(IMPACT, seeds=TWO, after=cursor, states=["DOWN"]), "extensions", "code") == "BAD_USER_INPUT"


def test_all_are_counted_even_when_few_are_listed(light: Caller) -> None:
    whole = at(light.ask(IMPACT, seeds=TWO), "impact")
    some = at(light.ask(IMPACT, seeds=TWO, listed=3), "impact")
    assert len(rows(some, "affected", "nodes")) == 3
    assert at(some, "omittedCount") == len(rows(whole, "affected", "nodes")) - 3
    assert at(some, "counts") == at(whole, "counts")


def test_what_is_spared_says_why(light: Caller) -> None:
    answer = at(light.ask(IMPACT, seeds=[{"ref": refs.key("PDU", "pdu-a")}], states=["DOWN"]), "impact")
    assert texts(answer, "affected", "nodes") == ["pdu-a"]
    reasons = {str(at(row, "name")): str(at(row, "reason")) for row in rows(answer, "spared", "nodes")}
    assert "1 of 2 left" in reasons["host-1"]


def test_impact_of_the_past_uses_the_graph_as_it_was(caller: Caller) -> None:
    head = at(caller.ask("{ head }"), "head")
    assert isinstance(head, int)
    caller.ask(
        'mutation ($from: CIRef!, $to: CIRef!) { relationshipRemove(input: {type: "DEPENDS_ON", from: $from, to: $to})'
        " { errors { __typename } } }",
        **{"from": refs.SHOP, "to": refs.DATABASE},
    )
    now = texts(caller.ask(IMPACT, seeds=TWO), "impact", "affected", "nodes")
    then = at(caller.ask(IMPACT, seeds=TWO, asOf={"seq": head}), "impact")
    assert "shop" not in now
    assert "shop" in texts(then, "affected", "nodes")
    assert at(then, "seq") == head


def test_a_record_is_asked_for_its_own_impact(caller: Caller) -> None:
    data = caller.ask(
        """query ($change: CIRef!, $incident: CIRef!, $problem: CIRef!) {
          change(ref: $change) { impact { subject seeds { nodes { name state } } teams { nodes { name } } } }
          incident(ref: $incident) { impact { services { nodes { name state } } } }
          problem(ref: $problem) { affects { nodes { state item { name } } } impact { seeds { nodes { name } } } }
        }""",
        change=refs.CHANGE,
        incident=refs.INCIDENT,
        problem=refs.PROBLEM,
    )
    assert at(data, "change", "impact", "subject", "window_start") == "2026-11-28T22:00:00Z"
    assert texts(data, "change", "impact", "seeds", "nodes") == ["host-1", "host-2"]
    assert texts(data, "change", "impact", "teams", "nodes") == ["Database team"]
    assert at(data, "incident", "impact", "services", "nodes", 0, "state") == "DEGRADED"
    assert set(texts(data, "problem", "affects", "nodes", field="state")) == {"AT_RISK", "UP"}
    assert texts(data, "problem", "impact", "seeds", "nodes") == ["pdu-a"]


def test_the_impact_of_several_records_at_once_is_refused(light: Caller) -> None:
    create = 'mutation { changeCreate(input: {name: "Another"}) { errors { __typename } } }'
    light.ask(create)
    error = light.error("{ changes { nodes { impact { complete } } } }")
    assert at(error, "extensions", "code") == "BAD_USER_INPUT"


REFUSED: tuple[tuple[JSONValue, str], ...] = (
    ([], "BAD_USER_INPUT"),
    ([{"ref": refs.NOBODY}], "NOT_FOUND"),
    ([{"ref": {"id": "nothing"}}], "NOT_FOUND"),
    ([{"ref": {"external": {"source": "a#b", "key": "c"}}}], "BAD_USER_INPUT"),
    ([{"ref": refs.HOST_1, "state": "BROKEN"}], "BAD_USER_INPUT"),
)


@pytest.mark.parametrize(("seeds", "code"), REFUSED)
def test_a_question_about_nothing_is_an_error(caller: Caller, seeds: JSONValue, code: str) -> None:
    assert at(caller.error(IMPACT, seeds=seeds), "extensions", "code") == code


def test_a_retired_ci_cannot_fail_any_more_but_could_before(caller: Caller) -> None:
    head = at(caller.ask("{ head }"), "head")
    assert isinstance(head, int)
    caller.ask("mutation ($ref: CIRef!) { ciRetire(input: {ref: $ref}) { errors { __typename } } }", ref=refs.HOST_1)
    assert at(caller.error(IMPACT, seeds=ONE), "extensions", "reason") == "RETIRED"
    assert "host-1" in texts(caller.ask(IMPACT, seeds=ONE, asOf={"seq": head}), "impact", "affected", "nodes")


@pytest.mark.parametrize("listed", [-1, 10_001])
def test_a_listing_has_bounds(light: Caller, listed: int) -> None:
    assert at(light.error(IMPACT, seeds=ONE, listed=listed), "extensions", "code") == "BAD_USER_INPUT"
