"""Real files of different tools in different orders: one graph."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from cmdb.app.imports import Wanted, prepare
from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.importers.sources import real_file
from tests.ingest.test_order import Graph, canonical, decide_all
from tests.store.places import open_sqlite

FILES = (
    ("kubernetes/online-boutique.yaml", None),
    ("kubernetes/sock-shop.yaml", "kubernetes/second"),
    ("compose/robot-shop.yaml", None),
    ("nmap/2_hosts_version.xml", None),
    ("terraform/infracost-state.json", None),
    ("terraform/inframap-aws-cyclic.json", None),
    ("sbom/laravel-1.4.json", None),
    ("servicenow/cmdb-instance-shape.json", None),
)
ORDERS = (FILES, FILES[::-1], FILES[3:] + FILES[:3])


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_three_orders_give_one_graph_and_a_second_time_changes_nothing(kind: str, tmp_path: Path) -> None:
    graphs: list[tuple[Graph, Graph]] = []
    for number, order in enumerate(ORDERS):
        catalogue = load_catalogue()
        opened = MemoryStore(catalogue) if kind == "memory" else open_sqlite(tmp_path / f"{number}.sqlite", catalogue)
        with opened as store:
            take(store, order)
            head, before = store.head(), canonical(store)
            take(store, order)
            assert store.head() == head
            decide_all(store)
            graphs.append((before, canonical(store)))
    assert graphs == [graphs[0]] * len(graphs)


def take(store: Store, files: Sequence[tuple[str, str | None]]) -> None:
    """Import files one after another."""
    for name, source in files:
        prepared = prepare([real_file(name)], Wanted(source=source), store.catalogue)
        report = Ingest(store).run(prepared.inputs, Order("tester", name))
        assert report.counts.failed == 0, report.problems
