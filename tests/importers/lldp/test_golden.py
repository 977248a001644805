from pathlib import Path

import pytest

from cmdb.model.catalogue import load_catalogue
from importers.base import ReadOptions
from importers.lldp import LldpImporter
from tests.importers.lldp.samples import SAMPLES, documents_of
from tests.importers.readable import readable

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("path", SAMPLES, ids=[path.name for path in SAMPLES])
def test_each_trap_gives_exactly_the_observations_written_beside_it(path: Path) -> None:
    observations = LldpImporter().read_together(documents_of(path), ReadOptions())
    assert readable(observations) == path.with_suffix(".expected.txt").read_text("utf-8")
