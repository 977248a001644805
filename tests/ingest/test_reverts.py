"""Undoing a run: the graph is as if it had not been, but for what others said since."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.errors import NotFound, RevertRefused
from cmdb.ingest.edits import Editor, ItemPatch, Request
from cmdb.ingest.engine import Order, Sweep
from cmdb.ingest.reverting import Reverted, revert
from cmdb.model.items import Lifecycle
from cmdb.model.observations import Observation
from cmdb.model.references import ByName
from cmdb.model.sources import RunState
from cmdb.practices.exporting import canonical
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.builders import gadgets
from tests.ingest.graphs import Plain, item, plain
from tests.ingest.rows import CLOUD, RACKS, ci, edge, load
from tests.ingest.strategies import Rows, doubtful_inputs

HOSTS = [ci(f"h{number}", serial=f"S{number}", model="1") for number in range(6)]
LINKS = [edge("h0", "LINKED_TO", "h1"), edge("h1", "LINKED_TO", "h2"), edge("h0", "LINKED_TO", "absent")]
UNDO = Order("anna")


def living(store: Store) -> Plain:
    """What is live, as it stands in an export: retired CIs and relationships at them left out."""
    graph = plain(store)
    names = {(f"{cls}:{name}", *bindings) for cls, name, *_, lifecycle, bindings in graph.items if lifecycle == "live"}
    return Plain(
        [entry for entry in graph.items if entry[4] == "live"],
        [entry for entry in graph.edges if entry[1] in names and entry[2] in names],
    )


def told(store: Store) -> bytes:
    """The graph as it is exported: equal to the byte for equal graphs."""
    return b"".join(canonical(store))


def last_run(store: Store) -> str:
    return store.runs(1)[0].id


def undo(store: Store, run_id: str) -> Reverted:
    return revert(store, run_id, UNDO)


def test_a_first_import_is_undone_in_one_commit(any_store: Store) -> None:
    load(any_store, *HOSTS, *LINKS)
    head = any_store.head()
    done = undo(any_store, last_run(any_store))
    assert living(any_store) == Plain([], [])
    assert done.commit is not None
    assert (done.commit.seq, any_store.head(), done.commit.reason[:7]) == (head + 1, head + 1, "reverts")
    assert list(any_store.unresolved()) == []
    states = {run.id: run.state for run in any_store.runs()}
    assert sorted(states.values()) == [RunState.REVERTED, RunState.SUCCEEDED]
    assert done.run.counts["retired"] == 6


def test_updates_sweeps_and_new_things_are_undone_together(any_store: Store) -> None:
    load(any_store, *HOSTS, *LINKS)
    before = living(any_store)
    changed: list[Observation] = [
        ci("h1", serial="S1", model="2"),
        *HOSTS[2:],
        ci("new"),
        edge("new", "LINKED_TO", "h1"),
    ]
    report = load(any_store, *changed, order=Order("tester", scopes=(RACKS,), sweep=Sweep()))
    assert (report.counts.updated, report.counts.retired, report.counts.created) == (1, 1, 1)
    assert living(any_store) != before
    undo(any_store, report.run_id)
    assert living(any_store) == before
    assert [record.key for record in any_store.unresolved()] == [LINKS[2].key]


def test_a_revert_can_be_reverted(any_store: Store) -> None:
    load(any_store, *HOSTS, *LINKS)
    report = load(any_store, *HOSTS[1:], ci("new"), order=Order("tester", scopes=(RACKS,), sweep=Sweep()))
    after = living(any_store)
    done = undo(any_store, report.run_id)
    assert living(any_store) != after
    undo(any_store, done.run.id)
    assert living(any_store) == after


def test_after_a_revert_the_same_import_does_the_same_again(store: Store) -> None:
    load(store, *HOSTS, *LINKS)
    before = living(store)
    undo(store, last_run(store))
    load(store, *HOSTS, *LINKS)
    assert living(store) == before


def test_what_people_and_others_said_since_stays(store: Store) -> None:
    load(store, *HOSTS)
    load(store, ci("h0", serial="S0", model="2"), ci("h1", serial="S1", model="2"))
    bad = last_run(store)
    Editor(store).update(ByName("Host", "h0"), ItemPatch(attributes={"vendor": "by hand"}), Request("anna"))
    load(store, ci("c", scope=CLOUD, name="h1", serial="S1", operating_system="Linux"))
    undo(store, bad)
    assert item(store, "h0").attributes == {"serial": "S0", "model": "1", "vendor": "by hand"}
    assert item(store, "h1").attributes == {"serial": "S1", "model": "1", "operating_system": "Linux"}


def test_a_ci_of_which_another_source_speaks_lives_on(store: Store) -> None:
    load(store, *HOSTS)
    first = last_run(store)
    load(store, ci("c", scope=CLOUD, name="h0", serial="S0"))
    undo(store, first)
    assert item(store, "h0").lifecycle is Lifecycle.LIVE
    assert item(store, "h0").attributes == {"serial": "S0"}


def test_a_run_that_only_saw_things_changes_nothing_when_it_is_undone(store: Store) -> None:
    load(store, *HOSTS)
    load(store, *HOSTS)
    head, graph = store.head(), plain(store)
    assert undo(store, last_run(store)).commit is None
    assert (store.head(), plain(store)) == (head, graph)


def test_a_run_is_undone_although_later_runs_saw_the_same(store: Store) -> None:
    load(store, *HOSTS)
    load(store, *HOSTS, ci("bad"))
    bad = last_run(store)
    load(store, *HOSTS, ci("bad"))
    undo(store, bad)
    assert "bad" not in {name for _, name, *_ in living(store).items}


def test_a_run_that_others_built_on_is_undone_after_them(store: Store) -> None:
    load(store, *HOSTS)
    load(store, ci("h0", serial="S0", model="2"))
    second = last_run(store)
    load(store, ci("h0", serial="S0", model="3"))
    third = last_run(store)
    with pytest.raises(RevertRefused, match=third):
        undo(store, second)
    undo(store, third)
    undo(store, second)
    assert item(store, "h0").attributes["model"] == "1"


def test_what_cannot_be_undone_is_said(store: Store) -> None:
    with pytest.raises(NotFound):
        undo(store, "nobody")
    load(store, *HOSTS)
    run_id = last_run(store)
    undo(store, run_id)
    with pytest.raises(RevertRefused, match="reverted before"):
        undo(store, run_id)


@settings(max_examples=60)
@given(st.lists(doubtful_inputs(), min_size=2, max_size=4))
def test_undoing_runs_newest_first_leads_back_through_every_graph(inputs: list[Rows]) -> None:
    store = MemoryStore(gadgets())
    graphs = [told(store)]
    runs: list[str] = []
    for rows in inputs:
        runs.append(load(store, *rows).run_id)
        graphs.append(told(store))
    for run_id, before in zip(reversed(runs), reversed(graphs[:-1]), strict=True):
        undo(store, run_id)
        assert told(store) == before
