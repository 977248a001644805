"""Inputs for tests of importers: texts in memory, the project's fixtures, and the real files beside the repository."""

from pathlib import Path

import pytest

from importers.base import Document

FIXTURES = Path(__file__).parent / "fixtures"
REAL_FILES = Path(__file__).parents[3] / "shared" / "data"


def text_of(name: str, *lines: str) -> Document:
    return Document(name, "".join(f"{line}\n" for line in lines).encode())


def real_file(path: str) -> Document:
    file = REAL_FILES / path
    if not file.is_file():
        pytest.skip(f"needs the real file {path} beside the repository")
    return Document.at(file)
