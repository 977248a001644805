"""How errors reach people: what was seen, what to do, and the code, on standard error."""

from typing import Final

from cmdb.app.cli.output import diagnostics
from cmdb.app.rendering.lines import readable
from cmdb.errors import CMDBError, InvalidReference, StoreURLInvalid

FAILED: Final = 1
WRONG_USAGE: Final = 2

_USAGE: Final = (InvalidReference, StoreURLInvalid)
"""What can only come from words on the command line or in the environment."""


def tell(error: CMDBError) -> int:
    """Print an error; returns the exit code that it means."""
    console = diagnostics()
    seen = "\n".join(readable(line) for line in error.message.splitlines())
    console.print(f"{seen}\n{readable(error.hint)}".strip(), soft_wrap=True)
    console.print(f"[{error.code}]", style="dim", soft_wrap=True)
    return WRONG_USAGE if isinstance(error, _USAGE) else FAILED
