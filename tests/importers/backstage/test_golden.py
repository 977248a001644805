from pathlib import Path

import pytest

from cmdb.model.catalogue import load_catalogue
from importers.backstage import BackstageImporter
from importers.base import ReadOptions
from tests.importers.backstage.samples import FOLDER, SAMPLES, documents_of
from tests.importers.readable import readable

CATALOGUE = load_catalogue()
CANARIES = ("canary", "hunter2")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.name for path in SAMPLES])
def test_each_trap_gives_exactly_the_observations_written_beside_it(path: Path) -> None:
    observations = BackstageImporter().read_together(documents_of(path), ReadOptions())
    assert readable(observations) == path.with_suffix(".expected.txt").read_text("utf-8")


def test_the_file_with_secrets_holds_canaries() -> None:
    assert (FOLDER / "secrets.yaml").read_text("utf-8").count("canary-") == 16
