"""An input under a key happens once, and its run tells of that once only."""

import pytest

from cmdb.errors import IdempotencyMismatch
from cmdb.ingest.engine import Ingest, Order, Sweep
from cmdb.ingest.reports import ImportReport
from cmdb.ingest.reverting import revert
from cmdb.model.observations import Observation, Problem, Severity, Where
from cmdb.model.sources import RunState
from cmdb.store.port import Store
from tests.ingest.graphs import item, names
from tests.ingest.rows import RACKS, ci, edge, load
from tests.ingest.watched import FailingStore

KEYED = Order("tester", request_id="monday", scopes=(RACKS,))
BROKEN = Problem(Severity.ERROR, "WRONG_TYPE", "The row cannot be read.", Where("f", 9))
ESTATE: tuple[Observation, ...] = (ci("h1"), ci("h2"), edge("h1", "LINKED_TO", "h2"), edge("h1", "LINKED_TO", "h9"))


def send(store: Store, *rows: Observation, order: Order = KEYED) -> ImportReport:
    return Ingest(store).run([lambda: rows], order)


def test_the_same_input_again_is_told_what_was_done_and_leaves_the_run_as_it_is(any_store: Store) -> None:
    first = send(any_store, *ESTATE, BROKEN)
    before, head = any_store.run("monday"), any_store.head()
    again = send(any_store, *ESTATE, BROKEN)
    assert (again.run_id, again.state, again.dry_run) == ("monday", first.state, False)
    assert (first.replayed, again.replayed) == (False, True)
    assert (again.counts, again.counts.created) == (first.counts, 2)
    assert (again.changes, again.changes_omitted, again.digest) == ((), 3, "")
    assert (again.problems, again.dangling) == (first.problems, first.dangling)
    assert (any_store.run("monday"), any_store.head()) == (before, head)


def test_it_happens_no_more_when_the_graph_has_changed_since(store: Store) -> None:
    send(store, ci("h1", model="old"))
    load(store, ci("h1", model="new"))
    again = send(store, ci("h1", model="old"))
    assert (again.replayed, again.counts.created, again.counts.updated) == (True, 1, 0)
    assert item(store, "h1").attributes["model"] == "new"


def test_what_changed_nothing_the_first_time_happens_no_more_either(store: Store) -> None:
    load(store, ci("h1", model="old"))
    send(store, ci("h1", model="old"))
    load(store, ci("h1", model="new"))
    assert send(store, ci("h1", model="old")).counts.changes == 0
    assert item(store, "h1").attributes["model"] == "new"


@pytest.mark.parametrize(
    "other",
    [(ci("h1", model="X9"),), (*ESTATE, ci("h3")), ESTATE[:2], (*ESTATE, BROKEN), ()],
    ids=["other", "more", "less", "a problem more", "nothing"],
)
def test_another_input_is_refused_and_leaves_the_run_as_it_is(store: Store, other: tuple[Observation, ...]) -> None:
    send(store, *ESTATE)
    before, head = store.run("monday"), store.head()
    with pytest.raises(IdempotencyMismatch):
        send(store, *other)
    assert (store.run("monday"), store.head()) == (before, head)


def test_a_sweep_happens_once(store: Store) -> None:
    load(store, *(ci(f"h{number}") for number in range(20)))
    swept = Order("tester", request_id="monday", scopes=(RACKS,), sweep=Sweep())
    rows = [ci(f"h{number}") for number in range(1, 20)]
    assert send(store, *rows, order=swept).counts.retired == 1
    load(store, ci("h0"), ci("h20"))
    again = send(store, *rows, order=swept)
    assert (again.replayed, again.counts.retired) == (True, 1)
    assert len(names(store)) == 21


def test_what_was_reverted_does_not_come_back_under_its_key(store: Store) -> None:
    send(store, *ESTATE)
    revert(store, "monday", Order("tester"))
    assert send(store, *ESTATE).state is RunState.REVERTED
    assert names(store) == []


def test_what_broke_off_goes_on() -> None:
    store = FailingStore(commits=1)
    with pytest.raises(Exception, match="does not answer"):
        send(store, *ESTATE)
    store.left = None
    assert send(store, *ESTATE).counts.related == 1
    run = store.run("monday")
    assert run is not None
    assert run.state is RunState.SUCCEEDED
