"""The command line as a test calls it: in this process, through the same ``main`` as the installed command."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from cmdb.app.cli import main
from cmdb.app.wiring import open_store
from cmdb.model.catalogue import load_catalogue


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    def json(self) -> "Reading":
        """The data it printed."""
        assert self.code in (0, 1, 3), self.err
        return Reading(json.loads(self.out))


@dataclass(frozen=True, slots=True)
class Reading:
    """Printed data, read without further types: a test names the path and what stands there."""

    value: object

    def at(self, *path: str | int) -> "Reading":
        value = self.value
        for step in path:
            if isinstance(step, int):
                assert isinstance(value, list), value
                value = value[step]
            else:
                assert isinstance(value, dict), value
                value = value[step]
        return Reading(value)

    def rows(self, *path: str | int) -> list["Reading"]:
        value = self.at(*path).value
        assert isinstance(value, list), value
        return [Reading(row) for row in value]

    def keys(self) -> list[str]:
        assert isinstance(self.value, dict), self.value
        return list(self.value)

    def text(self, *path: str | int) -> str:
        value = self.at(*path).value
        assert isinstance(value, str), value
        return value

    def number(self, *path: str | int) -> int:
        value = self.at(*path).value
        assert isinstance(value, int), value
        return value


def labels(rows: Sequence[Reading]) -> list[str]:
    """``Class:name`` of rows that have both."""
    return [f"{row.text('class')}:{row.text('name')}" for row in rows]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Calls ``cmdb --store URL …``."""

    store: str
    captured: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Outcome:
        return self.bare("--store", self.store, *words)

    def bare(self, *words: str) -> Outcome:
        """Without naming a store."""
        self.captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = self.captured.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int), code
        return Outcome(code or 0, out, err)

    def found(self) -> None:
        """Found the store, and leave it empty."""
        open_store(self.store, load_catalogue()).close()

    def at(self, store: str) -> "CommandLine":
        """The same on another store."""
        return CommandLine(store, self.captured)
