"""Duplicate cases over the API, who said what, and handing values back."""

import pytest

from cmdb.model.values import JSONValue
from tests.api import refs
from tests.api.client import Caller, Plain, at, rows, texts

ERRORS = "errors { __typename ... on UserError { code message } ... on RevisionConflict { currentRevision } }"
CASE = "case { id revision state ground decidedBy decidedAt decisionReason survivor { id } suspects { id name } }"
ENDS = "survivor { id name attributes } other { id lifecycle mergedInto { id } }"
MOVED = "moved { bindings relationshipCount setAside }"
PAYLOADS = {"Open": CASE, "Merge": f"{CASE} {ENDS} {MOVED}", "Differ": CASE, "Undo": f"{CASE} {ENDS} {MOVED}"}


def decide(caller: Caller, verb: str, **given: JSONValue) -> Plain:
    """The payload of a mutation of cases."""
    name = f"duplicateCase{verb}"
    kind = f"D{name[1:]}Input"
    query = f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ {PAYLOADS[verb]} {ERRORS} }} }}"
    return at(caller.ask(query, input=given), name)


def opened(caller: Caller, one: JSONValue = refs.HOST_1, other: JSONValue = refs.HOST_2) -> JSONValue:
    """A reference to a new case."""
    case = at(decide(caller, "Open", one=one, other=other, reason="same label"), "case")
    return {"id": str(at(case, "id"))}


def head(caller: Caller) -> Plain:
    return at(caller.ask("{ head }"), "head")


def test_a_case_is_opened_listed_and_looked_up(caller: Caller) -> None:
    case = opened(caller)
    before = head(caller)
    assert opened(caller, refs.HOST_2, refs.HOST_1) == case
    assert head(caller) == before
    query = "query ($f: ItemFilter) { duplicateCases(filter: $f) { totalCount nodes { id state suspects { name } } } }"
    waiting: JSONValue = {"attribute": {"name": "case_state", "text": {"eq": "open"}}}
    listed = at(caller.ask(query, f=waiting), "duplicateCases")
    assert (at(listed, "totalCount"), at(listed, "nodes", 0, "state")) == (1, "OPEN")
    assert sorted(texts(listed, "nodes", 0, "suspects")) == ["host-1", "host-2"]
    one = caller.ask("query ($ref: CIRef!) { duplicateCase(ref: $ref) { ground decidedAt } }", ref=case)
    assert at(one, "duplicateCase") == {"ground": "same label", "decidedAt": None}
    assert at(caller.ask("query ($ref: CIRef!) { duplicateCase(ref: $ref) { id } }", ref=refs.SHOP)) == {
        "duplicateCase": None
    }


def test_a_merge_moves_bindings_relationships_and_records_and_is_undone(caller: Caller) -> None:
    case = opened(caller)
    before = head(caller)
    seen = decide(caller, "Merge", ref=case, survivor=refs.HOST_2, dryRun=True)
    assert head(caller) == before
    made = decide(caller, "Merge", ref=case, survivor=refs.HOST_2, reason="looked")
    assert at(made, "errors") == []
    assert at(made, "moved") == at(seen, "moved")
    assert at(made, "moved", "bindings") == ["inventory/prod/hall-1#Host:host-1"]
    survivor, other = at(made, "survivor", "id"), at(made, "other", "id")
    assert (at(made, "case", "state"), at(made, "case", "survivor", "id")) == ("MERGED", survivor)
    assert at(made, "case", "decisionReason") == "looked"
    assert (at(made, "other", "lifecycle"), at(made, "other", "mergedInto", "id")) == ("RETIRED", survivor)
    affected = caller.ask(
        "query ($ref: CIRef!) { change(ref: $ref) { affects { nodes { item { id } } } } }", ref=refs.CHANGE
    )
    assert [at(row, "item", "id") for row in rows(affected, "change", "affects", "nodes")] == [survivor]
    ask = "query ($id: ID!) { node(id: $id) { ... on CI { lifecycle mergedInto { id name } } } }"
    assert at(caller.ask(ask, id=str(other)), "node", "mergedInto", "id") == survivor
    assert at(caller.ask(ask, id=str(survivor)), "node", "mergedInto") is None
    back = decide(caller, "Undo", ref=case)
    assert (at(back, "case", "state"), at(back, "other", "id"), at(back, "other", "lifecycle")) == (
        "OPEN",
        other,
        "LIVE",
    )
    assert at(caller.ask(ask, id=str(other)), "node", "mergedInto") is None


def test_undoing_can_be_looked_at_first(light: Caller) -> None:
    case = opened(light)
    decide(light, "Merge", ref=case)
    before = head(light)
    seen = decide(light, "Undo", ref=case, dryRun=True)
    assert (at(seen, "case", "state"), at(seen, "other", "lifecycle"), head(light)) == ("OPEN", "LIVE", before)


def test_two_that_differ_are_said_to(light: Caller) -> None:
    made = decide(light, "Differ", ref=opened(light), reason="two boxes")
    assert (at(made, "case", "state"), at(made, "case", "decidedBy")) == ("DIFFERENT", "api")


