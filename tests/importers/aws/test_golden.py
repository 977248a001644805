from pathlib import Path

import pytest

from importers.aws import AwsImporter
from importers.base import ReadOptions
from tests.importers.aws.reading import CASES, documents_in
from tests.importers.readable import readable

OPTIONS = ReadOptions(source="aws/111122223333", boundary="eu-west-1")
CANARIES = ("canary", "CANARY", "AKIA")


@pytest.mark.parametrize("folder", CASES, ids=[folder.name for folder in CASES])
def test_each_trap_gives_exactly_the_observations_written_beside_it(folder: Path) -> None:
    observations = AwsImporter().read_together(documents_in(folder), ReadOptions())
    assert readable(observations) == folder.with_suffix(".expected.txt").read_text("utf-8")


def test_the_files_with_secrets_hold_canaries() -> None:
    (folder,) = [folder for folder in CASES if folder.name == "secrets"]
    assert sum(path.read_text("utf-8").lower().count("canary") for path in folder.glob("*.json")) > 20
