"""A Neo4j server that is killed, and connections that break while a commit is on its way: one effect each."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from os import environ
from pathlib import Path

import pytest

from cmdb.app.neo4j_local import LocalNeo4j
from cmdb.errors import OutcomeUnknown, StoreUnavailable
from cmdb.model.commits import ChangeSet, Commit
from cmdb.store.neo4j_store import Neo4jStore
from cmdb.store.port import Store
from tests.builders import changes, create, gadgets, link, patch, said, write
from tests.effort import FULL
from tests.neo4j_server import LINES, SMALL, Endpoint, give_up, selected_lines, wipe
from tests.store.proxy import Cut, Proxy

KILLS = {"5.26": 5, "2026": 5} if FULL else {"5.26": 2, "2026": 3}
"""How often the server of each line is killed."""
WRITERS = 4
SECONDS_BETWEEN_KILLS = 1.0

pytestmark = pytest.mark.neo4j


@pytest.fixture(params=LINES)
def endpoint(request: pytest.FixtureRequest, neo4j_endpoint: Callable[[str], Endpoint]) -> Endpoint:
    found = neo4j_endpoint(str(request.param))
    with found.driver() as driver:
        wipe(driver)
    return found


@pytest.fixture
def proxy(endpoint: Endpoint) -> Iterator[Proxy]:
    host, _, port = endpoint.uri.partition("://")[2].rpartition(":")
    with Proxy(host, int(port)) as relay:
        yield relay


def opened(uri: str, endpoint: Endpoint) -> Neo4jStore:
    user, password = endpoint.auth or (None, None)
    return Neo4jStore.open(uri, gadgets(), user, password)


@pytest.mark.parametrize("cut", Cut, ids=lambda cut: cut.value)
def test_a_commit_whose_connection_breaks_takes_effect_once(endpoint: Endpoint, proxy: Proxy, cut: Cut) -> None:
    with opened(proxy.uri, endpoint) as store:
        write(store, create("a"))
        proxy.arm(cut)
        commit = store.commit(changes(create("b"), patch("a", revision=1, motto="x"), link("b", "a"), said("k", "b")))
        assert proxy.done == 1
        assert (commit.seq, commit.created, commit.updated, commit.related, commit.replayed) == (2, 1, 1, 1, False)
        assert list(store.commits(1)) == [commit]
        assert [len(store.history(id_)) for id_ in "ab"] == [2, 1]
        assert len(store.relationship_history("b")) == 1


@pytest.mark.parametrize("cut", Cut, ids=lambda cut: cut.value)
def test_a_commit_whose_connection_breaks_twice_takes_effect_once(endpoint: Endpoint, proxy: Proxy, cut: Cut) -> None:
    with opened(proxy.uri, endpoint) as store:
        proxy.arm(Cut.BEFORE)
        proxy.arm(cut)
        commit = write(store, create("a"))
        assert proxy.done == 2
        assert (commit.seq, commit.replayed, store.head()) == (1, False, 1)
        assert [item.revision for item in store.history("a")] == [1]


@pytest.mark.parametrize("cut", Cut, ids=lambda cut: cut.value)
def test_many_writers_whose_connections_break_leave_no_gap_and_no_double(
    endpoint: Endpoint, proxy: Proxy, cut: Cut
) -> None:
    made: list[Commit] = []
    with opened(proxy.uri, endpoint) as store:
        write(store, create("counter", weight=0))

        def work(writer: int) -> None:
            ids = [f"{writer}-{number}" for number in range(5)]
            made.extend(write(store, create(id_), link(id_, "counter")) for id_ in ids)

        proxy.arm(cut, times=5)
        _join(_threads(work))
        assert proxy.done == 5
        assert sorted(commit.seq for commit in made) == list(range(2, 2 + WRITERS * 5))
        assert [commit.seq for commit in store.commits(0)] == list(range(1, 2 + WRITERS * 5))
        assert len(store.relationships_of(["counter"])) == WRITERS * 5


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_a_server_killed_again_and_again_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Of each line one, side by side: most of the time goes by until a server is there again."""
    lines = [line for line in LINES if line in selected_lines()]
    with ExitStack() as running:
        servers = []
        for line in lines:
            servers.append(_started(line, tmp_path / line))
            running.callback(servers[-1].kill)
        with ThreadPoolExecutor(len(servers)) as pool:
            list(pool.map(_kill_again_and_again, servers, [KILLS[line] for line in lines]))


def _kill_again_and_again(server: LocalNeo4j, kills: int) -> None:
    log = _Log()
    with Neo4jStore.open(server.uri, gadgets()) as store:
        write(store, create("hub"))
        threads = _threads(partial(log.work, store))
        for _ in range(kills):
            time.sleep(SECONDS_BETWEEN_KILLS)
            server.kill()
            server.start()
            log.await_progress()
        log.stop.set()
        _join(threads)
    with Neo4jStore.open(server.uri, gadgets()) as store:
        _check(store, log)


class _Log:
    """What the writers sent and what was acknowledged."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.sent: dict[str, ChangeSet] = {}
        self.acknowledged: dict[str, Commit] = {}

    def work(self, store: Store, writer: int) -> None:
        """Batches that a half of would show: two items, an edge between them, one to the hub, and a source record."""
        number = 0
        while not self.stop.is_set():
            number += 1
            one, other = f"{writer}-{number}-one", f"{writer}-{number}-other"
            request = changes(create(one), create(other), link(one, other), link(one, "hub"), said(one, one))
            self.sent[request.request_id] = request
            try:
                self.acknowledged[request.request_id] = store.commit(request)
            except (StoreUnavailable, OutcomeUnknown):
                continue

    def await_progress(self) -> None:
        """Wait until something more is acknowledged."""
        before, deadline = len(self.acknowledged), time.monotonic() + 60
        while len(self.acknowledged) < before + WRITERS:
            assert time.monotonic() < deadline, "nothing is written any more"
            time.sleep(0.05)


def _check(store: Store, log: _Log) -> None:
    commits = store.commits(0, limit=10**6)
    assert [commit.seq for commit in commits] == list(range(1, store.head() + 1))
    there = {commit.request_id: commit for commit in commits[1:]}
    assert there.keys() <= log.sent.keys()
    for request_id, commit in log.acknowledged.items():
        assert (there[request_id].seq, there[request_id].at) == (commit.seq, commit.at)
    whole = [log.sent[request_id] for request_id in there]
    graph = store.graph()
    items = [item.id for chunk in graph.items for item in chunk]
    edges = [edge.key for chunk in graph.relationships for edge in chunk]
    assert items == sorted(["hub", *(made.id for request in whole for made in request.creates)])
    assert edges == sorted(put.key for request in whole for put in request.relationships)
    bindings = [(record.scope, record.key) for request in log.sent.values() for record in request.records]
    assert len(store.records(bindings)) == len(whole)
    assert (store.info().items, store.info().relationships) == (len(items), len(edges))
    assert write(store).seq == len(commits) + 1


def _threads(work: Callable[[int], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    return threads


def _join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)


def _started(line: str, home: Path) -> LocalNeo4j:
    server = LocalNeo4j(line, home, footprint=SMALL)
    try:
        server.start()
    except StoreUnavailable as refusal:
        give_up(str(refusal), environ)
    return server
