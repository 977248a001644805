"""The few forms that every report is made of."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

STYLES: Final[Mapping[str, str]] = {"down": "bold red", "degraded": "yellow", "at_risk": "cyan", "up": "green"}
"""Colours of the failure states, on terminals."""

WORDS: Final[Mapping[str, str]] = {"down": "down", "degraded": "degraded", "at_risk": "at risk", "up": "unharmed"}
"""The failure states as people say them."""


def readable(text: str) -> str:
    r"""A text without control characters, which a terminal would obey.

    >>> readable("a\x1b[31mb")
    'a�[31mb'
    """
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) == "Cc" else char for char in text)


def title(text: str) -> Text:
    """A heading."""
    return Text(readable(text), style="bold")


def line(text: str) -> Text:
    """One paragraph."""
    return Text(readable(text))


def section(heading: str, body: Iterable[RenderableType]) -> Iterator[RenderableType]:
    """A heading over an indented body, with an empty line before; nothing when the body is empty."""
    parts = list(body)
    if parts:
        yield Text()
        yield title(heading)
        yield from (Padding(part, (0, 0, 0, 2), expand=False) for part in parts)


def columns(rows: Iterable[Sequence[str]], styles: Sequence[str] = ()) -> Iterator[Table]:
    """Rows under one another without lines between them; all but the last column keep their width."""
    held = [[readable(cell) for cell in row] for row in rows]
    if not held:
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for number in range(len(held[0])):
        last = number == len(held[0]) - 1
        style = styles[number] if number < len(styles) else ""
        table.add_column(style=style, overflow="fold", no_wrap=not last and _widest(held, number) <= NAME_WIDTH)
    for row in held:
        table.add_row(*row)
    yield table


NAME_WIDTH: Final = 48
"""Columns wider than this may be folded."""


def _widest(rows: Sequence[Sequence[str]], number: int) -> int:
    return max(len(row[number]) for row in rows)


def state_rows(rows: Iterable[tuple[str, str, str]]) -> Iterator[Table]:
    """Rows of (state, name, remark), the state in its words and colour."""
    held = list(rows)
    if not held:
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for state, name, remark in held:
        table.add_row(Text(WORDS.get(state, state), style=STYLES.get(state, "")), readable(name), readable(remark))
    yield table


def number_of(count: int, one: str, many: str = "") -> str:
    """A count with its noun.

    >>> number_of(1, "CI"), number_of(2, "relationship"), number_of(2, "entry", "entries")
    ('1 CI', '2 relationships', '2 entries')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
