"""The files of one call: which are Compose files and which hold variables, and what their names tell."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cmdb.model.observations import Where
from cmdb.model.values import JSONValue
from importers.base import Document
from importers.fields import entries, mapping, text
from importers.text_input import malformed, whole_text
from importers.yaml_tree import Tree, parse_yaml

RESET, OVERRIDE = "!reset", "!override"
"""Tags of overlays: what bears the first goes, what bears the second takes the place of what was there."""

_SECTIONS: Final = frozenset({"services", "networks", "volumes", "configs", "secrets", "include", "name", "version"})
_OWN_NAME = re.compile(r"(docker-)?compose([._-].*)?\.(ya?ml|json)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """One Compose file: its documents, which are overlays of one another."""

    name: str
    trees: tuple[Tree, ...]

    @property
    def folder(self) -> str:
        """The folder as the caller wrote it, ``""`` when there is none in the name."""
        return folder_of(self.name)

    @property
    def family(self) -> str:
        """The file's name up to its first dot: ``shop`` of ``shop.prod.yaml``; ``""`` under Compose's own names."""
        return "" if is_own_name(self.name) else base_name(self.name).partition(".")[0]

    @property
    def includes(self) -> tuple[str, ...]:
        """The paths of the files that it includes."""
        found = (entry for tree in self.trees for entry in entries(tree.value, "include"))
        paths = (path for entry in found for path in _paths(entry))
        return tuple(path for path in paths if path)

    @property
    def extended_files(self) -> tuple[str, ...]:
        """The paths of the files of whose services its own are extensions."""
        return tuple(path for _, body in self.services() if (path := text(body, "extends", "file")))

    def services(self) -> Iterator[tuple[str, Mapping[str, JSONValue]]]:
        """Name and body of every service, in order; one may come several times."""
        for tree in self.trees:
            for name in mapping(tree.value, "services"):
                yield name, mapping(tree.value, "services", name)

    @property
    def env_files(self) -> tuple[str, ...]:
        """The paths of the files of variables that its services name."""
        named = (path for _, body in self.services() for path in _env_paths(body.get("env_file")))
        return tuple(path for path in named if path)

    @property
    def patched(self) -> frozenset[str]:
        """The services that cannot stand alone: they have neither image nor build."""
        return frozenset(name for name, body in self.services() if not {"image", "build", "extends"} & body.keys())


def is_own_name(name: str) -> bool:
    """Whether a file is called as Compose looks for it, or as overlays are: ``docker-compose.prod.yml``."""
    return _OWN_NAME.match(base_name(name)) is not None


def is_env_file(name: str) -> bool:
    """Whether a file is one of variables, by its name: ``.env``, ``dotenv.env``, ``.env.prod``.

    >>> is_env_file("shop/.env"), is_env_file("env.yaml")
    (True, False)
    """
    base = base_name(name).lower()
    return base.endswith(".env") or base.startswith(".env.")


def base_name(name: str) -> str:
    """The name without its folder."""
    return name.replace("\\", "/").rpartition("/")[2]


def folder_of(name: str) -> str:
    """The folder in a name, in normal form; ``""`` when there is none."""
    folder = posixpath.normpath(name.replace("\\", "/").rpartition("/")[0] or ".")
    return "" if folder == "." else folder


def found_among(names: Sequence[str], folder: str, path: str) -> str | None:
    """The document that a path in a file of that folder means: by its whole path, else by its name alone."""
    wanted = posixpath.normpath(posixpath.join(folder or ".", path.replace("\\", "/")))
    same = [name for name in names if posixpath.normpath(name.replace("\\", "/")) == wanted]
    alike = [name for name in names if base_name(name) == base_name(path)]
    return next(iter(same), alike[0] if len(alike) == 1 else None)


def load(document: Document) -> ComposeFile:
    """Parse a Compose file.

    Raises:
        FileMalformed: not YAML or JSON, or nothing of Compose is in it.
        FileMissing: it cannot be opened.
    """
    where = Where(document.name, 1)
    trees = tuple(tree for tree in parse_yaml(whole_text(document), where, (RESET, OVERRIDE)) if tree.value is not None)
    for tree in trees:
        if not isinstance(tree.value, Mapping):
            raise malformed("a Compose file is a mapping.", where, "Give a file that has services.")
    if not any(_SECTIONS & mapping(tree.value).keys() for tree in trees):
        raise malformed("nothing of Compose is in it.", where, "Give a file that has services.")
    return ComposeFile(document.name, trees)


def _paths(entry: JSONValue) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    path = mapping(entry).get("path")
    return [path] if isinstance(path, str) else [text(part) for part in entries(path)]


def _env_paths(value: JSONValue) -> list[str]:
    if isinstance(value, str):
        return [value]
    found = value if isinstance(value, list) else []
    return [text(entry) or text(entry, "path") for entry in found]
