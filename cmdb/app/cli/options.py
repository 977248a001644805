"""Options and words that several commands share."""

from typing import Annotated, Final, TypeAlias

import typer

from cmdb.errors import BadInput
from cmdb.practices.answers import AsOf
from cmdb.practices.moments import as_of

PANEL: Final = "Output"

AsJSON: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print data for programs instead of text.", rich_help_panel=PANEL)
]

AsOfText: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="SEQ|INSTANT",
        show_default=False,
        help="Ask the past: a sequence number, or an instant such as 2026-11-28T22:00Z; UTC when it names no offset.",
    ),
]


def moment_of(text: str | None) -> AsOf:
    """A sequence number, an instant or a date (its first moment), or nothing for now.

    Raises:
        typer.BadParameter: it is none of them.

    >>> moment_of("42"), moment_of(None)
    (42, None)
    """
    if text is None:
        return None
    try:
        return as_of(text)
    except BadInput as error:
        raise typer.BadParameter(str(error), param_hint="--as-of") from error
