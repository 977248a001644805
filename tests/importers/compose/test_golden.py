from pathlib import Path

import pytest

from importers.base import Document, ReadOptions
from importers.compose import ComposeImporter
from tests.importers.readable import readable
from tests.importers.sources import FIXTURES

CASES = sorted(path.name for path in (FIXTURES / "compose").iterdir())
CANARY = "CANARY"


def documents_of(case: str) -> tuple[Document, ...]:
    """The files of a case, the one that the others are laid over first."""
    files = [path for path in (FIXTURES / "compose" / case).iterdir() if path.name != "expected.txt"]
    return tuple(Document.at(path) for path in sorted(files, key=lambda path: (path.name != "compose.yaml", path.name)))


@pytest.mark.parametrize("case", CASES)
def test_each_trap_gives_exactly_the_observations_written_beside_it(case: str) -> None:
    observations = ComposeImporter().read_together(documents_of(case), ReadOptions())
    assert readable(observations) == (FIXTURES / "compose" / case / "expected.txt").read_text("utf-8")


def test_the_case_of_secrets_holds_canaries_in_every_place_of_the_format() -> None:
    assert sum(Path(document.name).read_text("utf-8").count(CANARY) for document in documents_of("secrets")) > 20
