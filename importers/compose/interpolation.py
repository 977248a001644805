"""Variables in texts, as Compose puts in their values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from importers.setting_names import holds_secret

HIDDEN: Final = "***"
"""Stands for the value of a variable whose name is that of a secret."""
MAX_RESULT: Final = 1_048_576
"""How many characters a text may have afterwards; what would be longer is faulty."""
MAX_DEPTH: Final = 20
"""How deeply defaults may hold variables."""

_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|(?P<name>[A-Za-z_]\w*)|(?P<brace>\{))", re.ASCII)
_BRACES = re.compile(r"\$\{|\}")
_BRACED = re.compile(r"([A-Za-z_]\w*)(?:(:?[-?+])(.*))?\Z", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Substitution:
    """A text with values in place of its variables, and the names of those that have none.

    ``undefined`` ones count as empty; ``required`` ones are undefined though the text says that they must not be.
    A ``faulty`` text has a brace that is not closed or holds no variable, or would become too long.
    """

    text: str
    undefined: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    faulty: bool = False

    @property
    def complete(self) -> bool:
        """Whether every variable had its value."""
        return not (self.undefined or self.required or self.faulty)


def substitute(text: str, variables: Mapping[str, str]) -> Substitution:
    """Put in the variables: ``$X ${X} ${X:-default} ${X-default} ${X:?error} ${X:+other}``; ``$$`` is a dollar sign.

    With a colon an empty value counts as none.  The value of a secret is ``HIDDEN``.  Linear in the length of the text
    times the depth of its defaults.

    >>> substitute("http://${HOST:-cart}:${PORT}", {"PORT": "80"}).text
    'http://cart:80'
    >>> substitute("$USER:$TOKEN$$", {"TOKEN": "s3cret"})
    Substitution(text=':***$', undefined=('USER',), required=(), faulty=False)
    """
    if "$" not in text:
        return Substitution(text)
    reading = _Reading(variables)
    result = reading.expanded(text, 0)
    return Substitution(result, tuple(reading.undefined), tuple(reading.required), reading.faulty)


def faulty_text(where: Where) -> Problem:
    """What is told of a faulty text."""
    message = "The variables of the text cannot be put in. Close its braces, and write $$ for a dollar sign."
    return Problem(Severity.ERROR, "INTERPOLATION_INVALID", message, where)


@dataclass(slots=True)
class _Reading:
    variables: Mapping[str, str]
    undefined: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)
    faulty: bool = False

    def expanded(self, text: str, depth: int) -> str:
        pieces: list[str] = []
        position = length = 0
        while (match := _VARIABLE.search(text, position)) is not None:
            value, end = self._put_in(text, match, depth)
            pieces += (text[position : match.start()], value)
            position = end
            length += len(value)
            if length > MAX_RESULT:
                self.faulty = True
                return ""
        return "".join((*pieces, text[position:]))

    def _put_in(self, text: str, match: re.Match[str], depth: int) -> tuple[str, int]:
        """What stands for the variable, and where the text goes on."""
        if match["dollar"]:
            return "$", match.end()
        if match["name"]:
            return self._value(match["name"]), match.end()
        end = _closing(text, match.end())
        if end == len(text):
            self.faulty = True
            return "", end
        return self._braced(text[match.end() : end], depth), end + 1

    def _braced(self, body: str, depth: int) -> str:
        match = _BRACED.match(body)
        if match is None or depth >= MAX_DEPTH:
            self.faulty = True
            return ""
        name, operator, rest = match.group(1), match.group(2) or "", match.group(3) or ""
        if not operator:
            return self._value(name)
        value = self.variables.get(name)
        there = value is not None and (value != "" or not operator.startswith(":"))
        if operator.endswith("+"):
            return _shown(name, self.expanded(rest, depth + 1)) if there else ""
        if there:
            return _shown(name, value or "")
        if operator.endswith("-"):
            return _shown(name, self.expanded(rest, depth + 1))
        self.required.append(name)
        return ""

    def _value(self, name: str) -> str:
        value = self.variables.get(name)
        if value is None:
            self.undefined.append(name)
        return _shown(name, value or "")


def _shown(name: str, value: str) -> str:
    return HIDDEN if value and holds_secret(name) else value


def _closing(text: str, start: int) -> int:
    """Where the brace is closed that was opened before ``start``; the end of the text when it is not."""
    depth = 1
    for match in _BRACES.finditer(text, start):
        depth += 1 if match.group() == "${" else -1
        if depth == 0:
            return match.start()
    return len(text)
