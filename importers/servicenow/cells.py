"""The forms that one field of a row can take: a plain text, or value, display value and link side by side."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.values import JSONValue
from importers.fields import text

_INSTANCE: Final = re.compile(r"https?://([A-Za-z0-9][A-Za-z0-9.-]{0,252})(?::\d{1,5})?/api/")
_LAST: Final = re.compile(r"/([A-Za-z0-9_-]{1,64})/?(?:\?.*)?\Z")
_SYS_ID: Final = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: its stored value, how it is shown, and where it leads; each empty when the answer does not say it."""

    value: str = ""
    shown: str = ""
    link: str = ""

    @property
    def text(self) -> str:
        """What a person reads: the display value, else the stored one."""
        return self.shown or self.value

    @property
    def word(self) -> str:
        """The stored value, else the display value, in lower case: for choices."""
        return (self.value or self.shown).lower()

    @property
    def sys_id(self) -> str:
        """The key of the row it refers to; empty when only a name is told."""
        if self.link or (self.value and self.shown):
            match = _LAST.search(self.link)
            return self.value or (match.group(1) if match else "")
        return self.value if _SYS_ID.match(self.value) else ""

    @property
    def instance(self) -> str:
        """The host of the instance that the link leads to."""
        match = _INSTANCE.match(self.link)
        return match.group(1).lower() if match else ""


_NOTHING: Final = Cell()


def cell(row: Mapping[str, JSONValue], field: str) -> Cell:
    """A field of a row in any of its forms; an empty one when it is missing.

    >>> cell({"a": {"display_value": "db-1", "link": "https://x.example/api/now/table/cmdb_ci/c0ffee"}}, "a").sys_id
    'c0ffee'
    """
    told = row.get(field)
    if told is None or told == "":  # most fields of most rows
        return _NOTHING
    if isinstance(told, str):
        return Cell(value=text(told).strip())
    value, shown, link = (text(told, part).strip() for part in ("value", "display_value", "link"))
    return Cell(value, shown, link)
