import pytest

from importers.base import Document
from tests.importers.ansible.inputs import FOLDER, LISTED, PRODUCTION, STAGING, read
from tests.importers.readable import readable

INPUTS = {"production": PRODUCTION, "staging": (STAGING,), "listed": (LISTED,)}


@pytest.mark.parametrize("name", INPUTS)
def test_each_inventory_gives_exactly_the_observations_written_beside_it(name: str) -> None:
    documents: tuple[Document, ...] = INPUTS[name]
    assert readable(read(*documents)) == (FOLDER / f"{name}.expected.txt").read_text("utf-8")
