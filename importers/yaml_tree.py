"""Safe YAML as plain data with the line of every node: built from parse events, without recursion or tags that run."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml

from cmdb.errors import FileMalformed
from cmdb.model.observations import Where
from cmdb.model.values import JSONValue
from importers.text_input import malformed

MAX_DEPTH = 100
"""How deeply mappings and sequences may be nested."""
MAX_ALIASED_NODES = 1_000_000
"""How many nodes the aliases of one document may stand for altogether."""

_STANDARD = "tag:yaml.org,2002:"
_TEXT_TAGS: Final = frozenset({"!", f"{_STANDARD}str", f"{_STANDARD}binary", f"{_STANDARD}timestamp"})
_PLAIN_TAGS: Final = frozenset(f"{_STANDARD}{word}" for word in ("null", "bool", "int", "float"))
_TREE_TAGS: Final = frozenset({None, "!", f"{_STANDARD}map", f"{_STANDARD}seq"})
_WORDS: Final[Mapping[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_WHOLE = re.compile(r"[-+]?(0|[1-9]\d{0,29})\Z")
_REAL = re.compile(r"[-+]?(\.\d{1,30}|\d{1,30}\.\d{0,30}|\d{1,30}(?=[eE]))([eE][-+]?\d{1,4})?\Z")
_STEP = re.compile(r"(\.[^.\[\]]*|\[\d+\])\Z")


@dataclass(frozen=True, slots=True)
class Tree:
    """One document: its plain value, and the line of each node by its pointer (``spec.ports[0].name``).

    ``tags`` has the nodes that bear a tag of the format's own.
    """

    value: JSONValue
    lines: Mapping[str, int] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    def line(self, pointer: str) -> int | None:
        """The line of the node, or of the nearest node above it whose line is known."""
        while pointer not in self.lines:
            shorter = _STEP.sub("", pointer)
            if shorter == pointer:
                return self.lines.get("")
            pointer = shorter
        return self.lines[pointer]


def parse_yaml(text: str, where: Where, own_tags: Collection[str] = ()) -> Iterator[Tree]:
    """The documents of a YAML text, one after the other; ``where`` has the line on which the text begins.

    Scalars follow the YAML 1.2 core schema; dates stay texts; anchors, aliases and merge keys are followed.  Of the
    tags that only a format knows (``!reset``), ``own_tags`` are accepted: the tree tells them, they do nothing here.

    Raises:
        FileMalformed: not YAML, a key twice, an unknown tag, nested too deeply, aliases that stand for too much or
            for themselves; with its line.
    """
    builder = _Builder(where, own_tags)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if builder.feed(event):
                yield builder.tree()
                builder = _Builder(where, own_tags)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = (where.line or 1) + (mark.line if mark is not None else 0)
        problem = getattr(error, "problem", None) or "unreadable characters"
        raise malformed(f"not YAML: {problem}.", Where(where.file, line)) from error


@dataclass(slots=True)
class _Frame:
    """A mapping or sequence under construction."""

    container: dict[str, JSONValue] | list[JSONValue]
    pointer: str
    anchor: str | None
    weight: int = 1
    key: str | None = None
    key_line: int = 0
    merges: list[JSONValue] = field(default_factory=list)


class _Builder:
    """Builds one document from its events."""

    def __init__(self, where: Where, own_tags: Collection[str]) -> None:
        self._where = where
        self._own_tags = own_tags
        self._tags: dict[str, str] = {}
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[JSONValue, int]] = {}
        self._aliased = 0
        self._root: JSONValue = None
        self._lines: dict[str, int] = {}

    def tree(self) -> Tree:
        return Tree(self._root, self._lines, self._tags)

    def feed(self, event: yaml.Event) -> bool:
        """Take one event; true at the end of the document."""
        mark = event.start_mark
        line = (self._where.line or 1) + (mark.line if mark is not None else 0)
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.AliasEvent():
                self._alias(event, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._start(event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end(line)
            case _:
                pass  # where streams and documents begin and end, nothing is said
        return isinstance(event, yaml.DocumentEndEvent)

    def _fault(self, message: str, line: int) -> FileMalformed:
        return malformed(message, Where(self._where.file, line))

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self._key(frame, event.value, line)
            return
        value = self._value_of(event, line)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._lines.setdefault(self._pointer(), self._line_here(line))
        self._put(value, 1)

    def _key(self, frame: _Frame, key: str, line: int) -> None:
        if key in frame.container:
            raise self._fault(f"the key {key!r} stands twice in one mapping.", line)
        frame.key = key
        frame.key_line = line

    def _value_of(self, event: yaml.ScalarEvent, line: int) -> JSONValue:
        text: str = event.value
        if event.tag is not None and event.tag in self._own_tags:
            self._tags[self._pointer()] = event.tag
            return _plain(text) if event.style in (None, "") else text
        if event.tag in _TEXT_TAGS or (event.tag is None and event.style not in (None, "")):
            return text
        if event.tag is None or event.tag in _PLAIN_TAGS:
            return _plain(text)
        raise self._fault(f"the tag {event.tag!r} is not allowed.", line)

    def _alias(self, event: yaml.AliasEvent, line: int) -> None:
        if event.anchor not in self._anchors:
            raise self._fault(f"the alias {event.anchor!r} stands for nothing, or for itself.", line)
        if self._stack and isinstance(self._stack[-1].container, dict) and self._stack[-1].key is None:
            raise self._fault("a key must be a plain text.", line)
        value, weight = self._anchors[event.anchor]
        self._aliased += weight
        if self._aliased > MAX_ALIASED_NODES:
            raise self._fault("its aliases stand for too many nodes.", line)
        self._put(value, weight)

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, line: int) -> None:
        if event.tag not in _TREE_TAGS and event.tag not in self._own_tags:
            raise self._fault(f"the tag {event.tag!r} is not allowed.", line)
        if len(self._stack) >= MAX_DEPTH:
            raise self._fault("nested too deeply.", line)
        if self._stack and isinstance(self._stack[-1].container, dict) and self._stack[-1].key is None:
            raise self._fault("a key must be a plain text.", line)
        pointer = self._pointer()
        self._lines.setdefault(pointer, self._line_here(line))
        if event.tag is not None and event.tag in self._own_tags:
            self._tags[pointer] = event.tag
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        container: dict[str, JSONValue] | list[JSONValue] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._stack.append(_Frame(container, pointer, event.anchor))

    def _end(self, line: int) -> None:
        frame = self._stack.pop()
        if isinstance(frame.container, dict):
            for merge in frame.merges:
                self._merge(frame.container, merge, line)
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.container, frame.weight)
        self._put(frame.container, frame.weight)

    def _merge(self, target: dict[str, JSONValue], value: JSONValue, line: int) -> None:
        for part in value if isinstance(value, list) else [value]:
            if not isinstance(part, dict):
                raise self._fault("a merge key needs a mapping.", line)
            for key, entry in part.items():
                target.setdefault(key, entry)

    def _put(self, value: JSONValue, weight: int) -> None:
        if not self._stack:
            self._root = value
            return
        frame = self._stack[-1]
        frame.weight += weight
        if isinstance(frame.container, list):
            frame.container.append(value)
        elif frame.key == "<<":
            frame.merges.append(value)
            frame.key = None
        elif frame.key is not None:
            frame.container[frame.key] = value
            frame.key = None

    def _pointer(self) -> str:
        if not self._stack:
            return ""
        frame = self._stack[-1]
        if isinstance(frame.container, list):
            return f"{frame.pointer}[{len(frame.container)}]"
        return f"{frame.pointer}.{frame.key}" if frame.pointer else str(frame.key)

    def _line_here(self, line: int) -> int:
        frame = self._stack[-1] if self._stack else None
        return frame.key_line if frame is not None and isinstance(frame.container, dict) else line


def _plain(text: str) -> JSONValue:
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.match(text):
        return int(text)
    return float(text) if _REAL.match(text) else text
