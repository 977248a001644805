from pathlib import Path

import pytest

from importers.base import Document, ReadOptions
from importers.sbom import SbomImporter
from tests.importers.rendering import told
from tests.importers.sources import FIXTURES

INPUTS = sorted(path for path in (FIXTURES / "sbom").iterdir() if path.suffix in {".json", ".xml", ".spdx"})


def expected(path: Path) -> Path:
    return path.with_name(f"{path.name}.expected.txt")


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_each_bill_gives_exactly_the_observations_written_beside_it(path: Path) -> None:
    observations = SbomImporter().read(Document.at(path), ReadOptions())
    assert told(observations) == expected(path).read_text("utf-8")


def test_the_canaries_are_in_the_bills() -> None:
    text = (FIXTURES / "sbom" / "secrets.json").read_text("utf-8")
    assert [number for number in range(1, 29) if f"canary{number:02}" not in text] == []
