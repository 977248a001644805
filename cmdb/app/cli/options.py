"""Options and words that several commands share."""

from datetime import UTC, datetime
from typing import Annotated, Final, TypeAlias

import typer

from cmdb.practices.answers import AsOf

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

    >>> moment_of("42"), moment_of("2026-11-28T22:00Z").isoformat(), moment_of(None)
    (42, '2026-11-28T22:00:00+00:00', None)
    """
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is neither a sequence number nor an instant such as 2026-11-28T22:00Z."
        raise typer.BadParameter(msg, param_hint="--as-of") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
