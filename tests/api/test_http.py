"""GraphQL over HTTP: methods, media types, limits, and the errors that every answer can have."""

import logging
import time

import orjson
import pytest
from starlette.testclient import TestClient

from cmdb.errors import StoreUnavailable
from cmdb.practices.services import services
from cmdb.store.memory import MemoryStore
from cmdb_graphql.application import create_app
from cmdb_graphql.failures import ErrorCode
from tests.api.client import Caller, Plain, at
from tests.builders import gadgets

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"


def code(value: Plain) -> Plain:
    return at(value, "errors", 0, "extensions", "code")


def test_a_query_may_come_by_get(light: Caller) -> None:
    query = "query ($n: Int!) { importRuns(limit: $n) { source } }"
    answer = light.http.get("/graphql", params={"query": query, "variables": '{"n": 1}'})
    assert (answer.status_code, answer.json()) == (200, {"data": {"importRuns": [{"source": "inventory/prod"}]}})


def test_a_mutation_never_comes_by_get(light: Caller) -> None:
    text = 'mutation { ciCreate(input: {class: "Host", name: "x"}) { ci { id } } }'
    answer = light.http.get("/graphql", params={"query": text})
    assert (answer.status_code, code(answer.json()), answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
    assert at(light.ask("{ head }"), "head") == 2


def test_the_operation_meant_decides_whether_it_may_come_by_get(light: Caller) -> None:
    text = 'query A { head } mutation B { ciCreate(input: {class: "Host", name: "x"}) { ci { id } } }'
    assert light.http.get("/graphql", params={"query": text, "operationName": "B"}).status_code == 405
    assert light.http.get("/graphql", params={"query": text, "operationName": "A"}).json() == {"data": {"head": 2}}
    assert code(light.http.get("/graphql", params={"query": text}).json()) == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(light: Caller, method: str) -> None:
    answer = light.http.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON};q=0.9", JSON),
        (f"text/html, {GRAPHQL};q=0.1", GRAPHQL),
        (f"{GRAPHQL};q=nonsense, */*;q=0.1", JSON),
    ],
)
def test_the_media_type_is_the_most_wanted_one(light: Caller, accept: str | None, expected: str) -> None:
    headers = {"accept": accept} if accept is not None else {}
    answer = light.http.post("/graphql", json={"query": "{ head }"}, headers=headers)
    assert answer.headers["content-type"] == f"{expected}; charset=utf-8"


def test_a_media_type_that_is_not_served_is_refused(light: Caller) -> None:
    answer = light.http.post("/graphql", json={"query": "{ head }"}, headers={"accept": "text/html"})
    assert (answer.status_code, code(answer.json())) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query ($r: CIRef!) { ci(ref: $r) { id } }"])
def test_what_was_not_executed_has_no_data_and_a_status_of_its_own(light: Caller, query: str) -> None:
    strict = light.http.post("/graphql", json={"query": query}, headers={"accept": GRAPHQL})
    lenient = light.http.post("/graphql", json={"query": query})
    assert (strict.status_code, lenient.status_code) == (400, 200)
    assert "data" not in strict.json()
    assert "data" not in lenient.json()


def test_an_error_of_one_field_leaves_the_others(light: Caller) -> None:
    answer = light.post('{ head ci(ref: {key: {class: "Spaceship", name: "x"}}) { id } }')
    assert at(answer, "data") == {"head": 2, "ci": None}
    assert (at(answer, "errors", 0, "path"), code(answer)) == (["ci"], "BAD_USER_INPUT")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_is_json_and_nothing_else(light: Caller, content_type: str) -> None:
    answer = light.http.post("/graphql", content=b'{"query": "{ head }"}', headers={"content-type": content_type})
    assert (answer.status_code, code(answer.json())) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'[{"query": "{ head }"}]',
        b"{}",
        b'{"query": 1}',
        b'{"query": "{ head }", "variables": [1]}',
        b'{"query": "{ head }", "variables": 0}',
        b'{"query": "{ head }", "extensions": "x"}',
        b'{"query": "{ head }", "operationName": 1}',
        b'{"query": "{ head }", "operationName": "Other"}',
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
    ],
)
def test_a_body_that_is_no_request_is_refused(light: Caller, body: bytes) -> None:
    answer = light.http.post("/graphql", content=body, headers={"content-type": JSON})
    assert (answer.status_code, code(answer.json())) == (400, "BAD_REQUEST")


