"""The contest of imports does what it says it measures; how long it takes is no matter here."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.estate import Estate
from benchmarks.imports import page
from benchmarks.imports.contest import measure
from benchmarks.imports.contestant import Contestant, Step, run_raw, taken_in
from benchmarks.imports.files import Sample, written
from benchmarks.imports.raw_neo4j import RawNeo4j
from benchmarks.imports.running import run
from cmdb.app.wiring import open_store
from cmdb.model.catalogue import load_catalogue
from tests.neo4j_server import LINES, Endpoint, wipe

SIZE = 300


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return written(SIZE, tmp_path_factory.mktemp("files"))


def test_the_files_hold_the_estate(sample: Sample) -> None:
    assert sample.rows == len(list(Estate(SIZE * 2 // 25).observations()))
    lines = [path.read_text().count("\n") for path in (sample.items, sample.relationships)]
    assert lines == [sample.item_rows + 1, sample.relationship_rows + 1]


def test_both_contestants_take_every_row_in(sample: Sample, tmp_path: Path) -> None:
    for contestant in Contestant:
        url = f"sqlite:///{tmp_path}/{contestant.name}.db"
        rows = [run(step, contestant, url, sample).rows for step in Step]
        assert rows == [sample.item_rows, sample.relationship_rows, sample.rows]


def test_the_command_leaves_the_estate_in_the_store(sample: Sample, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/cmdb.db"
    for step in (Step.ITEMS, Step.RELATIONSHIPS):
        run(step, Contestant.CMDB, url, sample)
    with open_store(url, load_catalogue()) as store:
        info = store.info()
    assert (info.items, info.relationships) == (sample.item_rows, sample.relationship_rows)


def test_the_script_finds_rows_that_changed(sample: Sample, tmp_path: Path) -> None:
    url, changed = f"sqlite:///{tmp_path}/raw.db", tmp_path / "changed.ndjson"
    run_raw(Step.ITEMS, url, [sample.items])
    changed.write_text(sample.items.read_text().replace('"cpu_count":64', '"cpu_count":65'))
    hosts = changed.read_text().count('"cpu_count":65')
    assert run_raw(Step.UNCHANGED, url, [changed]) == sample.item_rows - hosts


@pytest.mark.neo4j
def test_the_script_writes_and_compares_on_neo4j_too(sample: Sample, neo4j_endpoint: Callable[[str], Endpoint]) -> None:
    endpoint = neo4j_endpoint(LINES[-1])
    both = [sample.items, sample.relationships]
    with endpoint.driver() as driver:
        wipe(driver)
        with closing(RawNeo4j(endpoint.uri, endpoint.auth)) as store:
            done = taken_in(store, Step.ITEMS, both[:1]), taken_in(store, Step.RELATIONSHIPS, both[1:])
            compared = taken_in(store, Step.UNCHANGED, both)
        edges = driver.execute_query("MATCH (:RawItem)-[r]->(:RawItem) RETURN count(r) AS number").records[0]["number"]
        wipe(driver)
    assert done == (sample.item_rows, sample.relationship_rows)
    assert (compared, edges) == (sample.rows, sample.relationship_rows)


def test_the_page_has_a_line_for_each_step() -> None:
    results = list(measure(["sqlite"], [100], turns=2))
    lines = page.text(results, load_before=0.5).splitlines()
    assert [str(result.step) for result in results] == list(Step)
    assert sum(line.startswith(f"| {results[0].rows:,} | ") for line in lines) == len(Step)
    assert all(result.ratio.low <= result.ratio.middle <= result.ratio.high for result in results)
