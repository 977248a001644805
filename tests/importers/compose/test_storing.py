"""The real files through the engine into a store."""

import pytest

from importers.base import ReadOptions
from importers.compose import ComposeImporter
from tests.importers.sources import real_file
from tests.importers.stored import imported_twice

DEMO = "opentelemetry-demo"
CALLS = {
    "sock-shop": (("sock-shop.yml",), 0),
    "robot-shop": (("robot-shop.yaml",), 0),
    "hotel-reservation": (("hotel-reservation.yml",), 0),
    "media-microservices": (("media-microservices.yml",), 0),
    "all of the demo": (
        (f"{DEMO}/compose.yaml", f"{DEMO}/compose.full.yaml", f"{DEMO}/compose.observability.yaml", f"{DEMO}/.env"),
        2,
    ),
}


@pytest.mark.parametrize("case", CALLS)
def test_each_project_is_stored_and_a_second_time_changes_nothing(case: str) -> None:
    files, dangling = CALLS[case]
    runs = imported_twice(ComposeImporter(), [real_file(f"compose/{file}") for file in files], ReadOptions())
    assert runs.first.counts.failed == 0
    assert runs.first.counts.dangling == dangling
    assert runs.second.counts.changes == 0
    assert runs.heads[0] == runs.heads[1]
