"""YAML files with the places of what is in them, so that every fault can be told with file, line and path."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from cmdb.errors import Fault

Loc: TypeAlias = tuple[int | str, ...]
"""A path into a document: keys and numbers of entries, from the outside in."""


@dataclass(frozen=True, slots=True)
class PlacedYAML:
    """The content of a file; ``repeated`` is a fault for each key that stands twice in one mapping."""

    name: str
    data: object
    root: yaml.Node | None
    repeated: tuple[Fault, ...]

    def place(self, path: Loc) -> str:
        """``file:line path``, as precise as the file has it."""
        return f"{self.name}:{_line(self.root, path)} {'.'.join(str(part) for part in path)}".strip()


def read_yaml(name: str, content: bytes) -> PlacedYAML | Fault:
    """The content of a file of that name, or why nothing of it can be read.  Linear in the file."""
    try:
        text = content.decode("utf-8-sig")
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=yaml.CSafeLoader)
        twice = list(_repeated(root, set()))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Fault(f"{name}:{line}", f"is not UTF-8: {error.reason}")
    except yaml.YAMLError as error:
        return Fault(_mark_of(name, error), "is not YAML")
    except ValueError as error:  # the reader makes dates of what looks like one
        return Fault(name, f"holds a value that cannot be read: {error}")
    except RecursionError:
        return Fault(name, "is nested too deeply")
    repeated = tuple(Fault(f"{name}:{line}", f"the key {key!r} stands twice") for key, line in twice)
    return PlacedYAML(name, data, root, repeated)


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
