"""Exports in a store: everything that is written down resolves, again changes nothing, and redundancy counts."""

from functools import partial
from itertools import permutations

from cmdb.ingest.engine import Ingest, Order
from cmdb.ingest.reports import ImportReport
from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import Severity
from cmdb.store.memory import MemoryStore
from importers.base import Document, ReadOptions
from importers.itop import ItopImporter
from tests.importers.sources import FIXTURES
from tests.ingest.graphs import plain

NAMES = ("people", "devices", "virtual", "software", "services", "tickets")
DANGLING = {
    "itop/Organization#Organization/9", "itop/Organization#Organization/77", "itop/VirtualHost#VirtualHost/999",
    "itop/FunctionalCI#FunctionalCI/1", "itop/Ticket#Ticket/66",
}  # fmt: skip


def run(store: MemoryStore, *names: str) -> ImportReport:
    documents = [Document.at(FIXTURES / "itop" / f"{name}.xml") for name in names]
    read = partial(ItopImporter().read_together, documents, ReadOptions())
    return Ingest(store).run([read], Order("tester", "itop"))


def test_all_ends_are_allowed_and_only_what_is_missing_dangles() -> None:
    report = run(MemoryStore(load_catalogue()), *NAMES)
    errors = [problem.message for problem in report.problems if problem.severity is Severity.ERROR]
    assert errors == ["The Server has no usable id. Nothing was taken from it."]
    assert {edge.missing for edge in report.dangling} == DANGLING


def test_the_same_export_again_changes_nothing_and_commits_nothing() -> None:
    store = MemoryStore(load_catalogue())
    run(store, *NAMES)
    head, before = store.head(), plain(store)
    assert run(store, *NAMES).counts.changes == 0
    assert (store.head(), plain(store)) == (head, before)


def test_any_order_of_files_that_name_their_classes_gives_the_same_graph() -> None:
    graphs = []
    for order in permutations(("people", "virtual", "export_with_links")):
        store = MemoryStore(load_catalogue())
        for name in order:
            run(store, name)
        graphs.append(plain(store))
    assert [graph for graph in graphs if graph != graphs[0]] == []
