"""Where output goes: data to standard output, everything else to standard error."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import orjson
from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

WIDTH: Final = 110
"""Columns of a report that is not printed on a terminal."""


def print_report(parts: Iterable[RenderableType]) -> None:
    """Print a report to standard output: as wide as the terminal, else ``WIDTH`` columns without colours and blanks."""
    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else WIDTH, markup=False, highlight=False, emoji=False)
    if terminal:
        console.print(Group(*parts))
        return
    with console.capture() as captured:
        console.print(Group(*parts))
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def diagnostics() -> Console:
    """Standard error."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def write_json(value: object) -> None:
    """Print data as indented UTF-8 JSON; keys keep their order."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
    sys.stdout.write("\n")


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while the block runs, silent when that is no terminal; yields what moves it.

    What moves it is told how much is done, of how much; until then the bar shows that something goes on.
    """
    screen = diagnostics()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
