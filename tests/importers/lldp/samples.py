"""The fixtures of this format: each is one file or one folder of hosts that are read together."""

from pathlib import Path

from importers.base import Document
from tests.importers.sources import FIXTURES

FOLDER = FIXTURES / "lldp"
SAMPLES = sorted(path for path in FOLDER.iterdir() if path.is_dir() or path.suffix == ".json")


def documents_of(path: Path) -> tuple[Document, ...]:
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    return tuple(Document(str(file.relative_to(FOLDER)), file.read_bytes()) for file in files)
