"""A server that really runs, asked over a socket."""

import json
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest
import uvicorn

from cmdb.practices.services import Services
from cmdb_graphql.application import create_app
from tests.api import refs
from tests.api.client import Plain, at, texts

IMPACT = (
    "query ($a: CIRef!, $b: CIRef!) { impact(seeds: [{ref: $a}, {ref: $b}]) { services { nodes { name state } } } }"
)


@pytest.fixture
def address(furnished: Services) -> Iterator[str]:
    """Where a server over the estate listens on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(furnished), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def fetched(url: str, body: Plain = None) -> Plain:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - loopback
        answer: Plain = json.load(response)
    return answer


def test_impact_is_asked_of_a_running_server(address: str) -> None:
    variables: Plain = {"a": json.loads(json.dumps(refs.HOST_1)), "b": json.loads(json.dumps(refs.HOST_2))}
    answer = fetched(f"{address}/graphql", {"query": IMPACT, "variables": variables})
    assert texts(answer, "data", "impact", "services", "nodes", field="state") == ["DOWN", "DOWN"]
    assert at(fetched(f"{address}/readyz"), "status") == "ready"


def test_many_callers_are_answered_at_once(address: str) -> None:
    answers: list[Plain] = []
    body: Plain = {"query": "{ cis(first: 200) { totalCount nodes { relationships { totalCount } } } }"}
    threads = [threading.Thread(target=lambda: answers.append(fetched(f"{address}/graphql", body))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 16
    assert all(answer == answers[0] for answer in answers)
    assert at(answers[0], "data", "cis", "totalCount") == 10
