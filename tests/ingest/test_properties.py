"""What holds for any imports, on random ones; a failing example is printed by Hypothesis."""

import re
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.ingest.edges import plan_keys
from cmdb.ingest.items import plan_targets
from cmdb.ingest.planning import Context, Planned
from cmdb.ingest.reports import ImportReport
from cmdb.model.sources import RunState
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.builders import DAY, gadgets
from tests.ingest.graphs import edges, items, plain
from tests.ingest.rows import load, plan
from tests.ingest.strategies import Rows, agreeing_inputs, doubtful_inputs

some = settings(max_examples=80)
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def fresh() -> MemoryStore:
    return MemoryStore(gadgets())


def told(report: ImportReport) -> ImportReport:
    """A report without what differs between a plan and a run by their nature: ids are given anew each time."""
    problems = tuple(replace(problem, message=ID.sub("id", problem.message)) for problem in report.problems)
    return replace(report, run_id="", seq=0, dry_run=False, problems=problems)


@some
@given(st.lists(doubtful_inputs(), min_size=1, max_size=3))
def test_the_same_import_again_changes_nothing(inputs: list[Rows]) -> None:
    with fresh() as store:
        for rows in inputs:
            load(store, *rows)
            head, graph = store.head(), plain(store)
            report = load(store, *rows)
            assert (report.counts.changes, report.changes) == (0, ())
            assert (store.head(), plain(store)) == (head, graph)


@pytest.mark.parametrize("size", [2, 2000])
@some
@given(st.lists(doubtful_inputs(), min_size=1, max_size=3))
def test_a_plan_says_what_the_run_then_does_and_writes_nothing(size: int, inputs: list[Rows]) -> None:
    with pytest.MonkeyPatch.context() as patch, fresh() as store:
        patch.setattr("cmdb.ingest.batches.ROWS", size)
        for rows in inputs:
            before = plain(store), store.head(), store.runs(), store.unresolved()
            planned = plan(store, *rows)
            assert (plain(store), store.head(), store.runs(), store.unresolved()) == before
            assert (planned.dry_run, planned.seq) == (True, store.head())
            report = load(store, *rows)
            assert told(planned) == told(report)


@some
@given(st.lists(doubtful_inputs(), min_size=1, max_size=4))
def test_the_graph_is_always_the_fold_of_what_sources_say(inputs: list[Rows]) -> None:
    with fresh() as store:
        for rows in inputs:
            load(store, *rows)
        assert unsettled(store) == Planned()


def unsettled(store: Store) -> Planned:
    """What would have to change for the graph to be the fold of its records."""
    planned = Planned()
    context = Context(store, store.catalogue, "check", DAY, set)
    plan_targets([item.id for item in items(store)], context, planned)
    plan_keys([edge.key for edge in edges(store)], context, planned)
    return planned


@some
@given(st.lists(doubtful_inputs(), min_size=1, max_size=3))
def test_every_row_is_counted_once(inputs: list[Rows]) -> None:
    with fresh() as store:
        for rows in inputs:
            report = load(store, *rows)
            bad = report.counts.failed > 0
            assert report.state is (RunState.SUCCEEDED_WITH_ERRORS if bad else RunState.SUCCEEDED)
            assert report.counts.read <= len(rows)
            assert all(problem.where.file for problem in report.problems)


@settings(max_examples=30)
@given(agreeing_inputs())
def test_any_order_of_the_same_imports_gives_the_same_graph(inputs: list[Rows]) -> None:
    graphs = []
    for order in permutations(inputs):
        with fresh() as store:
            for rows in order:
                load(store, *rows)
            graphs.append((plain(store), [record.binding for record in store.unresolved()]))
    assert all(graph == graphs[0] for graph in graphs)


@settings(max_examples=30)
@given(agreeing_inputs())
def test_one_run_of_all_inputs_gives_the_graph_of_their_runs_one_by_one(inputs: list[Rows]) -> None:
    with fresh() as apart, fresh() as together:
        for rows in inputs:
            load(apart, *rows)
        load(together, *(row for rows in inputs for row in rows))
        assert plain(together) == plain(apart)


@pytest.mark.parametrize("size", [1, 2, 3])
@settings(max_examples=20)
@given(agreeing_inputs())
def test_the_size_of_batches_does_not_matter(size: int, inputs: list[Rows]) -> None:
    rows = [row for part in inputs for row in part]
    with pytest.MonkeyPatch.context() as patch, fresh() as small, fresh() as large:
        load(large, *rows)
        patch.setattr("cmdb.ingest.batches.ROWS", size)
        load(small, *rows)
        assert plain(small) == plain(large)
