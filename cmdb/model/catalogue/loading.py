"""Reading catalogue files: every fault is collected with its file, line and path before anything is refused."""

from collections.abc import Collection, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from cmdb.errors import CatalogueInvalid, Fault, FileMissing
from cmdb.model.catalogue.catalogue import Catalogue
from cmdb.model.catalogue.declarations import CatalogueFile
from cmdb.model.catalogue.merging import Layer, Loc, Section, merge

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
    try:
        text = content.decode("utf-8-sig")
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=yaml.CSafeLoader)
        twice = list(_repeated(root, set()))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return _unreadable(f"{name}:{line}", f"is not UTF-8: {error.reason}")
    except yaml.YAMLError as error:
        return _unreadable(_mark_of(name, error), "is not YAML")
    except ValueError as error:  # the reader makes dates of what looks like one
        return _unreadable(name, f"holds a value that cannot be read: {error}")
    except RecursionError:
        return _unreadable(name, "is nested too deeply")

    def place(path: Loc) -> str:
        return f"{name}:{_line(root, path)} {'.'.join(str(part) for part in path)}".strip()

    repeated = tuple(Fault(f"{name}:{line}", f"the key {key!r} stands twice") for key, line in twice)
    try:
        return Layer(CatalogueFile.model_validate(data), repeated, place)
    except ValidationError as error:
        paths = [_path(entry["loc"]) for entry in error.errors()]
        faults = [Fault(place(path), entry["msg"]) for path, entry in zip(paths, error.errors(), strict=True)]
        content_left, left_out = _sound_part(data, paths)
        return Layer(content_left, (*repeated, *faults), place, left_out)


def _unreadable(place: str, message: str) -> Layer:
    return Layer(None, (Fault(place, message),), lambda _path: place)


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


def _mark_of(name: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{name}:{mark.line + 1}" if mark is not None else name


def _line(node: yaml.Node | None, path: Loc) -> int:
    """The line (from 1) of the deepest node on the path that exists."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in path:
        found = _child(node, part)
        if found is None:
            break
        key, node = found
        line = key.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, part: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _repeated(node: yaml.Node | None, visited: set[int]) -> Iterator[tuple[str, int]]:
    """Keys that stand twice in one mapping; an anchor is looked at once, also when it holds itself."""
    if node is None or id(node) in visited:
        return
    visited.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _repeated(child, visited)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if key.value in seen:
            yield key.value, key.start_mark.line + 1
        seen.add(key.value)
        yield from _repeated(value, visited)
