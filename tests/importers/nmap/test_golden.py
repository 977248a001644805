from pathlib import Path

import pytest

from importers.base import Document, ReadOptions
from importers.nmap import NmapImporter
from tests.importers.readable import readable
from tests.importers.sources import FIXTURES

INPUTS = sorted((FIXTURES / "nmap").glob("*.xml"))
CANARIES = (
    "canary-argument", "canary-script", "canary-fingerprint", "canary-subject", "canary-certificate", "CERTIFICATE",
)  # fmt: skip


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_each_scan_gives_exactly_the_observations_written_beside_it(path: Path) -> None:
    observations = NmapImporter().read(Document.at(path), ReadOptions())
    assert readable(observations) == path.with_suffix(".expected.txt").read_text("utf-8")


def test_the_canaries_are_in_a_scan() -> None:
    text = (FIXTURES / "nmap" / "lan.xml").read_text("utf-8")
    assert [canary for canary in CANARIES if canary not in text] == []
