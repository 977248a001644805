from pathlib import Path

import pytest

from cmdb.model.catalogue import load_catalogue
from importers.base import Document, ReadOptions
from importers.terraform import TerraformImporter
from tests.importers.readable import readable
from tests.importers.sources import FIXTURES

INPUTS = sorted(path for path in (FIXTURES / "terraform").iterdir() if path.suffix in {".tfstate", ".json"})
CATALOGUE = load_catalogue()
CANARIES = tuple(f"canary-{number}" for number in range(1, 41))
OPTIONS = ReadOptions(change="CHG-1")

by_name = pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])


@by_name
def test_each_trap_gives_exactly_the_observations_written_beside_it(path: Path) -> None:
    observations = TerraformImporter().read(Document.at(path), ReadOptions())
    assert readable(observations) == path.with_suffix(".expected.txt").read_text("utf-8")


@by_name
def test_nothing_secret_leaves_the_file(path: Path) -> None:
    assert "canary" not in repr(list(TerraformImporter().read(Document.at(path), ReadOptions()))).lower()


def test_the_files_with_secrets_hold_canaries() -> None:
    files = [(FIXTURES / "terraform" / name).read_text("utf-8") for name in ("secrets.tfstate", "secrets_printed.json")]
    assert [text.lower().count("canary") > 10 for text in files] == [True, True]
