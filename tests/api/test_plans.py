"""Import plans over the API: imports that are held, looking at their plans, and deciding them."""

import pytest

from cmdb.ingest.plan_making import held_plan_id
from cmdb.model.values import JSONValue
from cmdb.practices.services import Services
from cmdb_graphql.cursors import encode, question_mark
from tests.api.client import Caller, Plain, at, pages, rows, texts
from tests.api.estate import swap_serials

SWAPPED: list[JSONValue] = [
    {"class": "Host", "name": f"host-{number}", "attributes": {"serial": serial}}
    for number, serial in ((1, "LAB-2"), (2, "LAB-1"), (3, "LAB-3"))
]
BEFORE: list[JSONValue] = [
    {"class": "Host", "name": f"host-{number}", "attributes": {"serial": f"LAB-{number}"}} for number in (1, 2, 3)
]
IMPORT = """mutation ($input: ImportRowsInput!) {
  importRows(input: $input) { report { state isDryRun heldBecause planId changeCount } errors { __typename } }
}"""
ERRORS = "errors { __typename ... on UserError { code message } }"
PLAN = """query ($id: ID!, $first: Int!, $after: String) {
  importPlan(id: $id) {
    id state digest baseSeq actor source scopes heldBecause changeCount counts { name count } sweep { itemCount }
    runId part decidedBy effects { isComplete }
    measures { scope measure count size most share isExceeded examples }
    changes(first: $first, after: $after) {
      totalCount nodes { action subject fields } pageInfo { hasNextPage endCursor }
    }
  }
}"""
APPLY = f"""mutation ($input: ImportPlanApplyInput!) {{
  importPlanApply(input: $input) {{
    plan {{ id state decidedBy }} report {{ runId state changeCount planId }} {ERRORS}
  }}
}}"""
DISCARD = f"""mutation ($input: ImportPlanDiscardInput!) {{
  importPlanDiscard(input: $input) {{ plan {{ id state decidedBy }} {ERRORS} }}
}}"""
LIST = """query ($states: [ImportPlanState!], $first: Int!, $after: String) {
  importPlans(states: $states, first: $first, after: $after) {
    totalCount nodes { id state } pageInfo { hasNextPage endCursor }
  }
}"""


def imported(caller: Caller, lines: list[JSONValue], **more: JSONValue) -> Plain:
    return at(caller.ask(IMPORT, input={"source": "lab", "rows": lines, **more}), "importRows", "report")


def held(caller: Caller) -> Plain:
    """The report of an import that swaps two serials."""
    imported(caller, BEFORE)
    return imported(caller, SWAPPED)


def plan_of(caller: Caller, plan_id: str, first: int = 50, after: str | None = None) -> Plain:
    return at(caller.ask(PLAN, id=plan_id, first=first, after=after), "importPlan")


def head(caller: Caller) -> Plain:
    return at(caller.ask("{ head }"), "head")


def test_an_import_that_goes_beyond_the_policy_is_held_and_its_plan_says_why(light: Caller) -> None:
    imported(light, BEFORE)
    before = head(light)
    planned = imported(light, SWAPPED, dryRun=True)
    report = imported(light, SWAPPED)
    assert head(light) == before
    assert (at(report, "state"), at(report, "changeCount"), at(planned, "planId")) == ("HELD", 2, None)
    (reason,) = rows(report, "heldBecause")
    assert str(reason).startswith("2 of the 3 CIs of lab/default would take the identity of another one, none may (")
    assert (at(planned, "state"), at(planned, "heldBecause")) == ("HELD", [reason])
    plan = plan_of(light, str(at(report, "planId")))
    assert (at(plan, "state"), at(plan, "heldBecause"), at(plan, "scopes")) == ("HELD", [reason], ["lab/default"])
    assert (at(plan, "actor"), at(plan, "source"), at(plan, "baseSeq"), at(plan, "part")) == ("api", "lab", before, 1)
    assert {"name": "updated", "count": 2} in rows(plan, "counts")
    moved = next(row for row in rows(plan, "measures") if at(row, "measure") == "identities_moved")
    assert (at(moved, "scope"), at(moved, "count"), at(moved, "size"), at(moved, "most"), at(moved, "isExceeded")) == (
        "lab/default", 2, 3, 0, True,
    )  # fmt: skip
    assert rows(moved, "examples")[0] == "Host:host-1 is swapped with Host:host-2 (serial LAB-1 → LAB-2)"
    assert (at(plan, "sweep"), at(plan, "decidedBy"), at(plan, "effects", "isComplete")) == (None, None, True)


def test_the_changes_of_a_plan_are_paged(caller: Caller) -> None:
    plan_id = str(at(held(caller), "planId"))
    first = plan_of(caller, plan_id, first=1)
    assert (at(first, "changes", "totalCount"), at(first, "changes", "pageInfo", "hasNextPage")) == (2, True)
    second = plan_of(caller, plan_id, first=5, after=str(at(first, "changes", "pageInfo", "endCursor")))
    assert at(second, "changes", "pageInfo", "hasNextPage") is False
    both = [*rows(first, "changes", "nodes"), *rows(second, "changes", "nodes")]
    assert both == rows(plan_of(caller, plan_id), "changes", "nodes")
    assert [(at(row, "subject"), at(row, "fields", "serial")) for row in both] == [
        ("Host:host-1", ["LAB-1", "LAB-2"]), ("Host:host-2", ["LAB-2", "LAB-1"]),
    ]  # fmt: skip
    assert at(plan_of(caller, plan_id, first=0), "changes", "totalCount") == 2


