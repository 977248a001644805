"""Who is let in, and what every response carries."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from cmdb.practices.services import services
from cmdb_graphql.application import create_app
from tests.api.client import Caller, at
from tests.store.places import MemoryPlace

PATHS = ("/", "/graphql", "/schema.graphql", "/readyz", "/healthz")
TOKEN = "cmdb-0123456789"
WRONG = (None, TOKEN, f"Basic {TOKEN}", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", "Bearer é")


@pytest.fixture
def guarded() -> Iterator[TestClient]:
    with TestClient(create_app(services(MemoryPlace().open()), token=TOKEN)) as http:
        yield http


@pytest.mark.parametrize("path", [path for path in PATHS if path != "/healthz"])
@pytest.mark.parametrize("header", WRONG)
def test_nobody_passes_without_the_token(guarded: TestClient, path: str, header: str | None) -> None:
    headers = {} if header is None else {b"authorization": header.encode("latin-1")}
    answer = guarded.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="cmdb"'
    assert at(answer.json(), "errors", 0, "extensions", "code") == "UNAUTHENTICATED"
    assert TOKEN not in answer.text


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_token_lets_in(guarded: TestClient, scheme: str) -> None:
    answer = guarded.post("/graphql", json={"query": "{ head }"}, headers={"authorization": f"{scheme} {TOKEN}"})
    assert answer.json() == {"data": {"head": 0}}


def test_whether_the_server_lives_is_told_to_everybody(guarded: TestClient) -> None:
    assert guarded.get("/healthz").json() == {"status": "alive"}


@pytest.mark.parametrize("path", [*PATHS, "/nothing"])
def test_every_response_is_hardened(light: Caller, path: str) -> None:
    headers = light.http.get(path, headers={"origin": "https://elsewhere.example"}).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert len(headers["x-request-id"]) == 32
    assert "access-control-allow-origin" not in headers


def test_the_root_says_where_the_endpoint_is(light: Caller) -> None:
    assert at(light.http.get("/").json(), "graphql") == "/graphql"
    assert light.http.get("/readyz").json() == {"status": "ready", "head": 2}


@pytest.mark.parametrize("token", ["", " "])
def test_an_empty_token_is_a_mistake_and_not_an_open_door(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        create_app(services(MemoryPlace().open()), token=token)


def test_a_time_limit_is_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        create_app(services(MemoryPlace().open()), time_limit=0)
