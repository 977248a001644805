"""Importing rows over the API."""

from datetime import UTC, datetime, timedelta

from starlette.testclient import TestClient

from cmdb.model.sources import Lease, Scope
from cmdb.model.values import JSONValue
from cmdb.practices.services import services
from cmdb_graphql.application import create_app
from tests.api.client import Caller, Plain, at, rows, texts
from tests.store.places import MemoryPlace

IMPORT = """
mutation ($input: ImportRowsInput!) {
  importRows(input: $input) {
    report { runId state isDryRun isReplayed isComplete seq readCount createdCount updatedCount unchangedCount
             relatedCount danglingCount failedCount changeCount
             classes { name count } changes { action subject fields } }
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
    before, runs = head(caller), at(caller.ask("{ importRuns { id } }"), "importRuns")
    plan = imported(caller, GOOD, dryRun=True)
    assert at(plan, "report", "isDryRun") is True
    assert head(caller) == before
    assert at(caller.ask("{ importRuns { id } }"), "importRuns") == runs
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
    first = imported(caller, GOOD, idempotencyKey="monday")
    before = head(caller)
    again = imported(caller, GOOD, idempotencyKey="monday")
    assert at(again, "rows") == at(first, "rows")
    told = ("runId", "state", "isComplete", "seq", "readCount", "createdCount", "relatedCount", "changeCount")
    assert [at(again, "report", name) for name in told] == [at(first, "report", name) for name in told]
    assert [at(payload, "report", "isReplayed") for payload in (first, again)] == [False, True]
    other: list[JSONValue] = [{"class": "Host", "name": "host-9", "attributes": {"vendor": "Other"}}]
    refused = imported(caller, other, idempotencyKey="monday")
    assert (at(refused, "report"), at(refused, "errors", 0, "code")) == (None, "IDEMPOTENCY_MISMATCH")
    assert head(caller) == before


SWEEP = """
mutation ($input: ImportRowsInput!) {
  importRows(input: $input) {
    report { isComplete retiredCount restoredCount changeCount digest omitted { changeCount problemCount danglingCount }
             sweep { scopes itemCount relationshipCount digest refusal } }
    errors { __typename ... on UserError { code } }
  }
}
"""


def swept(caller: Caller, lines: list[JSONValue], **more: JSONValue) -> Plain:
    return at(caller.ask(SWEEP, input={"source": "lab", "rows": lines, "sweep": True, **more}), "importRows", "report")


def test_what_is_no_longer_reported_is_retired_and_comes_back(caller: Caller) -> None:
    hosts: list[JSONValue] = [{"class": "Host", "name": f"h{number}"} for number in range(12)]
    imported(caller, hosts)
    report = swept(caller, hosts[1:])
    assert (at(report, "isComplete"), at(report, "retiredCount"), at(report, "changeCount")) == (True, 1, 1)
    assert at(report, "sweep", "refusal") is None
    assert at(report, "sweep", "scopes") == ["lab/default"]
    assert at(swept(caller, hosts), "restoredCount") == 1


def test_a_sweep_that_takes_too_much_is_refused_until_its_digest_is_given(caller: Caller) -> None:
    hosts: list[JSONValue] = [{"class": "Host", "name": f"h{number}"} for number in range(12)]
    imported(caller, hosts)
    planned = swept(caller, [], dryRun=True)
    refused = swept(caller, [])
    assert at(refused, "sweep") == at(planned, "sweep")
    assert (at(refused, "isComplete"), at(refused, "retiredCount")) == (False, 0)
    assert "nothing at all was read" in str(at(refused, "sweep", "refusal"))
    run = at(caller.ask("{ importRuns(limit: 1) { state message } }"), "importRuns", 0)
    assert at(run, "message") == at(refused, "sweep", "refusal")
    done = swept(caller, [], sweep=False, confirm=str(at(refused, "sweep", "digest")))
    assert (at(done, "retiredCount"), at(done, "sweep", "refusal")) == (12, None)


RUN = """
query ($id: String!) {
  importRun(id: $id) {
    state scopes message partCount revertedRunId progress { rowCount readCount } counts { name count }
  }
}
"""


def test_a_run_says_how_far_it_has_come(caller: Caller) -> None:
    imported(caller, GOOD, idempotencyKey="monday")
    run = at(caller.ask(RUN, id="monday"), "importRun")
    assert (at(run, "state"), at(run, "scopes"), at(run, "partCount")) == ("SUCCEEDED", ["lab/default"], 1)
    assert at(run, "progress") == {"rowCount": 2, "readCount": 2}
    assert {"name": "created", "count": 1} in rows(run, "counts")
    assert (at(run, "message"), at(run, "revertedRunId")) == ("", None)


def test_a_scope_that_another_run_holds_is_a_refusal() -> None:
    store, now = MemoryPlace().open(), datetime.now(UTC)
    lease = Lease(Scope("lab"), "another", "elsewhere/1", now + timedelta(minutes=1))
    assert not store.hold([lease], now)
    with TestClient(create_app(services(store))) as http:
        refused = imported(Caller(http), GOOD)
    assert (at(refused, "report"), texts(refused, "errors", field="code")) == (None, ["SCOPE_BUSY"])


def test_more_than_1000_rows_are_refused(light: Caller) -> None:
    many: list[JSONValue] = [{"class": "Host", "name": f"h{n}"} for n in range(1001)]
    assert texts(imported(light, many), "errors", field="code") == ["BATCH_TOO_LARGE"]
    assert texts(imported(light, many[:1000]), "errors", field="code") == []


def test_nobody_imports_as_if_by_hand(light: Caller) -> None:
    for given in ({"source": "manual"}, {"source": ""}, {"source": "a#b"}, {"scope": "a/b"}):
        refused = imported(light, GOOD, **given)
        assert (at(refused, "report"), len(rows(refused, "errors"))) == (None, 1)
