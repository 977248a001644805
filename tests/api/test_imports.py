"""Importing rows over the API."""

from cmdb.model.values import JSONValue
from tests.api.client import Caller, Plain, at, rows, texts

IMPORT = """
mutation ($input: ImportRowsInput!) {
  importRows(input: $input) {
    report { runId state isDryRun isComplete seq readCount createdCount updatedCount unchangedCount relatedCount
             danglingCount failedCount changeCount classes { name count } changes { action subject fields } }
    rows { index key outcome missing problems { severity code message } }
    errors { __typename ... on UserError { code } }
  }
}
"""
GOOD: list[JSONValue] = [
    {"type": "RUNS_ON", "from": "Application:shop", "to": "Host:host-9"},
    {"class": "Host", "name": "host-9", "attributes": {"vendor": "Ironclad"}},
]


def imported(caller: Caller, lines: list[JSONValue], **more: JSONValue) -> Plain:
    return at(caller.ask(IMPORT, input={"source": "lab", "rows": lines, **more}), "importRows")


def head(caller: Caller) -> Plain:
    return at(caller.ask("{ head }"), "head")


def test_rows_are_imported_whatever_their_order(caller: Caller) -> None:
    payload = imported(caller, GOOD)
    assert at(payload, "errors") == []
    assert (at(payload, "report", "createdCount"), at(payload, "report", "relatedCount")) == (1, 1)
    assert texts(payload, "rows", field="key") == ["RUNS_ON Application:shop -> Host:host-9", "Host:host-9"]
    assert texts(payload, "rows", field="outcome") == ["TAKEN", "TAKEN"]
    run = caller.ask(
        "query ($id: String!) { importRun(id: $id) { source state } }", id=str(at(payload, "report", "runId"))
    )
    assert at(run, "importRun") == {"source": "lab", "state": "SUCCEEDED"}


def test_a_second_import_of_the_same_rows_changes_nothing(caller: Caller) -> None:
    imported(caller, GOOD)
    before = head(caller)
    payload = imported(caller, GOOD)
    assert at(payload, "report", "changeCount") == 0
    assert head(caller) == before


def test_a_dry_run_says_the_same_and_writes_nothing(caller: Caller) -> None:
    before, runs = head(caller), at(caller.ask("{ runs { id } }"), "runs")
    plan = imported(caller, GOOD, dryRun=True)
    assert at(plan, "report", "isDryRun") is True
    assert head(caller) == before
    assert at(caller.ask("{ runs { id } }"), "runs") == runs
    done = imported(caller, GOOD)
    assert at(done, "report", "changes") == at(plan, "report", "changes")
    assert at(done, "rows") == at(plan, "rows")


def test_bad_rows_are_refused_one_by_one_and_the_rest_goes_on(caller: Caller) -> None:
    lines: list[JSONValue] = [
        {"class": "Host", "name": "ok"},
        {"class": "Spaceship", "name": "x"},
        {"neither": "nor"},
        "text",
        {"class": "Host", "name": "y", "colour": "red"},
        {"class": "Host", "name": "z", "attributes": {"memory_mib": "much"}},
        {"type": "RUNS_ON", "from": "Application:shop", "to": "Host:nowhere"},
        {"type": "NOPE", "from": "Application:shop", "to": "Host:ok"},
    ]
    payload = imported(caller, lines)
    assert texts(payload, "rows", field="outcome") == [
        "TAKEN", "REFUSED", "REFUSED", "REFUSED", "REFUSED", "REFUSED", "DANGLING", "REFUSED",
    ]  # fmt: skip
    assert at(payload, "rows", 1, "problems", 0, "code") == "UNKNOWN_CLASS"
    assert "colour" in str(at(payload, "rows", 4, "problems", 0, "message"))
    assert at(payload, "rows", 6, "missing") == "Host:nowhere"
    assert at(payload, "report", "state") == "SUCCEEDED_WITH_ERRORS"
    assert at(payload, "report", "isComplete") is False
    assert [at(row, "index") for row in rows(payload, "rows")] == list(range(8))


def test_the_same_key_imports_the_same_rows_once_and_refuses_others(caller: Caller) -> None:
    imported(caller, GOOD, idempotencyKey="monday")
    before = head(caller)
    assert at(imported(caller, GOOD, idempotencyKey="monday"), "report", "changeCount") == 0
    other: list[JSONValue] = [{"class": "Host", "name": "host-9", "attributes": {"vendor": "Other"}}]
    refused = imported(caller, other, idempotencyKey="monday")
    assert (at(refused, "report"), at(refused, "errors", 0, "code")) == (None, "IDEMPOTENCY_MISMATCH")
    assert head(caller) == before


def test_more_than_1000_rows_are_refused(light: Caller) -> None:
    many: list[JSONValue] = [{"class": "Host", "name": f"h{n}"} for n in range(1001)]
    assert texts(imported(light, many), "errors", field="code") == ["BATCH_TOO_LARGE"]
    assert texts(imported(light, many[:1000]), "errors", field="code") == []


def test_nobody_imports_as_if_by_hand(light: Caller) -> None:
    for given in ({"source": "manual"}, {"source": ""}, {"source": "a#b"}, {"scope": "a/b"}):
        refused = imported(light, GOOD, **given)
        assert (at(refused, "report"), len(rows(refused, "errors"))) == (None, 1)
