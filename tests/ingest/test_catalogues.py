"""Imports under catalogues of users: classes that need more, and classes that are gone."""

from pathlib import Path

import pytest

from cmdb.ingest.planning import Planned
from cmdb.ingest.reports import Counts
from cmdb.model.catalogue import Catalogue, load_catalogue
from cmdb.store.memory import MemoryStore
from tests.ingest.graphs import item, items
from tests.ingest.rows import CLOUD, RACKS, ci, load
from tests.ingest.test_properties import unsettled

ROBOTS = """
catalogue: 1
classes:
  Robot:
    description: A robot.
    extends: CI
    attributes: {number: {type: text, description: Its number.}}
    identify: [[number]]
  Welder:
    description: A robot that welds.
    extends: Robot
    attributes: {gas: {type: text, description: What it burns., required: true}}
"""


@pytest.fixture
def robots(tmp_path: Path) -> Catalogue:
    path = tmp_path / "robots.yaml"
    path.write_text(ROBOTS, "utf-8")
    return load_catalogue(path)


def test_of_rows_of_one_ci_only_those_that_do_not_fit_fail(robots: Catalogue) -> None:
    with MemoryStore(robots) as store:
        report = load(
            store,
            ci("w", "Welder", scope=CLOUD, number="1"),
            ci("r", "Robot", number="1"),
            ci("v", "Robot", scope=CLOUD, number="2"),
        )
        assert report.counts == Counts(read=3, created=2, failed=1)
        assert [(problem.code, problem.key) for problem in report.problems] == [("MISSING_ATTRIBUTE", "w")]
        assert [entry.cls for entry in items(store)] == ["Robot", "Robot"]
        assert load(store, ci("w", "Welder", scope=CLOUD, number="1", gas="argon")).counts == Counts(read=1, updated=1)
        assert item(store, "w").cls == "Welder"


def test_rows_that_do_not_fit_in_any_order_all_fail(robots: Catalogue) -> None:
    with MemoryStore(robots) as store:
        rows = [ci("w", "Welder", scope=CLOUD, number="1"), ci("x", "Welder", number="1")]
        report = load(store, *rows)
        assert report.counts == Counts(read=2, failed=2)
        assert (items(store), store.head()) == ([], 0)


def test_a_ci_of_a_class_that_is_gone_is_left_as_it_is(robots: Catalogue) -> None:
    with MemoryStore(robots) as store:
        load(store, ci("r", "Robot", number="1"), ci("h", serial="S"))
        store.catalogue = load_catalogue()
        report = load(store, ci("r", number="1"), ci("r2", "Host", scope=CLOUD), ci("h", serial="S", model="M"))
        assert report.counts == Counts(read=3, created=1, updated=1, failed=1)
        bound = load(store, ci("r", "Host", serial="Z"))
        assert [problem.code for problem in bound.problems] == ["UNKNOWN_CLASS"] or bound.counts.updated == 1
        assert len(store.records([(RACKS, "r")])) == 1


def test_what_another_source_says_of_a_class_that_is_gone_fails_the_rows_that_join_it(robots: Catalogue) -> None:
    with MemoryStore(robots) as store:
        load(store, ci("r", "Robot", number="1"), ci("q", "Robot", scope=CLOUD, number="1"))
        store.catalogue = load_catalogue()
        report = load(store, ci("r", "Host", serial="Z"))
        assert [(problem.code, problem.key) for problem in report.problems] == [("UNKNOWN_CLASS", "r")]
        assert item(store, "q").cls == "Robot"


def test_what_cannot_be_folded_any_more_is_left_as_it_is(robots: Catalogue) -> None:
    with MemoryStore(robots) as store:
        load(store, ci("r", "Robot", number="1"))
        store.catalogue = load_catalogue()
        assert unsettled(store) == Planned()
