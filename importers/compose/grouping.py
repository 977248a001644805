"""Which files of a call are one project, and what its files call it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from importers.compose.files import ComposeFile, base_name, folder_of, found_among

NAMELESS: Final = "default"
"""The project whose files tell no name."""

_NOT_ALLOWED = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of one project, each an overlay of those before it; ``leader`` is the first that none includes."""

    leader: ComposeFile
    files: tuple[ComposeFile, ...]

    @property
    def folders(self) -> frozenset[str]:
        """The folders in which they lie."""
        return frozenset(file.folder for file in self.files)

    @property
    def default_name(self) -> str:
        """The leading file's own name, else that of its folder."""
        folder = self.leader.folder.rpartition("/")[2]
        return normalised(self.leader.family) or normalised(folder) or NAMELESS

    def takes(self, file: ComposeFile) -> bool:
        """Whether one more file belongs to these: by its name beside them, or because it patches their services."""
        beside = {other.family for other in self.files if other.folder == file.folder}
        known = {name for other in self.files for name, _ in other.services()}
        return file.family in beside or "" in beside or (bool(file.patched) and file.patched <= known)


def bundles_of(files: Sequence[ComposeFile], boundary: str | None) -> list[Bundle]:
    """The projects in order of their first files; with a boundary that the caller names all files are one.

    A file that others only take services from to extend them is no overlay.  One that is included stands before the
    file that includes it.
    """
    extended, included = _named_by_others(files)
    overlays = [file for file in files if file.name not in extended | included] or list(files)
    bundles: list[Bundle] = []
    for file in overlays:
        index = next((i for i, bundle in enumerate(bundles) if boundary is not None or bundle.takes(file)), None)
        if index is None:
            bundles.append(Bundle(file, (file,)))
        else:
            bundles[index] = replace(bundles[index], files=(*bundles[index].files, file))
    return [replace(bundle, files=tuple(_with_included(bundle.files, files))) for bundle in bundles]


def env_names_of(bundle: Bundle, names: Sequence[str], bundles: int) -> list[str]:
    """Which environment files give a project its variables, in order: with several projects those of its own folders.

    One that a service names is for that service only, unless it is called ``.env``.
    """
    of_services = {found_among(names, file.folder, path) for file in bundle.files for path in file.env_files}
    near = [name for name in names if bundles == 1 or folder_of(name) in bundle.folders]
    return [name for name in near if name not in of_services or base_name(name).lower() == ".env"]


def normalised(name: str) -> str:
    """A name as Compose spells that of a project.

    >>> normalised("My Shop.v2")
    'myshopv2'
    """
    return _NOT_ALLOWED.sub("", name.lower()).lstrip("-_")


def _named_by_others(files: Sequence[ComposeFile]) -> tuple[frozenset[str], frozenset[str]]:
    names = [file.name for file in files]
    extended = {found_among(names, file.folder, path) for file in files for path in file.extended_files}
    included = {found_among(names, file.folder, path) for file in files for path in file.includes}
    return frozenset(name for name in extended if name), frozenset(name for name in included if name)


def _with_included(files: Sequence[ComposeFile], every: Sequence[ComposeFile]) -> Iterator[ComposeFile]:
    by_name = {file.name: file for file in every}
    done: set[str] = set()
    pending = list(reversed(files))
    opened: set[str] = set()
    while pending:
        file = pending.pop()
        below = [found_among(list(by_name), file.folder, path) for path in file.includes]
        if file.name not in opened and any(below):
            opened.add(file.name)
            pending.append(file)
            pending += [by_name[name] for name in reversed(below) if name and name not in opened]
        elif file.name not in done:
            done.add(file.name)
            yield file
