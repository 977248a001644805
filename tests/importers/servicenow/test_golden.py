from pathlib import Path

import pytest

from cmdb.model.catalogue import load_catalogue
from importers.base import ReadOptions
from importers.servicenow import ServiceNowImporter
from tests.importers.readable import readable
from tests.importers.servicenow.samples import FOLDER, SAMPLES, documents_of

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("path", SAMPLES, ids=[path.name for path in SAMPLES])
def test_each_trap_gives_exactly_the_observations_written_beside_it(path: Path) -> None:
    observations = ServiceNowImporter().read_together(documents_of(path), ReadOptions())
    assert readable(observations) == path.with_suffix(".expected.txt").read_text("utf-8")


def test_the_tables_with_secrets_hold_canaries() -> None:
    texts = [path.read_text("utf-8") for path in (FOLDER / "secrets").iterdir()]
    assert sum(text.count("canary-") for text in texts) == 13
