"""Reading catalogue files: every fault is collected with its file, line and path before anything is refused."""

from collections.abc import Collection, Sequence
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from cmdb.errors import CatalogueInvalid, Fault, FileMissing
from cmdb.model.catalogue.catalogue import Catalogue
from cmdb.model.catalogue.declarations import CatalogueFile
from cmdb.model.catalogue.merging import Layer, Section, merge
from cmdb.model.placed_yaml import Loc, read_yaml

SECTIONS: tuple[Section, ...] = ("classes", "relationships")
ALONE = ("precedence", "unknown_class")
"""Parts of a file that are left out as a whole when something in them is wrong."""

_DEEPEST_CUT = 3


def load_catalogue(*extensions: Path) -> Catalogue:
    """The built-in catalogue with any number of files of the same form laid over it, in order.

    Raises:
        FileMissing: a file cannot be read.
        CatalogueInvalid: with every fault of every file, each with its place.
    """
    layers = [_layer("core.yaml", files("cmdb.model.catalogue").joinpath("core.yaml").read_bytes())]
    layers += [_layer(str(path), _read(path)) for path in extensions]
    faults = [fault for layer in layers for fault in layer.faults]
    merged = merge(layers)
    if faults or merged.faults:
        raise CatalogueInvalid([*faults, *merged.faults])
    return Catalogue(merged.classes, merged.relationships, merged.unknown_class)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileMissing(f"The catalogue file {path} cannot be read: {error.strerror}.") from error


def _layer(name: str, content: bytes) -> Layer:
    found = read_yaml(name, content)
    if isinstance(found, Fault):
        return Layer(None, (found,), lambda _path: found.place)
    try:
        return Layer(CatalogueFile.model_validate(found.data), found.repeated, found.place)
    except ValidationError as error:
        paths = [_path(entry["loc"]) for entry in error.errors()]
        faults = [Fault(found.place(path), entry["msg"]) for path, entry in zip(paths, error.errors(), strict=True)]
        content_left, left_out = _sound_part(found.data, paths)
        return Layer(content_left, (*found.repeated, *faults), found.place, left_out)


def _sound_part(data: object, wrong: Sequence[Loc]) -> tuple[CatalogueFile | None, frozenset[tuple[Section, str]]]:
    """The declarations without what is wrong in them, so that what does not fit together is told at once."""
    if not isinstance(data, dict):
        return None, frozenset()
    paths = [tuple(str(part) for part in path) for path in wrong]
    cut = {path[:4] if path[2:3] in {("attributes",), ("groups",)} else path[:3] for path in paths}
    rest = {"catalogue": 1} | {section: _without(data.get(section), (section,), cut) for section in SECTIONS}
    rest |= {name: data[name] for name in ALONE if name in data and all(path[0] != name for path in paths)}
    left_out = {(section, path[1]) for section in SECTIONS for path in cut if path[0] == section and path[1:]}
    try:
        return CatalogueFile.model_validate(rest), frozenset(left_out)
    except ValidationError:  # a key that no path names, such as a date
        return None, frozenset()


def _without(node: object, path: Loc, cut: Collection[Loc]) -> object:
    """A mapping and the mappings in it without the entries at some paths."""
    if not isinstance(node, dict) or len(path) > _DEEPEST_CUT:
        return {} if len(path) == 1 else node
    kept = {name: (*path, str(name)) for name in node if (*path, str(name)) not in cut}
    return {name: _without(node[name], place, cut) for name, place in kept.items()}


def _path(loc: Sequence[int | str]) -> Loc:
    return tuple(part if isinstance(part, int) else str(part) for part in loc if part != "[key]")
