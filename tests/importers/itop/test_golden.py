from pathlib import Path

import pytest

from cmdb.model.catalogue import load_catalogue
from importers.base import Document, ReadOptions
from importers.conformance import Sample, check
from importers.itop import ItopImporter
from tests.importers.readable import readable
from tests.importers.sources import FIXTURES

INPUTS = sorted((FIXTURES / "itop").glob("*.xml"))
TOGETHER = [Document.at(FIXTURES / "itop" / f"{name}.xml") for name in ("devices", "virtual", "software")]
CANARIES = (
    "canary-mobile", "Y2FuYXJ5LXBob3Rv", "canary-login", "canary-password", "canary-root", "canary-community",
    "canary-pin", "canary-url", "canary-note", "canary-ticket", "canary-log",
)  # fmt: skip


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_each_file_gives_exactly_the_observations_written_beside_it(path: Path) -> None:
    observations = ItopImporter().read(Document.at(path), ReadOptions())
    assert readable(observations) == path.with_suffix(".expected.txt").read_text("utf-8")


def test_files_together_give_exactly_what_is_written_beside_them() -> None:
    expected = (FIXTURES / "itop" / "together.expected.txt").read_text("utf-8")
    assert readable(ItopImporter().read_together(TOGETHER, ReadOptions())) == expected


def test_all_files_together_conform_to_the_contract() -> None:
    documents = tuple(Document.at(path) for path in INPUTS)
    sample = Sample(documents, ReadOptions(source="itop/hq"), CANARIES)
    assert check(ItopImporter(), sample, load_catalogue()) == ()


def test_the_canaries_are_in_the_files() -> None:
    text = "".join(path.read_text("utf-8") for path in INPUTS)
    assert [canary for canary in CANARIES if canary not in text] == []
