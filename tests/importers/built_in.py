"""Every importer that the project itself declares, by the word for its format."""

import tomllib
from importlib import import_module
from pathlib import Path
from typing import Final

from importers.base import Importer
from importers.registry import GROUP

ROOT: Final = Path(__file__).parents[2]

DECLARED: Final[dict[str, str]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "entry-points"
][GROUP]
"""The entry points of the project: ``format = "package.module:ImporterClass"``."""


def _loaded(entry: str) -> Importer:
    module, _, attribute = entry.partition(":")
    importer = getattr(import_module(module), attribute)()
    assert isinstance(importer, Importer)
    return importer


BUILT_IN: Final[dict[str, Importer]] = {name: _loaded(entry) for name, entry in DECLARED.items()}
