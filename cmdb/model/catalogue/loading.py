"""Reading catalogue files: every fault is collected with its file, line and path before anything is refused."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from cmdb.errors import CatalogueInvalid, Fault, FileMissing
from cmdb.model.catalogue.catalogue import Catalogue
from cmdb.model.catalogue.declarations import CatalogueFile
from cmdb.model.catalogue.merging import Layer, merge

Loc = tuple[int | str, ...]


def load_catalogue(*extensions: Path) -> Catalogue:
    """The built-in catalogue with any number of files of the same form laid over it, in order.

    Raises:
        FileMissing: a file cannot be read.
        CatalogueInvalid: with every fault of every file, each with its place.
    """
    layers = [_layer("core.yaml", files("cmdb.model.catalogue").joinpath("core.yaml").read_text("utf-8"))]
    layers += [_layer(str(path), _read(path)) for path in extensions]
    faults = [fault for layer in layers for fault in layer.faults]
    classes, relationships, merge_faults = merge(layers)
    if faults or merge_faults:
        raise CatalogueInvalid([*faults, *merge_faults])
    return Catalogue(classes, relationships)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueInvalid([Fault(str(path), f"is not UTF-8: {error.reason}")]) from error
    except OSError as error:
        raise FileMissing(f"The catalogue file {path} cannot be read: {error.strerror}.") from error


def _layer(name: str, text: str) -> Layer:
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        return Layer(name, None, (Fault(_mark_of(name, error), "is not YAML"),), lambda _path: name)

    def place(path: Loc) -> str:
        line = _line(root, path)
        return f"{name}:{line} {'.'.join(str(part) for part in path)}".strip()

    repeated = tuple(Fault(f"{name}:{line}", f"the key {key!r} stands twice") for key, line in _repeated(root))
    try:
        return Layer(name, CatalogueFile.model_validate(data), repeated, place)
    except ValidationError as error:
        faults = tuple(Fault(place(_path(entry["loc"])), entry["msg"]) for entry in error.errors())
        return Layer(name, None, repeated + faults, place)


def _path(loc: Sequence[int | str]) -> Loc:
    return tuple(part for part in loc if part != "[key]")


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


def _repeated(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _repeated(child)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if key.value in seen:
            yield key.value, key.start_mark.line + 1
        seen.add(key.value)
        yield from _repeated(value)
