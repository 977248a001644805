import re

from importers.base import Document
from tests.importers.ansible.inputs import FACTS, INVENTORY, LISTED, PRODUCTION, STAGING, read

CANARY = re.compile(r"[cC]anary\w*(?:[- ]\w+)*")
READABLE = tuple(document for document in FACTS if not document.name.endswith("broken01"))
SAMPLES = {"production": (INVENTORY, *READABLE), "staging": (STAGING,), "listed": (LISTED,)}


def canaries(*documents: Document) -> tuple[str, ...]:
    found: set[str] = set()
    for document in documents:
        with document.open() as stream:
            found.update(CANARY.findall(stream.read().decode()))
    return tuple(sorted(found))


def test_there_are_secrets_to_be_found() -> None:
    assert {name: len(canaries(*documents)) for name, documents in SAMPLES.items()} == {
        "production": 16,
        "staging": 5,
        "listed": 5,
    }


def test_the_word_canary_is_in_no_observation() -> None:
    for documents in (PRODUCTION, (STAGING,), (LISTED,)):
        assert "canary" not in repr(read(*documents)).lower()
