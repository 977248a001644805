"""Documents with the values of their variables put in, and what was missing for that."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.compose.files import ComposeFile
from importers.compose.interpolation import faulty_text, substitute
from importers.fields import mapping, text
from importers.text_input import malformed
from importers.yaml_tree import Tree

MAX_DEPTH: Final = 100
"""How deeply values may be nested after aliases are followed."""
MAX_TOTAL: Final = 67_108_864
"""How many characters all texts of a file may have with the values of their variables."""


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a file, its variables put in; ``incomplete`` are the pointers of texts that lack one."""

    file: str
    tree: Tree
    value: Mapping[str, JSONValue]
    incomplete: frozenset[str]

    def at(self, pointer: str) -> Where:
        """The place of a node."""
        return place(self.file, self.tree, pointer)


@dataclass(slots=True)
class Gaps:
    """The variables that had no value, each with its first place and how often it was wanted."""

    _first: dict[tuple[str, str], Where] = field(default_factory=dict)
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _faulty: list[Where] = field(default_factory=list)

    def undefined(self, name: str, where: Where) -> None:
        """A text that uses it has nothing in its place."""
        self._note("undefined", name, where)

    def required(self, name: str, where: Where) -> None:
        """A text says that it must have a value."""
        self._note("required", name, where)

    def unset(self, name: str, where: Where) -> None:
        """A container would get it only from the environment of the caller."""
        self._note("unset", name, where)

    def faulty(self, where: Where) -> None:
        """A text could not be read."""
        self._faulty.append(where)

    def problems(self) -> Iterator[Problem]:
        """One for each variable, in order of first sight; the most serious of what is said of it."""
        told: set[str] = set()
        for kind, (severity, code, message) in _TOLD.items():
            for (sort, name), where in self._first.items():
                if sort == kind and name not in told:
                    told.add(name)
                    times = self._counts[sort, name]
                    yield Problem(severity, code, message.format(name=name, times=times), where, name)
        yield from (faulty_text(where) for where in self._faulty)

    def _note(self, kind: str, name: str, where: Where) -> None:
        self._first.setdefault((kind, name), where)
        self._counts[kind, name] += 1


_TOLD: Final = {
    "required": (
        Severity.ERROR,
        "VARIABLE_REQUIRED",
        "The variable {name} must have a value and has none (uses: {times}). Give the environment file that has it.",
    ),
    "undefined": (
        Severity.WARNING,
        "VARIABLE_UNDEFINED",
        "The variable {name} has no value (uses: {times}). Give the environment file that has it.",
    ),
    "unset": (
        Severity.INFO,
        "VARIABLE_UNSET",
        "The variable {name} is passed on and has no value (uses: {times}). Give the environment file that has it.",
    ),
}


def place(file: str, tree: Tree, pointer: str) -> Where:
    """Where a node stands; without the pointer when a name in it is none that a store can hold."""
    return Where(file, tree.line(pointer), pointer if text(pointer) else "")


def parts_of(file: ComposeFile, variables: Mapping[str, str], gaps: Gaps) -> tuple[Part, ...]:
    """The documents of a file with variables put in everywhere but in its own extensions; linear in what comes out.

    Raises:
        FileMalformed: nested too deeply, or too much text.
    """
    walk = _Walk(file.name, variables, gaps)
    return tuple(walk.part(tree) for tree in file.trees)


@dataclass(slots=True)
class _Walk:
    file: str
    variables: Mapping[str, str]
    gaps: Gaps
    total: int = 0
    incomplete: set[str] = field(default_factory=set)

    def part(self, tree: Tree) -> Part:
        self.incomplete = set()
        sections = {key: value for key, value in mapping(tree.value).items() if not key.startswith("x-")}
        value = {key: self._filled(entry, key, tree, 0) for key, entry in sections.items()}
        return Part(self.file, tree, value, frozenset(self.incomplete))

    def _filled(self, value: JSONValue, pointer: str, tree: Tree, depth: int) -> JSONValue:
        if depth > MAX_DEPTH:
            raise malformed("nested too deeply.", Where(self.file, tree.line(pointer)))
        if isinstance(value, str):
            return self._text(value, pointer, tree)
        if isinstance(value, Mapping):
            return {key: self._filled(entry, f"{pointer}.{key}", tree, depth + 1) for key, entry in value.items()}
        if isinstance(value, list):
            return [self._filled(entry, f"{pointer}[{i}]", tree, depth + 1) for i, entry in enumerate(value)]
        return value

    def _text(self, value: str, pointer: str, tree: Tree) -> str:
        substitution = substitute(value, self.variables)
        self.total += len(substitution.text)
        if self.total > MAX_TOTAL:
            raise malformed("its variables stand for too much text.", Where(self.file, tree.line(pointer)))
        if not substitution.complete:
            where = place(self.file, tree, pointer)
            self.incomplete.add(pointer)
            for name in dict.fromkeys(substitution.undefined):
                self.gaps.undefined(name, where)
            for name in dict.fromkeys(substitution.required):
                self.gaps.required(name, where)
            if substitution.faulty:
                self.gaps.faulty(where)
        return substitution.text
