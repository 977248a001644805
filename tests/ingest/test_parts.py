"""A part of a run that never came in whole: said so, and sent again."""

from cmdb.ingest.engine import Ingest, Order, Part
from cmdb.model.sources import Run, RunState
from cmdb.store.port import Store
from tests.ingest.graphs import names
from tests.ingest.rows import RACKS, ci
from tests.ingest.watched import FailingStore

ORDER = Order("tester", request_id="monday", scopes=(RACKS,))


def monday(store: Store) -> Run:
    run = store.run("monday")
    assert run is not None
    return run


def test_a_part_that_never_came_in_whole_can_be_sent_again(store: Store) -> None:
    ingest = Ingest(store)
    ingest.run([lambda: [ci("h0")]], ORDER, part=Part(1))
    ingest.broken_off(ingest.before(ORDER, Part(2)), RunState.ABORTED, "The client went away.")
    assert (monday(store).state, monday(store).message) == (RunState.ABORTED, "The client went away.")
    assert (monday(store).batches, monday(store).counts["created"]) == (1, 1)
    ingest.run([lambda: [ci("h1")]], ORDER, part=Part(2, last=True))
    assert (monday(store).state, monday(store).message) == (RunState.SUCCEEDED, "")
    assert names(store) == ["h0", "h1"]


def test_a_run_says_how_many_rows_came_and_how_many_of_them_are_done(store: Store) -> None:
    ingest = Ingest(store)
    ingest.run([lambda: [ci("h0"), ci("h1")]], ORDER, part=Part(1))
    ingest.run([lambda: [ci("h2")]], ORDER, part=Part(2, last=True))
    assert (monday(store).counts["rows"], monday(store).counts["read"]) == (3, 3)


def test_a_store_that_is_away_keeps_a_run_as_it_was() -> None:
    store = FailingStore(commits=0)
    ingest = Ingest(store)
    ingest.broken_off(ingest.before(ORDER), RunState.ABORTED, "The client went away.")
    assert store.run("monday") is None
