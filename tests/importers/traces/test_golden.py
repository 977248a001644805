from pathlib import Path

import pytest

from importers.base import Document, ReadOptions
from importers.traces import TracesImporter
from tests.importers.rendering import told
from tests.importers.sources import FIXTURES

INPUTS = sorted(path for path in (FIXTURES / "traces").iterdir() if path.suffix in {".json", ".jsonl"})
CANARIES = ("canary", "SELECT 1", "select 1", "token=x")


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_each_input_gives_exactly_the_observations_written_beside_it(path: Path) -> None:
    observations = TracesImporter().read(Document.at(path), ReadOptions())
    assert told(observations) == path.with_suffix(".expected.txt").read_text("utf-8")


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
@pytest.mark.parametrize("most_spans", [1, 3, 5])
def test_however_few_spans_are_held_at_once_the_answer_is_the_same(path: Path, most_spans: int) -> None:
    observations = TracesImporter(most_spans).read(Document.at(path), ReadOptions())
    assert told(observations) == path.with_suffix(".expected.txt").read_text("utf-8")


def test_the_canaries_are_in_the_inputs() -> None:
    text = (FIXTURES / "traces" / "secrets.jsonl").read_text("utf-8")
    assert [number for number in range(1, 29) if f"canary{number}" not in text] == []
    others = "".join(path.read_text("utf-8") for path in INPUTS)
    assert [canary for canary in CANARIES if canary not in others] == []
