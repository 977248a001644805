"""What is too heavy for the memory of a server is told at once, and an import of it goes on in halves."""

import time
from collections.abc import Iterator

import pytest

from cmdb.app.neo4j_local import Footprint, LocalNeo4j
from cmdb.errors import StoreUnavailable, TooHeavy
from cmdb.ingest.engine import Ingest, Order
from cmdb.model.observations import CIRecord
from cmdb.model.sources import Scope
from cmdb.store.neo4j_store import Neo4jStore
from cmdb.store.neo4j_store.retrying import RETRY_SECONDS
from tests.builders import changes, create, gadgets
from tests.neo4j_server import LINES, give_up, selected_lines

pytestmark = pytest.mark.neo4j

NARROW = Footprint("256m", "512m", "64m", compiler_tiers=1, transaction_memory="6m")
SCOPE = Scope("narrow")
LONG = "a long motto " * 200


@pytest.fixture(scope="module", params=LINES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jStore]:
    """A store on a server whose transactions may take little memory."""
    line = str(request.param)
    if line not in selected_lines():
        pytest.skip(f"CMDB_TEST_NEO4J_LINES leaves out Neo4j {line}")
    server = LocalNeo4j(line, tmp_path_factory.mktemp("narrow"), footprint=NARROW)
    try:
        server.start()
    except StoreUnavailable as refusal:
        give_up(str(refusal), {})
    try:
        with Neo4jStore.open(server.uri, gadgets()) as opened:
            yield opened
    finally:
        server.stop()


def test_a_write_that_needs_too_much_memory_is_refused_at_once_and_whole(store: Neo4jStore) -> None:
    head = store.head()
    start = time.monotonic()
    with pytest.raises(TooHeavy, match="memory"):
        store.commit(changes(*(create(f"heavy {number}", motto=LONG) for number in range(1_000))))
    assert time.monotonic() - start < RETRY_SECONDS
    assert (store.head(), store.info().items) == (head, 0)


def test_an_import_of_large_rows_goes_on_in_halves(store: Neo4jStore) -> None:
    rows = [CIRecord(SCOPE, f"k{at}", "Gadget", f"gadget {at}", {"motto": f"{at} {LONG}"}) for at in range(400)]
    report = Ingest(store).run([lambda: rows], Order("tester"))
    assert report.complete
    assert report.counts.created == store.info().items == len(rows)
    batches = store.head()
    assert batches > 1
    again = Ingest(store).run([lambda: rows], Order("tester"))
    assert (again.counts.unchanged, again.counts.changes, store.head()) == (len(rows), 0, batches)