def test_the_same_key_decides_once(caller: Caller) -> None:
    case = opened(caller)
    first = decide(caller, "Differ", ref=case, idempotencyKey="k")
    before = head(caller)
    again = decide(caller, "Differ", ref=case, idempotencyKey="k")
    assert at(again, "case") == at(first, "case")
    other = decide(caller, "Merge", ref=case, idempotencyKey="k")
    assert texts(other, "errors", field="__typename") == ["IdempotencyMismatch"]
    assert head(caller) == before


REFUSED: dict[str, tuple[str, dict[str, JSONValue], str]] = {
    "no case": ("Merge", {"ref": refs.HOST_1}, "NOT_FOUND"),
    "nothing": ("Differ", {"ref": refs.NOBODY}, "NOT_FOUND"),
    "a stale revision": ("Differ", {"expectedRevision": 7}, "REVISION_CONFLICT"),
    "nothing to undo": ("Undo", {}, "CONFLICT"),
    "a third": ("Merge", {"survivor": refs.SHOP}, "BAD_USER_INPUT"),
    "the same twice": ("Open", {"one": refs.SHOP, "other": refs.SHOP}, "BAD_USER_INPUT"),
}


@pytest.mark.parametrize(("verb", "given", "code"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_data_and_nothing_is_written(
    light: Caller, verb: str, given: dict[str, JSONValue], code: str
) -> None:
    case = {} if verb == "Open" else {"ref": opened(light)}
    before = head(light)
    payload = decide(light, verb, **{**case, **given})
    assert (texts(payload, "errors", field="code"), at(payload, "case")) == ([code], None)
    assert head(light) == before


def test_nobody_says_what_only_the_cmdb_knows(light: Caller) -> None:
    query = (
        "mutation ($input: RecordUpdateInput!) { recordUpdate(input: $input) { errors { ... on UserError { code } } } }"
    )
    given: JSONValue = {"ref": opened(light), "attributes": {"case_state": "merged"}}
    assert texts(light.ask(query, input=given), "recordUpdate", "errors", field="code") == ["BAD_USER_INPUT"]


PROVENANCE = """query ($ref: CIRef!) { ci(ref: $ref) {
  provenance { aspect name value statements { binding value standing by } }
  sources { unmapped classGiven isGone }
} }"""
UPDATE = "mutation ($input: CiUpdateInput!) { ciUpdate(input: $input) { ci { id } } }"
RELEASE = f"mutation ($input: CiReleaseInput!) {{ ciRelease(input: $input) {{ ci {{ attributes }} {ERRORS} }} }}"


def test_who_said_what_is_told_and_a_value_is_handed_back(caller: Caller) -> None:
    caller.ask(UPDATE, input={"ref": refs.HOST_1, "attributes": {"memory_mib": 9, "model": "M"}})
    told = at(caller.ask(PROVENANCE, ref=refs.HOST_1), "ci")
    assert at(told, "sources", 0) == {"unmapped": {}, "classGiven": None, "isGone": False}
    (memory,) = [entry for entry in rows(told, "provenance") if at(entry, "name") == "memory_mib"]
    assert (at(memory, "aspect"), at(memory, "value")) == ("ATTRIBUTE", 9)
    assert [(at(row, "value"), at(row, "standing")) for row in rows(memory, "statements")] == [
        (9, "HOLDS"),
        (1024, "OUTRANKED"),
    ]
    assert at(memory, "statements", 1, "by") == at(memory, "statements", 0, "binding")
    released = at(caller.ask(RELEASE, input={"ref": refs.HOST_1, "attributes": ["memory_mib"]}), "ciRelease")
    assert (at(released, "ci", "attributes", "memory_mib"), at(released, "ci", "attributes", "model")) == (1024, "M")
    refused = at(caller.ask(RELEASE, input={"ref": refs.HOST_1, "attributes": ["wheels"]}), "ciRelease")
    assert texts(refused, "errors", field="code") == ["UNKNOWN_ATTRIBUTE"]
    stale = at(caller.ask(RELEASE, input={"ref": refs.HOST_1, "groups": ["g"], "expectedRevision": 1}), "ciRelease")
    assert texts(stale, "errors", field="code") == ["REVISION_CONFLICT"]


def test_what_people_said_of_a_record_is_handed_back(light: Caller) -> None:
    update = "mutation ($input: RecordUpdateInput!) { recordUpdate(input: $input) { record { name } } }"
    light.ask(update, input={"ref": refs.CHANGE, "name": "By hand"})
    query = "mutation ($input: RecordReleaseInput!) { recordRelease(input: $input) { record { name } } }"
    released = light.ask(query, input={"ref": refs.key("Change", "By hand"), "attributes": ["name"]})
    assert at(released, "recordRelease", "record", "name") == "Replace two hosts"
    assert at(light.ask(PROVENANCE, ref=refs.SHOP), "ci", "provenance", 0, "aspect") == "CLASS"
