"""The contest of imports does what it says it measures; how long it takes is no matter here."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.estate import Estate
from benchmarks.imports import page
from benchmarks.imports.contest import measure
from benchmarks.imports.contestant import Contestant, Marks, Pass, Step, run_import, run_raw, taken_in
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
    assert sample.path.read_text().count("\n") == sample.rows + 1


def test_both_contestants_take_every_row_in(sample: Sample, tmp_path: Path) -> None:
    for contestant in Contestant:
        readings = run(contestant, f"sqlite:///{tmp_path}/{contestant.name}.db", sample)
        rows = {step: reading.rows for step, reading in readings.items()}
        assert rows == {"CIs": sample.items, "relationships": sample.relationships, "unchanged": sample.rows}
        assert all(reading.seconds > 0 and reading.peak_mebibytes > 0 for reading in readings.values())


def test_the_import_leaves_the_estate_in_the_store(sample: Sample, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/cmdb.db"
    run_import(Pass.FIRST, url, sample)
    with open_store(url, load_catalogue()) as store:
        info = store.info()
    assert (info.items, info.relationships) == (sample.items, sample.relationships)


def test_what_is_not_as_the_pass_expects_is_no_reading(sample: Sample, tmp_path: Path) -> None:
    ours, raw = (f"sqlite:///{tmp_path}/{name}.db" for name in ("ours", "raw"))
    with pytest.raises(RuntimeError, match="succeeded"):
        run_import(Pass.AGAIN, ours, sample)
    run_raw(Pass.FIRST, raw, sample)
    changed = tmp_path / "changed.ndjson"
    changed.write_text(sample.path.read_text().replace('"cpu_count":64', '"cpu_count":65'))
    with pytest.raises(RuntimeError, match="rows were as they had been"):
        run_raw(Pass.AGAIN, raw, replace(sample, path=changed))


def test_the_time_that_reading_takes_is_shared_out_by_rows(sample: Sample) -> None:
    marks = Marks(began=10.0, read=10.0 + sample.rows, items=1_000.0, ended=2_000.0)
    readings = marks.readings(Pass.FIRST, sample)
    assert sum(reading.seconds for reading in readings.values()) == 1_990.0
    assert readings[Step.RELATIONSHIPS].seconds == 1_000.0 + sample.relationships


@pytest.mark.neo4j
def test_the_script_writes_and_compares_on_neo4j_too(sample: Sample, neo4j_endpoint: Callable[[str], Endpoint]) -> None:
    endpoint = neo4j_endpoint(LINES[-1])
    with endpoint.driver() as driver:
        wipe(driver)
        with closing(RawNeo4j(endpoint.uri, endpoint.auth)) as store:
            for pass_ in Pass:
                taken_in(store, pass_, sample)
        edges = driver.execute_query("MATCH (:RawItem)-[r]->(:RawItem) RETURN count(r) AS number").records[0]["number"]
        wipe(driver)
    assert edges == sample.relationships


def test_the_page_has_a_line_for_each_step(tmp_path: Path) -> None:
    results = list(measure(["sqlite"], [100], turns=2))
    place = tmp_path / "benchmarks" / "imports.md"
    page.write(place, results, load_before=0.5)
    lines = place.read_text().splitlines()
    assert [str(result.step) for result in results] == list(Step)
    assert sum(line.startswith(f"| {results[0].rows:,} | ") for line in lines) == len(Step)
    assert all(result.ratio.low <= result.ratio.middle <= result.ratio.high for result in results)