def test_a_body_is_at_most_one_mebibyte(light: Caller) -> None:
    def body(size: int) -> bytes:
        return orjson.dumps({"query": "{ head }", "x": "x" * (size - 27)})

    assert len(body(1_048_576)) == 1_048_576
    fits = light.http.post("/graphql", content=body(1_048_576), headers={"content-type": JSON})
    answer = light.http.post("/graphql", content=body(1_048_577), headers={"content-type": JSON})
    assert (fits.status_code, answer.status_code, code(answer.json())) == (200, 413, "PAYLOAD_TOO_LARGE")


def test_a_document_has_at_most_2000_tokens(light: Caller) -> None:
    assert code(light.post("{ " + "head " * 2_001 + "}")) == "GRAPHQL_PARSE_FAILED"


def test_few_of_many_validation_errors_are_told(light: Caller) -> None:
    answer = light.post("{ " + " ".join(f"nothing{n}" for n in range(50)) + " }")
    errors = at(answer, "errors")
    assert isinstance(errors, list)
    assert len(errors) == 5


def test_variables_nested_without_end_are_refused(light: Caller) -> None:
    nested = '{"not":' * 700 + "{}" + "}" * 700
    body = '{"query": "query ($f: ItemFilter) { cis(filter: $f) { totalCount } }", "variables": {"f": ' + nested + "}}"
    answer = light.http.post("/graphql", content=body, headers={"content-type": JSON})
    assert code(answer.json()) in {"BAD_USER_INPUT", "BAD_REQUEST"}


def test_the_schema_tells_itself(light: Caller) -> None:
    assert at(light.ask("{ __schema { queryType { name } } }"), "__schema", "queryType", "name") == "Query"
    assert "type Query" in light.http.get("/schema.graphql").text


def test_every_error_carries_the_id_of_its_request(light: Caller) -> None:
    answer = light.http.post("/graphql", json={"query": "{ nothing }"})
    assert at(answer.json(), "errors", 0, "extensions", "requestId") == answer.headers["x-request-id"]


def test_the_codes_of_top_level_errors_stand_in_the_schema(light: Caller) -> None:
    text = light.http.get("/schema.graphql").text
    assert "enum ErrorCode {" in text
    assert all(entry.name in text for entry in ErrorCode)


class Away(MemoryStore):
    """A store that does not answer."""

    def head(self) -> int:
        raise StoreUnavailable("The store is away.")


class Broken(MemoryStore):
    """A store with a fault of its own."""

    def head(self) -> int:
        msg = "secret of the house"
        raise RuntimeError(msg)


def test_a_store_that_is_away_is_said_to_be_so() -> None:
    with TestClient(create_app(services(Away(gadgets())))) as http:
        answer = http.post("/graphql", json={"query": "{ head }"}).json()
        ready = http.get("/readyz")
    assert (code(answer), ready.status_code, code(ready.json())) == ("STORE_UNAVAILABLE", 503, "STORE_UNAVAILABLE")


def test_what_is_unexpected_is_masked_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with TestClient(create_app(services(Broken(gadgets())))) as http, caplog.at_level(logging.ERROR):
        answer = http.post("/graphql", json={"query": "{ head }"})
    assert "secret" not in answer.text
    assert code(answer.json()) == "INTERNAL"
    assert answer.headers["x-request-id"] in caplog.text
    assert "secret of the house" in caplog.text


class Slow(MemoryStore):
    """A store that takes its time."""

    def head(self) -> int:
        time.sleep(0.5)
        return super().head()


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    with TestClient(create_app(services(Slow(gadgets())), time_limit=0.05)) as http:
        answer = http.post("/graphql", json={"query": "{ head }"})
    assert (answer.status_code, code(answer.json())) == (503, "TIMEOUT")