def test_a_plan_is_applied_once(caller: Caller) -> None:
    plan_id = str(at(held(caller), "planId"))
    done = at(caller.ask(APPLY, input={"id": plan_id}), "importPlanApply")
    assert at(done, "errors") == []
    assert at(done, "plan") == {"id": plan_id, "state": "APPLIED", "decidedBy": "api"}
    assert (at(done, "report", "state"), at(done, "report", "changeCount")) == ("SUCCEEDED", 2)
    run = caller.ask("query ($id: String!) { importRun(id: $id) { state } }", id=str(at(done, "report", "runId")))
    assert at(run, "importRun", "state") == "SUCCEEDED"
    before = head(caller)
    again = at(caller.ask(APPLY, input={"id": plan_id}), "importPlanApply")
    assert (at(again, "plan"), at(again, "report"), texts(again, "errors", field="code")) == (
        None, None, ["PLAN_DECIDED"],
    )  # fmt: skip
    assert head(caller) == before


def test_a_plan_is_refused_when_the_graph_has_moved_until_what_it_does_now_is_named(light: Caller) -> None:
    plan_id = str(at(held(light), "planId"))
    digest = str(at(plan_of(light, plan_id), "digest"))
    imported(light, [{"class": "Host", "name": "host-8"}], scope="elsewhere")
    refused = at(light.ask(APPLY, input={"id": plan_id}), "importPlanApply")
    assert texts(refused, "errors", field="code") == ["PLAN_STALE"]
    assert "It would now do the same" in texts(refused, "errors", field="message")[0]
    assert at(plan_of(light, plan_id), "state") == "STALE"
    other = at(light.ask(APPLY, input={"id": plan_id, "digest": "0" * 64}), "importPlanApply")
    assert texts(other, "errors", field="code") == ["PLAN_STALE"]
    done = at(light.ask(APPLY, input={"id": plan_id, "digest": digest}), "importPlanApply")
    assert at(done, "plan", "state") == "APPLIED"


def test_a_plan_is_discarded_once_and_can_still_be_read(light: Caller) -> None:
    plan_id = str(at(held(light), "planId"))
    before = head(light)
    gone = at(light.ask(DISCARD, input={"id": plan_id}), "importPlanDiscard")
    assert (at(gone, "plan", "state"), at(gone, "plan", "decidedBy"), at(gone, "errors")) == ("DISCARDED", "api", [])
    for mutation, name in ((DISCARD, "importPlanDiscard"), (APPLY, "importPlanApply")):
        refused = at(light.ask(mutation, input={"id": plan_id}), name)
        assert texts(refused, "errors", field="code") == ["PLAN_DECIDED"]
    assert len(rows(plan_of(light, plan_id), "changes", "nodes")) == 2
    assert head(light) == before


def test_plans_are_listed_newest_first_by_state(furnished: Services, caller: Caller) -> None:
    for number in range(5):
        swap_serials(furnished, f"run {number}")
    caller.ask(DISCARD, input={"id": held_plan_id("run 1", 1)})
    found = [row for page in pages(caller, LIST, "importPlans", first=2) for row in rows(page, "nodes")]
    assert [at(row, "id") for row in found] == [held_plan_id(f"run {number}", 1) for number in (4, 3, 2, 1, 0)]
    listed = at(caller.ask(LIST, states=["DISCARDED", "APPLIED"], first=5), "importPlans")
    assert (at(listed, "totalCount"), texts(listed, "nodes", field="state")) == (1, ["DISCARDED"])
    assert at(caller.ask(LIST, states=[], first=5), "importPlans", "totalCount") == 0
    assert at(caller.ask(LIST, first=0), "importPlans") == {
        "totalCount": 5, "nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None},
    }  # fmt: skip


def test_there_is_no_plan_of_an_unknown_id(light: Caller) -> None:
    assert plan_of(light, "nothing") is None
    assert plan_of(light, "no\x00thing") is None
    for mutation, name in ((DISCARD, "importPlanDiscard"), (APPLY, "importPlanApply")):
        assert texts(at(light.ask(mutation, input={"id": "nothing"}), name), "errors", field="code") == ["NOT_FOUND"]
        wrong = at(light.ask(mutation, input={"id": "no\x00thing"}), name)
        assert texts(wrong, "errors", field="code") == ["WRONG_TYPE"]


@pytest.mark.parametrize("position", [("x", "y"), ("2026-01-01T00:00:00Z",), (1, 2), (), ("2026-01-01T00:00:00Z", 1)])
def test_a_cursor_that_was_not_given_out_is_refused(light: Caller, position: tuple[str | int, ...]) -> None:
    after = encode(question_mark("import plans", None), position)
    assert at(light.error(LIST, first=5, after=after), "extensions", "code") == "BAD_USER_INPUT"
