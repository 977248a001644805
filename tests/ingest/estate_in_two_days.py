"""What one source reported yesterday and reports today: things new, changed, gone and linked anew."""

from collections.abc import Iterator

from cmdb.ingest.engine import Order, Sweep
from cmdb.model.observations import Observation
from tests.ingest.rows import RACKS, ci, edge

HOSTS = 120
TODAY = Order("tester", "racks", scopes=(RACKS,), sweep=Sweep())


def yesterday() -> Iterator[Observation]:
    """Hosts in a ring, two databases on each third of them."""
    yield from _day(range(HOSTS), "1")


def today() -> Iterator[Observation]:
    """The first dozen are gone, a dozen is new, every second has another model."""
    yield from _day(range(12, HOSTS + 12), "2")


def _day(numbers: range, model: str) -> Iterator[Observation]:
    for number in numbers:
        yield ci(f"h{number}", serial=f"S{number}", model=model if number % 2 else "1")
        if number % 3 == 0:
            yield ci(f"db{number}", "DatabaseInstance", engine="PostgreSQL")
    for number in numbers:
        following = number + 1 if number + 1 in numbers else numbers[0]
        yield edge(f"h{number}", "LINKED_TO", f"h{following}")
        if number % 3 == 0:
            yield edge(f"db{number}", "RUNS_ON", f"h{number}", group=None if number % 2 else "machines")
