"""Inventories in INI: hosts a line, groups in brackets, ``:children`` and ``:vars``."""

import re
import shlex
from typing import Final, NamedTuple

from cmdb.model.observations import Problem, Severity, Where
from importers.ansible.inventory import Inventory
from importers.base import Document
from importers.text_input import lines_of

_SECTION: Final = re.compile(r"\[([^:\[\]\s]+)(?::([a-z]+))?\]\s*(?:[#;].*)?\Z")
_SETTING: Final = re.compile(r"\s*([^=\s]+)\s*=\s*(.*?)\s*\Z", re.DOTALL)
_COMMENTS: Final = ("#", ";")


class _Line(NamedTuple):
    """A line, where it stands, and the last header above it."""

    text: str
    where: Where
    group: str
    section: str


def read_ini(document: Document, inventory: Inventory) -> None:
    """Add what a document says; a line that is wrong becomes a problem of the inventory.

    Raises:
        FileMalformed: not UTF-8, or a line that is too long.
        FileMissing: it cannot be opened.
    """
    group, section = "ungrouped", ""
    for number, line in lines_of(document):
        where, text = Where(document.name, number), line.strip()
        if not text or text.startswith(_COMMENTS):
            continue
        header = _SECTION.match(text)
        if header is not None:
            group, section = header[1], header[2] or ""
            inventory.group(group, where)
        else:
            _take(_Line(text, where, group, section), inventory)


def _take(line: _Line, inventory: Inventory) -> None:
    """Add what a line below a header says, by the section in which it stands."""
    text, where, group = line.text, line.where, line.group
    match line.section:
        case "vars":
            _variable(text, group, where, inventory)
        case "children":
            inventory.put_group(group, text.split()[0], where)
        case "" if not text.startswith("[") or "]" in text:
            _host(text, group, where, inventory)
        case _:
            _refuse("The line is in a section that is none of an inventory", where, inventory)


def _variable(text: str, group: str, where: Where, inventory: Inventory) -> None:
    setting, entry = _SETTING.match(text), inventory.group(group, where)
    if setting is None:
        _refuse("The line is no name = value", where, inventory)
    elif entry is not None:
        entry.variables[setting[1]] = setting[2].strip("\"'")


def _host(text: str, group: str, where: Where, inventory: Inventory) -> None:
    try:
        pattern, *settings = shlex.split(text, comments=True)
    except ValueError:
        _refuse("The line has a quotation mark without another", where, inventory)
        return
    for host, port in inventory.hosts_of(pattern, where):
        inventory.put_host(group, host.name, where)
        if port is not None:
            host.variables["ansible_port"] = port
        for setting in settings:
            name, equals, value = setting.partition("=")
            if equals:
                host.variables[name] = value


def _refuse(seen: str, where: Where, inventory: Inventory) -> None:
    message = f"{seen}; it was left out. Correct it."
    inventory.problems.setdefault(Problem(Severity.INCOMPLETE, "LINE_MALFORMED", message, where))
