import re

from importers.base import Document
from tests.importers.netbox.inputs import ESTATE, FOLDER, REST

CANARY = re.compile(r"canary[\w-]*")


def canaries(*documents: Document) -> tuple[str, ...]:
    found: set[str] = set()
    for document in documents:
        with document.open() as stream:
            found.update(CANARY.findall(stream.read().decode()))
    return tuple(sorted(found))


def test_there_are_secrets_to_be_found() -> None:
    assert len(canaries(ESTATE)) > 25
    assert len(canaries(*REST)) > 4


def test_the_word_canary_is_in_no_observation_of_the_estate() -> None:
    text = (FOLDER / "estate.expected.txt").read_text("utf-8")
    assert "canary" not in text.lower()
