"""Eight importers of overlapping data at once: no CI or relationship twice, and no word lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from cmdb.ingest.engine import Ingest, Order
from cmdb.model.observations import Observation
from cmdb.model.references import ByIdentifier
from cmdb.model.sources import Scope
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.builders import gadgets
from tests.ingest.graphs import cases, plain
from tests.ingest.rows import ci, edge
from tests.store.conftest import KINDS
from tests.store.places import Place, SQLitePlace

HOSTS = 90
SOURCES = [Scope(f"source-{number}", "all") for number in range(6)]
SHARED = Scope("shared", "all")


def seen_by(number: int) -> Iterator[Observation]:
    """The same machines as everybody sees them: all by their serial, even ones by a second number as well."""
    scope = SOURCES[number]
    hosts = [host for host in range(HOSTS) if host % 6 != number]
    for host in hosts if number % 2 else reversed(hosts):
        said = {"fqdn": f"h{host}.example.com"} if host % 2 == 0 else {}
        yield ci(f"key {host}", scope=scope, name=f"h{host}", serial=f"S{host}", **said, **_own(number, host))
    for host in hosts:
        target = ByIdentifier("serial", f"S{(host + 1) % HOSTS}")
        yield edge(f"key {host}", "LINKED_TO", target, scope=scope, attributes={"note": f"by {number}"})


def _own(number: int, host: int) -> dict[str, str]:
    """What only this source knows."""
    names = ["model", "vendor", "operating_system", "asset_tag", "description", "environment"]
    values = ["X9", "Ironclad", "Linux", f"A{host}", f"machine {host}", "production"]
    return {names[number]: values[number]}


def shared_by(half: int) -> Iterator[Observation]:
    """Two programs that import different halves of one scope under one name."""
    for host in range(half, HOSTS, 2):
        yield ci(f"shared {host}", scope=SHARED, name=f"h{host}", serial=f"S{host}", cpu_count=8)


INPUTS = [*(partial(seen_by, number) for number in range(6)), partial(shared_by, 0), partial(shared_by, 1)]


@pytest.mark.slow
@pytest.mark.parametrize("any_place", KINDS, indirect=True)
def test_eight_importers_at_once_leave_what_eight_in_turn_do(any_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 16)
    expected = MemoryStore(gadgets())
    for number in range(len(INPUTS)):
        import_into(expected, number)
    with any_place.open(), ThreadPoolExecutor(len(INPUTS)) as pool:
        reports = list(pool.map(partial(import_alone, any_place), range(len(INPUTS))))
    assert [report for report in reports if report] == []
    with any_place.open() as store:
        assert (plain(store), cases(store)) == (plain(expected), [])
        assert len(plain(store).items) == HOSTS
        head = store.head()
        for number in range(len(INPUTS)):
            assert import_into(store, number) == ""
        assert store.head() == head


def import_alone(place: Place, number: int) -> str:
    """As :func:`import_into`, over a connection of its own."""
    with place.open() as store:
        return import_into(store, number)


def import_into(store: Store, number: int) -> str:
    """One importer's problems, as text."""
    report = Ingest(store).run([INPUTS[number]], Order(f"importer {number}"))
    return "".join(f"{problem}\n" for problem in report.problems)


def test_the_teeth_of_this_test(tmp_path: Path) -> None:
    """One importer less leaves another graph."""
    with SQLitePlace(tmp_path / "store.sqlite").open() as one, MemoryStore(gadgets()) as other:
        for number in range(len(INPUTS)):
            import_into(one, number)
        for number in range(len(INPUTS) - 1):
            import_into(other, number)
        assert plain(one) != plain(other)
