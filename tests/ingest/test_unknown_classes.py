"""What the catalogue does not know: attributes kept beside, and classes that have a place of their own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cmdb.ingest.planning import Planned
from cmdb.ingest.reports import Counts
from cmdb.model.catalogue import Catalogue, load_catalogue
from cmdb.model.observations import CIRecord, Observation, Severity
from cmdb.model.references import ByIdentifier, ByName
from cmdb.model.values import JSONValue
from cmdb.reconcile import ItemClaim
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.ingest.graphs import arrows, item, items
from tests.ingest.rows import CLOUD, RACKS, ci, edge, load, plan
from tests.ingest.test_properties import unsettled
from tests.store.places import open_sqlite


@pytest.fixture(scope="module")
def hospitable(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """A catalogue with a place for everything."""
    path = tmp_path_factory.mktemp("catalogue") / "place.yaml"
    path.write_text("catalogue: 1\nunknown_class: OtherCI\n", "utf-8")
    return load_catalogue(path)


@pytest.fixture(params=("memory", "sqlite"))
def store(request: pytest.FixtureRequest, tmp_path: Path, hospitable: Catalogue) -> Iterator[Store]:
    opened = MemoryStore(hospitable) if request.param == "memory" else open_sqlite(tmp_path / "x.sqlite", hospitable)
    with opened as store:
        yield store


def kept(store: Store, key: str) -> ItemClaim:
    """What is kept of a row."""
    (record,) = store.records([(RACKS, key)]).values()
    return ItemClaim.of(record.body)


def beside(row: CIRecord, **unmapped: JSONValue) -> CIRecord:
    return replace(row, unmapped=unmapped)


def test_what_an_importer_could_not_map_fails_nothing_and_is_kept(store: Store) -> None:
    report = load(store, beside(ci("a", serial="S-1"), wheels=4, nested={"x": [1, "y"]}))
    assert (report.counts, report.problems) == (Counts(read=1, created=1), ())
    assert item(store, "a").attributes == {"serial": "S-1"}
    assert kept(store, "a").unmapped == {"wheels": 4, "nested": {"x": [1, "y"]}}
    assert load(store, beside(ci("a", serial="S-1"), wheels=5)).counts == Counts(read=1, unchanged=1)
    assert kept(store, "a").unmapped == {"wheels": 5}


def test_a_thing_of_an_unknown_class_becomes_one_of_the_class_for_such(store: Store) -> None:
    row = ci("t", "Toaster", description="bright", slots=2, tags="not a list", environment="kitchen")
    report = load(store, beside(row, colour="red"), ci("u", "Toaster"), ci("k", "Kettle"), ci("h"))
    assert report.counts == Counts(read=4, created=4)
    assert report.complete
    assert [(problem.code, problem.severity, problem.message) for problem in report.problems] == [
        (
            "CLASS_UNKNOWN",
            Severity.WARNING,
            "1 row is of the class 'Kettle', which is not in the catalogue; it was taken for OtherCI.",
        ),
        (
            "CLASS_UNKNOWN",
            Severity.WARNING,
            "2 rows are of the class 'Toaster', which is not in the catalogue; it was taken for OtherCI.",
        ),
    ]
    assert report.problem_count == 2
    found = item(store, "t")
    assert (found.cls, found.attributes) == ("OtherCI", {"description": "bright", "kind": "Toaster"})
    said = kept(store, "t")
    assert (said.cls, said.given_class) == ("OtherCI", "Toaster")
    assert said.unmapped == {"slots": 2, "tags": "not a list", "environment": "kitchen", "colour": "red"}
    assert unsettled(store) == Planned()


def test_the_same_again_changes_nothing_and_is_told_again(store: Store) -> None:
    rows = [ci("t", "Toaster", slots=2), ci("h")]
    planned = plan(store, *rows)
    first = load(store, *rows)
    head = store.head()
    again = load(store, *rows)
    assert planned.problems == first.problems == again.problems
    assert (again.counts, store.head()) == (Counts(read=2, unchanged=2), head)


def test_relationships_may_name_it_by_the_word_of_its_source(store: Store) -> None:
    rows: list[Observation] = [
        ci("t", "Toaster"),
        ci("h"),
        edge("h", "LINKED_TO", "t"),
        edge("h", "RUNS_ON", ByName("Toaster", "t")),
        edge("h", "CONNECTS_TO", ByIdentifier("serial", "S-1", "Toaster")),
    ]
    report = load(store, *rows)
    assert arrows(store) == ["h LINKED_TO t", "h RUNS_ON t"]
    assert (report.counts.dangling, report.counts.failed) == (1, 0)


def test_a_source_that_knows_the_class_is_believed(store: Store) -> None:
    load(store, ci("t", "Toaster"))
    load(store, ci("t", "Application"))
    assert item(store, "t").cls == "Application"
    load(store, ci("t", "Toaster"))
    assert item(store, "t").cls == "OtherCI"


def test_a_row_that_nobody_could_keep_still_fails(store: Store) -> None:
    bad = [
        ci("a", "Toaster", slots=2**80),
        ci("b", "Toaster\x00"),
        ci("c", " "),
        ci("d", "Equipment"),
    ]
    report = load(store, *bad)
    assert (report.counts, items(store)) == (Counts(read=4, failed=4), [])


def test_without_such_a_class_an_unknown_one_is_an_error() -> None:
    with MemoryStore(load_catalogue()) as store:
        report = load(store, ci("t", "Toaster"), ci("u", "Toaster", scope=CLOUD), ci("h"))
        assert [problem.code for problem in report.problems] == ["UNKNOWN_CLASS", "UNKNOWN_CLASS"]
        assert report.counts == Counts(read=3, created=1, failed=2)


def test_a_class_that_the_catalogue_lost_falls_back_too(tmp_path: Path, hospitable: Catalogue) -> None:
    path = tmp_path / "robots.yaml"
    path.write_text("catalogue: 1\nclasses: {Robot: {description: A robot., extends: CI}}\n", "utf-8")
    with MemoryStore(load_catalogue(path)) as store:
        load(store, ci("r", "Robot", description="d"), ci("s", "Robot"))
        store.catalogue = hospitable
        load(store, ci("r", "Robot", description="e"))
        assert (item(store, "r").cls, item(store, "r").attributes) == ("OtherCI", {"description": "e", "kind": "Robot"})
        assert item(store, "s").cls == "Robot"
