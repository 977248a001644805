"""The fixtures of this format: each is one file or one folder that is read together."""

from pathlib import Path

from importers.base import Document
from tests.importers.sources import FIXTURES, REAL_FILES, real_file

FOLDER = FIXTURES / "backstage"
SAMPLES = sorted(path for path in FOLDER.iterdir() if path.is_dir() or path.suffix in {".yaml", ".json"})


def documents_of(path: Path) -> tuple[Document, ...]:
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return tuple(Document(str(file.relative_to(FOLDER)), file.read_bytes()) for file in files)


def real_documents() -> tuple[Document, ...]:
    real_file("backstage/acme/org.yaml")
    return tuple(Document.at(file) for file in sorted((REAL_FILES / "backstage").rglob("*.yaml")))
