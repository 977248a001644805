"""Files of variables beside a Compose file: ``.env`` and those that services name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from importers.compose.interpolation import HIDDEN, faulty_text, substitute
from importers.setting_names import holds_secret
from importers.text_input import malformed

MAX_TOTAL: Final = 16_777_216
"""How many characters the values of one file may have after their references are followed."""

_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)[ \t]*(?:[=:](.*))?\Z", re.ASCII | re.DOTALL)
_COMMENT = re.compile(r"\s#.*")
_QUOTED = re.compile(r"""[ \t]*(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)')""", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "$": "$$"}


@dataclass(frozen=True, slots=True)
class Variable:
    """A value after its references were followed, ``HIDDEN`` for a secret, and the line it stands on."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class EnvFile:
    """The variables of a file, what they refer to that has no value, and the lines that could not be read."""

    name: str
    variables: Mapping[str, Variable]
    undefined: Mapping[str, Where]
    problems: tuple[Problem, ...]


def read_env(text: str, name: str, known: Mapping[str, str]) -> EnvFile:
    """Read the assignments; a value may refer to those above it and to the ``known`` ones.  The last of a name counts.

    Raises:
        FileMalformed: its references stand for too much text.
    """
    values = dict(known)
    found: dict[str, Variable] = {}
    undefined: dict[str, Where] = {}
    problems: list[Problem] = []
    total = 0
    for entry in _assignments(text):
        where = Where(name, entry.line)
        if not entry.name:
            message = "The line is no assignment. Write NAME=value."
            problems.append(Problem(Severity.ERROR, "ENV_LINE_INVALID", message, where))
            continue
        substitution = substitute(entry.value, values)
        for missing in (*substitution.undefined, *substitution.required):
            undefined.setdefault(missing, where)
        if substitution.faulty:
            problems.append(faulty_text(where))
        value = HIDDEN if substitution.text and holds_secret(entry.name) else substitution.text
        total += len(value)
        if total > MAX_TOTAL:
            raise malformed("its references stand for too much text.", where)
        found[entry.name] = Variable(value, entry.line)
        values[entry.name] = value
    return EnvFile(name, found, undefined, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Assignment:
    """One line, its value with variables still in it; without a name when it is no assignment."""

    line: int
    name: str = ""
    value: str = ""


def _assignments(text: str) -> Iterator[_Assignment]:
    position, line = 0, 1
    while position < len(text):
        found = text.find("\n", position)
        end = len(text) if found < 0 else found
        row = text[position:end]
        is_said = bool(row.strip()) and not row.lstrip().startswith("#")
        match = _ASSIGNMENT.match(row)
        if is_said and match is None:
            yield _Assignment(line)
        if is_said and match is not None and match.group(2) is not None:
            value, length = _value(text, position + match.start(2), end)
            yield _Assignment(line, match.group(1), value)
            line += text.count("\n", position, length)
            end = max(end, length)
        line += 1
        position = end + 1


def _value(text: str, start: int, end: int) -> tuple[str, int]:
    """The value that begins there, and where it ends: a quoted one may go on over lines, no other does."""
    quoted = _QUOTED.match(text, start)
    if quoted is None:
        return _COMMENT.split(text[start:end], maxsplit=1)[0].strip(), end
    double = quoted["double"]
    if double is None:
        value = quoted["single"].replace("$", "$$")
    else:
        value = _ESCAPE.sub(lambda match: _ESCAPES.get(match.group(1), match.group(1)), double)
    rest = text.find("\n", quoted.end())
    return value, len(text) if rest < 0 else rest
