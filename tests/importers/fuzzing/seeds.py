"""What is changed: the fixtures and the real files of every format, and the rows of the documentation."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from importers.base import Document, ReadOptions
from tests.importers.built_in import BUILT_IN, ROOT
from tests.importers.calls import FIXTURE_CALLS, REAL_CALLS, REFUSED, Call

_LARGEST: Final = 100_000
"""Larger files would take most of the time."""
_BLOCK: Final = re.compile(r"^```(csv|json|ndjson)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def seeds(format_: str) -> tuple[tuple[Document, ...], ...]:
    """The inputs of a format: documents that are read together, held in memory."""
    calls = [call for call in (*FIXTURE_CALLS, *REAL_CALLS, *REFUSED) if call.format == format_ and call.is_there]
    loaded = [documents for call in calls if (documents := _loaded(call))]
    page = (ROOT / "docs" / "imports.md").read_text("utf-8")
    rows = [(Document(f"rows.{name}", text.encode()),) for name, text in _BLOCK.findall(page) if name == format_]
    return (*loaded, *rows)


def _loaded(call: Call) -> tuple[Document, ...]:
    found = []
    for document in call.documents:
        with document.open() as stream:
            found.append(Document(_name(document.name), stream.read()))
    return tuple(document for document in found if len(_bytes(document)) <= _LARGEST)


def _name(path: str) -> str:
    """Folder and name, which some formats look at."""
    return "/".join(Path(path).parts[-2:])


def _bytes(document: Document) -> bytes:
    return document.content if isinstance(document.content, bytes) else b""


FORMATS: Final = tuple(BUILT_IN)
OPTIONS: Final = (
    ReadOptions(),
    ReadOptions(source="a/source", boundary="prod-eu"),
    ReadOptions(change="CHG-1"),
)
