import re
from pathlib import Path

import pytest

from cmdb.model.catalogue import load_catalogue
from importers.base import Document
from importers.conformance import Sample, check
from importers.netbox import NetBoxImporter
from tests.importers.netbox.inputs import ESTATE, FOLDER, REST, SINGLE

CATALOGUE = load_catalogue()
CANARY = re.compile(r"canary[\w-]*")
SMALL = [path for path in SINGLE if path.stem != "estate"]


def canaries(*documents: Document) -> tuple[str, ...]:
    found: set[str] = set()
    for document in documents:
        with document.open() as stream:
            found.update(CANARY.findall(stream.read().decode()))
    return tuple(sorted(found))


@pytest.mark.parametrize("path", SMALL, ids=[path.stem for path in SMALL])
def test_every_small_file_is_read_as_the_contract_says(path: Path) -> None:
    assert check(NetBoxImporter(), Sample((Document.at(path),)), CATALOGUE) == ()


def test_pages_are_read_as_the_contract_says() -> None:
    assert check(NetBoxImporter(), Sample(REST, canaries=canaries(*REST)), CATALOGUE) == ()


def test_the_estate_is_read_as_the_contract_says() -> None:
    assert check(NetBoxImporter(), Sample((ESTATE,), canaries=canaries(ESTATE)), CATALOGUE) == ()


def test_there_are_secrets_to_be_found() -> None:
    assert len(canaries(ESTATE)) > 25
    assert len(canaries(*REST)) > 4


def test_the_word_canary_is_in_no_observation_of_the_estate() -> None:
    text = (FOLDER / "estate.expected.txt").read_text("utf-8")
    assert "canary" not in text.lower()
